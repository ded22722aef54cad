"""`kommunerapport fetch` and `catalog` as a user types them, in a process of their own, against the local server."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import rawstore
from official import faults
from official.server import OfficialServer

COMMAND = [str(Path(sys.executable).with_name("kommunerapport"))]
LITTLE = ["ssb_11616", "nav_hl060"]


@pytest.fixture
def server():
    with OfficialServer() as running:
        yield running


def run(*arguments, server=None, cwd=None, env=None):
    clean = {key: value for key, value in os.environ.items() if not key.startswith("KOMMUNERAPPORT_")}
    environment = clean | (server.environment() if server else {}) | (env or {})
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=environment, cwd=cwd, check=False)


@pytest.mark.slow
def test_all_fetched_is_exit_0_and_the_summary_and_the_diary_tell_each_table(server, workspace):
    done = run("fetch", "11616", "HL060", "--root", str(workspace.root), server=server)
    assert done.returncode == 0 and done.stderr == ""
    assert re.search(r"ssb_11616 +\d+\skB +hentet for første gang \(2016–2025\)", done.stdout)
    assert re.search(r"nav_hl060 +\d+\skB +hentet for første gang \(2026M01–2026M10\)", done.stdout)
    assert re.search(r"3 av 3 tabeller har nye tall \(.*, \d+ kall\)\. Lag rapportene på nytt", done.stdout)
    diary = (workspace.raw / "fetched" / "CHANGES.md").read_text("utf-8")
    assert diary.startswith("# Hva hver henting brakte\n\n## 20") and "| ssb_11616 | hentet for første gang" in diary
    again = run("fetch", *LITTLE, "--root", str(workspace.root), server=server)
    assert (
        again.returncode == 0
        and "0 av 2 tabeller har nye tall" in again.stdout
        and "Lag rapportene" not in again.stdout
    )
    diary = (workspace.raw / "fetched" / "CHANGES.md").read_text("utf-8")
    assert diary.count("## 20") == 2 and diary.index("uendret") < diary.index("hentet for første gang")


@pytest.mark.slow
def test_some_failed_is_exit_1_with_table_and_reason_and_the_others_fetched(server, workspace):
    server.faults.always("/11616/", faults.html(404))
    done = run("fetch", *LITTLE, "--root", str(workspace.root), server=server)
    assert done.returncode == 1
    assert "IKKE HENTET: ssb_11616: SSB svarte med en nettside" in done.stdout
    assert "1 ble ikke hentet og beholder tallene fra før." in done.stdout
    assert rawstore.generations(workspace.raw).keys() == {"klass_131", "nav_hl060"}  # the codes come along
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["11681"], r"Katalogen har ingen tabell «11681»\. Mente du ssb_116\d\d\?"),
        pytest.param(["--check", "11616"], "tar verken tabeller eller --force", marks=pytest.mark.slow),
        pytest.param(["--root", "/no/such/folder"], "/no/such/folder finnes ikke", marks=pytest.mark.slow),
        pytest.param(["--nonsense"], "Ukjent valg --nonsense", marks=pytest.mark.slow),
    ],
)
def test_usage_is_exit_2(arguments, message):
    done = run("fetch", *arguments)
    assert done.returncode == 2 and re.search(message, done.stderr) and done.stdout == ""


def test_offline_is_one_line_at_once_and_the_snapshot_is_as_it_was(workspace):
    nobody = {f"KOMMUNERAPPORT_{name}_URL": "http://127.0.0.1:9" for name in ("SSB", "KLASS", "NAV", "KARTVERKET")}
    before = {path: path.read_bytes() for path in (workspace.raw / "snapshot").iterdir()}
    done = run("fetch", "--root", str(workspace.root), env=nobody)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("Ingen av kildene svarer (") and done.stderr.count("\n") == 1
    assert {path: path.read_bytes() for path in (workspace.raw / "snapshot").iterdir()} == before
    assert "ssb_11618" in rawstore.held(workspace.raw)


@pytest.mark.slow
def test_ctrl_c_says_how_far_it_came_and_how_to_go_on(server, workspace):
    server.faults.always("/11616/data", faults.slow(60))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KOMMUNERAPPORT_")}
    arguments = [*COMMAND, "fetch", "hl060", "11616", "--root", str(workspace.root)]
    child = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, env=environment | server.environment())
    while not server.called("/11616/data"):
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    told = child.communicate()[1]
    assert child.returncode == 130
    assert told == "Avbrutt: 2 av 3 tabeller er ferdige. Samme kommando fortsetter der den var.\n"
    server.faults.clear()
    again = run("fetch", "hl060", "11616", "--root", str(workspace.root), server=server)
    assert again.returncode == 0 and "nav_hl060" in again.stdout and "hentet i den avbrutte kjøringen" in again.stdout


@pytest.mark.slow
def test_check_is_exit_1_where_something_is_damaged(server, workspace):
    run("fetch", "nav_hl060", "--root", str(workspace.root), server=server)
    good = run("fetch", "--check", "--root", str(workspace.root))
    assert good.returncode == 0 and re.search(r"(\d+) av \1 filer i data/raw er som da de ble hentet", good.stdout)
    next((workspace.raw / "fetched").rglob("*.xlsx")).write_bytes(b"damaged")
    bad = run("fetch", "--check", "--root", str(workspace.root))
    assert bad.returncode == 1 and "nav_hl060.2026-10.xlsx har feil kontrollsum" in bad.stderr


@pytest.mark.slow
def test_outside_a_checkout_the_current_folder_gets_the_figures(server, tmp_path):
    done = run("fetch", "11616", server=server, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(rawstore.generations(tmp_path / "data" / "raw")) == {"klass_131", "ssb_11616"}
    told = run("catalog", cwd=tmp_path)
    assert re.search(r"ssb_11616 +2025 \(hentet 20\d\d-", told.stdout) and re.search(
        r"ssb_11618 +ikke hentet", told.stdout
    )


@pytest.mark.slow
def test_the_catalogue_tells_what_is_held_and_where_it_is_from(workspace):
    told = run("catalog", "--root", str(workspace.root))
    assert told.returncode == 0 and told.stdout.startswith("23 tabeller.")
    assert re.search(r"ssb_11618 +2022 \(innebygd 2026-11-23\) +Sysselsatte per 4", told.stdout)
    assert "Statistisk sentralbyrå, 11618, CC BY 4.0; brukes av: overview, employment, commuting" in told.stdout


@pytest.mark.slow
def test_a_page_says_which_figures_it_used(server, workspace, tmp_path):
    """The way of one number: fetched, tidy, on the page, with its day under the figure."""
    fetched = run("fetch", "11618", "11616", "--root", str(workspace.root), server=server)
    assert fetched.returncode == 0, fetched.stdout
    done = run(
        "build", "3101", "--notebook", "employment", "--root", str(workspace.root), "--out", str(tmp_path), "--quiet"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = next(tmp_path.glob("3101-halden/*.html")).read_text("utf-8")
    assert "Sammenstilt av publiserte tall" in page or "innebygd" in page  # the tables that were not fetched
    assert f"Hentet {dt.datetime.now(dt.UTC).day}." in page
    assert "2025" in page
