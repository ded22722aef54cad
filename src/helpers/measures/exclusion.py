"""Residents outside work, education and measures (table 13563), and registered unemployed (NAV HL060).

Table 13563 prints totals of rounded cells: every figure here is approximate. It holds no national row, and the snapshot's not every
municipality: what is not in a sum is named. Where the publication did not print the year (`is_assumed`), the figures carry no trend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from helpers import lineage
from helpers.errors import TableMissing
from helpers.measures.cells import Place, Tables, lacking, named, pick
from helpers.measures.cells import newest_months as newest_months
from helpers.measures.ranking import between
from helpers.measures.remembered import remembered
from helpers.measures.rounding import approximate_sum, few, hard_sum, shares
from helpers.measures.rounding import share as share_of
from helpers.places import Area, Municipality

TABLE, UNEMPLOYED = "ssb_13563", "nav_hl060"
AGES = ("15-29", "30-61")
ALL, IMMIGRANTS, OTHERS = "A-G", "B", "A_C-G"
TOTAL, OUTSIDE = "TOT", "NEET2"
DECIMALS = 1  # shares are printed and ranked with so many


@dataclass(frozen=True)
class Share:
    """Residents outside work, education and measures.

    Parameters
    ----------
    outside, total : persons. share : percent. lower, upper : percent; they say how far the rounding may reach, not hard bounds.
    missing : codes of the place's municipalities that the table does not hold. held : how many are in the sums.
    approximate : True as long as the table prints totals of rounded cells.
    """

    name: str
    age: str
    year: int
    category: str
    outside: float
    total: float
    share: float
    lower: float
    upper: float
    missing: tuple[str, ...]
    held: int
    approximate: bool = True

    @property
    def inside_area(self) -> bool:
        """Every municipality of the place is in the sums."""
        return not self.missing

    @property
    def few(self) -> bool:
        """So few residents that it is told in persons (`rounding.few`)."""
        return few(self.lower, self.upper, self.total)


def is_assumed(tables: Tables, year: int) -> bool:
    """Whether the publication did not print this year, so that it carries no trend and no finding («2022 (antatt)»).

    Examples
    --------
    >>> from helpers import Tables, exclusion
    >>> [(year, exclusion.is_assumed(Tables.load(), year)) for year in (2021, 2022)]
    [(2021, False), (2022, True)]
    """
    meta = getattr(tables, "meta", None)
    return meta is not None and str(year) in meta(TABLE).assumed


def newest_year(tables: Tables, assumed: bool = False) -> int:
    """The newest year that the publication printed; with `assumed`, the newest of all.

    Raises
    ------
    TableMissing
        where the table is not held, or no year of it was printed.

    Examples
    --------
    >>> from helpers import Tables, exclusion
    >>> exclusion.newest_year(Tables.load()), exclusion.newest_year(Tables.load(), assumed=True)
    (2021, 2022)
    """
    years = {int(year) for year in tables[TABLE]["Tid"].unique()}
    known = years if assumed else {year for year in years if not is_assumed(tables, year)}
    if not known:
        raise TableMissing(TABLE, "et år som kilden oppgir")
    return max(known)


@remembered(TABLE)
def share(tables: Tables, place: Place, age: str, year: int, category: str = ALL) -> Share:
    """Share outside, of all residents of an age.

    Parameters
    ----------
    age : ``15-29`` or ``30-61``. category : ``A-G`` all, ``B`` immigrants, ``A_C-G`` others (the last two only for 2022 in the snapshot).

    Raises
    ------
    TableMissing
        where the table, or the age, year, category or place in it, is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables
    >>> young = share(Tables.load(), Municipality.find("halden"), "15-29", 2021)
    >>> young.outside, young.total, round(young.share, 1)
    (633.0, 5595.0, 11.3)
    """
    cells = _cells(tables, age, year, category)
    cells = cells[cells["Region"].isin(place.regions)]
    if cells.empty:
        raise TableMissing(TABLE, "tall for {place}", place=named(place))
    found = _share(cells, place, age, year, category)
    if not found.held:
        raise TableMissing(TABLE, "tall for {place}", place=named(place))
    return found


@lineage.described
def by_age(tables: Tables, place: Place, year: int | None = None) -> pd.DataFrame:
    """Share outside in both age groups; `year` is by default the newest that the publication printed.

    Returns
    -------
    frame indexed by age: outside, total (persons), share, lower, upper (%), missing (codes not in the sums).

    Raises
    ------
    TableMissing
        as `share`.

    Examples
    --------
    >>> from helpers import Municipality, Tables, exclusion
    >>> exclusion.by_age(Tables.load(), Municipality.find("halden"))[["outside", "share"]].round(1).to_dict("index")
    {'15-29': {'outside': 633.0, 'share': 11.3}, '30-61': {'outside': 2999.0, 'share': 23.0}}
    """
    year = newest_year(tables) if year is None else year
    return _frame([share(tables, place, age, year) for age in AGES], list(AGES), "age")


@dataclass(frozen=True)
class CategoryGap:
    """Immigrants against all others.

    Parameters
    ----------
    shares : frame indexed by InnvandrKat (``A-G``, ``B``, ``A_C-G``): outside, total, share, lower, upper, missing.
    gap_points : share of immigrants − share of others, **percentage points**; positive: more immigrants are outside.
    gap_percent : the same gap in **percent** of the others' share. NaN where theirs is 0.
    gap_points_lower, gap_points_upper : what the bounds of both shares allow.
    """

    age: str
    year: int
    shares: pd.DataFrame
    gap_points: float
    gap_points_lower: float
    gap_points_upper: float
    gap_percent: float


@lineage.measure
def by_category(tables: Tables, place: Place, age: str, year: int | None = None) -> CategoryGap:
    """Share outside among immigrants and all others, and the gap between them in percentage points and in percent.

    `year` is by default the newest, assumed or not: the snapshot has the categories for its assumed year alone.

    Raises
    ------
    TableMissing
        where the table does not hold the categories for that year, or the place.

    Examples
    --------
    >>> from helpers import Municipality, Tables, exclusion
    >>> found = exclusion.by_category(Tables.load(), Municipality.find("halden"), "15-29")
    >>> found.shares["share"].round(2).to_dict(), round(found.gap_points, 2), round(found.gap_percent)
    ({'A-G': 11.85, 'B': 21.36, 'A_C-G': 10.34}, 11.02, 107)
    """
    year = newest_year(tables, assumed=True) if year is None else year
    categories = (ALL, IMMIGRANTS, OTHERS)
    immigrants, others = (share(tables, place, age, year, each) for each in categories[1:])
    shares = _frame([share(tables, place, age, year), immigrants, others], list(categories), "InnvandrKat")
    ratio = immigrants.share / others.share if others.share > 0 else float("nan")
    lower, upper = immigrants.lower - others.upper, immigrants.upper - others.lower
    return CategoryGap(age, year, shares, immigrants.share - others.share, lower, upper, 100 * (ratio - 1))


@remembered(TABLE)
def by_municipality(tables: Tables, area: Area, age: str, year: int, category: str = ALL) -> pd.DataFrame:
    """Share outside for each municipality of an area.

    Returns
    -------
    frame indexed by region code: outside, total, share, lower, upper; NaN for a municipality that the table does not hold.

    Examples
    --------
    >>> from helpers import Area, Tables, exclusion
    >>> found = exclusion.by_municipality(Tables.load(), Area.of(["halden", "sarpsborg"]), "15-29", 2021)
    >>> found["share"].round(1).to_dict()
    {'3101': 11.3, '3105': 11.2}
    """
    codes = pd.Index([each.code for each in area.municipalities], name="Region")
    part, whole = (_by_region(tables, age, year, category, status).reindex(codes) for status in (OUTSIDE, TOTAL))
    held = part["value"].notna() & whole["value"].notna()
    columns = ("value", "lower", "upper")
    arrays = [each[name].where(held).to_numpy(dtype=float) for each in (part, whole) for name in columns]
    figures = [arrays[0], arrays[3], *shares(*arrays)]
    return pd.DataFrame(dict(zip(("outside", "total", "share", "lower", "upper"), figures, strict=True)), index=codes)


def differs(own: Share, other: Share) -> Literal["higher", "lower", "even"]:
    """Whether a share is higher or lower than another whatever the rounding, within the bounds; else the difference may be due to it.

    Examples
    --------
    >>> from helpers import Municipality, Tables, exclusion
    >>> places = [Municipality.find(each) for each in ("halden", "sarpsborg", "fredrikstad")]
    >>> own, *others = (exclusion.share(Tables.load(), each, "15-29", 2021) for each in places)
    >>> [(each.name, round(each.share, 1), exclusion.differs(own, each)) for each in others]
    [('Sarpsborg', 11.2, 'even'), ('Fredrikstad', 10.6, 'higher')]
    """
    return "higher" if own.lower > other.upper else "lower" if own.upper < other.lower else "even"


@dataclass(frozen=True)
class RankRange:
    """The ranks that a municipality may have in its county, the highest share first, when the rounding is reckoned with.

    Parameters
    ----------
    best : as many others surely have a higher share, plus one. worst : as many may have. of : how many are held.
    """

    best: int
    worst: int
    of: int

    @property
    def anywhere(self) -> bool:
        """It may be first, and it may be last of three or more."""
        return self.best == 1 and self.worst == self.of > 2


def rank_range(tables: Tables, municipality: Municipality, age: str, year: int) -> RankRange | None:
    """Between which ranks a municipality lies, by the bounds of its own and the others' shares; None where it is not held.

    Examples
    --------
    >>> from helpers import Municipality, Tables, exclusion
    >>> exclusion.rank_range(Tables.load(), Municipality.find("halden"), "15-29", 2021)
    RankRange(best=2, worst=6, of=12)
    """
    held = by_municipality(tables, municipality.county, age, year).dropna(subset=["share"])
    if municipality.code not in held.index:
        return None
    best, worst = between(held["lower"].to_numpy(), held["upper"].to_numpy())
    at = held.index.get_loc(municipality.code)
    return RankRange(int(best[at]), int(worst[at]), len(held))


def persons_per_point(tables: Tables, place: Place, age: str, year: int) -> float:
    """How many persons one percentage point is: a hundredth of all residents of the age.

    Examples
    --------
    >>> from helpers import Municipality, Tables, exclusion
    >>> exclusion.persons_per_point(Tables.load(), Municipality.find("halden"), "15-29", 2021)
    55.95
    """
    return share(tables, place, age, year).total / 100


def is_whole(tables: Tables, age: str, year: int) -> bool:
    """Whether every municipality has its figures, so that their sum is the country's.

    Examples
    --------
    >>> from helpers import Tables, exclusion
    >>> exclusion.is_whole(Tables.load(), "15-29", 2021)  # the snapshot lacks some municipalities
    False
    """
    return share(tables, Area.country(), age, year).inside_area


@remembered(TABLE)
def comparison(tables: Tables, municipality: Municipality, age: str, year: int) -> pd.DataFrame:
    """A municipality beside its county, Søndre Viken and the country, which is the sum of every municipality: the table has no
    national row. Where it lacks some, those held stand in the country's place, under another key.

    Raises
    ------
    TableMissing
        where the municipality is not held.

    Returns
    -------
    frame indexed by key (``municipality``, ``county``, ``sondre-viken``, ``country`` or ``held``): name, outside, total, share,
    lower, upper, missing (codes not in the sums), held (how many are).

    Examples
    --------
    >>> from helpers import Municipality, Tables, exclusion
    >>> found = exclusion.comparison(Tables.load(), Municipality.find("halden"), "15-29", 2021)
    >>> found[["name", "share", "held"]].round(1).values.tolist()
    [['Halden', 11.3, 1], ['Østfold', 10.9, 12], ['Søndre Viken', 10.9, 5], ['Alle kommunene i tabellen', 9.7, 90]]
    """
    codes = tuple(sorted(_cells(tables, age, year, ALL)["Region"].unique()))
    everyone = Area.country() if is_whole(tables, age, year) else Area("held", "Alle kommunene i tabellen", codes)
    if municipality.code not in codes:
        raise TableMissing(TABLE, "tall for {place}", place=municipality.name)
    places: dict[str, Place] = {
        "municipality": municipality,
        "county": municipality.county,
        "sondre-viken": Area.sondre_viken(),
        everyone.key: everyone,
    }
    found = {key: share(tables, each, age, year) for key, each in places.items() if set(each.regions) & set(codes)}
    frame = _frame(list(found.values()), list(found), "key")
    frame.insert(0, "name", [each.name for each in found.values()])
    return frame.assign(held=[each.held for each in found.values()])


@remembered(UNEMPLOYED)
def unemployment(tables: Tables, place: Place) -> pd.DataFrame:
    """Registered unemployed month by month.

    Returns
    -------
    frame indexed by Tid (``2022M10``): count, lower, upper (persons; masked: NaN with bounds 0–3, in sums too), percent (of the
    labour force; NaN where masked, and for areas), status (the producer's sign, ``*``), lacking (codes not in the sum). No rows for a
    municipality without comparable history.

    Examples
    --------
    >>> from helpers import Municipality, Tables, exclusion
    >>> months = exclusion.unemployment(Tables.load(), Municipality.find("halden"))
    >>> months.loc["2022M10", ["count", "percent"]].tolist()
    [361.0, 2.5]
    """
    frame = tables[UNEMPLOYED]
    rows = frame[frame["Region"].isin(place.regions)]
    percents = rows[rows["ContentsCode"] == "prosent"].set_index("Tid")
    found: dict[str, dict[str, object]] = {}
    for month, cells in rows[rows["ContentsCode"] == "antall"].groupby("Tid"):
        total, signs = hard_sum(cells), cells["status"].dropna()
        alone = isinstance(place, Municipality) and month in percents.index
        found[str(month)] = {
            "count": total.value,
            "lower": total.lower,
            "upper": total.upper,
            "percent": percents["value"].get(month) if alone else float("nan"),
            "status": signs.iloc[0] if len(signs) else None,
            "lacking": lacking(place.regions, set(cells["Region"]), int(str(month)[:4])),
        }
    columns = ["count", "lower", "upper", "percent", "status", "lacking"]
    result = pd.DataFrame.from_dict(found, orient="index", columns=None) if found else pd.DataFrame(columns=columns)
    result = result.reindex(columns=columns).rename_axis("Tid")
    return result.astype(dict.fromkeys(columns[:4], float))


def _cells(tables: Tables, age: str, year: int, category: str) -> pd.DataFrame:
    return pick(tables[TABLE], TABLE, Tid=year, Alder=age, InnvandrKat=category)


def _by_region(tables: Tables, age: str, year: int, category: str, status: str) -> pd.DataFrame:
    """The cells of one status, indexed by region."""
    cells = _cells(tables, age, year, category)
    return cells[cells["HovArbStyrkStatus"] == status].set_index("Region")


def _share(cells: pd.DataFrame, place: Place, age: str, year: int, category: str) -> Share:
    """Sums over the regions that have both figures."""
    known = cells[cells["value"].notna()]
    both = [known[known["HovArbStyrkStatus"] == each] for each in (OUTSIDE, TOTAL)]
    held = set.intersection(*({str(code) for code in each["Region"]} for each in both))
    outside, total = (approximate_sum(each[each["Region"].isin(held)]) for each in both)
    percent = share_of(outside, total)
    gone = lacking(place.regions, held, year)
    figures = (outside.value, total.value, percent.value, percent.lower, percent.upper)
    return Share(place.name, age, year, category, *figures, missing=gone, held=len(held))


def _frame(found: list[Share], keys: list[str], name: str) -> pd.DataFrame:
    columns = ["outside", "total", "share", "lower", "upper", "missing"]
    rows = [[getattr(each, column) for column in columns] for each in found]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(keys, name=name))
