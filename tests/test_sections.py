"""Every section of the four reports, for real municipalities, without a kernel: what is written, and whether it is true."""

from __future__ import annotations

import datetime as dt
import importlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import lxml.html
import nbformat
import pandas as pd
import pytest

from helpers import prose
from helpers.charts import commuting as commuting_charts
from helpers.charts import overview, parts
from helpers.charts.parts import plain
from helpers.charts.words import use_labels
from helpers.errors import FiguresMissing, NotComparable
from helpers.measures import commuting, employment
from helpers.measures.context import Context
from helpers.places import Municipality, name_languages, registry
from helpers.regions import Division
from helpers.sources import targets
from helpers.tables import Tables
from helpers.targets import Definition, Target
from helpers.workspace import Workspace
from section_facts import CLAIMS, Facts, by_county, divided, extremes, lead, printed

ROOT = Path(__file__).resolve().parents[1]
HANDFUL = {  # every branch at least once
    "3101": "Halden", "3105": "Sarpsborg", "0301": "Oslo", "3124": "Aremark", "1151": "Utsira", "1508": "Ålesund", "1806": "Narvik",
    "5061": "Rindal", "4003": "Skien", "4032": "Fyresdal", "5612": "Kautokeino", "5614": "Loppa",
}  # fmt: skip
FIRST = ("3101", "0301", "1508", "5061", "4032")  # `make test` takes these
MARKED = re.compile(r"\b(?:nan|NaN|None|NaT|inf|Infinity|Traceback|<NA>)\b")
Shown = dict[tuple[str, str], parts.Part | FiguresMissing | None]


@cache
def shown_by_notebooks() -> list[tuple[str, str, Callable[[Context], Any]]]:
    """(theme, section, function) for every ``page.show(...)`` of the notebooks, in their order."""
    found = []
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        held = nbformat.read(path, as_version=4)
        for cell in held.cells:
            calls = re.findall(r"page\.show\((\w+)\.(\w+)\)", cell.source) if cell.cell_type == "code" else []
            for module, name in calls:
                function = getattr(importlib.import_module(f"helpers.charts.{module}"), name)
                found.append((held.metadata["kommunerapport"]["theme"], name, function))
    return found


def context(tables: Tables, workspace: Workspace, code: str, as_of: dt.date | None = None) -> Context:
    place = Municipality.find(code)
    mine = targets.of(targets.read(workspace.raw), place)
    return Context(place, tables, as_of or tables.newest_retrieval(), (), mine)


def sections(ctx: Context) -> Shown:
    """What every section gives; a missing figure is kept as its error, everything else that goes wrong is raised."""
    use_labels()
    found: Shown = {}
    with quickly(ctx.tables):
        for theme, name, function in shown_by_notebooks():
            try:
                found[theme, name] = function(ctx)
            except FiguresMissing as missing:
                found[theme, name] = missing
    return found


_RECKONED: dict[
    tuple[int, str], tuple[Any, dict[Any, pd.DataFrame]]
] = {}  # the tables too, so that their id stays theirs


@contextmanager
def quickly(tables: Any) -> Iterator[None]:
    """What every page reckons of county and country is reckoned once for all: a third of the time, the same figures."""

    def once(function: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
        _, held = _RECKONED.setdefault((id(tables), f"{function.__module__}.{function.__name__}"), (tables, {}))

        def remembered(of: Any, *arguments: Any) -> pd.DataFrame:
            if of is not tables:  # one year of them
                return function(of, *arguments)
            if arguments not in held:
                held[arguments] = function(of, *arguments)
            return held[arguments].copy()

        return remembered

    here = Workspace.find()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(employment, "series", once(employment.series))
        patch.setattr(commuting, "summary", once(commuting.summary))
        patch.setattr(Workspace, "find", staticmethod(lambda root=None: here))
        yield


@pytest.fixture(scope="session")
def facts(tables: Tables) -> Facts:
    return Facts(tables)


# --- what is written ------------------------------------------------------------------------------------------------


def each_part(found: Shown) -> Iterator[tuple[str, parts.Part]]:
    yield from ((f"{theme}.{name}", part) for (theme, name), part in found.items() if isinstance(part, parts.Part))


def written(text: str) -> list[str]:
    """What is wrong with a text that a reader sees."""
    text = re.sub(r"CC BY 4\.0|[Kk]ommunerapport \d+\.\d+\.\d+", "versjon", text)
    text = re.sub(r"(?<!\d)(?:11618|11616|03321|13563|07459|07984|09429)(?!\d)", "tabell", text)
    wrong = {
        "not a number": MARKED.pattern,
        "braces": r"[{}]",
        "ASCII minus": r"(?<![\w–])-\d",
        "no thin space": r"\d{5,}",
        "decimal point": r"\d\.\d",
        "ordinary space before %": r"\d ?%",
        "ordinary space between thousands": r"(?<!\d)\d{1,3}[ \u00a0]\d{3}(?!\d)",
        "double space": r"[^\n ] {2,}[^\n ]",
        "plus or minus nothing": r"[+\u2212]0(?![\d,])|[+\u2212]0,0(?!\d)",
    }
    return [
        f"{name}: …{text[max(0, hit.start() - 30) : hit.end() + 30]}…"
        for name, each in wrong.items()
        if (hit := re.search(each, text))
    ]


def faults(found: Shown) -> list[str]:
    """What is wrong with the parts of a municipality's pages."""
    wrong: list[str] = []
    for name, part in each_part(found):
        html = str(part.html())
        tree = lxml.html.fragment_fromstring(html, create_parent="div")
        attributes = " | ".join(tree.xpath(".//@aria-label | .//@title | .//@alt | .//@download"))
        table = part.table.text() if isinstance(part, parts.Section) and part.table is not None else ""
        seen = "|".join(text.strip("\n ") for text in tree.itertext())  # a bar, so that two cells never run together
        plain_text = re.sub(r" {2,}", "|", part.text().replace(table, ""))  # which sets the columns of a card apart
        for text in (plain_text, seen, attributes):
            wrong += [f"{name}: {each}" for each in written(text)]
        wrong += [f"{name}: {each}" for each in _marks(tree)]
        if isinstance(part, parts.Section):
            wrong += [f"{name}: {each}" for each in _section(part)]
    return wrong


def _marks(tree: lxml.html.HtmlElement) -> list[str]:
    """Parts of names in Sámi and Kven that stand without their language (drawings apart)."""
    found = []
    for node in tree.xpath(".//*[local-name()='svg']"):
        node.drop_tree()
    for element in tree.iter():
        for text, holder in ((element.text, element), (element.tail, element.getparent())):
            if text and (hit := foreign().search(text)) and holder.get("lang") != languages()[hit[0]]:
                found.append(f"{hit[0]} has no lang in «{text.strip()[:60]}»")
    return found


@cache
def languages() -> dict[str, str]:
    return {
        part: language
        for whole, each in name_languages().items()
        for part, language in zip(whole.split(" - "), each, strict=True)
        if language != "nb"
    }


@cache
def foreign() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, languages()))})(?!\w)")


def _section(part: parts.Section) -> list[str]:
    heading, wrong = plain(part.heading), []
    if not heading or heading.endswith(".") or (not heading[0].isupper() and not heading[0].isdigit()):
        wrong.append(f"heading «{heading}»")
    for figure in part.figures:
        svg = lxml.html.fragment_fromstring(str(figure.svg))
        if svg.get("aria-label") != figure.alt or len(figure.alt) < 30:
            wrong.append(f"alternative text «{figure.alt}»")
    if part.figures and not re.search(r"Kilde: .*(?:tabell \d{5}, CC BY 4\.0|HL060, åpne data)", plain(part.caption)):
        wrong.append("no attribution")
    if part.table is not None:
        wrong += _table(part.table)
    return wrong


def _table(table: parts.DataTable) -> list[str]:
    """The downloaded numbers are those that are read."""
    wrong = []
    for _, cells in table.body():
        for cell, column in zip(cells, table.columns, strict=True):
            seen = cell.text.replace("\u00a0%", "").replace("\u202f", "").replace("\u2212", "-").removeprefix("+")
            if seen != cell.csv.removeprefix("'"):
                wrong.append(f"table {table.id}, {column.key}: {cell.text} on the page, {cell.csv} in the file")
    return wrong


def collisions(found: Shown) -> list[str]:
    """Ids that stand twice on one page."""
    pages: dict[str, list[str]] = {}
    for (theme, _), part in found.items():
        if isinstance(part, parts.Part):
            pages.setdefault(theme, []).extend(
                lxml.html.fragment_fromstring(str(part.html()), create_parent="div").xpath(".//@id")
            )
    return [f"{theme}: {each}" for theme, ids in pages.items() for each, times in Counter(ids).items() if times > 1]


def untrue(facts: Facts, ctx: Context, found: Shown) -> list[str]:
    """Headings that the tables do not bear out."""
    wrong = []
    for key, claim in CLAIMS.items():
        part = found[key]
        if isinstance(part, parts.Section | parts.Head) and not _bare(part):
            heading = plain(part.heading if isinstance(part, parts.Section) else part.title)
            wrong += [f"{'.'.join(key)}: «{heading}»: {each}" for each in claim(facts, ctx, heading)]
    front = found["overview", "head"]
    if isinstance(front, parts.Head) and not _bare(front):
        wrong += [f"overview.head: «{plain(front.lead)}»: {each}" for each in lead(facts, ctx, plain(front.lead))]
    texts = {
        theme: "\n".join(part.text() for name, part in each_part(found) if name.startswith(theme))
        for theme in ("commuting", "employment")
    }
    return wrong + (extremes(facts, ctx, texts) if len(facts.own(ctx.municipality.code)) else [])


def _bare(part: parts.Part) -> bool:
    return isinstance(part, parts.Head) and not part.keys


def too_early(ctx: Context, found: Shown) -> list[str]:
    """Years before the municipality had its borders of today, where a figure could stand (footers tell of methods)."""
    since = ctx.municipality.comparable_from or 0
    wrong = []
    for name, part in each_part(found):
        if isinstance(part, parts.Footer):
            continue
        years = {int(each) for each in re.findall(r"(?<!\d)(20[0-4]\d)(?!\d)", part.text())}
        early = sorted(year for year in years if year < since)
        wrong += [f"{name}: {early}"] if early else []
    return wrong


# --- the handful ----------------------------------------------------------------------------------------------------


def test_the_notebooks_show_every_section() -> None:
    names = {(theme, name) for theme, name, _ in shown_by_notebooks()}
    assert len(names) == len(shown_by_notebooks()) > 25
    assert set(CLAIMS) <= names
    for theme in ("overview", "employment", "exclusion", "commuting"):
        module = importlib.import_module(f"helpers.charts.{theme}")
        ours = set(getattr(module, "__all__", ())) or {
            name
            for name, each in vars(module).items()
            if callable(each) and not name.startswith("_") and getattr(each, "__module__", "") == module.__name__
        }
        assert {name for each, name in names if each == theme} >= ours


def frames(ctx: Context, found: Shown) -> list[str]:
    """Every page has a head and a footer whatever is missing, and says at the top which years its figures are from."""
    wrong = []
    for theme in ("overview", "employment", "exclusion", "commuting"):
        head, footer = found[theme, "head"], found[theme, "footer"]
        if not isinstance(head, parts.Head) or not isinstance(footer, parts.Footer):
            wrong.append(f"{theme}: no head or no footer")
            continue
        if (head.municipality, head.slug) != (ctx.municipality.code, ctx.municipality.slug):
            wrong.append(f"{theme}: it is of {head.slug}")
        if not plain(head.title) or not head.description or "<" in head.description:
            wrong.append(f"{theme}: title or description")
        held = [
            part
            for (each, _), part in found.items()
            if each == theme and isinstance(part, parts.Section | parts.KeyFigures | parts.Findings)
        ]
        if bool(re.search(r"20\d\d", head.years)) != bool(held):
            wrong.append(f"{theme}: the years at the top are «{head.years}», with {len(held)} parts of figures below")
    return wrong


def keys_and_findings(found: Shown) -> list[str]:
    """A key figure is a number or says why not, with one to three lines; at most five findings, whole sentences with their number."""
    wrong = []
    for name, part in each_part(found):
        for item in part.items if isinstance(part, parts.KeyFigures) else []:
            number = plain(item.number)
            if not re.fullmatch(r"(?:omtrent )?[+\u2212]?\d{1,3}(?:\u202f\d{3})*(?:,\d)?|mangler|skjermet", number):
                wrong.append(f"{name}: {number}")
            if len(item.lines) > 3:
                wrong.append(f"{name}: {len(item.lines)} lines under «{plain(item.label)}»")
        if isinstance(part, parts.Findings):
            wrong += [
                f"{name}: «{plain(each)}»" for each in part.items if not plain(each).endswith(".") or "<b>" not in each
            ]
            wrong += [f"{name}: {len(part.items)} findings"] if not 1 <= len(part.items) <= 5 else []
    return wrong


def everything(facts: Facts, ctx: Context, found: Shown) -> dict[str, list[str]]:
    """What is wrong with a municipality's pages, by kind; nothing where all is well."""
    told = {
        "badly written": faults(found),
        "an id twice": collisions(found),
        "not true": untrue(facts, ctx, found),
        "before the division": too_early(ctx, found),
        "head and footer": frames(ctx, found),
        "key figures and findings": keys_and_findings(found),
    }
    return {kind: wrong for kind, wrong in told.items() if wrong}


# --- particular municipalities --------------------------------------------------------------------------------------


def halden_and_its_neighbours(ctx: Context, found: Shown) -> None:
    """The other municipalities of Søndre Viken are four."""
    part = found["commuting", "region"]
    assert isinstance(part, parts.Section)
    listed = re.search(r"de andre kommunene i Søndre Viken \((.*?)\)", plain(part.paragraphs[0]))
    assert listed is not None
    named = set(re.split(r", | og ", listed[1]))
    assert named == {"Halden", "Sarpsborg", "Fredrikstad", "Hvaler", "Aremark"} - {ctx.municipality.name}


def oslo(ctx: Context, found: Shown) -> None:
    """It is its own county, and is never compared with itself."""
    assert found["employment", "ranking"] is None and found["commuting", "region"] is None
    for name, part in each_part(found):
        told = part.text()
        assert not re.search(r"(?:enn|i|mot) Oslo(?: - Oslove)? og landet|Oslo [\d,]+ og Oslo", told), name
        assert "av 1 i Oslo" not in told, name


def alesund(ctx: Context, found: Shown) -> None:
    """No figure of work, and the reason for it."""
    for key in (
        ("employment", "rate"),
        ("commuting", "flows"),
        ("commuting", "timeline"),
        ("exclusion", "unemployment"),
    ):
        missing = found[key]
        assert isinstance(missing, NotComparable) and "2024" in str(missing), key
    head = found["commuting", "head"]
    assert isinstance(head, parts.Head) and "ingen sammenlignbare tall" in plain(head.title)


def narvik(ctx: Context, found: Shown) -> None:
    """Its years begin after Tysfjord was divided."""
    rate = found["employment", "rate"]
    assert isinstance(rate, parts.Section) and "2020–2022" in plain(rate.subtitle) and rate.table is not None
    assert [row["Tid"] for row in rate.table.records()] == [2020, 2021, 2022]


def rindal(ctx: Context, found: Shown) -> None:
    """2019 is missing, not 0."""
    rate = found["employment", "rate"]
    assert isinstance(rate, parts.Section) and rate.table is not None
    assert plain(rate.table.columns[1].label) == "Rindal"
    own = {cells[0].text: cells[1].text for _, cells in rate.table.body()}
    assert {"2017", "2018", "2020", "2021", "2022"} <= set(own)
    assert own.pop("2019", "..") == ".."
    assert all(re.fullmatch(r"[67]\d,\d\u00a0%", each) for each in own.values()), own


def loppa(ctx: Context, found: Shown) -> None:
    """A masked month is a star and a hatch, never a number."""
    part, frame = found["exclusion", "unemployment"], ctx.tables["nav_hl060"]
    masked = frame[(frame["Region"] == "5614") & (frame["status"] == "*") & (frame["ContentsCode"] == "antall")]
    assert isinstance(part, parts.Section) and part.table is not None
    starred = [cells[0].text for _, cells in part.table.body() if cells[1].text == "*"]
    assert len(starred) == len(masked)
    assert not len(masked) or ("skjermet" in part.text() and "hatch" in str(part.figures[0].svg))


def skien(ctx: Context, found: Shown) -> None:
    """Without a plan there are no cards, and the footer says how to add one."""
    assert found["overview", "targets"] is None
    footer = found["overview", "footer"]
    assert isinstance(footer, parts.Footer) and "Ingen mål" in footer.text()


PARTICULAR: dict[str, Callable[[Context, Shown], None]] = {
    "3101": halden_and_its_neighbours, "3105": halden_and_its_neighbours, "3124": halden_and_its_neighbours, "0301": oslo,
    "1508": alesund, "1806": narvik, "5061": rindal, "5614": loppa, "4003": skien,
}  # fmt: skip


@pytest.mark.parametrize(
    "code",
    [pytest.param(each, id=name, marks=() if each in FIRST else pytest.mark.slow) for each, name in HANDFUL.items()],
)
def test_a_municipality(code: str, tables: Tables, built: Workspace, facts: Facts) -> None:
    ctx = context(tables, built, code)
    found = sections(ctx)
    assert everything(facts, ctx, found) == {}
    if code in PARTICULAR:
        PARTICULAR[code](ctx, found)


# --- the checks find what they should -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Andelen er nan",
        "None personer",
        "{share:words}",
        "falt med -3",
        "13122 jobber",
        "60.1 prosent",
        "60,1 %",
        "to  ord",
        "+0 siden",
        "\u22120,0",
    ],
)
def test_bad_text_is_seen(text: str) -> None:
    assert written(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "60,1\u00a0%",
        "13\u202f122",
        "\u22121\u202f104",
        "2017–2022",
        "tabell 11618, CC BY 4.0",
        "+0,4",
        "1. januar 2026",
    ],
)
def test_good_text_passes(text: str) -> None:
    assert written(text) == []


def test_a_name_without_its_language_is_seen() -> None:
    bare = lxml.html.fragment_fromstring("<p>Oslo - Oslove</p>")
    marked = lxml.html.fragment_fromstring('<p>Oslo - <span lang="sma">Oslove</span></p>')
    assert (_marks(bare), _marks(marked)) == (["Oslove has no lang in «Oslo - Oslove»"], [])


HALDENS = {
    ("commuting", "head"): "Halden pendler mer inn enn ut, og overskuddet har vokst siden 2017",
    ("commuting", "flows"): "69,4\u00a0prosent av utpendlerne reiser til Sarpsborg, Fredrikstad og Oslo - Oslove",
    ("commuting", "timeline"): "Flere pendler inn og færre ut enn i 2017",
    ("commuting", "partners"): "Aremark sender flere hit enn den tar imot",
    ("commuting", "region"): "Større andel av utpendlerne blir i Søndre Viken enn i 2017",
    ("employment", "rate"): "Andelen sysselsatte har falt fra 60,1 til 58,0\u00a0prosent",
    ("employment", "jobs"): "Tallet på arbeidsplasser har utviklet seg svakere enn befolkningen 15–74 år",
    ("employment", "against"): "Arbeidsplassene i Halden har fulgt resten av landet",
    ("employment", "ranking"): "Halden har den høyeste andelen sysselsatte i Østfold",
    ("overview", "head"): "I Halden er 61,1\u00a0prosent i arbeid, mot 68,7 i landet",
    ("overview", "trends"): "Arbeidsplasser og befolkning har utviklet seg sterkere i Halden enn i Østfold og landet",
    ("exclusion", "ages"): "Lavere andel utenfor i Halden enn i Østfold, både blant unge og voksne",
    ("exclusion", "county"): "Halden har den laveste andelen utenfor i Østfold, 30–61 år",
    (
        "exclusion",
        "unemployment",
    ): "Ledigheten gikk opp fra 2,5\u00a0prosent i januar til 3,6\u00a0prosent i oktober 2022",
    ("exclusion", "immigrants"): "Høyere andel utenfor blant innvandrere enn blant andre i Halden, både unge og voksne",
    ("employment", "industry"): "Industri er det næringsområdet som er mest overrepresentert i Skien",
    ("employment", "shift"): "Færre arbeidsplasser enn resten av Telemark og næringssammensetningen skulle tilsi",
}


@pytest.mark.parametrize("key", HALDENS, ids=".".join)
def test_a_false_heading_is_seen(facts: Facts, tables: Tables, built: Workspace, key: tuple[str, str]) -> None:
    """Each check of a claim, given a heading that is not true (of Halden; of Bamble where Telemark alone has the table)."""
    heading = HALDENS[key]
    code = {"industry": "4003", "shift": "4012"}.get(key[1], "3101")
    if key == ("employment", "shift"):
        true = CLAIMS[key](facts, context(tables, built, code), heading) == []
        heading = heading.replace("Færre", "Flere") if true else heading
    assert CLAIMS[key](facts, context(tables, built, code), heading) != []
    assert set(HALDENS) == set(CLAIMS)


def test_a_false_extreme_is_seen(facts: Facts, tables: Tables, built: Workspace) -> None:
    texts = {
        "commuting": "Underskuddet er 1\u202f104 personer, det minste i perioden 2017–2022. Det største var 924 i 2020.",
        "employment": "Flest arbeidsplasser var det i 2017 (12\u202f565), færrest i 2021 (13\u202f124).",
    }
    assert len(extremes(facts, context(tables, built, "3101"), texts)) == 2


def test_a_false_rank_is_seen(facts: Facts, tables: Tables, built: Workspace) -> None:
    ctx = context(tables, built, "3101")
    assert lead(facts, ctx, "Halden er nummer 11 av 12 i Østfold.") != []
    assert lead(facts, ctx, "Halden har den høyeste andelen i Østfold.") != []
    assert lead(facts, ctx, "Halden har den laveste andelen i Østfold.") == []


def test_a_year_before_the_division_is_seen(tables: Tables, built: Workspace) -> None:
    note = parts.MissingNote("x", "Tall fra 2019", "-")
    assert too_early(context(tables, built, "1806"), {("a", "b"): note}) == ["a.b: [2019]"]
    assert too_early(context(tables, built, "3101"), {("a", "b"): note}) == []


def test_the_facts_are_the_official_ones(facts: Facts) -> None:
    """What the headings are held against is right itself."""
    halden = facts.own("3101").loc[2022]
    assert halden[["employed", "jobs", "stay", "out", "in"]].tolist() == [14226, 13122, 10040, 4186, 3082]
    assert facts.own("3105")["jobs"][2017] == 27322
    assert facts.work.groupby(level="Tid")["jobs"].sum()[2022] == 2809789
    assert facts.partners("3101", 2022)["out"].nlargest(3).to_dict() == {"3105": 1454, "3107": 862, "0301": 584}
    assert facts.status("3101", "30-61", 2021)[0] == pytest.approx(100 * 2999 / 13036)  # type: ignore[index]
    assert printed(0.25) == 0.3 and printed(-0.05) == -0.1


# --- what is lacking ----------------------------------------------------------------------------------------------


def test_a_missing_table_leaves_the_other_key_figures(tables: Tables, built: Workspace) -> None:
    """Table 13563 missing altogether is told in the one key figure that needs it."""
    use_labels()
    held = Tables(built.processed, tuple(each for each in tables if each != "ssb_13563"))
    ctx = context(tables, built, "3101")
    without = Context(ctx.municipality, held, ctx.as_of, (), ctx.targets)
    keys = next(function for theme, name, function in shown_by_notebooks() if (theme, name) == ("overview", "keys"))(
        without
    )
    numbers = [plain(item.number) for item in keys.items]
    assert (
        numbers[0] == "60,1"
        and numbers[1] == "13\u202f122"
        and "mangler" in numbers[2]
        and numbers[3] == "\u22121\u202f104"
    )


def test_before_the_deadline_a_card_tells_the_pace(tables: Tables, built: Workspace) -> None:
    use_labels()
    function = next(each for theme, name, each in shown_by_notebooks() if (theme, name) == ("overview", "targets"))
    told = function(context(tables, built, "3105")).text()
    assert "1,56\u00a0%" in told and "1,46\u00a0%" in told  # from the plan's 27 000, and from the official 27 322
    assert "27\u202f000" in told and "27\u202f322" in told and "Ikke målt: tabell mangler" in told
    late = function(context(tables, built, "3105", dt.date(2031, 1, 1))).text()
    assert "Fristen er ute" in late and "i året" not in late.partition("Skatte")[0]


# --- everyone -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("county", sorted({code[:2] for code in (each.code for each in Municipality.all())}))
def test_every_other_municipality(county: str, tables: Tables, built: Workspace, facts: Facts) -> None:
    """All that is asked of the handful, of every other of the 357 and of all that have been divided: all of them take ten minutes."""
    wrong, apart = [], {each.code for each in divided()}
    for number, place in enumerate(by_county(list(Municipality.all()))[county]):
        if place.code in HANDFUL or (number % 2 and place.code not in apart):
            continue
        ctx = context(tables, built, place.code)
        found = sections(ctx)
        told = everything(facts, ctx, found)
        wrong += [f"{place.code} {place.name}: {kind}: {each}" for kind, those in told.items() for each in those]
    assert wrong == []


def test_everyone_is_in_a_county_of_the_slow_tests() -> None:
    assert sum(len(each) for each in by_county(list(Municipality.all())).values()) == 357
    assert {each.code for each in divided()} >= {"1508", "1580", "1806", "1875", "5055", "5056", "5059"}


def test_a_rate_target_says_how_many_more_would_have_to_be_in_work(tables: Tables, built: Workspace) -> None:
    goal = Target(
        municipality="3101", id="a", title="70 prosent", document="d", paraphrase="p", kind="level", value=70.0, unit="percent",
        deadline=2030, base_year=2018, base_value=60.0,
        definitions=(Definition(label="Andel", indicator="rate", table="ssb_11618", age="15-74"),),
    )  # fmt: skip
    ctx = replace(context(tables, built, "3101"), targets=(goal,))
    row = employment.series(tables, ctx.municipality).dropna(subset=["rate"]).iloc[-1]
    lacking = round(0.7 * row["population"] - row["employed"])
    part = overview.targets(ctx)
    assert part is not None and 2000 < lacking < 3000
    assert f"måtte omtrent {prose.count(lacking)} flere vært i arbeid i 2022." in part.text()


def test_an_area_that_does_not_meet_the_rule_is_not_called_a_labour_market(tables: Tables, built: Workspace) -> None:
    part = commuting_charts.market(context(tables, built, "5059"))
    assert plain(part.heading) == "Orkland har ikke noe avgrenset arbeidsmarked etter regelen som er brukt her"
    assert "mindre selvforsynt enn regelen krever" in part.text()


def test_a_division_that_the_user_brings_is_in_text_figure_and_table(tables: Tables, built: Workspace) -> None:
    members = tuple((code, "Halden <i>" if code in ("3101", "3124") else code) for code in sorted(registry().regions))
    given = Division("ba", "BA-regioner", members, source="Noen & co", date=dt.date(2020, 1, 1))
    alone = Division(
        "osl",
        "Osloregionen",
        (("0301", "Osloregionen"), ("3101", "Osloregionen")),
        whole=False,
        source="x",
        date=dt.date(2024, 1, 1),
    )
    ctx = replace(context(tables, built, "3101"), divisions=(given, alone))
    part = commuting_charts.region_shares(ctx)
    told = part.text()
    assert "71,2\xa0prosent i Halden <i> (BA-regioner)" in told and "for BA-regioner" in told
    assert "BA-regioner: Noen & co, gjelder fra 1. januar 2020." in told
    assert "Halden &lt;i&gt;" in part.html() and "<i>" not in str(part.html())
    assert part.table is not None
    rows = {plain(row["division"]): row for row in part.table.records()}
    assert list(rows) == [
        "Kommunen alene", "Pendlingsområder", "Søndre Viken", "Fylker", "BA-regioner", "Osloregionen", "Intramax, like mange områder",
    ]  # fmt: skip
    assert isinstance(rows["Osloregionen"]["rand"], parts.Missing) and rows["BA-regioner"]["rand"] < 1
    elsewhere = commuting_charts.region_shares(replace(context(tables, built, "1835"), divisions=(given, alone)))
    assert "Osloregionen" not in elsewhere.text()


def test_a_year_that_lacks_the_municipality_is_none_of_the_years_it_was_the_same(
    tables: Tables, built: Workspace
) -> None:
    part = commuting_charts.market(context(tables, built, "5061"))
    assert "i alle årene 2017–2018 og 2020–2022, men ikke alltid" in part.text()
    assert "Tall fra 2017–2018 og 2020–2022." in part.text()


def test_what_is_of_the_matrix_says_its_year_where_the_totals_go_on(tables: Tables, built: Workspace) -> None:
    ctx = context(tables, built, "3101")
    told = commuting_charts.findings(ctx).subtitle
    assert "2022: det siste året med tall for hvor hver enkelt pendler. Antall i alt finnes også for 2023" in told
    assert "Pendler ut, 2022" in commuting_charts.keys(ctx).text()
    assert "det siste året" not in commuting_charts.findings(context(tables, built, "1835")).subtitle


def test_only_a_flow_that_is_outside_the_usual_is_called_so(tables: Tables, built: Workspace) -> None:
    part = commuting_charts.expected(context(tables, built, "3101"))
    assert plain(part.heading).startswith("Ingen pendlerstrøm til eller fra Halden er uvanlig liten")
    assert (
        "fra Halden til Tønsberg (7 mot 95 ventet): 0,07 ganger det ventede. Det er innenfor det vanlige" in part.text()
    )
    assert "kjenner ikke vei, ferge, kollektivtilbud" in part.text()
    other = commuting_charts.expected(context(tables, built, "5061"))
    assert (
        "fra Rindal til Surnadal (197 mot 11 ventet)" in other.text() and "Det er utenfor det vanlige" in other.text()
    )


def test_the_twins_name_the_years_of_what_is_compared(tables: Tables, built: Workspace) -> None:
    part = overview.twins(context(tables, built, "3101"))
    assert part is not None and "(tall fra 2022 og 2026)" in part.text()
