"""What the headings claim, reckoned again from the tidy tables with plain pandas, without the measures that the pages use."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

import pandas as pd

from helpers.charts.parts import plain
from helpers.measures.context import Context
from helpers.places import Area, Municipality, region_name, registry
from helpers.prose import listing, spelled

SAME = 0.05  # percent: what reads 0,0
Claim = Callable[["Facts", Context, str], list[str]]


def printed(value: float, places: int = 1) -> float:
    """A number as a reader sees it: half away from zero."""
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def read(text: str) -> float:
    """A number as the page writes it."""
    return float(text.replace("\u202f", "").replace("\u2212", "-").replace("+", "").replace(",", "."))


class Facts:
    """The tables, arranged for looking up."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self.tables = tables

    @cached_property
    def work(self) -> pd.DataFrame:
        """11618: index (Region, Tid), columns of its contents; rows with every figure."""
        frame = self.tables["ssb_11618"]
        frame = frame[frame["Alder"] == "15-74"]
        cells = frame.pivot(index=["Region", "Tid"], columns="ContentsCode", values="value")
        return cells.rename(
            columns={"BefolkningBosted": "people", "SysselBosted": "employed", "SysselArbsted": "jobs"}
        ).dropna()

    @cached_property
    def flows(self) -> pd.DataFrame:
        """03321 without zeros: home, work, Tid, persons."""
        frame, ours = self.tables["ssb_03321"], registry().regions
        frame = frame[(frame["value"] > 0) & frame["Bokommuen"].isin(ours) & frame["ArbstedKomm"].isin(ours)].rename(
            columns={"Bokommuen": "home", "ArbstedKomm": "work", "value": "persons"}
        )
        return frame.astype({"home": str, "work": str})[["home", "work", "Tid", "persons"]]

    @cached_property
    def stay(self) -> pd.Series:
        """(code, year) → who lives and works there."""
        same = self.flows[self.flows["home"] == self.flows["work"]]
        return same.set_index(["home", "Tid"])["persons"]

    @cached_property
    def leaving(self) -> dict[str, pd.DataFrame]:
        return dict(iter(self.flows[self.flows["home"] != self.flows["work"]].groupby("home")))

    @cached_property
    def coming(self) -> dict[str, pd.DataFrame]:
        return dict(iter(self.flows[self.flows["home"] != self.flows["work"]].groupby("work")))

    def own(self, code: str) -> pd.DataFrame:
        """A municipality's years: people, employed, jobs, stay, out, in, net, rate."""
        years = (
            self.work.loc[code].copy()
            if code in self.work.index.get_level_values(0)
            else self.work.iloc[:0].droplevel(0)
        )
        years["stay"] = [self.stay.get((code, year), math.nan) for year in years.index]
        years["out"], years["in"] = years["employed"] - years["stay"], years["jobs"] - years["stay"]
        years["net"], years["rate"] = years["jobs"] - years["employed"], 100 * years["employed"] / years["people"]
        return years

    def placed(self, code: str) -> pd.DataFrame:
        """The years of `own` that the matrix has too."""
        return self.own(code).dropna(subset=["stay"])

    def newer(self, code: str, held: pd.DataFrame) -> pd.DataFrame:
        """11616: years after those held."""
        frame = self.tables["ssb_11616"]
        rows = frame[(frame["Region"] == code) & (frame["Tid"] > max(held.index, default=0))].pivot(
            index="Tid", columns="ContentsCode", values="value"
        )
        return rows.rename(
            columns={"SysselBosted": "employed", "SysselArbsted": "jobs", "Utpendlere": "out", "Innpendlere": "in"}
        )

    def area(self, area: Area, first: int, last: int) -> pd.DataFrame:
        """Sums over an area's regions, years `first` and `last`."""
        held = self.work[self.work.index.get_level_values("Region").isin(area.regions)]
        return held.groupby(level="Tid").sum().loc[[first, last]]

    def partners(self, code: str, year: int) -> pd.DataFrame:
        """Everyone with a commuter either way: out, in, net; the most first."""
        out = self.leaving.get(code, self.flows.iloc[:0])
        inward = self.coming.get(code, self.flows.iloc[:0])
        both = pd.DataFrame(
            {
                "out": out[out["Tid"] == year].set_index("work")["persons"],
                "in": inward[inward["Tid"] == year].set_index("home")["persons"],
            }
        ).fillna(0)
        both["both"], both["net"] = both["out"] + both["in"], both["in"] - both["out"]
        both["code"] = both.index
        return both.sort_values(["both", "code"], ascending=[False, True])

    def status_years(self, assumed: set[str]) -> list[int]:
        """The years of 13563 that the publication printed."""
        return sorted(
            {int(year) for year in self.tables["ssb_13563"]["Tid"].unique()} - {int(year) for year in assumed}
        )

    def status(self, code: str, age: str, year: int, category: str = "A-G") -> tuple[float, float, float] | None:
        """Share outside with the bounds that the tidy table's own bounds allow."""
        frame = self.tables["ssb_13563"]
        rows = frame[
            (frame["Region"] == code)
            & (frame["Alder"] == age)
            & (frame["Tid"] == year)
            & (frame["InnvandrKat"] == category)
        ]
        cells = rows.set_index("HovArbStyrkStatus")
        if not {"TOT", "NEET2"} <= set(cells.index):
            return None
        part, whole = cells.loc["NEET2"], cells.loc["TOT"]
        return (
            100 * part["value"] / whole["value"],
            100 * part["lower"] / whole["upper"],
            min(100.0, 100 * part["upper"] / whole["lower"]),
        )


def check(claim: bool, said: str) -> list[str]:
    return [] if claim else [said]


def _growth(frame: pd.DataFrame, column: str) -> float:
    return 100 * (float(frame[column].iloc[-1]) / float(frame[column].iloc[0]) - 1)


def _net_title(facts: Facts, ctx: Context, title: str) -> list[str]:
    years = facts.placed(ctx.municipality.code)
    now, then = float(years["net"].iloc[-1]), float(years["net"].iloc[0])
    found = check(("mer ut enn inn" in title) == (now < 0), "which way more commute")
    found += check(("mer inn enn ut" in title) == (now > 0), "which way more commute")
    grown = abs(now) - abs(then)
    found += check("har vokst" not in title or (grown > 0 and now * then >= 0), "the gap has not grown")
    found += check("har minket" not in title or (grown < 0 and now * then > 0), "the gap has not shrunk")
    found += check("er det samme" not in title or grown == 0, "the gap is not the same")
    found += check("omvendt" not in title or now * then < 0, "it was not the other way")
    named = re.findall(r"\b(20\d\d)\b", title)
    return found + check(all(int(year) == years.index[0] for year in named), "the year")


def _map(facts: Facts, ctx: Context, title: str) -> list[str]:
    years = facts.placed(ctx.municipality.code)
    year = int(years.index[-1])
    out = (
        facts.partners(ctx.municipality.code, year)
        .query("out > 0")
        .sort_values(["out", "code"], ascending=[False, True])
    )
    share = 100 * out["out"].head(3).sum() / years["out"].iloc[-1]
    said = re.match(r"([\d,]+)\u00a0prosent av utpendlerne reiser til (.*)", title)
    if said is None:
        return check("Ingen pendler" in title and out.empty, "a heading without its share")
    found = check(read(said[1]) == printed(share), f"the share is {share}")
    tied = out["out"].head(4).duplicated().any()
    names = plain(listing(region_name(code) for code in out.index[:3]))
    return found + check(tied or said[2] == names, f"the largest are {names}")


def _timeline(facts: Facts, ctx: Context, title: str) -> list[str]:
    years = facts.placed(ctx.municipality.code)
    newer = facts.newer(ctx.municipality.code, years)
    rows = pd.concat([years[["out", "in"]], newer[["out", "in"]]]) if len(newer) else years[["out", "in"]]
    out, inward = (float(rows[each].iloc[-1] - rows[each].iloc[0]) for each in ("out", "in"))
    claims = {
        "Utpendlingen har økt mer enn innpendlingen": out > inward > 0,
        "Innpendlingen har økt mer enn utpendlingen": inward > out > 0,
        "Ut- og innpendlingen har økt like mye": inward == out > 0,
        "Flere pendler ut og færre inn": out > 0 > inward,
        "Flere pendler inn og færre ut": inward > 0 > out,
        "Flere pendler ut enn i": out > 0 and inward == 0,
        "Færre pendler ut enn i": out < 0 and inward == 0,
        "Flere pendler inn enn i": inward > 0 and out == 0,
        "Færre pendler inn enn i": inward < 0 and out == 0,
        "Både inn- og utpendlingen er lavere": out < 0 and inward < 0,
        "Like mange pendler ut og inn som": out == 0 and inward == 0,
        "Pendlingen i 20": len(rows) == 1,
    }
    found = [
        f"{out:+.0f} out, {inward:+.0f} in" for said, true in claims.items() if title.startswith(said) and not true
    ]
    found += check(any(title.startswith(said) for said in claims), "an unknown heading")
    years_named = [int(each) for each in re.findall(r"\b20\d\d\b", title)]
    return found + check(all(each == rows.index[0] for each in years_named), "the year")


def _senders(facts: Facts, ctx: Context, title: str) -> list[str]:
    year = int(facts.placed(ctx.municipality.code).index[-1])
    top = facts.partners(ctx.municipality.code, year).head(10)
    if top.empty:
        return check("Ingen pendler" in title, "nobody commutes")
    senders = top[top["net"] > 0]
    if title.startswith("Ingen av"):
        return check(senders.empty, "some send more")
    if title.startswith("Alle"):
        return check(len(senders) == len(top), "not all send more")
    if said := re.match(r"(\w+) av de (\w+) største", title):
        words = (spelled(len(senders)).capitalize(), spelled(len(top)))
        return check(said.groups() == words, f"it is {words}")
    names = plain(listing(region_name(code) for code in senders.index))
    return check(title.startswith(f"{names} sender flere hit"), f"the senders are {names}")


def _region(facts: Facts, ctx: Context, title: str) -> list[str]:
    code, years = ctx.municipality.code, facts.placed(ctx.municipality.code)
    near = set(ctx.sondre_viken.regions) - {code} if "Søndre Viken" in title else {"0301"}
    out = facts.leaving[code]
    share = [
        100 * out[(out["Tid"] == year) & out["work"].isin(near)]["persons"].sum() / years["out"][year]
        for year in (years.index[0], years.index[-1])
    ]
    then, now = (printed(each) for each in share)
    moved = [out[(out["Tid"] == year) & out["work"].isin(near)]["persons"].sum() for year in years.index[[0, -1]]]
    few = abs(moved[1] - moved[0]) < 10
    if title.startswith("Hvor mange"):
        return check(few, f"{moved[1] - moved[0]:+.0f} persons")
    word = "Like stor" if then == now else "En større" if now > then else "En mindre"
    found = check(title.startswith(word), f"from {share[0]} to {share[1]}")
    return found + check(then == now or not few, f"a heading that rests on {moved[1] - moved[0]:+.0f} persons")


def _rate(facts: Facts, ctx: Context, title: str) -> list[str]:
    rates = facts.own(ctx.municipality.code)["rate"]
    then, now = printed(rates.iloc[0]), printed(rates.iloc[-1])
    numbers = [read(each) for each in re.findall(r"\d+,\d", title)]
    form = "økt" if now > then else "falt" if now < then else "er"
    expected = [now] if form == "er" else [then, now]
    return check(numbers == expected, f"the rates are {then} and {now}") + check(
        len(rates) == 1 or form in title, f"it has {form}"
    )


def _jobs(facts: Facts, ctx: Context, title: str) -> list[str]:
    years = facts.own(ctx.municipality.code)
    if len(years) == 1:
        return []
    jobs, people = _growth(years, "jobs"), _growth(years, "people")
    gap, said = printed(jobs - people), f"jobs {jobs:+.1f}, people {people:+.1f}"
    found = check(("sterkere enn" in title) == (gap > 0), said) + check(("svakere enn" in title) == (gap < 0), said)
    return found + check("har vokst" not in title or jobs > 0, f"jobs have not grown: {jobs:+.1f}")


def _against(facts: Facts, ctx: Context, title: str) -> list[str]:
    years = facts.own(ctx.municipality.code)
    rest = facts.area(ctx.country, int(years.index[0]), int(years.index[-1]))["jobs"] - years["jobs"].iloc[[0, -1]]
    level = printed(100 * (years["jobs"].iloc[-1] / years["jobs"].iloc[0]) / (rest.iloc[-1] / rest.iloc[0]))
    word = (
        "har fulgt resten av landet"
        if level == 100
        else "færre arbeidsplasser"
        if level < 100
        else "flere arbeidsplasser"
    )
    return check(word in title, f"the index is {level}")


def _rates(facts: Facts, ctx: Context) -> pd.Series:
    year = int(facts.own(ctx.municipality.code).index[-1])
    rates = {each.code: facts.own(each.code)["rate"].get(year) for each in ctx.county.municipalities}
    return pd.Series({code: printed(rate) for code, rate in rates.items() if rate is not None})


def _ranking(facts: Facts, ctx: Context, title: str) -> list[str]:
    rates, code = _rates(facts, ctx), ctx.municipality.code
    higher, lower = int((rates > rates[code]).sum()), int((rates < rates[code]).sum())
    if "høyeste andelen" in title:
        return check(lower == len(rates) - 1, "not the highest")
    if "laveste andelen" in title:
        return check(higher == len(rates) - 1, "not the lowest")
    if title.startswith("Ingen"):
        return check(higher == 0, f"{higher} are higher")
    words = f"{spelled(higher).capitalize()} av de {spelled(len(rates) - 1)} andre"
    return check(title.startswith(words) and higher > 0, f"it is {words}")


def _overview(facts: Facts, ctx: Context, title: str) -> list[str]:
    years = facts.own(ctx.municipality.code)
    if not len(years):
        return check(not re.search(r"\d,\d", title), "a rate where there is none")
    country = facts.area(ctx.country, int(years.index[0]), int(years.index[-1])).iloc[-1]
    wanted = [printed(years["rate"].iloc[-1]), printed(100 * country["employed"] / country["people"])]
    return check([read(each) for each in re.findall(r"\d+,\d", title)] == wanted, f"the rates are {wanted}")


def lead(facts: Facts, ctx: Context, said_there: str) -> list[str]:
    """The rank in the lead agrees with the rates as they are printed."""
    if "andelen i" not in said_there and "er nummer" not in said_there:
        return []
    rates, code = _rates(facts, ctx), ctx.municipality.code
    higher, equal = int((rates > rates[code]).sum()), int((rates == rates[code]).sum())
    if said := re.search(r"nummer (\d+) av (\d+)", said_there):
        return check(
            int(said[1]) == higher + 1 and int(said[2]) == len(rates), f"{higher} print a higher rate of {len(rates)}"
        )
    first = "høyeste" in said_there
    return check(equal == 1 and (higher == 0 if first else higher == len(rates) - 1), "not alone there")


def _trends(facts: Facts, ctx: Context, title: str) -> list[str]:
    years = facts.own(ctx.municipality.code)
    first, last = int(years.index[0]), int(years.index[-1])
    named: dict[str, str] = {}
    areas = {"fylket": ctx.county, "landet": ctx.country}
    if said := re.search(r"(sterkere|svakere) i .*? enn i (.*?)(?:, men (sterkere|svakere) enn i (.*))?$", title):
        for word, places in ((said[1], said[2]), (said[3], said[4])):
            listed = (places or "").replace(ctx.county.name, "fylket")  # «Møre og Romsdal og landet»
            named |= dict.fromkeys(re.split(r", | og ", listed), word) if listed else {}
    found = check(set(named) <= set(areas), f"an unknown place in {sorted(named)}")
    for column in ["jobs", *(["people"] if "befolkning har" in title else [])]:
        own = _growth(years, column) if len(years) > 1 else 0.0
        for place, word in named.items():
            gap = own - _growth(facts.area(areas[place], first, last), column)
            found += check(
                (gap > 0) == (word == "sterkere") and abs(gap) >= SAME, f"{column} against {place}: {gap:+.2f}"
            )
    if not named and len(years) > 1:
        gaps = [_growth(years, "jobs") - _growth(facts.area(each, first, last), "jobs") for each in areas.values()]
        found += check(all(abs(gap) < SAME for gap in gaps), f"a heading that says nothing of {gaps}")
    return found


def _status_year(facts: Facts, ctx: Context) -> int:
    return facts.status_years(set(ctx.tables.meta("ssb_13563").assumed))[-1]


def _ages(facts: Facts, ctx: Context, title: str) -> list[str]:
    """«Higher» and «lower» hold in the direction of both shares; whether rounding may account for it is asked of the county's bars."""
    year = _status_year(facts, ctx)
    own = {age: facts.status(ctx.municipality.code, age, year) for age in ("15-29", "30-61")}
    county = {}
    for age in own:
        frame = facts.tables["ssb_13563"]
        rows = frame[
            (frame["Alder"] == age)
            & (frame["Tid"] == year)
            & (frame["InnvandrKat"] == "A-G")
            & frame["Region"].isin(ctx.county.regions)
        ]
        sums = rows.groupby("HovArbStyrkStatus")["value"].sum()
        county[age] = 100 * sums["NEET2"] / sums["TOT"]
    found = []
    ages = {"unge": ["15-29"], "voksne": ["30-61"]}
    said = [age for word, each in ages.items() if word in title for age in each]
    for age in said:
        share, lower, upper = own[age] or (math.nan,) * 3
        found += check("øyere" not in title or lower > county[age], f"{age}: {share} against {county[age]}")
        found += check("avere" not in title or upper < county[age], f"{age}: {share} against {county[age]}")
    if "skyldes avrunding" in title:
        found += check(all(each is not None for each in own.values()), "no figures")
    return found


def _county(facts: Facts, ctx: Context, title: str) -> list[str]:
    year = _status_year(facts, ctx)
    held = {each.code: facts.status(each.code, "30-61", year) for each in ctx.county.municipalities}
    shares = {code: each for code, each in held.items() if each is not None}
    _, lower, upper = shares.pop(ctx.municipality.code)
    best = 1 + sum(low > upper for _, low, _ in shares.values())
    worst = 1 + sum(high > lower for _, _, high in shares.values())
    total = len(shares) + 1
    if title.startswith("For få bor"):
        return check((best, worst) == (1, total) and total > 2, f"{best}–{worst} of {total}")
    if "høyeste" in title:
        return check((best, worst) == (1, 1), f"{best}–{worst}")
    if "laveste" in title:
        return check((best, worst) == (total, total), f"{best}–{worst}")
    numbers = [int(each) for each in re.findall(r"\b\d+\b", title.partition(", regnet")[0])]
    wanted = [best, total] if best == worst else [best, worst, total]
    return check(numbers == wanted, f"it is {wanted}")


def _unemployed(facts: Facts, ctx: Context, title: str) -> list[str]:
    frame = facts.tables["nav_hl060"]
    rows = frame[(frame["Region"] == ctx.municipality.code) & (frame["ContentsCode"] == "prosent")].sort_values("Tid")
    rows = rows["value"].tail(13)
    then, now = float(rows.iloc[0]), float(rows.iloc[-1])
    if math.isnan(then) or math.isnan(now):
        return check(not re.search(r"\d,\d", title), "a number for what is masked")
    word = "var" if then == now else "gikk ned" if now < then else "gikk opp"
    wanted = [printed(now)] if then == now else [printed(then), printed(now)]
    return check(word in title and [read(each) for each in re.findall(r"\d+,\d", title)] == wanted, f"{then} → {now}")


def _industry(facts: Facts, ctx: Context, title: str) -> list[str]:
    frame = facts.tables["ssb_07984"]
    year = frame[frame["Region"] == ctx.municipality.code]["Tid"].max()
    jobs = frame[frame["Tid"] == year].pivot(index="NACE2007", columns="Region", values="value")
    own = jobs[ctx.municipality.code]
    rest = jobs[_others(ctx, jobs)].sum(axis=1)
    quotient = ((own / own.sum()) / (rest / rest.sum()))[own >= 50].drop("00", errors="ignore")
    if quotient.empty:
        return check("mest overrepresentert" not in title, "no industry is large enough")
    labels = ctx.tables.labels("ssb_07984", "NACE2007")
    top = str(quotient.idxmax())
    if "mest overrepresentert" in title:
        return check(
            f" er {labels[top]} mest overrepresentert" in title and quotient[top] > 1,
            f"it is {labels[top]}, {quotient[top]}",
        )
    return []


def _others(ctx: Context, jobs: pd.DataFrame) -> list[str]:
    """The rest of the county; of the country for a county of one."""
    area = ctx.county if len(ctx.county.municipalities) > 1 else ctx.country
    return [code for code in jobs.columns if code in area.regions and code != ctx.municipality.code]


def shift_years(facts: Facts, ctx: Context) -> tuple[int, int]:
    """The newest run of years in which neither the municipality nor the rest is known to disagree with 11618."""
    frame, code = facts.tables["ssb_07984"], ctx.municipality.code
    groups = frame["NACE2007"].nunique()
    added = frame.groupby(["Tid", "Region"])["value"].sum().unstack()
    jobs = facts.work["jobs"].unstack("Region").reindex_like(added)
    off, others = added - jobs, _others(ctx, added)
    runs: list[list[int]] = [[]]
    for year in added.index[added[code].notna()]:
        rest = off.loc[year, others].dropna()
        wrong = abs(off.loc[year, code]) > 3 * math.sqrt(2 * groups)
        wrong = wrong or (len(rest) > 0 and abs(rest.sum()) > 3 * math.sqrt(2 * groups * len(rest)))
        runs = [*runs, []] if wrong else [*runs[:-1], [*runs[-1], int(year)]]
    run = [each for each in runs if len(each) > 1][-1]
    return run[0], run[-1]


def _shift(facts: Facts, ctx: Context, title: str) -> list[str]:
    frame = facts.tables["ssb_07984"]
    jobs = frame.pivot(index=["Tid", "NACE2007"], columns="Region", values="value")
    own, rest = jobs[ctx.municipality.code], jobs[_others(ctx, jobs)].sum(axis=1)
    first, last = shift_years(facts, ctx)
    growth = (rest[last] / rest[first]).fillna(1)
    local = float((own[last] - own[first] * growth).sum())
    if title.startswith("Omtrent"):
        return check(abs(local) <= 60, f"{local}")
    return check(title.startswith("Flere" if local > 0 else "Færre"), f"{local}")


def _immigrants(facts: Facts, ctx: Context, title: str) -> list[str]:
    """«Higher» and «lower» hold in the direction of the shares that are named."""
    if title.startswith("Innvandrere og andre"):
        return []
    year = max(int(each) for each in facts.tables["ssb_13563"]["Tid"].unique())
    found = check(str(year) not in ctx.tables.meta("ssb_13563").assumed, "a finding in an assumed year")
    ages = {"unge": "15-29", "voksne": "30-61"}
    for word, age in ages.items():
        if word in title and "hver sin" not in title:
            ours, others = (facts.status(ctx.municipality.code, age, year, each) for each in ("B", "A_C-G"))
            gap = ours[0] - others[0] if ours and others else math.nan
            found += check("øyere" not in title or gap > 0, f"{age}: {gap}")
            found += check("avere" not in title or gap < 0, f"{age}: {gap}")
    return found


CLAIMS: dict[tuple[str, str], Claim] = {
    ("commuting", "head"): _net_title, ("commuting", "flows"): _map, ("commuting", "timeline"): _timeline,
    ("commuting", "partners"): _senders, ("commuting", "region"): _region, ("employment", "rate"): _rate,
    ("employment", "jobs"): _jobs, ("employment", "against"): _against, ("employment", "ranking"): _ranking,
    ("employment", "industry"): _industry, ("employment", "shift"): _shift, ("overview", "head"): _overview,
    ("overview", "trends"): _trends, ("exclusion", "ages"): _ages, ("exclusion", "county"): _county,
    ("exclusion", "unemployment"): _unemployed, ("exclusion", "immigrants"): _immigrants,
}  # fmt: skip


def extremes(facts: Facts, ctx: Context, texts: Mapping[str, str]) -> list[str]:
    """«det største i perioden», «Flest arbeidsplasser var det i …», and who the largest partners are."""
    years, code = facts.own(ctx.municipality.code), ctx.municipality.code
    found: list[str] = []
    placed = facts.placed(code)
    net = placed["net"].abs()
    for said in re.finditer(
        r"er ([\d\u202f]+) personer?, det (største|minste) i perioden \S+ Det (?:største|minste) var ([\d\u202f]+) i (\d{4})",
        texts["commuting"],
    ):
        now, other, when = read(said[1]), read(said[3]), int(said[4])
        ends = (net.max(), net.min()) if said[2] == "største" else (net.min(), net.max())
        found += check((now, other) == ends and net[when] == other and net.iloc[-1] == now, said[0])
    if said := re.search(
        r"Flest arbeidsplasser var det i (\d{4}) \(([\d\u202f]+)\), færrest i (\d{4}) \(([\d\u202f]+)\)",
        texts["employment"],
    ):
        jobs = pd.concat([years["jobs"], facts.newer(code, years).get("jobs", pd.Series(dtype=float))])
        found += check(
            jobs[int(said[1])] == jobs.max() == read(said[2]) and jobs[int(said[3])] == jobs.min() == read(said[4]),
            said[0],
        )
    for word, side, total in (("reiser til", "out", "out"), ("kommer fra", "in", "in")):
        if said := re.search(rf"Flest {word} .*?, til sammen ([\d,]+)\u00a0prosent av alle", texts["commuting"]):
            most = facts.partners(code, int(placed.index[-1]))[side].nlargest(3)
            found += check(read(said[1]) == printed(100 * most.sum() / placed[total].iloc[-1]), said[0])
            shown = sorted((read(each) for each in re.findall(r"\(([\d\u202f]+)\)", said[0])), reverse=True)
            found += check(shown == [each for each in most.tolist() if each > 0], said[0])
    return found


def divided() -> list[Municipality]:
    """Municipalities with borders from a division that the tables reach across."""
    return [each for each in Municipality.all() if each.comparable_from is not None]


def by_county(codes: list[Any]) -> dict[str, list[Any]]:
    return {digits: list(each) for digits, each in itertools.groupby(codes, lambda municipality: municipality.code[:2])}
