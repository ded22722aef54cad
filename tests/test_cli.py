"""The commands: what they say, and with which code they end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import cli
from helpers.batch import ledger, pdf, report, run
from helpers.batch.run import Options, Outcome
from helpers.errors import DataError, Interrupted, TableMissing
from helpers.workspace import Workspace


def command(
    *arguments: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """The command's exit code and what it wrote."""
    monkeypatch.setattr(sys, "argv", ["kommunerapport", *arguments])
    code = 0
    try:
        cli.main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture
def call(built: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("KOMMUNERAPPORT_ROOT", str(built.root))
    return lambda *arguments: command(*arguments, monkeypatch=monkeypatch, capsys=capsys)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Options]]:
    """What `build` would have run; nothing is run."""
    seen: list[tuple[list[str], Options]] = []

    def pretend(jobs, options):  # type: ignore[no-untyped-def]
        seen.append(([job.place.code for job in jobs], options))
        return Outcome(made=list(jobs))

    monkeypatch.setattr(run, "run", pretend)
    return seen


def test_help_is_in_norwegian_with_examples(call) -> None:  # type: ignore[no-untyped-def]
    code, told, _ = call("--help")
    assert code == 0
    assert told.startswith("Bruk: ")
    for word in ("kommunerapport build Halden 3105", "Kommandoer:", "Valg:", "Vis denne hjelpen."):
        assert word in told
    assert "Options" not in told
    assert "kommunerapport build --all --jobs 4" in call("build", "--help")[1]
    assert call("--version")[1].startswith("kommunerapport ")


def test_a_group_without_a_command_is_its_help_and_exit_2(call) -> None:  # type: ignore[no-untyped-def]
    code, told, errors = call("own")
    assert (
        (code, told) == (2, "") and errors.startswith("Bruk: ") and "Kommandoer:" in errors and "--help." not in errors
    )


def test_no_help_has_english_in_it(call) -> None:  # type: ignore[no-untyped-def]
    assert "[påkrevd]" in call("claims", "--help")[1] and "required" not in call("claims", "--help")[1]


def test_help_starts_fast() -> None:
    code = "import sys, helpers.cli; print([m for m in ('pandas', 'papermill', 'nbconvert', 'babel', 'jinja2') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_no_command_waits_for_the_grammar_of_web_addresses() -> None:
    """It takes a second to compile, and nothing here is checked by it (helpers.batch.lean)."""
    modules = "helpers.batch.creating, helpers.batch.building, helpers.batch.run, helpers.batch.fetching, helpers.batch.verifying"
    first = "from helpers import Page, Tables, explore"  # the notebooks' first cell
    for imports, expected in ((f"import {modules}", "True False\n"), (first, "False False\n")):
        code = f"import sys; {imports}; print('nbformat' in sys.modules, 'rfc3987_syntax' in sys.modules)"
        assert (
            subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == expected
        )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["build", "Haldn"], ["Fant ingen kommune «Haldn»", "3101 Halden", " eller "]),
        (["build", "Våler"], ["3114 (Østfold)", "3419 (Innlandet)"]),
        (["build", "Herøy"], ["1515", "1818", "Møre og Romsdal", "Nordland"]),
        (["build", "1507"], ["1508", "1580"]),
        (["build", "3101", "--all"], ["Velg enten"]),
        (["build", "3101", "--failed"], ["--failed", "verken kommuner"]),
        (["build", "--failed", "--out", "/tmp/nothing-was-built-here"], ["Det er ikke laget rapporter i"]),
        (
            ["build", "3101", "--engine", "quick"],
            ["--engine kan ikke brukes slik: skriv forked eller fresh. Se kommunerapport build --help."],
        ),
        (["build", "3101", "--log", "xml"], ["--log kan ikke brukes slik"]),
        (["build", "3101", "--shared", "s3://x"], ["--scheduler"]),
        (["build", "3101", "--as-of", "nå"], ["er ikke en dato"]),
        (["build", "3101", "--compare", "ingensteds"], ["«ingensteds»"]),
        (["build", "--root", "/nowhere"], ["/nowhere", "--root"]),
        (["build", "--quite"], ["Ukjent valg --quite", "--quiet"]),
        (["build", "--jobs"], ["--jobs mangler en verdi"]),
        (["build", "--jobs", "0"], ["--jobs kan ikke brukes slik: skriv et helt tall, minst 1."]),
        (["build", "--timeout", "x"], ["--timeout kan ikke brukes slik: skriv et tall, minst 1."]),
        (["verify", "README.md"], ["MAPPE", "det er en fil, ikke en mappe"]),
        (["claims", "plan.md"], ["--municipality KOMMUNE mangler. Se kommunerapport claims --help."]),
        (["claims", "--municipality", "3101"], ["PLAN.md|.txt|.toml mangler."]),
        (["new", "theme"], ["NAVN mangler. Se kommunerapport new theme --help."]),
        (["bild"], ["Ukjent kommando bild", "build"]),
    ],
)
def test_bad_input_is_one_line_and_exit_2(call, ran, arguments: list[str], told: list[str]) -> None:  # type: ignore[no-untyped-def]
    code, out, errors = call(*arguments)
    assert (code, out, errors.count("\n")) == (2, "", 1)
    assert all(word in errors for word in told), errors
    assert not ran


def test_an_unknown_municipality_comes_with_the_three_nearest(call, ran) -> None:  # type: ignore[no-untyped-def]
    errors = call("build", "Haldn")[2]
    assert len([word for word in errors.split() if word.isdigit()]) == 3


def test_the_five_are_the_default(call, ran) -> None:  # type: ignore[no-untyped-def]
    code, told, errors = call("build", "--notebook", "commuting", "--jobs", "3")
    assert (code, errors) == (0, "")
    assert told.startswith("5 sider for 5 kommuner ligger i ")
    codes, options = ran[0]
    assert codes == ["3101", "3105", "3107", "3110", "3124"]
    assert options.slots == 3


def test_all_and_named(call, ran) -> None:  # type: ignore[no-untyped-def]
    assert call("build", "--all", "--notebook", "commuting")[0] == 0
    assert len(ran[0][0]) == 357
    assert call("build", "halden", "0301", "3001", "--notebook", "commuting", "--out", "x")[0] == 0
    assert ran[1][0] == ["3101", "0301"]
    assert ran[1][1].out == Path.cwd() / "x"


def test_the_options_reach_the_run(call, ran) -> None:  # type: ignore[no-untyped-def]
    given = ["--engine", "fresh", "--memory", "700", "--timeout", "60", "--force", "--as-of", "2026-01-01"]
    assert call("build", "3101", *given)[0] == 0
    options = ran[0][1]
    assert (options.engine, options.memory, options.timeout, options.force) == ("fresh", 700, 60, True)
    assert options.common == {"compare": "", "as_of": "2026-01-01"}
    assert (call("build", "3101")[0], ran[1][1].timeout, ran[1][1].engine, ran[1][1].memory) == (0, 900, None, None)


def test_why_makes_nothing_and_says_what_would_be_made(call, ran, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, told, errors = call("build", "halden", "3105", "--why", "--out", str(tmp_path / "out"))
    assert (code, errors, ran) == (0, "", [])
    assert told.startswith("10 sider vil bli laget, 0 sider er som de skal være.\n")
    assert "  commuting    ny: 3101 Halden, 3105 Sarpsborg\n" in told
    assert not (tmp_path / "out").exists()


def record(out: Path, *states: tuple[str, str, str]) -> None:
    """A run that made some pages and failed to make others, as of a day."""
    out.mkdir()
    lines = [{"state": "started", "parameters": {"compare": "sondre-viken", "as_of": "2026-01-01"}}]
    lines += [{"state": state, "municipality": code, "notebook": theme} for state, code, theme in states]
    lines += [{"state": "finished"}]
    (out / "run.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def test_failed_makes_what_failed_with_the_same_parameters(call, ran, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "out"
    record(out, ("failed", "3101", "commuting"), ("made", "3101", "overview"), ("failed", "3105", "overview"))
    assert call("build", "--failed", "--out", str(out))[0] == 0
    codes, options = ran[0]
    assert (codes, options.out) == (["3101", "3105"], out)
    assert options.common == {"compare": "sondre-viken", "as_of": "2026-01-01"}
    assert call("build", "--failed", "--out", str(out), "--as-of", "2026-02-02")[0] == 0
    assert ran[1][1].common == {"compare": "sondre-viken", "as_of": "2026-02-02"}
    told = call("build", "--failed", "--why", "--out", str(out))[1]
    assert told.splitlines()[1:] == ["  commuting    ny: 3101 Halden", "  overview     ny: 3105 Sarpsborg"]


def test_failed_says_so_where_nothing_failed(call, ran, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    record(tmp_path / "out", ("made", "3101", "commuting"))
    code, told, errors = call("build", "--failed", "--out", str(tmp_path / "out"))
    assert (code, told, ran) == (0, "", [])
    assert errors == f"Ingenting feilet i forrige kjøring i {tmp_path / 'out'}.\n"


def test_nothing_to_do_is_one_line(call, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(run, "run", lambda jobs, options: Outcome(kept=list(jobs)))
    code, told, errors = call("build", "--all", "--notebook", "commuting")
    assert (code, errors, told.count("\n")) == (0, "", 1)
    assert told.startswith("Ingenting å gjøre: 357 sider er som de skal være.")


def test_json_leaves_standard_output_to_the_machine(call, ran) -> None:  # type: ignore[no-untyped-def]
    assert call("build", "3101", "--log", "json") == (0, "", "")
    assert ran[0][1].log == "json"


def test_another_run_in_the_folder_is_told_in_one_line(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with ledger.locked(tmp_path):
        code, told, errors = call("build", "3101", "--out", str(tmp_path))
    assert (code, told, errors.count("\n")) == (1, "", 1)
    assert errors.startswith(f"En annen kjøring lager rapporter i {tmp_path}.")
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (DataError("ssb_03321.2017.json.gz: feil sjekksum"), 1, "ssb_03321.2017.json.gz: feil sjekksum"),
        (TableMissing("ssb_13563"), 1, "ssb_13563"),
        (OSError(28, "No space left on device", "/data/x.parquet"), 1, "Disken er full: /data/x.parquet."),
        (PermissionError(13, "Permission denied", "/data"), 1, "Mangler tilgang: /data."),
        (Interrupted("Avbrutt. 1 av 2 sider ble ferdige."), 130, "Avbrutt. 1 av 2"),
        (KeyboardInterrupt(), 130, "Avbrutt."),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(call, monkeypatch, error: BaseException, code: int, told: str) -> None:  # type: ignore[no-untyped-def]
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(run, "run", fail)
    ended, out, errors = call("build", "3101", "--notebook", "commuting")
    assert (ended, out, errors.strip().count("\n")) == (code, "", 0)
    assert told in errors
    ended, _, errors = call("build", "3101", "--notebook", "commuting", "--debug")
    assert ended == code
    assert "Traceback" in errors


def test_failures_end_with_exit_1(call, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from helpers.batch.messages import Failed
    from helpers.batch.run import Failure

    def half(jobs, options):  # type: ignore[no-untyped-def]
        return Outcome(made=list(jobs[1:]), failed=[Failure(jobs[0], Failed(4, "x = 1", "ValueError: nei"))])

    monkeypatch.setattr(run, "run", half)
    code, told, errors = call("build", "--notebook", "commuting", "--as-of", "2026-01-01")
    assert code == 1
    assert told.startswith("4 sider for 4 kommuner")
    assert "3101 Halden, commuting.ipynb, celle 4: x = 1" in errors
    assert "kommunerapport build 3101 --notebook commuting --as-of 2026-01-01 --debug" in errors
    assert "--failed" not in errors  # of one page, its own command is enough


def test_two_failures_come_with_the_command_for_both(call, monkeypatch, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from helpers.batch.messages import Failed
    from helpers.batch.run import Failure

    failed = Failed(4, "x = 1", "ValueError: nei")
    monkeypatch.setattr(run, "run", lambda jobs, options: Outcome(failed=[Failure(job, failed) for job in jobs[:2]]))
    code, told, errors = call("build", "3101", "--out", str(tmp_path / "ut mappe"))
    assert (code, told) == (1, "")
    assert (
        errors.splitlines()[-1] == f"Lag bare disse på nytt: kommunerapport build --failed --out '{tmp_path}/ut mappe'"
    )


def test_list_shows_notebooks_with_their_tables(call) -> None:  # type: ignore[no-untyped-def]
    code, told, _ = call("list")
    assert code == 0
    for word in ("overview", "commuting.ipynb → commuting.html", "ssb_03321", "357 kommuner"):
        assert word in told
    lacking = {
        "ssb_09594",
        "ssb_09429",
        "ssb_14746",
    }  # no figures of land use, education or people ahead come with the project
    assert set(re.findall(r"(\w+) \(mangler\)", told)) == lacking


def test_list_shows_what_is_missing(workspace: Workspace, call) -> None:  # type: ignore[no-untyped-def]
    for path in (workspace.raw / "snapshot").glob("ssb_13563*"):
        path.unlink()
    assert "ssb_13563 (mangler)" in call("list", "--root", str(workspace.root))[1]


def test_tables_says_what_it_did(call) -> None:  # type: ignore[no-untyped-def]
    call("tables")
    code, told, _ = call("tables")
    assert code == 0
    assert len(told.splitlines()) >= 7
    assert "uendret" in told


def test_pdf_is_told_to_be_impossible_before_anything_runs(call, ran, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("KOMMUNERAPPORT_CHROMIUM", "/nowhere/chrome")
    code, _, said = call("build", "3101", "--pdf")
    assert (code, ran) == (2, []) and "/nowhere/chrome" in said
    code, _, said = call("build", "3101", "--pdf", "--scheduler", "local", "--shared", "file:///tmp/x")
    assert (code, ran) == (2, []) and "--shared" in said


def test_pdf_prints_what_was_made_and_tells_of_what_was_not(call, ran, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(pdf, "browser", lambda: Path("/chromium"))
    printed = pdf.Printed(3, 2, ["x/commuting.html: tok for lang tid"])
    monkeypatch.setattr(pdf, "print_all", lambda *given: printed)
    code, told, said = call("build", "3101", "--pdf", "--out", str(tmp_path))
    assert code == 1 and "Laget 3 PDF-er, i samme mapper som sidene. 2 PDF-er var der fra før." in told
    assert "PDF-er som ikke ble laget:\nx/commuting.html: tok for lang tid" in said


@pytest.mark.parametrize(
    ("made", "kept", "said"),
    [
        (1, 0, "Laget 1 PDF, i samme mappe som siden."),
        (2, 1, "Laget 2 PDF-er, i samme mapper som sidene. 1 PDF var der fra før."),
        (0, 4, "4 PDF-er var der fra før."),
        (0, 0, ""),
    ],
)
def test_what_is_said_of_pdfs(made: int, kept: int, said: str) -> None:
    assert report.printed(made, kept) == said
