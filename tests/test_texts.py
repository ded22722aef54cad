"""The text catalogue: nothing unused, nothing missing, and every message written as Norwegian is written."""

from __future__ import annotations

import ast
import json
import re
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

from helpers import events, goals, places, units
from helpers.catalog import Rounding, catalog
from helpers.charts import landmaps
from helpers.costs import PAYERS
from helpers.explore import measuring
from helpers.industries.groups import DEFINITIONS
from helpers.industries.specialisations import specialisations
from helpers.land.layers import ROLES
from helpers.land.settings import Constraint
from helpers.language import SOURCE, _flatten
from helpers.measures import (
    attractiveness,
    education,
    exclusion,
    exclusioncost,
    gap,
    groups,
    keyfigures,
    ratetarget,
    reasons,
    structural,
    valueadded,
)
from helpers.measures.allocation import KEYS
from helpers.measures.landanalysis import SIEVED
from helpers.measures.regions import INTRAMAX, MARKETS, OWN
from helpers.prose import NBSP, _Sentence
from helpers.regions import COUNTIES, SONDRE_VIKEN

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "helpers"
TEXTS = SRC / "texts" / SOURCE
FILES = re.compile(r"\.(html|ipynb|toml|css|json|py|j2)$")
MARKS = {"b", "a", "code", "span", "i", "em", "abbr"}
COUNTED = {"n"}  # the field that chooses the form
COLUMNS = tomllib.loads((TEXTS / "page.toml").read_text("utf-8"))["index"]["columns"]
SCENARIOS = {"own_mean", "country", "best_window", "worst_window"}
THEMES = {"overview", "employment", "exclusion", "commuting", "land"}
ELSEWHERE = {
    *ROLES,
    *get_args(Constraint),
    *SIEVED,
    *landmaps.FILLS,
    *landmaps.STOPS,
    *(key.lower() for key in landmaps.CLASSES),
    "utilisation",
    "new_land_share",  # assumptions of measures.landneed
    *THEMES,
    *COLUMNS,
    *SCENARIOS,
    OWN,
    MARKETS,
    INTRAMAX,
    COUNTIES,
    SONDRE_VIKEN.replace("-", "_"),
    *(each.key for each in events.events()),
    *structural.BLOCKS,
    *(each.key for each in goals.indicators()),
    *KEYS,
    *(part for each in get_args(ratetarget.Scenario) for part in each.split()),
    *(*education.LEVELS.values(), "higher"),
    "industry",
    *keyfigures.FIGURES,
    *(each.key for each in measuring.MEASURES),
    *(unit.replace(" ", "_") for unit in units.every()),
    *(gap.GAP, gap.COMPOSITION, gap.RATE),
    *groups.MEASURED,
    *DEFINITIONS,
    *attractiveness.TERMS,
    *(each.key for each in specialisations().theme),
    *(valueadded.WAGES, valueadded.RESULT, valueadded.SUM),
    *(gap.AGE.lower(), gap.CATEGORY.lower()),
    *reasons.REASONS,
    *(*PAYERS, exclusioncost.TOTAL),
    *(word for each in exclusioncost.FIELDS for word in (each.key, each.unit.replace(" ", "_"))),
    *(each.replace(" ", "_") for each in get_args(exclusioncost.Never)),
    *get_args(Rounding.model_fields["rule"].annotation),
}  # words that come from data
POINTS = ("points", "abs_points", "signed_points")
PUBLISHED = "published."  # names that come with the figures
TABLES = "|".join(info.number for info in catalog().values())


@cache
def catalogue() -> dict[str, str | dict[str, str]]:
    found: dict[str, str | dict[str, str]] = {}
    for path in sorted(TEXTS.glob("*.toml")):
        _flatten(tomllib.loads(path.read_text("utf-8")), "", found)  # type: ignore[arg-type]
    return found


def messages() -> list[tuple[str, str]]:
    """Every form of every message."""
    found = []
    for key, entry in catalogue().items():
        forms = {"": entry} if isinstance(entry, str) else entry
        found += [(f"{key}.{form}".strip("."), words) for form, words in forms.items()]
    return found


compiled = cache(re.compile)  # re keeps only 512


@dataclass(frozen=True)
class Mention:
    """A key in the source, or the pattern of keys that are put together there, with the words that its file knows."""

    pattern: str
    words: frozenset[str]

    def is_whole(self) -> bool:
        return "*" not in self.pattern

    def names(self, key: str) -> bool:
        """Whether this is the key: what is put in is nothing, a number, or a word that stands in the same file."""
        found = compiled(self.pattern).fullmatch(key)
        if found is None:
            return False
        known = self.words | ELSEWHERE
        return all(
            not part or part.isdigit() or part in known or set(part.strip("_").split("_")) <= known
            for part in found.groups()
        )


@cache
def mentions() -> tuple[Mention, ...]:
    """What the source says of keys."""
    spaces = {key.partition(".")[0] for key in catalogue()}
    found = set()
    for path in SRC.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        words = {
            each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)
        }
        words |= {part for word in words if "." not in word for part in word.split("_")}
        for pattern in _patterns(tree):
            space, dot, _ = pattern.partition(r"\.")
            if dot and space in spaces and not FILES.search(pattern.replace("\\", "")):
                found.add(Mention(pattern, frozenset(words)))
    for path in SRC.rglob("*.j2"):
        keys = re.findall(r'\btext\("([^"]+)"', path.read_text("utf-8"))
        found |= {Mention(re.escape(key), frozenset()) for key in keys}
    return tuple(found)


def _patterns(node: ast.AST) -> Iterator[str]:
    """The strings below a node as patterns of keys; what is put into one may be a word, or nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if re.fullmatch(r"[a-z]+(\.\w+)+", node.value):
            yield re.escape(node.value)
    elif isinstance(node, ast.JoinedStr):
        parts = [str(each.value) if isinstance(each, ast.Constant) else "*" for each in node.values]
        if re.fullmatch(r"[a-z]+(\.[\w*]+)+", "".join(parts)):
            yield "".join(r"(\w*)" if part == "*" else re.escape(part) for part in parts)
        nested = [each.value for each in node.values if isinstance(each, ast.FormattedValue)]
        yield from (pattern for each in nested for pattern in _patterns(each))
    else:
        yield from (pattern for each in ast.iter_child_nodes(node) for pattern in _patterns(each))


def below(mention: Mention, key: str) -> bool:
    """``keys("page.theme")`` names all that is below it."""
    return mention.is_whole() and compiled(rf"{mention.pattern}\.").match(key) is not None


def test_every_message_is_used() -> None:
    unused = [
        key
        for key in catalogue()
        if not key.startswith(PUBLISHED) and not any(each.names(key) or below(each, key) for each in mentions())
    ]
    assert unused == []


def test_every_key_in_the_source_exists() -> None:
    assert sum(each.is_whole() for each in mentions()) > 200  # the search finds them
    assert sum(not each.is_whole() for each in mentions()) > 30
    unknown = [
        each.pattern
        for each in mentions()
        if not each.pattern.startswith("published")
        and not any(each.names(key) or below(each, key) for key in catalogue())
    ]
    assert unknown == []


def test_every_label_is_what_somebody_publishes_and_no_kind_is_forgotten() -> None:
    """A label is found by its words: one that nobody writes any longer translates nothing."""
    held = [path.read_text("utf-8") for path in (ROOT / "data/raw/targets").glob("*.toml")]
    data = ("catalog.toml", "goals.toml", "land/defaults.toml", "land/purposes.toml")
    held += [(SRC / each).read_text("utf-8") for each in data]
    held += [json.dumps(json.loads((ROOT / "data/raw/snapshot/ssb_07984.json").read_bytes()), ensure_ascii=False)]
    held += [Path(module.__file__ or "").read_text("utf-8") for module in (places, exclusion)]
    labels = {key: str(words) for key, words in catalogue().items() if key.startswith(PUBLISHED)}
    assert [key for key, words in labels.items() if not any(f'"{words}"' in each for each in held)] == []
    source = " ".join(path.read_text("utf-8") for path in SRC.rglob("*.py"))
    used = {*re.findall(r'prose\.label\(\s*"(\w+)"', source), "place"}
    assert {key.split(".")[1] for key in labels} == used - {"use"}, "the classes of land use are not in the snapshot"


def test_what_a_table_lacks_is_said_in_every_language() -> None:
    """The words of a `TableMissing` are looked up by themselves (`[page.missing.what]`)."""
    said = {words for key, words in catalogue().items() if key.startswith("page.missing.what.")}
    found = set()
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "TableMissing" and len(node.args) > 1:
                form = node.args[1]
                found |= {form.value} if isinstance(form, ast.Constant) else set()
    assert found == said


def test_the_search_for_keys_understands_what_the_source_writes() -> None:
    source = ast.parse(
        'text("a.b.c")\ntext(f"a.{x}")\ntext(f"a.lead{y if z else w}.d_{q}")\nopen("b.html")\n"en setning."'
    )
    assert set(_patterns(source)) == {r"a\.b\.c", r"a\.(\w*)", r"a\.lead(\w*)\.d_(\w*)", r"b\.html"}
    mention = Mention(r"a\.lead(\w*)\.d_(\w*)", frozenset({"_rank", "x"}))
    assert mention.names("a.lead_rank.d_x") and mention.names("a.lead.d_x") and mention.names("a.lead.d_12")
    assert not mention.names("a.lead_last.d_x")  # no such word in the file
    assert not Mention(r"a\.(\w*)", frozenset({"b", "c"})).names("a.b.c")  # one word, not a path


def fields(words: str) -> list[tuple[str, str]]:
    """(field, form) in the order of the message; unbalanced braces are a ValueError."""
    return [(field, form or "") for _, field, form, _ in string.Formatter().parse(words) if field is not None]


def written(words: str) -> str:
    """The message as the reader sees it, each field a word."""
    return re.sub(r"<[^>]*>", "", re.sub(r"\{[^{}]*\}", "x", words))


def faults(words: str) -> list[str]:
    """What is wrong with one message."""
    found = []
    try:
        found += [f"unknown form :{form}" for _, form in fields(words) if form and form not in _Sentence.FORMS]
    except ValueError as error:
        return [f"braces: {error}"]
    plain = written(words)
    if re.search(r"[{}]", plain):
        found.append("a brace is left")
    checks = {
        "straight quotes": r'["\']|[“”]',
        "two spaces": r"\s{2,}",
        "space at an end": r"^\s|\s$",
        "space before a sign": r" [.:!?)»](?!\S)|\s[,;]|(?<!,) %",
        "% without its space": r"(?<![\u00a0 ])%",
        "ASCII hyphen between numbers": r"\d-\d",
        "ASCII minus before a number": r"(?<!\w)-\d",
        "hyphen as a dash": r" - ",
        "dash with spaces between numbers": r"\d [–—] \d",
        "decimal point": r"\d\.\d(?!\.)",
        "thousands without a thin space": r"\d{5,}",
        "three points": r"\.\.\.",
        "an entity": r"&\w+;",
        "unknown word for percentage points": r"%-poeng|prosent-poeng|prosent poeng",
    }
    plain = re.sub(rf"\b(?:{TABLES})\b", "x", plain) if re.search(r"\btabell|^tabell", plain, re.I) else plain
    found += [name for name, pattern in checks.items() if re.search(pattern, plain)]
    if "«" in plain or "»" in plain:
        depth = 0
        for sign in plain:
            depth += (sign == "«") - (sign == "»")
            if depth not in (0, 1):
                break
        found += ["quotation marks do not pair"] if depth else []
    found += ["parentheses do not pair"] if plain.count("(") != plain.count(")") else []
    return found + _tags(words)


def _tags(words: str) -> list[str]:
    wrong: list[str] = []

    class Reader(HTMLParser):
        open: list[str]

        def handle_starttag(self, tag: str, attrs: object) -> None:
            wrong.extend([] if tag in MARKS else [f"<{tag}> is no mark of a sentence"])
            self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if not self.open or self.open.pop() != tag:
                wrong.append(f"</{tag}> closes nothing")

    reader = Reader()
    reader.open = []
    reader.feed(words)
    return wrong + [f"<{tag}> is never closed" for tag in reader.open]


def test_every_message_is_well_written() -> None:
    sign = "labels.missing_sign"  # the producer's own sign is two points
    assert len(messages()) > 450
    assert {key: wrong for key, words in messages() if key != sign and (wrong := faults(words))} == {}
    assert [key for key, words in messages() if not words and not key.endswith(".zero")] == []


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("{x:count personer", "braces"),
        ("{x:antall} personer", "unknown form"),
        ('Målet "500"', "straight quotes"),
        ("To  mellomrom", "two spaces"),
        ("Slutt ", "space at an end"),
        ("Hva , sa du", "space before a sign"),
        ("{x:decimal} % av alle", "space before a sign"),
        ("{x:decimal}% av alle", "% without"),
        ("15-74 år", "ASCII hyphen"),
        ("falt med -3", "ASCII minus"),
        ("ut - inn", "hyphen as a dash"),
        ("2017 – 2022", "dash with spaces"),
        ("60.1 prosent", "decimal point"),
        ("13122 arbeidsplasser", "thousands"),
        ("<b>{x:count} personer", "never closed"),
        ("{x:count}</b>", "closes nothing"),
        ("<h1>x</h1>", "no mark"),
        ("«mål", "quotation marks"),
        ("(antatt", "parentheses"),
        ("3 prosent poeng", "percentage points"),
    ],
)
def test_a_badly_written_message_is_seen(words: str, wrong: str) -> None:
    assert any(wrong in each for each in faults(words)), faults(words)


@pytest.mark.parametrize(
    "words",
    [
        "<b>{n:count} av utpendlerne</b> har arbeidssted «her» (se tabell 11618), 15–74 år.",
        f"{{x:decimal}}{NBSP}% av alle",
        "Kommune {code}, {county}",
        "I arbeid, %",
    ],
)
def test_a_well_written_message_passes(words: str) -> None:
    assert faults(words) == []


def is_sentence(key: str, words: str) -> bool:
    """Running text: whole sentences, and the headings that are findings."""
    last = key.rpartition(".")[2]
    return written(words).endswith(".") or "heading" in key or last.startswith("title")


def test_sentences_say_prosent_and_only_tables_and_key_figures_have_the_sign() -> None:
    """design: «%» in tables and key figures, «prosent» in sentences; a plan may compare, so never both in one message."""
    signs = {"percent", "two_percent", "signed_percent"}
    wrong = [
        key
        for key, words in messages()
        if is_sentence(key, words) and ({form for _, form in fields(words)} & signs or "%" in written(words))
    ]
    assert wrong == []


def test_percentage_points_are_never_called_percent() -> None:
    """A field that holds a difference between rates is written as points, and the other way round."""
    for key, words in messages():
        for field, form in fields(words):
            if field in ("points", "gap_points") or form in POINTS:
                assert form in POINTS, key
            if field == "percent":
                assert "points" not in form, key


def test_forms_of_a_message_have_the_same_fields_but_for_the_number() -> None:
    for key, entry in catalogue().items():
        if isinstance(entry, str):
            continue
        assert set(entry) <= {"zero", "one", "other"} and "other" in entry and len(entry) > 1, key
        named = {form: {field for field, _ in fields(words)} - COUNTED for form, words in entry.items() if words}
        assert named.get("one", named["other"]) == named["other"], (
            key,
            named,
        )  # none at all may be told in words of its own


def test_numbers_agree_with_their_nouns() -> None:
    """A count before a noun that has two forms is chosen by n: «1 personer» is never written."""
    nouns = r"\{n:(?:count|spelled|Spelled)\} (?:\w+ )?(?:personer|kommuner|måneder|kommunene)\b"
    bare = [key for key, entry in catalogue().items() if isinstance(entry, str) and re.search(nouns, entry)]
    assert bare == []


def test_every_file_is_utf8_without_tabs_and_each_key_stands_once() -> None:
    for path in TEXTS.glob("*.toml"):
        told = path.read_text("utf-8")
        assert "\t" not in told and "\ufeff" not in told, path.name
    assert len(catalogue()) > 350
