"""What a reader meets of own figures: cards of targets, value added, notes; and the example of the guide, as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fetched import Fetched
from helpers.charts import overview, parts, valueadded
from helpers.charts.parts import plain
from helpers.charts.words import use_labels
from helpers.errors import TableMissing
from helpers.language import speak
from helpers.lineage import tracing
from helpers.measures.context import Context
from helpers.pages import lineage
from helpers.pages.page import missing_note
from helpers.places import Municipality
from helpers.tables import Tables, own, owncheck
from helpers.targets import Target
from helpers.workspace import Workspace
from test_sections import MARKED

GUIDE = (Path(__file__).resolve().parents[1] / "docs/how-to/own-data.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```\w+ (\S+)\n(.*?)```", GUIDE, re.DOTALL))
NOT_OFFICIAL = {"nb": "ikke offisiell statistikk", "nn": "ikkje offisiell statistikk", "en": "not official statistics"}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, built: Workspace) -> Workspace:
    """The files of the guide where it says they go; the csv as Excel saves it."""
    root = tmp_path_factory.mktemp("own")
    folder = root / "data/raw/own"
    folder.mkdir(parents=True)
    for name, body in BLOCKS.items():
        if "." in name:
            data = body.replace("\n", "\r\n").encode("cp1252") if name.endswith(".csv") else body.encode()
            (folder / name).write_bytes(data)
    return Workspace(root)


@pytest.fixture(scope="module")
def mixed(here: Workspace, tables: Tables) -> Fetched:
    """The snapshot, and the own tables of the guide."""
    ids = tuple(each.id for each in own.load(here) if each.id and not each.problem)
    ours = Tables(here.processed, ids)
    frames = {each: held[each] for held in (tables, ours) for each in held}
    return Fetched(frames, {each: held.meta(each) for held in (tables, ours) for each in held})


def context(mixed: Fetched, tables: Tables, code: str = "3101", *goals: Target) -> Context:
    use_labels()
    return Context(Municipality.find(code), mixed, tables.newest_retrieval(), (), goals)


def goal(**changed: object) -> Target:
    import tomllib

    (definition,) = tomllib.loads(BLOCKS["target"])["target"]["definitions"]
    told = {"municipality": "3101", "id": "vekst", "title": "120 bedrifter i vekst", "document": "Plan", "paraphrase": "120 i 2030.",
            "kind": "level", "value": 120, "unit": "persons", "deadline": 2030, "base_year": 2021, "base_value": 90,
            "definitions": [definition | changed.pop("definition", {})]}  # type: ignore[operator, dict-item]  # fmt: skip
    return Target.model_validate(told | changed)


@pytest.fixture(params=["nb", "nn", "en"])
def language(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    speak(request.param)
    use_labels()
    yield request.param
    speak("nb")
    use_labels()


def test_the_guide_is_as_it_says(here: Workspace, mixed: Fetched) -> None:
    assert set(BLOCKS) == {"vekst.csv", "vekst.toml", "target", "value_added.csv", "value_added.toml"}
    report = owncheck.check(here)
    assert report.ok and report.lines[-1] == "2 filer: alt er forstått."
    frame = mixed["own_vekst"].set_index(["ContentsCode", "Tid"])
    assert frame["value"]["vekst", 2024] == 104 and frame["value"]["omsetning", 2021] == 1204.5
    assert frame["status"]["vekst", 2023] == ":" and mixed["own_value_added"]["value"].max() == 6_200_000
    broken = (here.raw / "own/vekst.csv").read_bytes().replace(b"2023;:", b"2023;ni")
    (here.raw / "own/feil.csv").write_bytes(broken)
    (here.raw / "own/feil.toml").write_text(BLOCKS["vekst.toml"], "utf-8")
    (bad,) = (each for each in own.load(here) if each.problem)
    assert bad.problem.startswith("feil.csv, rad 6, kolonne C («Vekstbedrifter»): «ni» er ikke et tall")
    for name in ("feil.csv", "feil.toml"):
        (here.raw / "own" / name).unlink()


def test_a_card_says_whose_figures_it_shows(mixed: Fetched, tables: Tables, language: str) -> None:
    cards = overview.targets(context(mixed, tables, "3101", goal()))
    assert isinstance(cards, parts.Cards)
    told, card = plain(cards.html()), cards.cards[0]
    assert NOT_OFFICIAL[language] in plain(card.source) and "Halden kommune" in plain(card.source)
    assert not MARKED.search(told) and "Statistisk sentralbyrå" not in told and "Statistics Norway" not in told
    official = {"nb": "offisielt tall", "nn": "offisielt tal", "en": "official figure"}
    assert official[language] not in told
    assert card.table is not None and [each["actual"] for each in card.table.records()][:2] == [93, 97]


def test_a_rate_of_own_figures_is_not_held_against_official_ages(mixed: Fetched, tables: Tables) -> None:
    from helpers.charts import targetcards

    wanted = goal(unit="percent", value=70, base_value=60)
    assert targetcards.rates(context(mixed, tables, "3101", wanted)) == []


@pytest.mark.parametrize(
    ("code", "definition", "words"),
    [
        ("3101", {"table": "own_borte"}, "own_borte er ikke lagt inn"),
        ("3101", {"contents": "x"}, "har ikke innholdet «x»"),
        ("3105", {}, "ingen tall for kommunen"),
    ],
)
def test_a_card_without_figures_says_why(mixed: Fetched, tables: Tables, code: str, definition: dict[str, str], words: str) -> None:  # fmt: skip
    wanted = goal(definition=definition, municipality=code, unit="percent", value=70, base_value=60)
    cards = overview.targets(context(mixed, tables, code, wanted))
    assert isinstance(cards, parts.Cards)
    card = cards.cards[0]
    assert not card.measured and card.command == "" and len(card.paragraphs) == 1
    assert words in plain(card.paragraphs[0])


def test_value_added_is_shown_where_it_is_given_and_nowhere_else(mixed: Fetched, tables: Tables, language: str) -> None:
    section = valueadded.value_added(context(mixed, tables))
    assert isinstance(section, parts.Section) and section.table is not None
    told = plain(section.html())
    assert NOT_OFFICIAL[language] in plain(section.caption) and not MARKED.search(told)
    heading = {"nb": "økte med 17,0 prosent fra 2019 til 2022", "nn": "auka med 17,0 prosent frå 2019 til 2022", "en": "rose by 17.0 per cent from 2019 to 2022"}  # fmt: skip
    assert heading[language] in plain(section.heading).replace("\u00a0", " ")
    rows = section.table.records()
    assert [row["value_added"] for row in rows] == [6710.5, 5300, 7400, 7850]
    assert round(rows[-1]["per_job"]) == 598  # 7 850 million on the 13 122 jobs of table 11618
    for code in ("3105", "0301"):
        assert valueadded.value_added(context(mixed, tables, code)) is None
    use_labels()
    assert valueadded.value_added(context(tables, tables)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ([2022], "var 7 850,0 millioner kroner i 2022, etter kommunens egne tall"),
        ([2021, 2022], "økte med 6,1 prosent fra 2021 til 2022"),
        ([2019, 2020], "falt med 21,0 prosent fra 2019 til 2020"),
    ],
)
def test_the_heading_follows_the_figures(mixed: Fetched, tables: Tables, years: list[int], words: str) -> None:
    frame = mixed["own_value_added"]
    section = valueadded.value_added(context(mixed.changed("own_value_added", frame[frame["Tid"].isin(years)]), tables))
    assert section is not None and words in re.sub(r"\s", " ", plain(section.heading))


def test_a_masked_part_leaves_no_sum(mixed: Fetched, tables: Tables) -> None:
    frame = mixed["own_value_added"].copy()
    masked = (frame["Tid"] == 2022) & (frame["ContentsCode"] == "wages")
    frame.loc[masked, ["value", "lower", "upper"]] = float("nan")
    frame["status"] = frame["status"].mask(masked, ":")
    section = valueadded.value_added(context(mixed.changed("own_value_added", frame), tables))
    assert section is not None and section.table is not None
    assert "7 850" not in re.sub(r"\s", " ", plain(section.html())) and "2021" in plain(section.heading)
    assert ":" in section.table.csv().splitlines()[-1].split(";")[1]


def test_nothing_that_is_typed_becomes_markup(mixed: Fetched, tables: Tables) -> None:
    from dataclasses import replace

    metas = {each: mixed.meta(each) for each in mixed}
    metas["own_value_added"] = replace(metas["own_value_added"], producer="<script>", title="<b>x</b>", licence="<i>", notes=("<u>",))  # fmt: skip
    section = valueadded.value_added(context(Fetched({each: mixed[each] for each in mixed}, metas), tables))
    assert section is not None
    html = str(section.html())
    assert "<script>" not in html and "<b>x" not in html and "&lt;script&gt;" in html and "&lt;i&gt;" in html


def test_the_lineage_tells_of_own_tables(mixed: Fetched, tables: Tables) -> None:
    ctx = context(mixed, tables)
    with tracing() as trace:
        section = valueadded.value_added(ctx)
    assert section is not None
    trace.tables["own_value_added"] = None  # as `Tables` does
    entry = lineage.entry("valueadded.value_added", section, trace, ctx)
    assert entry["measures"] == ["valueadded.series(3101)"]
    (line,) = map(plain, lineage.described(entry))
    assert line.startswith("Egen tabell own_value_added, kommunens egne tall, tatt ut 1. mai 2026")


def test_the_note_of_an_own_table_names_no_command_that_fetches(language: str) -> None:
    note = missing_note(TableMissing("own_vekst"), "missing-x")
    told = plain(note.html())
    assert "own_vekst" in told and "kommunerapport own check" in told and "fetch" not in told
    part = missing_note(TableMissing("own_value_added", "et år med både lønnskostnader og driftsresultat"), "missing-y")
    assert {"nb": "både lønnskostnader", "nn": "både lønskostnader", "en": "both labour costs"}[language] in plain(part.html())  # fmt: skip
