"""Documents broken at random: the decoder refuses them in one line, or gives what a slow reading of the specification gives."""

from __future__ import annotations

import itertools
import json
import math
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import jsonstat
from helpers.errors import DataError

SNAPSHOT = Path(__file__).resolve().parents[1] / "data" / "raw" / "snapshot"
RECORDED = ["ssb_v2_12134_2024_smoke.json", "scb_TAB6471_data.json"]
COMMITTED = ["ssb_11616.json", "nav_hl060.json", "klass_131_map.json"]  # dense, dense with signs, sparse
GARBAGE = [
    *(None, True, False, 0, 1, -1, 2, 0.5, 1.0, 1e308, math.nan, math.inf, 2**53, 2**53 + 1, 10**30, -(10**400)),
    *("", "0", "1", "01", "-1", "value", "status", "dataset", "æ", "\n", "\ud800", "a\x00b", "7" * 5000),
    *([], {}, [[]], [None], [0, 1, 2], {"0": 1}, {"": {}}, {"a": 0, "b": 0}, {"category": {"index": ["a"]}}),
    json.loads("[" * 200 + "]" * 200),
]
SIGNS = '0123456789,:[]{}"-.eE ntfNI\\u'


class RefusedError(Exception):
    """The specification does not allow it."""


def must(condition):
    if not condition:
        raise RefusedError


def text(each):
    return type(each) is str and not any("\ud800" <= sign <= "\udfff" for sign in each)


def whole(each):
    return type(each) is int


def reference(body):
    """(ids, codes per dimension, rows of (codes, value, sign)), cell by cell in plain Python from https://json-stat.org/full/."""
    must(type(body) is dict and body.get("class") == "dataset")
    must(all(field in body for field in ("id", "size", "dimension", "value")))
    ids, sizes, value, status = body["id"], body["size"], body["value"], body.get("status")
    must(type(ids) is list and ids and all(map(text, ids)) and len(set(ids)) == len(ids))
    must("value" not in ids and "status" not in ids)  # they are columns
    must(type(sizes) is list and len(sizes) == len(ids) and all(whole(size) and size >= 0 for size in sizes))
    codes = [categories(body["dimension"], each) for each in ids]
    must([len(each) for each in codes] == sizes)
    cells = math.prod(sizes)
    if type(value) is list:
        must(len(value) == cells)
        numbers = dict(enumerate(value))
    else:
        numbers = cells_named(value, cells)
    for number in numbers.values():
        must(
            number is None
            or (whole(number) and abs(number) <= 2**53)
            or (type(number) is float and math.isfinite(number))
        )
    signs = signs_of(status, cells, numbers)
    if cells < 10_000:  # a small cube is walked through, a large one divided
        combinations = dict(enumerate(itertools.product(*codes)))
        rows = [(combinations[cell], numbers[cell], signs.get(cell)) for cell in sorted(numbers)]
    else:
        rows = [(divided(cell, codes), numbers[cell], signs.get(cell)) for cell in sorted(numbers)]
    return ids, codes, rows


def categories(dimensions, name):
    must(type(dimensions) is dict and name in dimensions and type(dimensions[name]) is dict)
    category = dimensions[name].get("category")
    must(type(category) is dict)
    index, label = category.get("index"), category.get("label")
    must(label is None or (type(label) is dict and all(map(text, label.values()))))
    if index is None:
        must(label is not None and len(label) == 1)
        index = list(label)
    if type(index) is dict:
        must(all(map(whole, index.values())))
        by_place = {place: code for code, place in index.items()}
        must(all(place in by_place for place in range(len(index))))
        index = [by_place[place] for place in range(len(index))]
    must(type(index) is list and all(map(text, index)) and len(set(index)) == len(index))
    return index


def cells_named(given, cells):
    must(type(given) is dict)
    for key in given:
        must(key == "0" or (key != "" and set(key) <= set("0123456789") and key[0] != "0" and len(key) < 400))
        must(int(key) < cells)
    return {int(key): each for key, each in given.items()}


def signs_of(status, cells, numbers):
    if type(status) is list and status:
        must(len(status) in (1, cells))
        found = dict(enumerate(status)) if len(status) == cells else dict.fromkeys(numbers, status[0])
        must(status[0] is None or text(status[0]))
    elif status is None or status == []:
        found = {}
    elif type(status) is str:
        found = dict.fromkeys(numbers, status)
        must(text(status))
    else:
        found = cells_named(status, cells)
    must(all(sign is None or text(sign) for sign in found.values()))
    return {cell: sign for cell, sign in found.items() if sign}


def divided(cell, codes):
    found = []
    for each in reversed(codes):  # the last dimension runs fastest
        cell, place = divmod(cell, len(each))
        found.append(each[place])
    return tuple(reversed(found))


def agree(body):
    """Decoder and reference give the same frame, or both refuse; True where they gave one."""
    try:
        expected = reference(body)
    except RefusedError:
        expected = None
    try:
        frame = jsonstat.decode(body)
    except DataError as error:
        assert expected is None, f"refused although it is legal: {error}"
        assert str(error).isprintable() and 10 < len(str(error)) < 300
        return False
    assert expected is not None, "a frame of a document that is not legal"
    same(frame, *expected)
    return True


def same(frame, ids, codes, rows):
    assert list(frame.columns) == [*ids, "value", "status"]
    assert list(frame.index) == list(range(len(rows)))
    assert str(frame["value"].dtype) == "float64" and str(frame["status"].dtype) == "str"
    for at, (name, held) in enumerate(zip(ids, codes, strict=True)):
        assert list(frame[name].cat.categories) == held
        assert frame[name].tolist() == [row[0][at] for row in rows]
    assert [None if each != each else each for each in frame["value"].tolist()] == [row[1] for row in rows]
    assert [None if each != each else each for each in frame["status"].tolist()] == [row[2] for row in rows]


@st.composite
def documents(draw, least=0):
    """Legal datasets of up to three dimensions in every form that the specification allows; `least` categories per dimension."""
    word = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
    ids = draw(st.lists(word.filter(lambda name: name not in jsonstat.OWN), min_size=1, max_size=3, unique=True))
    sizes = [draw(st.sampled_from([least, 1, 1, 2, 3, 4])) for _ in ids]
    dimension = {}
    for name, size in zip(ids, sizes, strict=True):
        held = draw(st.lists(word, min_size=size, max_size=size, unique=True))
        places = draw(st.permutations(list(enumerate(held))))
        form = draw(st.sampled_from(["list", "object", "object"] + ["none"] * (size == 1)))
        label = {} if draw(st.booleans()) and form != "none" else {"label": {code: draw(word) for code in held}}
        index = {"list": {"index": held}, "object": {"index": {code: place for place, code in places}}, "none": {}}
        dimension[name] = {"label": "x", "category": index[form] | label}
    cells = math.prod(sizes)
    number = st.none() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    sign = st.sampled_from([None, "", ":", "..", "*"])
    body = {"version": "2.0", "class": "dataset", "id": ids, "size": sizes, "dimension": dimension}
    every = [str(cell) for cell in range(cells)]
    some = st.lists(st.sampled_from(every), unique=True) if every else st.just([])
    body["value"] = draw(st.lists(number, min_size=cells, max_size=cells))
    if draw(st.booleans()):
        body["value"] = {key: body["value"][int(key)] for key in draw(some)}
    signs = draw(st.lists(sign, min_size=cells, max_size=cells))
    status = [signs, {key: signs[int(key)] for key in draw(some)}, draw(sign), [draw(sign)], []]
    return body | draw(st.sampled_from([{}, {"role": {"time": None}}, *({"status": each} for each in status)]))


def broken(body, chance):
    """One random break somewhere in a document (changed in place), or a document in its stead."""
    way = chance.choice([replace, poison, poison, rename, delete, add, reorder, shift, swap, fields, garble])
    changed = way(body, chance)
    return body if changed is None else changed


def somewhere(body, chance):
    """A container of the document and a key in it; deep ones are as likely as shallow ones."""
    node = body
    while True:
        keys = list(node) if isinstance(node, dict) else range(len(node))
        if not keys:
            return None, None
        key = chance.choice(keys)
        below = node[key]
        if not isinstance(below, list | dict) or not below or chance.random() < 0.3:
            return node, key
        node = below


def replace(body, chance):
    node, key = somewhere(body, chance)
    if node is not None:
        other, at = somewhere(body, chance)
        node[key] = json.loads(json.dumps(chance.choice([*GARBAGE, *([other[at]] * 8 if other else [])])))


def poison(body, chance):
    """A wrong leaf in one of the fields that are read."""
    places = [body.get("value"), body.get("status"), body.get("size"), body.get("id")]
    if isinstance(body.get("dimension"), dict):
        each = chance.choice([*body["dimension"].values(), None])
        category = each.get("category") if isinstance(each, dict) else None
        places += [category.get("index"), category.get("label")] if isinstance(category, dict) else []
    node = chance.choice(places)
    if isinstance(node, list | dict) and node:
        key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
        held = node[key]
        near = [held + 1, float(held), held == 1] if type(held) is int and abs(held) < 2**53 else [None]
        node[key] = chance.choice([*near, *near, *GARBAGE])


def rename(body, chance):
    """A key in another spelling, in its place or beside it."""
    node, key = somewhere(body, chance)
    if isinstance(node, dict):
        node[chance.choice([f"0{key}", f" {key}", f"{key}.0", f"+{key}", f"-{key}", "value", ""])] = node[key]
        if chance.random() < 0.5:
            del node[key]


def delete(body, chance):
    node, key = somewhere(body, chance)
    if node is not None:
        del node[key]


def add(body, chance):
    node, key = somewhere(body, chance)
    if isinstance(node, list):
        node.insert(key, chance.choice([node[key], *GARBAGE]))
    elif node is not None:
        key = chance.choice([*(str(at) for at in range(9)), "01", "status", *body])
        node[key] = chance.choice([*node.values(), *GARBAGE])


def reorder(body, chance):
    node, key = somewhere(body, chance)
    below = node[key] if node is not None else None
    if isinstance(below, list):
        chance.shuffle(below)
    elif isinstance(below, dict):  # the order of keys means nothing; which value belongs to which key does
        items = chance.sample(list(below.items()), len(below))
        values = [value for _, value in items]
        node[key] = dict(items) if chance.random() < 0.5 else dict(zip(below, values, strict=True))


def shift(body, chance):
    value = body.get(chance.choice(["value", "status"]))
    if isinstance(value, list) and value:
        extra = chance.choice([[], [], [0], [None]])
        value[:] = value[1:] + value[:1] + extra
    elif isinstance(value, dict):
        moved = {str(int(key) + 1) if key.isdigit() and len(key) < 9 else key: each for key, each in value.items()}
        value.clear()
        value.update(moved)


def swap(body, chance):
    for field in chance.choice([["id"], ["size"], ["id", "size"]]):
        if isinstance(body.get(field), list):
            body[field].reverse()


def fields(body, chance):
    """Two fields of the document change places, or one is lost."""
    one, two = chance.choice(list(body) or [""]), chance.choice(["id", "size", "value", "status", "dimension"])
    if one in body and two in body and chance.random() < 0.7:
        body[one], body[two] = body[two], body[one]
    else:
        body.pop(one, None)


def garble(body, chance):
    """The document with its text cut, or with a few characters lost, doubled or changed; itself where that is no JSON."""
    written = json.dumps(body, ensure_ascii=chance.random() < 0.5)
    for _ in range(20):
        at = chance.randrange(len(written) + 1)
        end = at + chance.choice([1, 1, 2, 5, 20])
        middle = chance.choice(["", written[at:end] * 2, chance.choice(SIGNS), chance.choice(SIGNS) + written[at:end]])
        tail = written[end:] if chance.random() < 0.95 else ""
        try:
            return json.loads(written[:at] + middle + tail)
        except (ValueError, RecursionError):  # as `RawBody.json` tells it
            continue
    return body


def agree_on_breaks(written, seed, times):
    """Break one document `times` times anew, one to three breaks each; how many gave a frame."""
    chance = random.Random(seed)
    frames = 0
    for _ in range(times):
        body = json.loads(written)
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            if isinstance(body, dict):
                body = broken(body, chance)
        frames += agree(body)
        for name in [*dict.fromkeys(["Region", *json.loads(written)["id"]])]:
            try:
                assert all(isinstance(label, str) for label in jsonstat.labels(body, name).values())
            except DataError as error:
                assert str(error).isprintable()
    return frames


SEEDS = st.integers(0, 2**32)
QUICK = settings(max_examples=120, suppress_health_check=list(HealthCheck))


@QUICK
@given(documents())
def test_every_legal_form_decodes_as_the_specification_says(body):
    assert agree(body) and agree(json.loads(json.dumps(body)))


@QUICK
@given(documents(), SEEDS)
def test_a_broken_document_gives_an_error_or_the_right_frame(body, seed):
    agree_on_breaks(json.dumps(body), seed, 20)


@pytest.mark.parametrize("file", COMMITTED)
def test_a_broken_body_of_the_snapshot_gives_an_error_or_the_right_frame(file):
    frames = agree_on_breaks((SNAPSHOT / file).read_text("utf-8"), 1, 40)
    assert 4 <= frames <= 36  # breaking breaks, but not everything


@pytest.mark.parametrize("file", RECORDED)
def test_a_broken_recorded_answer_gives_an_error_or_the_right_frame(shared, file):
    frames = agree_on_breaks((shared / "fixtures" / file).read_text("utf-8"), 2, 80)
    assert 8 <= frames <= 72


@pytest.mark.slow
@settings(QUICK, max_examples=1000)
@given(documents(), SEEDS)
def test_many_broken_documents_give_an_error_or_the_right_frame(body, seed):
    agree_on_breaks(json.dumps(body), seed, 20)


@pytest.mark.slow
@pytest.mark.parametrize("file", [*COMMITTED, *RECORDED])
def test_many_breaks_of_real_bodies_give_an_error_or_the_right_frame(request, file):
    folder = SNAPSHOT if file in COMMITTED else request.getfixturevalue("shared") / "fixtures"
    agree_on_breaks((folder / file).read_text("utf-8"), 3, 800)
