"""A fetch of map layers as the user sees it: the bar, a line for each layer, and what must come from the municipality itself."""

from __future__ import annotations

from collections.abc import Sequence

from shapely.geometry.base import BaseGeometry

from helpers.batch.progress import Meter, size_of
from helpers.errors import InputError, Interrupted, Unreachable
from helpers.land.layers import Role
from helpers.land.openlayers import OpenLayer, listing
from helpers.places import Municipality
from helpers.rawstore import RawBody
from helpers.sources.door import Door
from helpers.sources.landfetch import Accept, LandFetching, Result
from helpers.tables import landfetched
from helpers.workspace import Workspace

WORDS = {
    "new": "hentet for første gang",
    "unchanged": "uendret",
    "changed": "ny utgave",
    "kept": "hentet det siste døgnet",
}


def fetch(
    workspace: Workspace, municipality: Municipality, force: bool, quiet: bool, door: Door | None = None
) -> list[Result]:
    """Fetch the open layers of a municipality.

    Parameters
    ----------
    force : also what was fetched less than a day ago, and what has lost most of its features.

    Raises
    ------
    InputError
        for a constructed municipality. Unreachable where no source can be reached. SourceError where another run is at work.
        Interrupted where the user stopped it.
    """
    if municipality.code.startswith("99"):
        raise InputError(
            f"{municipality.name} er konstruert: det er ingenting å hente. Kartlagene følger med prosjektet."
        )
    layers = listing().open
    with door or Door() as way, Bar(len(layers), "kartlag", 28, quiet) as bar:
        way.heard, way.paused = bar.heard, bar.paused
        run = LandFetching(workspace.raw, way, municipality.code, accepting(workspace), bar, force)
        try:
            results = run.run()
        except KeyboardInterrupt:
            raise Interrupted(
                f"Avbrutt: {len(run.results)} av {len(layers)} kartlag er ferdige. Samme kommando fortsetter der den var."
            ) from None
        asked = [result for result in results if result.state != "kept"]
        if asked and all(result.state == "failed" and layers[result.role].source in way.gone for result in asked):
            raise Unreachable(asked[0].reason)
    return results


def accepting(workspace: Workspace) -> Accept:
    """What tries new bodies: they are read as a report would read them."""

    def accept(role: Role, code: str, bodies: Sequence[RawBody]) -> None:
        within = _within(workspace, code) if role == "ar5" else None  # may be the file of a whole county
        for body in bodies:
            landfetched.read(workspace, body.path, role, code, within)

    return accept


def _within(workspace: Workspace, code: str) -> BaseGeometry | None:
    """The municipality by the boundary that is held; None where it is not."""
    for path, _, _ in landfetched.bodies(workspace, "boundary", code):
        shape: BaseGeometry = landfetched.read(workspace, path, "boundary", code, None).frame.union_all()
        return shape
    return None


class Bar(Meter):
    """The progress over the layers."""

    def begin(self, layer: OpenLayer) -> None:
        """A layer is next."""
        self.next(layer.title)

    def done(self, result: Result) -> None:
        """A layer is through."""
        self.through()


def summary(results: Sequence[Result]) -> str:
    """A line for each layer, then what is not open, then what to do next."""
    lines = [f"  {result.title:<28} {size_of(result.size):>9}  {told(result)}" for result in results]
    failed = sum(result.state == "failed" for result in results)
    size, calls = sum(result.bytes for result in results), sum(result.calls for result in results)
    good = f"{len(results) - failed} av {len(results)} åpne kartlag er på plass ({size_of(size)} hentet, {calls} kall)."
    lines.append(f"{good} {failed} ble ikke hentet og er som før." if failed else good)
    code = results[0].code if results else "<kommunenummer>"
    lines.append(f"Ikke åpent: legg det i data/raw/land/{code}, og si i layers.toml hva som er hva:")
    lines += [f"  {role:<12} {where}" for role, where in listing().closed.items()]
    lines.append(f"Se hva som er der og hva som mangler: kommunerapport land check {code}")
    return "\n".join(lines)


def told(result: Result) -> str:
    """What became of one layer."""
    if result.state == "failed":
        return f"IKKE HENTET: {result.reason}"
    said = WORDS[result.state]
    if result.features is None:
        return said
    none = listing().open[result.role].none
    now = f"{_number(result.features)} objekter, {_count(result.pages, 'side', 'sider')}" if result.features else none
    change = f" (var {_number(result.before)})" if result.state == "changed" and result.before is not None else ""
    return f"{said}: {now}{change}"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


def _count(count: int, one: str, many: str) -> str:
    return f"{_number(count)} {one if count == 1 else many}"
