"""The municipality and what it is compared with, from lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import traitlets
from ipywidgets import HTML, Dropdown, HBox, SelectMultiple, Text, VBox
from markupsafe import Markup

from helpers.errors import InputError
from helpers.explore.step import message, said
from helpers.language import SOURCE, Language, checked, speak
from helpers.parameters import Parameters
from helpers.places import Area, Municipality, folded, registry
from helpers.prose import text
from helpers.tables import Tables

SONDRE_VIKEN = "sondre-viken"
WIDE = {"width": "34em", "max_width": "calc(100% - 4px)"}
NARROW = {"description_width": "10em"}
WRAPPED = {"flex_flow": "row wrap"}  # what stands beside a list stands below it where there is no room


class Choice(VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A search, a list of municipalities and a list of what to compare with.

    Parameters
    ----------
    municipality : the first choice, by code or name. compare : as `helpers.parameters.Parameters` has it. language : ``nb``, ``nn``, ``en``.

    Attributes
    ----------
    municipality : `Municipality`. compare : text of what it is compared with, ``"sondre-viken; 3105"``.
    chosen : both; what is observed, so that everything that follows is made again once.
    tables : the tables of the nearest workspace.
    """

    chosen = traitlets.Tuple()

    def __init__(self, municipality: str | int = "3101", compare: str = "", language: str = SOURCE) -> None:
        self.language: Language = checked(language)
        speak(self.language)
        given = Parameters.read({"municipality": municipality, "compare": compare})
        place = Municipality.find_real(given.municipality)
        self.tables = Tables.load()
        self.said = HTML()
        self.search = Text(
            description=str(text("explore.choose.search")), placeholder=str(text("explore.choose.hint")), continuous_update=False, layout=WIDE,
            style=NARROW,
        )  # fmt: skip
        self.municipalities = Dropdown(
            options=options(Municipality.all()), value=place.code, description=str(text("explore.choose.municipality")), layout=WIDE, style=NARROW,
        )  # fmt: skip
        self.others = SelectMultiple(
            options=_others(place), description=str(text("explore.choose.compare")), rows=6, layout=WIDE, style=NARROW
        )
        hint = HTML(str(text("explore.choose.many")))
        self.line = HTML()
        beside = [HBox(each, layout=WRAPPED) for each in ([self.search, self.said], [self.others, hint])]
        super().__init__([beside[0], self.municipalities, beside[1], self.line])
        self.lists = tuple(
            ",".join(each.regions) for each in given.areas if each.key == "list"
        )  # not in the list to choose from
        self.others.value = tuple(each.key for each in given.areas if each.key not in ("list", place.code))
        self._choose_both(place)
        self.search.observe(self._find, "value")
        self.municipalities.observe(self._chosen, "value")
        self.others.observe(self._compared, "value")

    @property
    def municipality(self) -> Municipality:
        """The municipality that is chosen."""
        found: Municipality = self.chosen[0]
        return found

    @property
    def compare(self) -> str:
        """What it is compared with besides its county and the country."""
        return str(self.chosen[1])

    @property
    def areas(self) -> tuple[Area | Municipality, ...]:
        """What the municipality is compared with, besides its county and the country."""
        return Parameters.read({"municipality": self.municipality, "compare": self.compare}).areas

    @property
    def code(self) -> str:
        """The line that finds what is chosen."""
        return f"municipality = {self.found}"

    @property
    def found(self) -> str:
        """The municipality as code."""
        return f'Municipality.find("{self.municipality.code}")'

    def _find(self, change: Any) -> None:
        """Shorten the list to what the search fits; the first of them is chosen where what was chosen is not among them."""
        speak(self.language)
        hits = matching(change["new"])
        if not hits:
            try:
                hits = (Municipality.find_real(change["new"]),)  # an old code or name
            except InputError as error:
                self.said.value = message(error)
                return
        asked = bool(change["new"].strip())
        self.said.value = str(text("explore.choose.found", n=len(hits))) if asked else ""
        codes = [each.code for each in hits]
        keep = self.municipality.code if self.municipality.code in codes else codes[0]
        self.municipalities.unobserve(self._chosen, "value")  # new options choose the first of them for a moment
        self.municipalities.options = options(hits)
        self.municipalities.value = keep
        self.municipalities.observe(self._chosen, "value")
        self._choose(keep)

    def _chosen(self, change: Any) -> None:
        if change["new"] is not None:
            self._choose(change["new"])

    def _choose(self, code: str) -> None:
        if code != self.municipality.code:
            speak(self.language)
            place = Municipality.find(code)
            kept = tuple(each for each in self.others.value if each != code)
            self.others.unobserve(self._compared, "value")  # new options choose none of them for a moment
            self.others.options = _others(place)
            self.others.value = kept
            self.others.observe(self._compared, "value")
            self._choose_both(place)

    def _compared(self, _: Any) -> None:
        self._choose_both(self.municipality)

    def _choose_both(self, place: Municipality) -> None:
        self.chosen = (place, "; ".join((*self.others.value, *self.lists)))
        self.line.value = said(self.code)


def options(places: Iterable[Municipality]) -> list[tuple[str, str]]:
    """(label, code) for a list."""
    return [(str(_named(each).unescape()), each.code) for each in places]


def _named(place: Municipality) -> Markup:
    """«3101 Halden (Østfold)»; the county is not said twice where it is in the name."""
    county = registry().counties[place.code[:2]]
    name = place.name.removesuffix(f" ({county})")
    return text("explore.choose.named", code=place.code, name=name, county=county)


def matching(words: str) -> tuple[Municipality, ...]:
    """The municipalities that have every word in code, name or county; accents and case do not count."""
    wanted, counties = folded(words).split(), registry().counties
    told = {each: folded(f"{each.code} {each.name} {counties[each.code[:2]]}") for each in Municipality.all()}
    return tuple(each for each in told if all(word in told[each] for word in wanted))


def _others(place: Municipality) -> list[tuple[str, str]]:
    """Søndre Viken, then the municipalities of the same county, then the others."""
    near = tuple(each for each in place.county.municipalities if each != place)
    far = tuple(each for each in Municipality.all() if each not in near and each != place)
    return [(Area.sondre_viken().name, SONDRE_VIKEN), *options((*near, *far))]
