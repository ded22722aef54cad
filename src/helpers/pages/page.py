"""What a notebook opens: one municipality with its tables, and `show`, which puts a section on the page."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display
from markupsafe import Markup

from helpers import prose
from helpers.catalog import catalog
from helpers.charts.parts import MissingNote, Part, notebook_style
from helpers.charts.words import use_labels
from helpers.costs import Costs
from helpers.errors import FiguresMissing, InputError, LayerMissing, NotComparable, TableMissing, UndeclaredInput
from helpers.land.layers import Layers
from helpers.language import SOURCE, Language, key_of, speak
from helpers.lineage import tracing
from helpers.measures.context import Context, HeldTables
from helpers.owntables import is_own
from helpers.pages import gate, lineage
from helpers.pages.reports import KEY
from helpers.parameters import Parameters, check_injected
from helpers.places import Area, Municipality
from helpers.prose import text
from helpers.sources import costs, regions, targets
from helpers.tables import Tables
from helpers.workspace import COSTS, LAYERS, SECTIONS, Workspace, declared_in_batch


class Page:
    """A page in the making. Open it with `Page.open`, then `show` one section after the other.

    Examples
    --------
    >>> from helpers.charts import commuting
    >>> page = Page.open("commuting", "3101")
    >>> page.show(commuting.partners)  # doctest: +SKIP
    >>> page.context.county.name
    'Østfold'
    """

    def __init__(
        self, theme: str, context: Context, language: Language = SOURCE, workspace: Workspace | None = None
    ) -> None:
        self.theme = theme
        self.context = context
        self._workspace = workspace
        self.language = language
        self._told: list[str] = []
        self._styled = False

    @classmethod
    def open(
        cls,
        theme: str,
        municipality: str | int,
        compare: str | int = "",
        as_of: str = "",
        language: str = SOURCE,
        root: str | Path | None = None,
    ) -> Page:
        """Find the municipality and its tables.

        Parameters
        ----------
        theme : which page this is: ``overview``, ``employment``, ``exclusion``, ``commuting``, or one of your own.
        municipality : code or name.
        compare : areas to compare with besides county and country (see `helpers.parameters.Parameters`).
        as_of : the day that counts as today, ``2026-11-22``; without it, the newest retrieval date of the tables that the
            theme's notebook declares.
        language : of the page: ``nb`` (bokmål), ``nn`` (nynorsk) or ``en`` (English).
        root : the folder that holds data/; without it, the nearest one.

        Raises
        ------
        InputError
            if a parameter cannot be used, or if papermill has injected one that the notebook does not declare.

        Examples
        --------
        >>> from helpers import Page
        >>> page = Page.open("employment", "halden", compare="sarpsborg", as_of="2024-06-01")
        >>> page.context.municipality.code, [area.name for area in page.context.compare], page.context.as_of.isoformat()
        ('3101', ['Sarpsborg'], '2024-06-01')
        >>> Page.open("employment", "haldn")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        helpers.errors.InputError: Fant ingen kommune «haldn». Mente du 3101 Halden, ...?
        """
        check_injected(_history())
        asked = {"municipality": municipality, "compare": compare, "as_of": as_of, "language": language}
        given = Parameters.read(asked)
        speak(given.language)
        use_labels()
        workspace = Workspace.find(root)
        tables = Tables.load(workspace)
        place = given.place
        context = Context(
            municipality=place,
            tables=tables,
            as_of=given.as_of or tables.newest_retrieval(declared(workspace, theme)),
            compare=given.areas,
            targets=targets.of(targets.read(workspace.raw), place),
            divisions=regions.read(workspace.raw),
            read_layers=lambda: _layers(workspace, place),
            read_costs=lambda: _costs(workspace, place),
        )
        return cls(theme, context, given.language, workspace)

    def sections(self) -> ModuleType:
        """The module beside the theme's notebook (``notebooks/besoksnaering.py``): the sections of a theme of one's own.

        It is read anew each time, so that a change in it shows when the cell is run again.

        Raises
        ------
        InputError
            where there is no such file.

        Examples
        --------
        >>> from helpers import Page
        >>> Page.open("besoksnaering", "halden").sections()  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        helpers.errors.InputError: Fant ikke ...besoksnaering.py. Notatboken «besoksnaering» henter delene sine fra den filen.
        """
        workspace = self._workspace or Workspace.find()
        notebook = next((path for path, _ in _notebooks_of(workspace, self.theme)), None)
        path = (notebook or workspace.notebooks / self.theme).with_suffix(SECTIONS)
        if not path.is_file():
            raise InputError(f"Fant ikke {path}. Notatboken «{self.theme}» henter delene sine fra den filen.")
        module = ModuleType(f"own.{path.stem}")
        module.__file__ = str(path)
        sys.modules[module.__name__] = module  # where dataclasses look
        exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)  # noqa: S102  # the analyst's own code, as a cell is
        return module

    @property
    def tables(self) -> HeldTables:
        """The tables, official ones and the municipality's own: ``page.tables["own_vekst"]``.

        Examples
        --------
        >>> from helpers import Page
        >>> page = Page.open("employment", "halden")
        >>> "ssb_11618" in page.tables, page.tables.meta("ssb_11618").period
        (True, '2017–2022')
        """
        return self.context.tables

    def show(self, section: Callable[[Context], Part | None]) -> None:
        """Display what `section` makes of this municipality.

        Where there are no figures for it, a note says why, once for each reason on a page. A section that gives None does
        not concern this municipality. Outside a notebook its plain text is printed.

        Examples
        --------
        >>> from helpers import Page
        >>> from helpers.charts import commuting
        >>> page = Page.open("commuting", "halden")
        >>> page.show(commuting.partners)  # doctest: +SKIP
        >>> str(commuting.partners(page.context).heading)  # the first line of what is shown
        'Aremark og Rakkestad sender flere hit enn de tar imot'
        """
        speak(self.language)  # another page in the same session may be in another
        use_labels()
        shell = get_ipython()
        if shell is not None and not self._styled:  # for JupyterLab; a report has its own
            self._styled = True
            style = {"text/html": str(notebook_style()), "text/plain": ""}
            display(style, raw=True, metadata={KEY: {"part": "style"}})
        with tracing() as trace:
            part = self._made(section)
        if part is not None:
            part = gate.guarded(part)
            if shell is None:
                print(part.text())
                return
            name = f"{getattr(section, '__module__', '').rpartition('.')[2]}.{getattr(section, '__name__', 'section')}"
            display(part, metadata={KEY: {"lineage": lineage.entry(name, part, trace, self.context)}})

    def _made(self, section: Callable[[Context], Part | None]) -> Part | None:
        """The part, or the note that says why there is none; None where that has been said on the page."""
        try:
            return section(self.context)
        except FiguresMissing as missing:
            if str(missing) in self._told:
                return None
            self._told.append(str(missing))
            number = len(self._told)
            return missing_note(missing, f"{_as_key(section)}-{number}", number, self._is_extract(missing))

    def _is_extract(self, missing: FiguresMissing) -> bool:
        """Whether what is missing is missing from a table that came with the project: the producer has the whole of it."""
        tables = self.context.tables
        return isinstance(missing, TableMissing) and missing.table in tables and tables.meta(missing.table).assembled

    def __repr__(self) -> str:
        context = self.context
        place = context.municipality
        lines = [
            f"Page «{self.theme}»: {place.code} {place.name} ({context.county.name}), regnet fra {context.as_of.isoformat()}",
            f"  tabeller: {', '.join(context.tables) or 'ingen'}",
            f"  sammenlignes med: {', '.join(area.name for area in (context.county, context.country, *context.compare))}",
            "  page.show(funksjon) viser en del; page.context er det funksjonene regner ut fra",
        ]
        return "\n".join(lines)


def missing_note(missing: FiguresMissing, key: str, number: int = 1, extract: bool = False) -> MissingNote:
    """The note that stands where a section has no figures: which table is missing and how to get it, or why there are none.

    Parameters
    ----------
    key : the id of the note's heading.
    number : which note of its page it is; no two headings of a page are the same.
    extract : the table held is only part of what its producer has, so that fetching it may help.
    """
    again = f" ({number})" if number > 1 else ""
    if not isinstance(missing, TableMissing):
        heading, hatch = text("page.missing.no_figures") + again, text("page.missing.not_measured")
        return MissingNote(key, heading, hatch, (_why(missing),))
    if is_own(missing.table):
        return _own_note(missing, key, again)
    info = catalog().get(missing.table)
    table = Markup("<b>{}</b>").format(missing.table)
    if info:
        named = {"producer": prose.label("producer", info.producer), "title": prose.bokmaal(info.title)}
        table = text("page.missing.table", number=info.number, **named)
    short = info.number if info else missing.table
    fetch = f"kommunerapport fetch {missing.table}"
    if missing.what:
        reason = text("page.missing.reason_part", table=table, what=_lacking(missing))
        hatch = text("page.missing.hatch_part", table=short)
        heading = text("page.missing.heading_part") + again
        if extract:
            return MissingNote(key, heading, hatch, (reason, text("page.missing.how_part")), fetch)
        return MissingNote(key, heading, hatch, (reason,))  # a whole table: no command brings what it lacks
    reason = text("page.missing.reason", table=table)
    hatch = text("page.missing.hatch", table=short)
    return MissingNote(
        key,
        text("page.missing.heading") + again,
        hatch,
        (reason, text("page.missing.how")),
        fetch,
    )


def _own_note(missing: TableMissing, key: str, again: str) -> MissingNote:
    """Own figures are not fetched from anybody."""
    form = "own_reason_part" if missing.what else "own_reason"
    values = {"what": _lacking(missing)} if missing.what else {}
    reason = text(f"page.missing.{form}", table=Markup("<b>{}</b>").format(missing.table), **values)
    heading, hatch = text("page.missing.own_heading") + again, text("page.missing.hatch", table=missing.table)
    return MissingNote(key, heading, hatch, (reason, text("page.missing.own_how")))


def _why(missing: FiguresMissing) -> Markup:
    if isinstance(missing, NotComparable):
        name = prose.name(Municipality.find(missing.municipality))
        return text("page.missing.divided", name=name, year=missing.since)
    if isinstance(missing, LayerMissing):
        return text("page.missing.layer", role=text(f"land.role.{missing.role}"))
    return prose.bokmaal(str(missing))


def _lacking(missing: TableMissing) -> Markup:
    key = key_of("page.missing.what", missing.form)
    if key is None:
        return prose.bokmaal(missing.what)
    return text(key, **{name: _named(each) for name, each in missing.values.items()})


def _named(value: str | int | tuple[str, ...]) -> Markup | int:
    if isinstance(value, tuple):
        return prose.listing(prose.name(each) for each in value)
    if isinstance(value, int):
        return value
    return text("common.the_country") if value == Area.country().name else prose.name(value)


def declared(workspace: Workspace, theme: str) -> tuple[str, ...] | None:
    """The tables that the notebook of a theme declares; None where there is no such notebook."""
    return next((tables for _, tables in _notebooks_of(workspace, theme)), None)


def _notebooks_of(workspace: Workspace, theme: str) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The notebooks of a theme, each with the tables that it declares."""
    for path in sorted(workspace.notebooks.glob("*.ipynb")):
        try:
            ours = json.loads(path.read_bytes())["metadata"][KEY]
            if ours["theme"] == theme:
                yield path, tuple(str(table) for table in ours["tables"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # somebody's own notebook, or one that is being written


def _layers(workspace: Workspace, place: Municipality) -> Layers | None:
    told = declared_in_batch()
    if told is not None and LAYERS not in told:
        raise UndeclaredInput(LAYERS)
    from helpers.tables import landlayers  # the other pages do without geopandas

    return landlayers.load(workspace, place.code, place.name)


def _costs(workspace: Workspace, place: Municipality) -> Costs | None:
    told = declared_in_batch()
    if told is not None and COSTS not in told:
        raise UndeclaredInput(COSTS)
    return costs.read(workspace.raw, place)


def _as_key(section: Callable[..., Any]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", getattr(section, "__name__", "section").lower()).strip("-")
    return f"missing-{plain or 'section'}"


def _history() -> list[str]:
    shell = get_ipython()
    return list(shell.user_ns.get("In", ())) if shell is not None else []
