"""Parameters as papermill, YAML and people write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import papermill
import pytest
from papermill.translators import PythonTranslator

from helpers.errors import InputError
from helpers.parameters import Parameters, assigned_names, check_injected

PARAMETERS = 'municipality = "3101"\ncompare = ""\nas_of = ""'


def municipality(value: Any) -> str:
    return Parameters.read({"municipality": value}).municipality


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("0301", "0301"),
        (301, "0301"),
        ("3101", "3101"),
        (3101, "3101"),
        (np.int64(3101), "3101"),
        (" Halden ", "Halden"),
    ],
)
def test_municipality_is_read_as_people_and_papermill_write_it(given: Any, expected: str) -> None:
    assert municipality(given) == expected


@pytest.mark.parametrize("given", [623, 193, 0, -5, 101])
def test_a_number_below_1000_says_how_to_quote_it(given: int) -> None:
    with pytest.raises(InputError) as caught:
        municipality(given)
    code = f"{max(given, 0):04d}"
    assert f"-r municipality {code}" in str(caught.value)
    assert f"-y 'municipality: \"{code}\"'" in str(caught.value)


@pytest.mark.parametrize("given", [True, False, 3101.0, 3101.5, None, ["3101"], np.float64(3101)])
def test_other_types_are_errors(given: Any) -> None:
    with pytest.raises(InputError, match="som tekst"):
        municipality(given)


def test_missing_and_empty_municipality() -> None:
    with pytest.raises(InputError, match="municipality"):
        Parameters.read({})
    with pytest.raises(InputError, match="tom"):
        municipality("  ")


def test_unknown_name_is_an_error_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Ukjent parameter «kommune»"):
        Parameters.read({"municipality": "3101", "kommune": "3105"})
    with pytest.raises(InputError, match="Mente du «municipality»"):
        Parameters.read({"muncipality": "3101"})


@pytest.mark.parametrize("given", ["2026-11-22", date(2026, 11, 22), " 2026-11-22 "])
def test_as_of_is_an_iso_date(given: Any) -> None:
    assert Parameters.read({"municipality": "3101", "as_of": given}).as_of == date(2026, 11, 22)


@pytest.mark.parametrize("given", [2026, "i dag", "22.11.2026", True, "2026-02-30"])
def test_as_of_in_another_form_is_an_error(given: Any) -> None:
    with pytest.raises(InputError, match="er ikke en dato"):
        Parameters.read({"municipality": "3101", "as_of": given})


def test_as_of_may_be_left_empty() -> None:
    assert Parameters.read({"municipality": "3101", "as_of": ""}).as_of is None


def test_errors_are_one_line() -> None:
    for values in ({}, {"municipality": 5}, {"municipality": "3101", "as_of": 5}, {"x": 1}):
        with pytest.raises(InputError) as caught:
            Parameters.read(values)
        assert "\n" not in str(caught.value)


# What papermill injects, found in the history of the kernel


def injected(**values: Any) -> str:
    return str(PythonTranslator.codify(values, "Parameters"))


def test_known_parameters_pass() -> None:
    check_injected(["", PARAMETERS, injected(municipality="3105", compare="", as_of="2026-01-01"), "Page.open(…)"])


def test_unknown_injected_parameter_is_an_error() -> None:
    with pytest.raises(InputError, match=r"«muncipality».*Mente du «municipality»"):
        check_injected(["", PARAMETERS, injected(muncipality="3105"), "page = 1"])


def test_unknown_parameter_with_any_literal_is_found() -> None:
    for value in (None, True, -1, 1.5, float("nan"), float("-inf"), [1, "a"], {"a": [1]}, "# x\n'\""):
        with pytest.raises(InputError, match="«extra»"):
            check_injected(["", PARAMETERS, injected(extra=value)])


def test_the_notebooks_own_further_parameters_are_known() -> None:
    check_injected(["", PARAMETERS + "\nfirst_year = 2017", injected(first_year=2019)])
    with pytest.raises(InputError, match="Mente du «first_year»"):
        check_injected(["", PARAMETERS + "\nfirst_year = 2017", injected(firstyear=2019)])


@pytest.mark.parametrize(
    "history",
    [
        [],
        ["", PARAMETERS],
        ["", "# Parameters\n" + PARAMETERS + "\nmine = 1"],
        ["", "# Parameters\n" + PARAMETERS + "\nmine = 1", "x = 1", "# Parameters\n" + PARAMETERS + "\nmine = 1"],
        ["", PARAMETERS, "# Parameters\nfigure = draw(1)"],
        ["", PARAMETERS, "# Parameters of the model\nalpha = 1"],
        ["", PARAMETERS, "# Parameters"],
        ["", PARAMETERS, "# Parameters\n%matplotlib inline\nx = ("],
    ],
)
def test_no_false_alarm_in_jupyterlab(history: list[str]) -> None:
    check_injected(history)


def test_the_comment_is_still_papermills() -> None:
    assert injected(a=1).splitlines()[0] == "# Parameters", papermill.__version__


def test_assigned_names() -> None:
    assert assigned_names('a = 1\nb: str = ""\nc = d = 2\nprint(a)\nif a:\n    e = 1') == ["a", "b", "c", "d"]
    assert assigned_names("%matplotlib inline") == []


def test_in_a_notebook_an_error_is_short_and_in_a_batch_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError) as caught:
        Parameters.read({"municipality": "3101", "compare": "x"}).areas  # noqa: B018
    caught.value.add_note("Se lista.")
    where, told, note = caught.value._render_traceback_()
    assert where.startswith("Linje ") and 'Parameters.read({"municipality": "3101"' in where
    assert told.startswith("InputError: compare: Fant ingen kommune «x». Mente du ") and note == "Se lista."
    monkeypatch.setenv("KOMMUNERAPPORT_TABLES", "ssb_11618")
    assert "Traceback" in "".join(caught.value._render_traceback_())
