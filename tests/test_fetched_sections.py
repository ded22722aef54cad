"""Every section of the four reports on tables as a fetch brings them, and on mixtures of those with the snapshot."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest

import fetched
from fetched import Fetched
from helpers import prose
from helpers.charts import commuting as commuting_charts
from helpers.charts import employment as employment_charts
from helpers.charts import exclusion as exclusion_charts
from helpers.charts import overview, parts, words
from helpers.charts.parts import plain
from helpers.charts.words import use_labels
from helpers.errors import FiguresMissing, TableMissing
from helpers.measures import commuting, employment, exclusion, population
from helpers.measures.context import Context
from helpers.places import Area, Municipality
from helpers.tables import Tables
from helpers.workspace import Workspace
from official.world import GOLDEN_2023
from section_facts import Facts
from test_sections import Shown, context, each_part, everything, sections

QUICK = {"3101": "Halden", "0301": "Oslo", "1508": "Ålesund", "1151": "Utsira"}
MORE = {"4003": "Skien", "1580": "Haram", "1806": "Narvik", "3124": "Aremark", "5501": "Tromsø", "5061": "Rindal"}
LOOKED_AT = {*QUICK, *MORE, "3105", "3107", "3110"}  # Søndre Viken too
TODAY = dt.date(2026, 11, 24)
OF_THE_WHOLE = ("market", "region_shares", "expected")  # they need every flow between two municipalities


@pytest.fixture(scope="module")
def whole() -> Fetched:
    return fetched.tables(LOOKED_AT)


@pytest.fixture(scope="module")
def whole_facts(whole: Fetched) -> Facts:
    return Facts(whole)


def at(tables: Fetched, built: Workspace, code: str) -> Context:
    use_labels()
    return context(tables, built, code, TODAY)  # type: ignore[arg-type]


def mixed(tables: Tables, **others: Fetched) -> Fetched:
    """The snapshot, with some tables from elsewhere."""
    held = {each: tables[each] for each in tables}
    metas = {each: tables.meta(each) for each in tables}
    for table, source in others.items():
        held[table], metas[table] = source[table], source.meta(table)
    return Fetched(held, metas)


def told(found: Shown) -> str:
    return "\n".join(part.text() for _, part in each_part(found))


# --- what the figures are --------------------------------------------------------------------------------------------


def test_the_published_figures_of_2023(whole: Fetched) -> None:
    """Table 11616's own figures for 2023, to the person, also by 11618 and the matrix."""
    for code, (employed, into, out, jobs) in GOLDEN_2023.items():
        place = Municipality.find(code)
        if place.code not in LOOKED_AT:
            continue
        row = commuting.summary(whole, place).loc[2023]
        assert row[["employed", "in_", "out", "jobs"]].tolist() == [employed, into, out, jobs]
        assert row["table"] == "ssb_11618" and row["lacking"] == ()


def test_who_works_at_sea_or_abroad_is_outside(whole: Fetched) -> None:
    """Employed less all flows to municipalities is what the matrix says of Svalbard, the shelf and unknown."""
    flows, halden = whole["ssb_03321"], Municipality.find("3101")
    years = commuting.summary(whole, halden)
    beyond = flows[(flows["Bokommuen"] == "3101") & flows["ArbstedKomm"].isin(("2111", "2300", "9999"))]
    assert years["outside"].to_dict() == beyond.groupby("Tid")["value"].sum().to_dict()
    rows = commuting.partners(whole, halden, 2025).set_index("kind")
    assert rows["out"].sum() == years["out"][2025] and rows.loc["outside", "out"] == years["outside"][2025]
    assert pd.isna(rows.loc["outside", "in_"])


def test_those_who_come_from_beyond_the_municipalities_are_told(whole: Fetched) -> None:
    frame = whole["ssb_11618"].copy()
    jobs = (frame["Region"] == "3101") & (frame["ContentsCode"] == "SysselArbsted") & (frame["Alder"] == "15-74")
    frame.loc[jobs, "value"] += 7
    held = whole.changed("ssb_11618", frame)
    rows = commuting.partners(held, Municipality.find("3101"), 2025).set_index("kind")
    assert (
        rows.loc["outside", "in_"] == 7
        and rows["in_"].sum() == commuting.summary(held, Municipality.find("3101"))["in_"][2025]
    )


def test_the_country_is_the_sum_of_every_municipality(whole: Fetched) -> None:
    frame = whole["ssb_13563"]
    rows = frame[(frame["Tid"] == 2024) & (frame["Alder"] == "15-29") & (frame["InnvandrKat"] == "A-G")]
    found = exclusion.comparison(whole, Municipality.find("3101"), "15-29", 2024)
    assert (
        list(found.index) == ["municipality", "county", "sondre-viken", "country"] and found["held"]["country"] == 357
    )
    assert found["outside"]["country"] == rows.loc[rows["HovArbStyrkStatus"] == "NEET2", "value"].sum()
    people = population.series(whole, Area.country())["persons"]
    assert people[2026] == whole["ssb_07459"].query("Region == '0000' and Alder == '0+' and Tid == 2026")["value"].sum()


def test_nothing_is_extended_where_11618_is_newest(whole: Fetched) -> None:
    for code in QUICK:
        assert set(employment.series(whole, Municipality.find(code))["table"]) == {"ssb_11618"}


# --- the sections ------------------------------------------------------------------------------------------------------


def is_right(facts: Facts, ctx: Context) -> Shown:
    found = sections(ctx)
    assert everything(facts, ctx, found) == {}
    lost = {key for key, part in found.items() if isinstance(part, FiguresMissing)}
    assert lost == {("commuting", each) for each in OF_THE_WHOLE}, (
        "this matrix leaves out pairs without commuters; a fetched one does not"
    )
    text = told(found)
    for never in ("antatt", "finnes her bare", "Nyere tall hentes", "følger med", "Sammenstilt", "ingen landstall."):
        assert never not in text, never
    for theme in ("overview", "employment", "exclusion", "commuting"):
        footer = found[theme, "footer"]
        assert isinstance(footer, parts.Footer)
        assert footer.text().count("Tallene på siden er hentet fra produsentene 24. november 2026.") == 1
    return found


def test_what_needs_every_flow_stands_on_a_whole_matrix(whole: Fetched, whole_facts: Facts, built: Workspace) -> None:
    """The newest year with its zeros: other codes than in the snapshot (Ålesund is two), no year to compare with, places beyond the municipalities."""
    frame = whole["ssb_03321"]
    frame = frame[frame["Tid"] == frame["Tid"].max()]
    codes = sorted({*frame["Bokommuen"]} & {each.code for each in Municipality.all()})
    pairs = pd.MultiIndex.from_product([codes, codes], names=["Bokommuen", "ArbstedKomm"])
    between = frame.set_index(["Bokommuen", "ArbstedKomm"])
    zeros = between.reindex(pairs.difference(between.index)).assign(value=0.0, Tid=frame["Tid"].max()).reset_index()
    zeros["ContentsCode"] = frame["ContentsCode"].iloc[0]
    held = whole.changed("ssb_03321", pd.concat([frame, zeros.reindex(columns=frame.columns)], ignore_index=True))
    for code in ("3101", "1580"):
        ctx = at(held, built, code)
        for name in OF_THE_WHOLE:
            part = getattr(commuting_charts, name)(ctx)
            assert isinstance(part, parts.Section) and part.figures and "2025" in plain(part.subtitle), name


@pytest.mark.parametrize(
    "code",
    [pytest.param(each, id=name, marks=() if each == "3101" else pytest.mark.slow) for each, name in QUICK.items()],
)
def test_a_municipality(code: str, whole: Fetched, whole_facts: Facts, built: Workspace) -> None:
    found = is_right(whole_facts, at(whole, built, code))
    text = told(found)
    if code == "3101":
        assert (
            "Siste tall (2024)" in text
            and re.search(r"omtrent 7\d,\d\u00a0%", text)
            and "tabell 13563, 20–66 år" in text
        )
        assert "Målet «70 prosent i arbeid» gjelder 20–66 år" in found["employment", "rate"].text()  # type: ignore[union-attr]
        assert "Planen har to mål; begge kan måles" in text
        assert "Landet omtrent" in found["overview", "keys"].text()  # type: ignore[union-attr]
    if code == "0301":
        assert "resten av landet" in text and "resten av Oslo" not in text and "resten av fylket" not in text
        assert "Oslo - Oslove omtrent" not in text and "Oslo omtrent" not in text
    if code == "1508":
        head = found["commuting", "head"]
        assert isinstance(head, parts.Head) and head.years == "2024–2025"
    if code == "1151":
        section = found["employment", "industry"]
        assert isinstance(section, parts.Section) and not section.figures and "Ingen næring i Utsira" in section.text()
        assert "0 personer" not in text and "er 1 personer" not in text


@pytest.mark.slow
@pytest.mark.parametrize("code", MORE, ids=MORE.values())
def test_another_municipality(code: str, whole: Fetched, whole_facts: Facts, built: Workspace) -> None:
    text = told(is_right(whole_facts, at(whole, built, code)))
    if code == "4003":
        assert "Målt fra 2020" in text and "Målt til" not in text


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_twentieth_municipality(built: Workspace) -> None:
    """All of the above, of eighteen of the 357, on a matrix with all its zeros: all of them take half an hour."""
    every = fetched.tables([each.code for each in Municipality.all()])
    facts, wrong = Facts(every), []
    for place in Municipality.all()[::20]:
        ctx = at(every, built, place.code)
        found = everything(facts, ctx, sections(ctx))
        wrong += [f"{place.code} {place.name}: {kind}: {each}" for kind, those in found.items() for each in those]
    assert wrong == []


def test_growth_beyond_structure_is_our_own_estimate(whole: Fetched, built: Workspace) -> None:
    """Residual, standard error, β, rank interval and groupings are told; the source of the principle is no label."""
    section = employment_charts.attractiveness(at(whole, built, "3101"))
    label = plain(section.heading) + plain(section.subtitle) + str(section.figures[0].svg)
    assert "Telemarksforsking" not in label and "ttraktivitet" not in section.text().replace("attractiveness", "")
    assert "Eget åpent anslag" in label and "tallet er ikke deres" in plain(section.caption)
    text = section.text()
    for pattern in (
        r"standardfeil \d,\d",
        r"\(β, standardfeil 0,\d\d, 35\d kommuner\)",
        r"mellom nr\. \d+ og nr\. \d+",
        r"Med åtte ulike",
    ):
        assert re.search(pattern, text), pattern
    assert section.table is not None
    rows = {plain(row["part"]): row["percent"] for row in section.table.records()}
    left = (
        rows["Vekst i næringslivet"] - rows["Som landet"] - rows["Næringssammensetning"] - rows["Egen befolkningsvekst"]
    )
    assert rows["Utover strukturen"] == pytest.approx(left)
    assert sum(
        rows[f"Herav {each}"] for each in ("basisnæringer", "besøksnæringer", "regionale næringer")
    ) == pytest.approx(left)
    small = employment_charts.attractiveness(at(whole, built, "1151"))
    assert plain(small.heading).startswith("Usikkert om næringslivet i Utsira") and "nr. 1 og nr. 355" in small.text()


def test_the_specialisations_of_a_plan_are_measured_where_the_table_can(whole: Fetched, built: Workspace) -> None:
    text = employment_charts.groups(at(whole, built, "3105")).text()
    frame = whole["ssb_07984"].query("Region == '3105' and Tid == 2025").set_index("NACE2007")["value"]
    jobs = frame[["41-43", "45-47", "49-53", "55-56", "90-99"]].sum()
    assert f"«skjermede næringer» har omtrent {prose.count(jobs)} arbeidsplasser" in text
    assert "Planens spesialiseringer grønn og sirkulær industri" in text and "kan ikke måles her" in text
    assert "spesialisering" not in employment_charts.groups(at(whole, built, "3101")).text().lower().replace(
        "spesialiseringskoeffisient", ""
    )


# --- years -------------------------------------------------------------------------------------------------------------


def until(tables: Fetched, last: int) -> Fetched:
    """The same tables as they were when `last` was the newest year."""
    for table in ("ssb_11618", "ssb_11616", "ssb_03321", "ssb_13563", "ssb_07984"):
        frame = tables[table]
        tables = tables.changed(table, frame[frame["Tid"] <= last])
    return tables


@pytest.mark.slow
def test_a_single_year_is_no_growth(whole: Fetched, built: Workspace) -> None:
    held = until(whole, 2024)
    ctx = at(held, built, "1508")
    found = sections(ctx)
    assert everything(Facts(held), ctx, found) == {}
    text = told(found)
    assert "siden 2024" not in text and "2024–2024" not in text and "i samme tid" not in text
    assert isinstance(found["employment", "shift"], TableMissing)  # it needs two years
    heading = found["commuting", "timeline"]
    assert isinstance(heading, parts.Section) and plain(heading.heading) == "Pendlingen i 2024"


def test_an_assumed_year_never_carries_a_finding(whole: Fetched, built: Workspace) -> None:
    held = whole.changed("ssb_13563", whole["ssb_13563"], assumed=("2024",))
    ctx = at(held, built, "3101")
    assert words.status_year(ctx) == 2023
    section = exclusion_charts.immigrants(ctx)
    assert plain(section.heading) == "Innvandrere og andre, 2024 (antatt)" and "2024 (antatt)" in plain(section.caption)
    assert section.table is not None and section.table.file_name.endswith("-2024-antatt")
    assert "må ikke leses som en utvikling fra 2023" in section.text()
    series = next(each for each in overview.targets(ctx).cards if "70" in str(each.goal))  # type: ignore[union-attr]
    assert "2023" in str(series.facts[0].label)


def test_a_known_year_carries_one(whole: Fetched, built: Workspace) -> None:
    section = exclusion_charts.immigrants(at(whole, built, "3101"))
    assert plain(section.heading).startswith("Høyere andel utenfor blant innvandrere") and "2024" in plain(
        section.subtitle
    )
    assert section.table is not None and section.table.file_name.endswith("-innvandrere-2024")


def test_months_across_years_say_their_year(whole: Fetched, built: Workspace) -> None:
    long = fetched.tables.__globals__["_unemployed"](fetched.LONG)
    ctx = at(whole.changed("nav_hl060", long, periods=fetched.LONG), built, "3101")
    section = exclusion_charts.unemployment(ctx)
    assert "i oktober 2025 til" in plain(section.heading) and plain(section.heading).endswith("i oktober 2026")
    assert "oktober 2025–oktober 2026" in plain(section.subtitle) and section.table is not None
    assert len(section.table.records()) == 13
    drawn = re.sub(r"<[^>]+>", " ", str(section.figures[0].svg))
    assert re.search(r"okt\.? 2025", drawn) and re.search(r"jan\.? 2026", drawn) and "følger med" not in section.text()


# --- mixtures ----------------------------------------------------------------------------------------------------------


def some(*tables: str) -> object:
    return pytest.param(tables, id="+".join(tables), marks=[] if tables == ("ssb_11618",) else pytest.mark.slow)


@pytest.mark.parametrize(
    "newer",
    [
        some("ssb_11618"),
        some("ssb_11616"),
        some("ssb_11618", "ssb_11616"),
        some("ssb_03321"),
        some("ssb_13563"),
        some("ssb_07984"),
    ],
)
def test_some_tables_fetched(newer: tuple[str, ...], whole: Fetched, tables: Tables, built: Workspace) -> None:
    held = mixed(tables, **dict.fromkeys(newer, whole))
    for code in ("3101", "1508"):
        ctx = at(held, built, code)
        found = sections(ctx)
        assert everything(Facts(held), ctx, found) == {}


def test_a_mixture_says_which_is_which(whole: Fetched, tables: Tables, built: Workspace) -> None:
    ctx = at(mixed(tables, ssb_11618=whole), built, "3101")
    footer = plain(commuting_charts.footer(ctx).columns[1].paragraphs[0])
    assert (
        footer
        == "Av tabellene som denne analysen kan bruke, er disse hentet fra produsentene 24. november 2026: tabell 11618."
    )
    rest = plain(commuting_charts.footer(ctx).columns[1].paragraphs[1])
    assert rest.startswith("Disse er fra det innebygde datagrunnlaget") and "tabell 11616 og tabell 03321" in rest
    assert "kommunerapport fetch" in plain(commuting_charts.footer(ctx).columns[1].paragraphs[2])
    caption = plain(commuting_charts.timeline(ctx).caption)
    assert "Hentet 24. november 2026: tabell 11618." in caption
    assert "Sammenstilt av publiserte tall 23. november 2026: tabell 03321." in caption


def test_the_matrix_may_end_first(whole: Fetched, tables: Tables, built: Workspace) -> None:
    """11616 then goes on from the matrix' last year, and what has no matrix is in no sentence."""
    both = mixed(tables, ssb_11618=whole, ssb_11616=whole)
    years = commuting.summary(both, Municipality.find("3101"))
    assert list(years.index[years["table"] == "ssb_11616"]) == [2023, 2024, 2025]
    ctx = at(both, built, "3101")
    assert "Tallene for 2023–2025 er fra tabell 11616." in plain(commuting_charts.timeline(ctx).caption)
    assert "(2022)" in overview.findings(ctx).text()


def test_the_snapshot_alone_says_how_to_get_newer(tables: Tables, built: Workspace) -> None:
    use_labels()
    ctx = context(tables, built, "3101")
    told_ = plain(employment_charts.footer(ctx).columns[1].paragraphs[0])
    assert (
        told_
        == "Tallene på siden er fra det innebygde datagrunnlaget, sammenstilt av publiserte tall 23. november 2026."
    )
    assert "Nyere tall hentes med kommunerapport fetch." in employment_charts.footer(ctx).text()
    assert "finnes her bare for Telemark" in employment_charts.footer(ctx).text()


# --- speed and length --------------------------------------------------------------------------------------------------


def test_a_page_reckons_a_summary_once(whole: Fetched, built: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    derived = commuting._derived  # the last step of each summary
    monkeypatch.setattr(commuting, "_derived", lambda counts: (calls.append(1), derived(counts))[1])
    ctx = at(until(whole, 9999), built, "3101")
    for section in (commuting_charts.head, commuting_charts.keys, commuting_charts.findings, commuting_charts.timeline):
        section(ctx)
    assert len(calls) == 2, "of Halden and of the country"


def test_a_note_is_no_list_of_the_country() -> None:
    few = [each.code for each in Municipality.all()][:3]
    many = [each.code for each in Municipality.all()][:60]
    assert plain(words.some(few)).count(",") == 1 and "andre" not in plain(words.some(few))
    assert plain(words.some(many)).endswith("og 55 andre kommuner") and len(plain(words.some(many))) < 120


def test_a_first_year_in_doubt_is_told_of_though_the_next_is_in_doubt_too(whole: Fetched, built: Workspace) -> None:
    """The matrix places far fewer workplaces in 2016 and in 2017 than later: a claim that rests on 2016 needs the caution."""
    ctx = at(whole, built, "3101")
    country = commuting.summary(ctx.tables, ctx.country)["outside"]
    first = country.index[0]
    calm = next(year for year in country.index[1:] if country[first] > 1.25 * country[year])
    assert calm > first + 1  # the next year alone would not have told
    years = commuting_charts.commutingtables.matrix_years(ctx)
    assert commuting_charts._calm_year(ctx, years) == calm
    assert f"sammenlignet med årene fra {calm}" in plain(commuting_charts.timeline(ctx).misread[-1])


def test_a_sum_that_lacks_a_municipality_is_not_called_the_country(whole: Fetched, built: Workspace) -> None:
    frame = whole["ssb_13563"]
    gone = frame["Region"] == "1151"
    masked = frame.assign(**{each: frame[each].mask(gone) for each in ("value", "lower", "upper")})
    masked["status"] = frame["status"].mask(gone, ":")
    held = {each: whole[each] for each in whole} | {"ssb_13563": masked}
    tables = Fetched(held, {each: whole.meta(each) for each in whole})
    ctx = at(tables, built, "3101")
    found = exclusion.comparison(tables, ctx.municipality, "30-61", 2024)
    assert "country" not in found.index and found.loc["held", "missing"] == ("1151",)
    assert "summen av alle" not in exclusion_charts.footer(ctx).text() + exclusion_charts.ages(ctx).text()
    assert "country" in exclusion.comparison(whole, ctx.municipality, "30-61", 2024).index
