"""The StatBank tables that the server has, over the figures of `blocks`: codes and titles as SSB's, where they have been seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from . import blocks
from .codes import CURRENT, SEA, behind, label, spans, valid
from .klass import COUNTIES
from .pxtable import Codelist, Dimension, PxTable
from .world import MATRIX_FROM, county_of

Array = np.ndarray[Any, Any]
Block = Callable[[int], Array]
COUNTRY = "0"
AGES_15_74 = {"15-74": "15-74 år", "20-66": "20-66 år"} | {each: f"{each} år" for each in blocks.FINE_AGES}
SEXES = {"0": "Begge kjønn", "1": "Menn", "2": "Kvinner"}
ONE_YEAR_AGES = {f"{age:03d}": f"{age} år" for age in range(105)} | {"105+": "105 år eller eldre"}
STATUS_LABELS = dict(
    zip(
        blocks.STATUSES,
        ["Arbeidsstyrken", "Sysselsatte", "Registrerte arbeidsledige", "Deltakere på arbeidsmarkedstiltak",
         "Under ordinær utdanning", "Mottakere av AAP/uføretrygd", "Mottakere av AFP/alderspensjon", "Andre",
         "I alt", "I alt", "Utenfor arbeid, utdanning og arbeidsmarkedstiltak"],
        strict=True,
    )
)  # fmt: skip
GROUP_LABELS = dict(
    zip(
        blocks.INDUSTRIES,
        ["Jordbruk, skogbruk og fiske", "Bergverksdrift og utvinning", "Industri", "Elektrisitet, vann og renovasjon",
         "Bygge- og anleggsvirksomhet", "Varehandel, reparasjon av motorvogner", "Transport og lagring",
         "Overnattings- og serveringsvirksomhet", "Informasjon og kommunikasjon", "Finansiering og forsikring",
         "Teknisk tjenesteyting, eiendomsdrift", "Forretningsmessig tjenesteyting", "Off.adm., forsvar, sosialforsikring",
         "Undervisning", "Helse- og sosialtjenester", "Personlig tjenesteyting", "Uoppgitt"],
        strict=True,
    )
)  # fmt: skip
SECTORS = {
    "ALLE": "Alle sektorer", "6100": "Statlig forvaltning", "6500.6": "Fylkeskommunal forvaltning",
    "6500.7": "Kommunal forvaltning", "A+B+D+E.5-7": "Offentlig eide foretak", "A+B+D+E.0-1+9": "Privat sektor",
}  # fmt: skip
LEVELS = {
    "01": "Grunnskolenivå", "02a": "Videregående skolenivå", "11": "Fagskolenivå", "03a": "Universitets- og høgskolenivå, kort",
    "04a": "Universitets- og høgskolenivå, lang", "09a": "Uoppgitt eller ingen fullført utdanning",
}  # fmt: skip
LAND = ["01", "02", "03", "04", "05", "06", "07", "08-09", "10-11", "12-13", "14", "15-16", "17", "18", "19", "20", "21", "22.01", "22.02", "24"]  # fmt: skip


class ByYear:
    """Cells of a table whose regions are those of the year: places along Region, other dimensions and Tid → the block."""

    def __init__(self, regions: Sequence[str], years: Sequence[int], block: Block, codes_of: int | None = None) -> None:
        self.regions, self.years, self.block, self.codes_of = list(regions), list(years), block, codes_of

    def __call__(self, places: Sequence[Array]) -> Array:
        region, *middle, time = places
        out = np.full([len(each) for each in places], np.nan)
        for at, year in enumerate(self.years[each] for each in time):
            row = {code: number for number, code in enumerate(valid(self.codes_of or year))}
            asked = [self.regions[each] for each in region]
            data = self.block(year)
            held = np.array([code in row for code in asked], dtype=bool)
            if held.any():
                rows = np.array([row[code] for code in asked if code in row], dtype=np.intp)
                out[held, ..., at] = data[np.ix_(rows, *middle)]
            if COUNTRY in asked:
                out[asked.index(COUNTRY), ..., at] = data.sum(axis=0, dtype=np.float64)[np.ix_(*middle)]
        return out


class Matrix:
    """Cells of 03321: workplace, residence, contents, Tid. Nothing before the first year that is constructed."""

    def __init__(self, codes: Sequence[str], years: Sequence[int]) -> None:
        self.codes, self.years = list(codes), list(years)

    def __call__(self, places: Sequence[Array]) -> Array:
        work, home, contents, time = places
        out = np.full([len(work), len(home), len(contents), len(time)], np.nan)
        for at, year in enumerate(self.years[each] for each in time):
            if year < MATRIX_FROM:
                continue
            row = {code: number for number, code in enumerate([*valid(year), *SEA])}
            to, of = (np.array([row.get(self.codes[each], -1) for each in axis]) for axis in (work, home))
            flows = blocks.commuters(year)[np.ix_(of[of >= 0], to[to >= 0])].T
            part = np.full((len(work), len(home)), np.nan)
            part[np.ix_(to >= 0, of >= 0)] = flows
            out[:, :, :, at] = part[:, :, None]
        return out


@cache
def codelists() -> dict[str, Codelist]:
    """The aggregations of regions: by municipality of today with its forerunners, without them, and by county."""
    today = valid(CURRENT)
    counties: dict[str, list[str]] = {}
    for code in sorted(spans()):
        counties.setdefault(county_of(code), []).append(code)

    def summed(prefix: str) -> Codelist:
        return Codelist(
            "Kommuner 2024, sammenslåtte tidsserier", {f"{prefix}{code}": (label(code), behind(code)) for code in today}
        )

    return {
        "agg_KommSummer": summed("K-"),
        "agg_KommSummerS": summed("K."),
        "agg_KommGjeldende": Codelist("Gjeldende kommuner", {code: (label(code), (code,)) for code in today}),
        "agg_KommFylker": Codelist(
            "Fylker 2024, sammenslåtte tidsserier",
            {f"F-{county}": (COUNTIES[county], tuple(codes)) for county, codes in sorted(counties.items())},
        ),
    }


def tables() -> dict[str, PxTable]:
    """Fresh tables, which a test may alter; the figures behind them are made once, when first asked for."""
    made = {table.id: table for table in [*_employment(), *_labour(), *_people(), *_land()]}
    printed = made["11618"]  # as SSB does: Rindal's old code is 0, not missing, in the year after it ended
    for age in printed.dimensions["Alder"].values:
        for contents in printed.dimensions["ContentsCode"].values:
            printed.revise(0, Region="1567", Kjonn="0", Alder=age, ContentsCode=contents, Tid="2019")
    return made


def _region(*lists: str, country: bool = False, codes: Iterable[str] = ()) -> Dimension:
    values = {code: label(code) for code in sorted(codes or spans())}
    if country:
        values = {COUNTRY: "Hele landet"} | values
    held = {each: codelists()[each] for each in lists}
    return Dimension("region", values, country, COUNTRY if country else None, held, "code_value")


def _contents(*names: str, **units: tuple[str, int]) -> Dimension:
    """`names`: code=label, with the unit in `units` where it is not persons."""
    values = dict(each.split("=", 1) for each in names)
    return Dimension("statistikkvariabel", values, units={code: units.get(code, ("personer", 0)) for code in values})


def _time(first: int, last: int) -> Dimension:
    return Dimension("år", {str(year): str(year) for year in range(first, last + 1)})


def _sex(values: dict[str, str] = SEXES) -> Dimension:
    return Dimension("kjønn", dict(values), True, "0" if "0" in values else None)


def _table(id_: str, title: str, block: Block, codes_of: int | None = None, **dimensions: Dimension) -> PxTable:
    years = [int(year) for year in dimensions["Tid"].values]
    cells = ByYear(list(dimensions["Region"].values), years, block, codes_of)
    return PxTable(id_, title, dimensions, cells)


def _employment() -> list[PxTable]:
    both = ("SysselBosted=Sysselsatte personer etter bosted", "SysselArbsted=Sysselsatte personer etter arbeidssted")
    ages = Dimension("alder", dict(AGES_15_74))
    places = {code: label(code) for code in sorted(spans())} | SEA
    flows = {
        "ArbstedKomm": Dimension("arbeidsstedskommune", dict(places), show="code_value"),
        "Bokommuen": Dimension("bostedskommune", dict(places), show="code_value"),
        "ContentsCode": _contents("Sysselsatte=Sysselsatte"),
        "Tid": _time(2000, 2025),
    }
    matrix = PxTable(
        "03321",
        "Sysselsatte per 4. kvartal",
        flows,
        Matrix(list(places), range(2000, 2026)),
        geo=["ArbstedKomm", "Bokommuen"],
    )
    groups = {"00-99": "Alle næringer"} | GROUP_LABELS
    fine = {"00-99": "Alle næringer"} | {
        code: f"Næring {code}" for each in blocks.INDUSTRIES for code in blocks.divisions(each)
    }
    return [
        _table(
            "11618", "Befolkning og sysselsatte per 4. kvartal", blocks.t11618,
            Region=_region("agg_KommSummer", "agg_KommFylker", country=True), Kjonn=_sex(), Alder=ages,
            ContentsCode=_contents("BefolkningBosted=Befolkning", *both), Tid=_time(2008, 2025),
        ),
        _table(
            "11616", "Sysselsatte per 4. kvartal", blocks.t11616,
            Region=_region("agg_KommSummer", "agg_KommFylker"), Alder=Dimension("alder", dict(AGES_15_74)),
            ContentsCode=_contents(*both, "Innpendlere=Innpendlere", "Utpendlere=Utpendlere"), Tid=_time(2008, 2025),
        ),
        _table(
            "06445", "Andel sysselsatte i befolkningen per 4. kvartal (prosent)", blocks.t06445,
            Region=_region("agg_KommGjeldende"), Alder=Dimension("alder", {each: AGES_15_74[each] for each in ("15-74", "20-66")}),
            ContentsCode=_contents("Sysselsatte=Sysselsatte i prosent av befolkningen", Sysselsatte=("prosent", 1)),
            Tid=_time(2005, 2025),
        ),
        _table(
            "07984", "Sysselsatte per 4. kvartal", blocks.t07984,
            Region=_region("agg_KommSummerS", "agg_KommFylker"), NACE2007=Dimension("næring (SN2007)", groups), Kjonn=_sex(),
            Alder=Dimension("alder", {key: each for key, each in AGES_15_74.items() if key != "20-66"}),
            ContentsCode=_contents(
                "Sysselsatte=Sysselsatte personer etter bosted", "SysselsatteArb=Sysselsatte personer etter arbeidssted"
            ),
            Tid=_time(2008, 2025),
        ),
        _table(
            "13470", "Næringsfordeling blant sysselsatte", blocks.t13470,
            Region=_region("agg_KommSummer", "agg_KommFylker"),
            NACE2007=Dimension("næring (SN2007)", fine, True, "00-99", {"agg_NACE2007arb11": _eleven()}),
            ContentsCode=_contents("SysselsatteArb=Sysselsatte personer etter arbeidssted"), Tid=_time(2008, 2025),
        ),
        _table(
            "13472", "Sysselsatte etter sektor", blocks.t13472,
            Region=_region("agg_KommSummer", "agg_KommFylker"), Sektor=Dimension("sektor", dict(SECTORS)),
            ContentsCode=_contents("SysselEtterArbste=Sysselsatte etter arbeidssted"), Tid=_time(2015, 2025),
        ),
        matrix,
    ]  # fmt: skip


@cache
def _eleven() -> Codelist:
    """Eleven industries (constructed: the codes of this list have not been seen)."""
    joined = {
        "01-03": 1,
        "05-09": 1,
        "10-33": 1,
        "35-43": 2,
        "45-47": 1,
        "49-56": 2,
        "58-63": 1,
        "64-82": 3,
        "84": 1,
        "85-88": 2,
        "90-99": 1,
    }
    groups, values = list(blocks.INDUSTRIES[:-1]), {}
    for code, count in joined.items():
        own, groups = groups[:count], groups[count:]
        values[code] = (
            " og ".join(GROUP_LABELS[each] for each in own),
            tuple(fine for each in own for fine in blocks.divisions(each)),
        )
    return Codelist("11 næringer", values)


def _labour() -> list[PxTable]:
    bands = {
        "15-29": "15-29 år",
        "30-61": "30-61 år",
        "62+": "62 år eller eldre",
        "15-74": "15-74 år",
        "15+": "15 år eller eldre",
        "20-66": "20-66 år",
    }
    origins = {"A-G": "Alle", "A_C-G": "Befolkningen ekskl. innvandrere", "B": "Innvandrere"}
    statuses = Dimension("prioritert arbeidsstyrkestatus", dict(STATUS_LABELS))
    neet = {"NEET": "Utenfor arbeid, utdanning og arbeidsmarkedstiltak (NEET)", "TOT3": "I alt"}
    return [
        _table(
            "13563", "Befolkningen", blocks.t13563,
            Region=_region("agg_KommSummer", "agg_KommFylker", country=True), HovArbStyrkStatus=statuses, Alder=Dimension("alder", bands),
            InnvandrKat=Dimension("innvandringskategori", origins), ContentsCode=_contents("Bosatte=Bosatte"), Tid=_time(2015, 2024),
        ),
        _table(
            "13556", "Personer utenfor arbeid, utdanning og arbeidsmarkedstiltak", blocks.t13556,
            Region=_region("agg_KommGjeldende"), HovArbStyrkStatus=Dimension("arbeidsstyrkestatus", neet),
            Alder=Dimension("alder", {"15-29": "15-29 år"}), Kjonn=_sex({"0": "Begge kjønn"}),
            ContentsCode=_contents("Bosatte=Bosatte", "BosatteProsent=Bosatte (prosent)", BosatteProsent=("prosent", 1)),
            Tid=_time(2008, 2024),
        ),
        _table(
            "11715", "Mottakere av uføretrygd", blocks.t11715,
            Region=_region("agg_KommSummer"), Alder=Dimension("alder", {"18-67": "18-67 år"}),
            ContentsCode=_contents(
                "UforetygdPers=Uføretrygdede", "UforetrygdPros=Andel av befolkningen (prosent)", UforetrygdPros=("prosent", 1)
            ),
            Tid=_time(2015, 2024),
        ),
    ]  # fmt: skip


def _people() -> list[PxTable]:
    sexes = {key: SEXES[key] for key in ("1", "2")}
    single = Dimension("alder", dict(ONE_YEAR_AGES), True)
    return [
        _table(
            "07459", "Alders- og kjønnsfordeling i kommuner, fylker og hele landets befolkning", blocks.t07459,
            Region=_region("agg_KommSummer", "agg_KommFylker", country=True), Kjonn=_sex(sexes), Alder=single,
            ContentsCode=_contents("Personer1=Personer"), Tid=_time(1986, 2026),
        ),
        _table(
            "14746", "Framskrevet folkemengde 1. januar (K)", blocks.t14746, CURRENT,
            Region=_region(codes=valid(CURRENT)), Kjonn=_sex(sexes), Alder=Dimension("alder", dict(ONE_YEAR_AGES), True),
            ContentsCode=_contents(
                "Personer=Hovedalternativet (MMMM)", "Personer1=Lav nasjonal vekst (LLML)", "Personer2=Høy nasjonal vekst (HHMH)"
            ),
            Tid=_time(2026, 2050),
        ),
        _table(
            "09429", "Utdanningsnivå for personer 16 år og over", blocks.t09429,
            Region=_region("agg_KommGjeldende"), Nivaa=Dimension("nivå", dict(LEVELS)), Kjonn=_sex(),
            ContentsCode=_contents(
                "Personer=Personer 16 år og over", "PersonerProsent=Personer 16 år og over (prosent)", PersonerProsent=("prosent", 1)
            ),
            Tid=_time(1970, 2025),
        ),
    ]  # fmt: skip


def _land() -> list[PxTable]:
    aims = [
        "Bebyggelse og anlegg",
        "Boligbebyggelse",
        "Sentrumsformål",
        "Fritidsbebyggelse",
        "Forretninger",
        "Tjenesteyting",
        "Næring",
        "Kombinert",
        "Annet",
    ]
    cover = ["Skog", "Jordbruk", "Åpen fastmark", "Våtmark", "Bart fjell", "Annet"]
    near = ["Innenfor tettsted", "Under 500 meter", "500-1000 meter", "Over 1000 meter"]

    def numbered(names: Sequence[str], letter: str) -> dict[str, str]:
        return {f"{letter}{number:02d}": name for number, name in enumerate(names, 1)}

    def block(columns: Sequence[int], largest: float, decimals: int, key: str) -> Block:
        total = int(np.prod(columns))
        return lambda year: blocks.land(year, total, largest, decimals, key).reshape(-1, *columns)

    return [
        _table(
            "09594", "Arealbruk og arealressurser", block((len(LAND), 1), 120, 2, "09594"),
            Region=_region("agg_KommSummer", "agg_KommFylker"), ArealKlasse=Dimension("arealklasse", {each: f"Klasse {each}" for each in LAND}),
            ContentsCode=_contents("Areal=Areal (km²)", Areal=("km²", 2)), Tid=_time(2011, 2025),
        ),
        _table(
            "10781", "Bebygd areal (km²) (M)", block((2,), 8, 2, "10781"),
            Region=_region("agg_KommSummer"),
            ContentsCode=_contents("BygningGrunnflate=Bygningsgrunnflate", "Veiareal=Veiareal", BygningGrunnflate=("km²", 2), Veiareal=("km²", 2)),
            Tid=_time(2011, 2025),
        ),
        _table(
            "13900", "Arealreserver for arealformål som tillater boligbygging (dekar) (M)", block((9, 6, 1), 900, 0, "13900"),
            Region=_region("agg_KommSummer"), Arealformal=Dimension("arealformål", numbered(aims, "A")),
            Arealressurs=Dimension("arealressurs", numbered(cover, "R")),
            ContentsCode=_contents("Arealreserve=Arealreserve (dekar)", Arealreserve=("dekar", 0)), Tid=_time(2022, 2022),
        ),
        _table(
            "14370", "Arealreserver for arealformål som tillater boligbygging, etter avstand til tettsted (dekar) (M)",
            block((4, 4, 1), 900, 0, "14370"),
            Region=_region("agg_KommSummer"), Arealformal=Dimension("arealformål", numbered(aims[:4], "A")),
            AvstandTettsted=Dimension("avstand til tettsted", numbered(near, "T")),
            ContentsCode=_contents("Arealreserve=Arealreserve (dekar)", Arealreserve=("dekar", 0)), Tid=_time(2023, 2024),
        ),
    ]  # fmt: skip
