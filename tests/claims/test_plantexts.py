"""Plans as files: sentences with their lines, claims in TOML, and every kind of file that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.claims import When
from helpers.errors import DataError, InputError, KommunerapportError
from helpers.sources import plantexts

GOOD = '[[claim]]\nindicator = "jobs"\nyear = 2019\nvalue = "12 599"\nquote = "12 599 arbeidsplasser"\n'


def written(tmp_path: Path, text: str | bytes, name: str = "plan.md") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def sentences(text: str) -> list[tuple[int, str]]:
    return [(each.line, each.text) for each in plantexts.split(text)]


def test_sentences_have_the_line_they_begin_in() -> None:
    text = "# Om planen\n\nDet er ca. 1 000 her. I 2019 var\ndet 12 599. Så kom\nmer.\n\n- et punkt. Og til.\n- 3,5 mill. kr og mer\n"
    assert sentences(text) == [
        (1, "Om planen"), (3, "Det er ca. 1 000 her."), (3, "I 2019 var det 12 599."), (4, "Så kom mer."),
        (7, "et punkt."), (7, "Og til."), (8, "3,5 mill. kr og mer"),
    ]  # fmt: skip
    assert [each.kind for each in plantexts.split(text)] == [
        "heading",
        "prose",
        "prose",
        "prose",
        "bullet",
        "bullet",
        "bullet",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Jf. Meld. St. 5 om ca. 3 mill. kr i 4. kvartal 2019 og bl.a. 1. januar.",
        "Veksten er 1.5 prosent, dvs. 12.599 personer.",
        "Det er f.eks. Halden.",
    ],
)
def test_abbreviations_ordinals_and_decimal_points_do_not_end_a_sentence(text: str) -> None:
    assert sentences(text) == [(1, text)]


def test_a_year_or_a_number_may_end_a_sentence() -> None:
    assert [text for _, text in sentences("Slik var det i 2019. Siden kom 12. Resten er 1 mill. Det var alt.")] == [
        "Slik var det i 2019.", "Siden kom 12.", "Resten er 1 mill.", "Det var alt.",
    ]  # fmt: skip


def test_every_cell_of_a_table_has_its_row_and_column() -> None:
    text = (
        "| År | Arbeidsplasser | Innbyggere |\n|:---|---:|---:|\n| 2019 | 12 599 | **31 177** |\n| 2020 | | 31 373 |\n"
    )
    assert sentences(text) == [
        (3, "2019 – Arbeidsplasser: 12 599"),
        (3, "2019 – Innbyggere: 31 177"),
        (4, "2020 – Innbyggere: 31 373"),
    ]


def test_a_text_without_full_stops_is_cut_between_words() -> None:
    found = plantexts.split("12 599 " * 3000)
    assert max(len(each.text) for each in found) <= plantexts.LONGEST
    assert " ".join(each.text for each in found).split() == ("12 599 " * 3000).split()


def test_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeffFørste.\r\n\r\nAndre.\r\n".encode(), "plan.txt")
    assert [(each.line, each.text) for each in plantexts.sentences(path)] == [(1, "Første."), (3, "Andre.")]


@pytest.mark.parametrize(
    ("data", "name", "error", "message"),
    [
        (
            "Halden før.".encode("latin-1"),
            "plan.txt",
            DataError,
            "plan.txt er ikke lagret som UTF-8 (linje 1). Lagre den på nytt med tegnkoding UTF-8.",
        ),
        ("Æ\nø".encode("utf-16"), "plan.md", DataError, "plan.md er ikke lagret som UTF-8"),
        (b"a\0b", "plan.md", DataError, "plan.md er ikke en tekstfil."),
        (b" \n", "plan.md", DataError, "plan.md er tom."),
        (b"%PDF", "plan.pdf", InputError, "plan.pdf: planen må være en .md- eller .txt-fil, eller påstander i .toml."),
        (b"a" * (plantexts.LIMIT + 1), "plan.md", DataError, "plan.md er større enn 2 MB."),
    ],
)
def test_files_that_cannot_be_used(
    tmp_path: Path, data: bytes, name: str, error: type[KommunerapportError], message: str
) -> None:
    with pytest.raises(error) as told:
        plantexts.sentences(written(tmp_path, data, name))
    assert str(told.value).startswith(message)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"plan\.md kan ikke leses\. Finnes ikke"):
        plantexts.sentences(tmp_path / "plan.md")
    (tmp_path / "mappe.md").mkdir()
    with pytest.raises(InputError, match=r"mappe\.md kan ikke leses\. Det er en mappe, ikke en fil"):
        plantexts.sentences(tmp_path / "mappe.md")


def test_claims_of_a_file(tmp_path: Path) -> None:
    more = '[[claim]]\nindicator = "jobs"\nkind = "annual"\nfirst = 2017\nlast = 2030\nvalue = 1.5\nbase = "27 000"\nlevel = 33000\nquote = "1,5 %"\nline = 9\n'
    level, annual = plantexts.claims(written(tmp_path, GOOD + more, "plan.toml"))
    assert (level.indicators, level.number.value, level.when, level.quote) == (
        ("jobs",),
        12599,
        When("point", 2019),
        "12 599 arbeidsplasser",
    )
    assert (annual.number.value, annual.number.unit, annual.number.step, annual.line) == (1.5, "percent", 0.1, 9)
    assert annual.stated.base is not None and annual.stated.base.value == 27000
    assert annual.stated.years == 13


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[claim", "plan.toml er ikke gyldig TOML"),
        ('title = "x"\n', "plan.toml har ingen påstander. Skriv hver påstand under [[claim]]."),
        ('title = "x"\n' + GOOD, "plan.toml: feltet title hører ikke til øverst i filen."),
        (GOOD.replace('quote = "12 599 arbeidsplasser"', ""), "plan.toml, påstand 1: quote mangler."),
        (GOOD.replace('"jobs"', '"moose"'), "plan.toml, påstand 1: indicator kan ikke være «moose»; det må være en av jobs, "),
        (GOOD + "color = 1\n", "plan.toml, påstand 1: color er ikke et felt i en påstand."),
        (GOOD.replace("2019", '"2019"'), "plan.toml, påstand 1: year må være et helt tall."),
        (GOOD.replace("2019", "219"), "plan.toml, påstand 1: year må være mellom 1900 og 2100, men er 219."),
        (GOOD.replace("year = 2019\n", ""), "plan.toml, påstand 1: year: oppgi enten year, eller first og last."),
        (GOOD.replace("year = 2019", "first = 2019\nlast = 2013"), "plan.toml, påstand 1: last: perioden må ha first og last, og last må være etter first."),
        (GOOD.replace("year = 2019", "first = 2013\nlast = 2019"), "plan.toml, påstand 1: year mangler: et nivå eller en forskjell gjelder ett år."),
        (GOOD.replace('value = "12 599"', 'value = "mange"'), "plan.toml, påstand 1: value «mange» kan ikke leses; det må være et tall"),
        (GOOD.replace('value = "12 599"', 'value = "12 %"'), "plan.toml, påstand 1: value «12 %» kan ikke leses; det må være et tall"),
        (GOOD + 'kind = "ratio"\n', "plan.toml, påstand 1: kind kan ikke være 'ratio'; det må være en av 'level', "),
        (GOOD + 'age = "unge"\n', "plan.toml, påstand 1: age har feil form: skriv for eksempel 20-66."),
        (GOOD + 'kind = "change"\nmoment = "start"\n', "plan.toml, påstand 1: moment hører bare til et nivå."),
        (GOOD.replace('quote = "12 599 arbeidsplasser"', 'quote = " "'), "plan.toml, påstand 1: quote er tom."),
    ],
)  # fmt: skip
def test_claims_that_are_not_well_formed(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError) as told:
        plantexts.claims(written(tmp_path, text, "plan.toml"))
    assert str(told.value).startswith(message)
