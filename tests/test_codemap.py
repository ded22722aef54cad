"""The code map: held against the figures' own, against random histories, and against every way in which the answers can be wrong."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import klass_changes
from helpers import rawstore
from helpers.codemap import CodeMap, Correction, code_map, read_corrections
from helpers.errors import DataError

TODAY = dt.date(2026, 11, 23)
AALESUND = ("1504", "1523", "1529", "1534", "1546")  # what became 1507 in 2020

Links = set[tuple[int, str, str]]


@pytest.fixture(scope="module")
def answers() -> tuple[dict[str, Any], dict[str, Any]]:
    return klass_changes.codes(), klass_changes.changes()


@pytest.fixture(scope="module")
def figures() -> Links:
    """(year, code, code of 2024) as the snapshot has them, compiled without any list of changes."""
    frame = rawstore.read_body(klass_changes.SNAPSHOT / "snapshot" / "klass_131_map.json").frame()
    return set(zip(frame["Tid"].astype(int), frame["code"].astype(str), frame["code_2024"].astype(str), strict=True))


# --- The history of Norway ---


def test_the_map_is_that_of_the_figures(answers, figures):
    found = code_map(*answers, TODAY)
    assert set(found.links) == figures
    assert list(found.links) == sorted(figures)
    assert (found.year, found.reform, len(found.current)) == (2024, dt.date(2024, 1, 1), 357)


def test_the_map_is_that_of_the_compiled_file(answers, shared):
    with (shared / "figures" / "municipality_code_map.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = code_map(*answers, TODAY)
    assert list(found.links) == sorted((int(row["year"]), row["code"], row["code_2024"]) for row in rows)
    assert all(found.names[row["code_2024"]] == row["name_2024"] for row in rows)
    several = Counter((year, old) for year, old, _ in found.links)
    for row in rows:
        assert (row["note"] == "split") == (several[int(row["year"]), row["code"]] > 1)


def test_without_corrections_the_parts_of_aalesund_differ_and_nothing_else(answers, figures):
    found = set(code_map(*answers, TODAY, corrections=[]).links)
    years = range(2016, 2020)
    assert found - figures == {(year, old, "1508" if old == "1534" else "1580") for year in years for old in AALESUND}
    assert figures - found == set()
    assert {(year, old) for year, old, _ in found ^ figures} == {(year, old) for year in years for old in AALESUND}


def test_the_list_of_changes_is_what_is_known_of_the_reforms(answers):
    """The derived list itself: how many municipalities there were, and that no row leaps over a reform."""
    codes, changes = answers
    held = {year: _valid(codes, dt.date(year, 1, 1)) for year in range(2016, 2027)}
    known = {2016: 428, 2017: 426, 2018: 422, 2019: 422, 2020: 356, 2023: 356, 2024: 357, 2026: 357}
    assert {year: len(held[year]) - 1 for year in known} == known  # 9999 is none
    rows = [row for row in changes["codeChanges"] if row["oldCode"] != row["newCode"]]
    for row in rows:
        year = int(row["changeOccurred"][:4])
        assert row["oldCode"] in held[year - 1] and row["newCode"] in held[year]
    into = Counter(row["newCode"] for row in rows if row["changeOccurred"] == "2020-01-01")
    assert sum(n > 1 or new in held[2019] for new, n in into.items()) == 43
    assert sum(row["changeOccurred"] == "2024-01-01" for row in rows) == 115


def test_on_an_earlier_day_the_map_leads_to_the_codes_of_that_day(answers):
    found = code_map(*answers, dt.date(2023, 12, 31))
    assert (found.year, len(found.current), found.names["3001"]) == (2020, 356, "Halden")
    assert {new for _, old, new in found.links if old in AALESUND} == {"1507"}
    assert code_map(*answers, dt.date(2024, 1, 1)).year == 2024  # the day of the reform itself


def test_the_order_of_the_rows_does_not_matter(answers):
    codes, changes = copy.deepcopy(answers)
    mixed = random.Random(7)
    mixed.shuffle(codes["codes"])
    mixed.shuffle(changes["codeChanges"])
    codes["codes"] += codes["codes"][:50]  # nor does it matter that a row is there twice
    changes["codeChanges"] += changes["codeChanges"][:50]
    assert code_map(codes, changes, TODAY) == code_map(*answers, TODAY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0706", "0710"),
        ("1613", "5012"),
        ("1567", "5061"),
        ("0136", "3002"),
        ("0101", "3001"),
        ("3001", "3101"),
        ("1507", "1580"),
    ],
)
def test_a_change_that_is_not_listed_is_an_error_and_no_other_map(answers, old, new):
    codes, changes = copy.deepcopy(answers)
    rows = changes["codeChanges"]
    changes["codeChanges"] = [row for row in rows if (row["oldCode"], row["newCode"]) != (old, new)]
    assert len(changes["codeChanges"]) == len(rows) - 1
    with pytest.raises(DataError, match=f"{old}|{new}") as error:
        code_map(codes, changes, TODAY)
    assert "kommunerapport fetch --force klass_131" in str(error.value)


@pytest.mark.parametrize("code", ["0706", "5012", "5061", "0136", "3001", "1580", "1507"])
def test_a_code_that_is_not_listed_is_an_error_and_no_other_map(answers, code):
    codes, changes = copy.deepcopy(answers)
    codes["codes"] = [row for row in codes["codes"] if row["code"] != code]
    with pytest.raises(DataError, match=code):
        code_map(codes, changes, TODAY)


def test_the_corrections_name_their_reason_and_lead_to_one():
    found = read_corrections()
    assert {each.code for each in found} == set(AALESUND)
    assert all(each.reason and len(each.leads_to) == 1 for each in found)


# --- Small histories ---


def small(rows: dict[str, tuple[str, str, str]], moves: list[tuple[str | None, str | None, str]]) -> tuple[Any, Any]:
    """code → (from, to, name), or with a sign after the code where it has several rows; (old, new, day)."""
    codes = [
        {"code": code[:4], "name": name, "validFromInRequestedRange": since, "validToInRequestedRange": until or None}
        for code, (since, until, name) in rows.items()
    ]
    changes = [{"oldCode": old, "newCode": new, "changeOccurred": day} for old, new, day in moves]
    return {"codes": codes}, {"codeChanges": [{k: v for k, v in row.items() if v} for row in changes]}


def links(found: CodeMap, year: int) -> dict[str, str]:
    held: dict[str, list[str]] = {}
    for at, old, new in found.links:
        if at == year:
            held.setdefault(old, []).append(new)
    return {old: " ".join(new) for old, new in held.items()}


A, B, C = "2016-01-01", "2018-01-01", "2020-01-01"


def test_a_code_taken_over_later_is_not_confused_with_its_first_holder():
    rows = {
        "0001": (A, B, "Ask"),
        "0002": (B, "", "Ask"),
        "0003": (A, C, "Bjerk"),
        "0001*": (C, "", "Bjerk"),
    }
    found = code_map(*small(rows, [("0001", "0002", B), ("0003", "0001", C)]), TODAY, [])
    assert links(found, 2017) == {"0001": "0002", "0003": "0001"}
    assert links(found, 2018) == {"0002": "0002", "0003": "0001"}
    assert found.names == {"0001": "Bjerk", "0002": "Ask", "0003": "Bjerk"}


def test_a_code_taken_over_on_the_same_day():
    rows = {"0001": (A, B, "Ask"), "0001*": (B, "", "Bjerk"), "0002": (A, B, "Bjerk"), "0003": (B, "", "Ask")}
    found = code_map(*small(rows, [("0001", "0003", B), ("0002", "0001", B)]), TODAY, [])
    assert links(found, 2017) == {"0001": "0003", "0002": "0001"}


def test_two_that_change_codes_with_each_other():
    rows = {"0001": (A, B, "Ask"), "0001*": (B, "", "Bjerk"), "0002": (A, B, "Bjerk"), "0002*": (B, "", "Ask")}
    found = code_map(*small(rows, [("0001", "0002", B), ("0002", "0001", B)]), TODAY, [])
    assert (links(found, 2017), found.year) == ({"0001": "0002", "0002": "0001"}, 2018)


def test_a_code_that_comes_back():
    rows = {"0001": (A, B, "Ask"), "0002": (B, C, "Ask"), "0001*": (C, "", "Ask")}
    found = code_map(*small(rows, [("0001", "0002", B), ("0002", "0001", C)]), TODAY, [])
    assert links(found, 2017) == {"0001": "0001"} and links(found, 2019) == {"0002": "0001"}


def test_a_new_name_is_no_new_code():
    rows = {"0001": (A, B, "Ask"), "0001*": (B, "", "Ask - Áska")}
    found = code_map(*small(rows, [("0001", "0001", B)]), TODAY, [])
    assert (found.links, found.reform, found.names) == ((), dt.date(2016, 1, 1), {"0001": "Ask - Áska"})


def test_of_two_names_on_one_day_the_newest_counts_in_any_order():
    rows = {"0001": (A, "", "Ask"), "0001*": (B, "", "Aske")}
    for held in (rows, dict(reversed(rows.items()))):
        assert code_map(*small(held, []), TODAY, []).names == {"0001": "Aske"}


def test_who_gives_a_part_away_and_stays_is_divided():
    rows = {"0001": (A, "", "Ask"), "0002": (B, "", "Bjerk")}
    found = code_map(*small(rows, [("0001", "0002", B), ("0001", "0001", B)]), TODAY, [])
    assert links(found, 2017) == {"0001": "0001 0002"}


def test_what_is_announced_is_not_followed_before_its_day():
    rows = {
        "0001": (A, "2028-01-01", "Ask"),
        "0002": ("2028-01-01", "2029-01-01", "Ask"),
        "0003": (A, "2027-06-01", "Bjerk"),
        "0003*": ("2027-06-01", "2029-01-01", "Bjørk"),
    }
    answers = small(rows, [("0001", "0002", "2028-01-01"), ("0003", "0003", "2027-06-01")])
    before, after = code_map(*answers, dt.date(2027, 5, 31), []), code_map(*answers, dt.date(2028, 1, 1), [])
    assert (before.links, before.names) == ((), {"0001": "Ask", "0003": "Bjerk"})
    assert (after.year, links(after, 2027)) == (2028, {"0001": "0002", "0003": "0003"})


def test_a_reform_inside_a_year_leaves_that_year_the_old_codes():
    rows = {"0001": (A, "2026-07-01", "Ask"), "0002": ("2026-07-01", "", "Ask")}
    found = code_map(*small(rows, [("0001", "0002", "2026-07-01")]), TODAY, [])
    assert (found.year, links(found, 2026)) == (2027, {"0001": "0002"})


def test_the_unknown_municipality_is_none():
    rows = {"0001": (A, "", "Ask"), "9999": (A, B, "Uoppgitt"), "9999*": (C, "", "Uoppgitt")}
    assert code_map(*small(rows, [("9999", None, B), (None, "9999", C)]), TODAY, []).current == ("0001",)


def test_a_correction_says_what_the_changes_do_not():
    rows = {"0001": (A, B, "Ask"), "0002": (A, C, "Bjerk"), "0003": (C, "", "Bjerk")}
    answers = small(rows, [("0001", None, B), ("0002", "0003", C)])
    with pytest.raises(DataError, match=r"0001 Ask opphørte 2018-01-01 uten etterfølger.*code_corrections"):
        code_map(*answers, TODAY, [])
    fix = Correction(years=(2016, 2017), code="0001", leads_to=("0002",), on=dt.date(2018, 1, 1), reason="known")
    assert links(code_map(*answers, TODAY, [fix]), 2017) == {"0001": "0003", "0002": "0003"}  # followed onwards
    early = fix.model_copy(update={"on": dt.date(2018, 1, 2)})
    assert code_map(*answers, dt.date(2018, 1, 1) - dt.timedelta(days=1), [early]).links == ()


def test_a_correction_may_bring_what_no_change_leads_to():
    rows = {"0001": (A, "", "Ask"), "0002": (B, "", "Bjerk")}
    answers = small(rows, [(None, "0002", B)])
    with pytest.raises(DataError, match="0002 Bjerk er ny 2018-01-01, men ingen endring fører til den"):
        code_map(*answers, TODAY, [])
    fix = Correction(years=(2016, 2017), code="0001", leads_to=("0001", "0002"), on=dt.date(2018, 1, 1), reason="known")
    assert links(code_map(*answers, TODAY, [fix]), 2016) == {"0001": "0001 0002"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"leads_to": ("0009",)}, "0001 → 0009, som ikke gjelder 2018-01-01"),
        ({"code": "0007"}, "koden 0007 gjelder ikke i 2016"),
        ({"years": (2018,)}, "koden 0001 gjelder ikke i 2018"),
        ({"leads_to": ("0002",)}, "ingen kode fra 2016 fører til 0003 Bjerk"),
    ],
)
def test_a_correction_that_does_not_fit_is_an_error(fields, words):
    rows = {"0001": (A, B, "Ask"), "0002": (B, "", "Ask"), "0003": (B, "", "Bjerk")}
    fix = Correction(years=(2016,), code="0001", leads_to=("0002", "0003"), on=dt.date(2018, 1, 1), reason="known")
    with pytest.raises(DataError, match=words):
        code_map(*small(rows, [("0001", "0002", B), ("0001", "0003", B)]), TODAY, [fix.model_copy(update=fields)])


ASK = {"0001": (A, B, "Ask"), "0002": (B, "", "Ask")}


@pytest.mark.parametrize(
    ("rows", "moves", "words"),
    [
        (ASK, [], "0002 Ask er ny 2018-01-01, men ingen endring"),
        (ASK | {"0003": (A, B, "Bjerk")}, [("0001", "0002", B)], "0003 Bjerk opphørte 2018-01-01 uten etterfølger"),
        (ASK | {"0003": (A, B, "Bjerk")}, [("0001", "0002", B), ("0003", "0003", B)], "0003 Bjerk er endret til 0003"),
        (
            ASK,
            [("0001", "0002", B), ("0001", "0005", B)],
            "0001 Ask er endret til 0005 2018-01-01, som ikke gjelder da",
        ),
        (
            ASK,
            [("0001", "0002", "2019-01-01"), ("0001", "0002", B)],
            "0001 er endret 2019-01-01, men gjaldt ikke dagen før",
        ),
        (ASK, [("0004", "0002", B)], "0004 er endret 2018-01-01, men gjaldt ikke"),
        (
            ASK | {"0001": (A, "", "Ask")},
            [("0001", "0002", B)],
            "0001 Ask er endret til 0002 2018-01-01, men gjelder fortsatt",
        ),
        ({"0001": (A, "", "Ask")}, [("0001", None, B)], "0001 Ask er endret til ingenting 2018-01-01"),
        (
            {"0001": (A, "", "Ask"), "0002": (A, "", "Bjerk")},
            [("0001", "0002", B), ("0002", "0001", B)],
            "0001 Ask er endret til 0002 2018-01-01, men gjelder fortsatt",
        ),
        (
            {"0001": (A, B, "Ask"), "0002": (A, B, "Bjerk"), "0003": (A, "", "Eik")},
            [("0001", "0002", B), ("0002", "0001", B)],
            "0001 Ask er endret til 0002 2018-01-01, som ikke gjelder",
        ),
        ({"0001": (A, B, "Ask"), "0001*": (C, "", "Ask")}, [], "0001 Ask er ny 2020-01-01"),
        ({"0001": (B, "", "Ask")}, [], "ingen koder for 2016-01-01"),
        ({"0001": (A, "2026-01-01", "Ask")}, [], "ingen koder for 2026-11-23"),
    ],
)
def test_answers_that_do_not_add_up_are_an_error(rows, moves, words):
    with pytest.raises(DataError, match=words) as error:
        code_map(*small(rows, moves), TODAY, [])
    assert "kommunerapport fetch --force klass_131" in str(error.value)


@pytest.mark.parametrize(
    ("key", "row", "words"),
    [
        ("codes", {"name": None}, "codes, koden 0002: feltet name"),
        ("codes", {"code": "84"}, "codes, koden 84: feltet code"),
        ("codes", {"validFromInRequestedRange": "i fjor"}, "codes, koden 0002: feltet validFromInRequestedRange"),
        (
            "codes",
            {"validToInRequestedRange": ...},
            "codes, koden 0002: feltet validToInRequestedRange: Field required",
        ),
        ("codeChanges", {"changeOccurred": ...}, "codeChanges, koden 0001: feltet changeOccurred: Field required"),
        ("codeChanges", {"oldCode": 1}, "codeChanges, koden 1: feltet oldCode"),
        ("codeChanges", "0001", "codeChanges, koden \\?"),
        ("codes", ..., "svaret har ingen liste «codes»"),
        ("codeChanges", ..., "svaret har ingen liste «codeChanges»"),
    ],
)
def test_rows_that_are_not_as_klass_writes_them_are_an_error(key, row, words):
    bodies = small(ASK, [("0001", "0002", B)])
    body = next(each for each in bodies if key in each)
    if row is ...:
        del body[key]
    elif isinstance(row, str):
        body[key][-1] = row
    else:
        body[key][-1] = {name: value for name, value in (body[key][-1] | row).items() if value is not ...}
    with pytest.raises(DataError, match=words) as error:
        code_map(*bodies, TODAY, [])
    assert "kommunerapport fetch --force klass_131" in str(error.value)


# --- Random histories: a municipality is an object, its code only what it is called in a year ---

LAST = 2021
POOL = [f"{number:04}" for number in range(16)]  # few, so that codes that fall free are soon used again


@dataclass
class Place:
    name: str
    codes: dict[int, str]  # year → code
    heirs: list[Place] = field(default_factory=list)

    def today(self) -> set[str]:
        """The codes of today, by descent and not by any code."""
        return {self.codes[LAST]} if LAST in self.codes else set().union(*(each.today() for each in self.heirs))


@dataclass
class History:
    places: list[Place]
    changes: list[tuple[str, str, str]] = field(default_factory=list)

    def alive(self, year: int) -> list[Place]:
        return [each for each in self.places if year in each.codes]

    def succeed(self, old: list[Place], names: list[str], codes: list[str], year: int) -> None:
        """`old` become new ones; KLASS lists every pair, also a code with itself."""
        new = [Place(name, {year: code}) for name, code in zip(names, codes, strict=True)]
        self.places += new
        for each in old:
            each.heirs = new
            self.changes += [(each.codes[year - 1], code, f"{year}-01-01") for code in codes]

    def links(self) -> Links:
        return {(year, each.codes[year], code) for each in self.places for year in each.codes for code in each.today()}

    def answers(self) -> tuple[Any, Any]:
        rows = {}
        for number, each in enumerate(self.places):
            for year, code in each.codes.items():
                if each.codes.get(year - 1) != code:
                    held = next((at for at in range(year, LAST) if each.codes.get(at + 1) != code), None)
                    rows[f"{code}*{number}*{year}"] = (f"{year}-01-01", f"{held + 1}-01-01" if held else "", each.name)
        return small(rows, list(self.changes))


@st.composite
def histories(draw: st.DrawFn, divide: bool = True) -> History:
    """Up to five municipalities, merged, divided and renumbered for five years."""
    made = History([Place(f"N{number}", {2016: POOL[number]}) for number in range(draw(st.integers(1, 5)))])
    for year in range(2017, LAST + 1):
        rest = list(draw(st.permutations(made.alive(year - 1))))
        merged = [rest.pop() for _ in range(draw(st.sampled_from([0, 0, 2, 3]))) if rest]
        divided = rest.pop() if divide and rest and draw(st.booleans()) else None
        moved = [each for each in rest if draw(st.booleans())]
        for each in rest:
            each.codes[year] = each.codes[year - 1]
        kept = {each.codes[year] for each in rest if each not in moved}
        free = list(draw(st.permutations([code for code in POOL if code not in kept])))
        for each in moved:
            each.codes[year] = free.pop()
            if each.codes[year] != each.codes[year - 1]:
                made.changes.append((each.codes[year - 1], each.codes[year], f"{year}-01-01"))
        if merged:
            made.succeed(merged, [draw(st.sampled_from([merged[0].name, f"N{len(made.places)}"]))], [free.pop()], year)
        if divided:
            made.succeed([divided], [divided.name, f"N{len(made.places)}"], [free.pop(), free.pop()], year)
    return made


def followed(history: History) -> CodeMap:
    return code_map(*history.answers(), dt.date(LAST, 6, 1), [])


@given(histories())
@settings(max_examples=200)
def test_codes_lead_where_the_municipalities_went(history):
    found = followed(history)
    truth = history.links()
    assert set(found.links) == {link for link in truth if link[0] < found.year}
    assert all(old == new for year, old, new in truth if year >= found.year)
    assert found.current == tuple(sorted(each.codes[LAST] for each in history.alive(LAST)))
    for year in range(2016, found.year):
        assert {old for at, old, _ in found.links if at == year} == {each.codes[year] for each in history.alive(year)}
        assert {new for at, _, new in found.links if at == year} == set(
            found.current
        )  # nobody is lost, nobody is made up


@given(histories(divide=False))
def test_without_divisions_each_code_has_one_successor(history):
    found = followed(history)
    assert all(n == 1 for n in Counter((year, old) for year, old, _ in found.links).values())


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_of_any_history_does_not_matter(history, mixed):
    codes, changes = history.answers()
    mixed.shuffle(codes["codes"])
    mixed.shuffle(changes["codeChanges"])
    assert code_map(codes, changes, dt.date(LAST, 6, 1), []) == followed(history)


@given(histories(divide=False), st.data())
def test_a_change_left_out_of_a_history_never_changes_the_map_unseen(history, data):
    """Without divisions there is nothing that a lost row could be taken for: the map is an error, or the same.

    One loss cannot be seen: that of a code which another municipality took over on the same day.
    """
    codes, changes = history.answers()
    if not changes["codeChanges"]:
        return
    lost = changes["codeChanges"].pop(data.draw(st.integers(0, len(changes["codeChanges"]) - 1)))
    assume(
        not any(
            row["newCode"] == lost["oldCode"] != row["oldCode"] and row["changeOccurred"] == lost["changeOccurred"]
            for row in changes["codeChanges"]
        )
    )
    try:
        found = code_map(codes, changes, dt.date(LAST, 6, 1), [])
    except DataError:
        return
    assert set(found.links) == {link for link in history.links() if link[0] < found.year}


def _valid(codes: dict[str, Any], day: dt.date) -> set[str]:
    since, until = "validFromInRequestedRange", "validToInRequestedRange"
    return {row["code"] for row in codes["codes"] if row[since] <= str(day) < row[until]}
