"""JupyterLab as `make lab` starts it, driven in a browser: the notebooks run, the widgets answer, and nothing leaves this machine."""

from __future__ import annotations

import io
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from helpers.workspace import Workspace
from test_notebooks import ROOT

PATIENCE = 120_000  # ms, on a busy machine
FAULTS = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
ALL_RUN = (
    "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(each => /\\[\\d+\\]/.test(each.textContent))"
)


@dataclass
class Lab:
    """A server, and what a browser in it asked for."""

    address: str
    token: str
    process: psutil.Process
    root: Path
    asked: list[str] = field(default_factory=list)

    def connections(self) -> list[psutil._common.pconn]:
        return [
            each for one in (self.process, *self.process.children(recursive=True)) for each in one.net_connections()
        ]


@pytest.fixture(scope="module")
def lab(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Started as by `make lab`, in a copy of the workspace and with settings of nobody else."""
    root, own = tmp_path_factory.mktemp("lab") / "root", tmp_path_factory.mktemp("jupyter")
    shutil.copytree(built.root, root)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KOMMUNERAPPORT", "PYTEST", "JUPYTER"))
    }
    folders = {
        name: str(own / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    token = secrets.token_hex(16)
    line = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={root}",
        "--no-browser",
        "--ServerApp.port=0",
        f"--IdentityProvider.token={token}",
    ]
    line += ["--allow-root"] if os.geteuid() == 0 else []
    env = kept | folders | {"JUPYTER_CONFIG_PATH": str(ROOT / "jupyter")}
    started = subprocess.Popen(line, cwd=root, env=env, stderr=subprocess.PIPE, text=True)
    assert started.stderr is not None
    try:
        told = []
        for said in started.stderr:
            told.append(said)
            if found := re.search(r"(http://[^/\s]+)/lab/tree/notebooks/explore\.ipynb\?token=", said):
                break
        else:
            pytest.fail(f"JupyterLab did not start: {''.join(told)}")
        threading.Thread(target=started.stderr.read, daemon=True).start()  # a full pipe would stop it
        yield Lab(found[1], token, psutil.Process(started.pid), root)
    finally:
        server = psutil.Process(started.pid)  # there until it is waited for, even if it has ended
        whole = [server, *server.children(recursive=True)]
        started.terminate()
        for each in psutil.wait_procs(whole, 30)[1]:
            each.kill()
        started.wait()


@pytest.fixture
def tab(browser: Browser, lab: Lab) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 1200}, locale="nb-NO")
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    opened = context.new_page()
    opened.on("request", lambda request: lab.asked.append(request.url))
    yield opened
    context.close()


def opened(tab: Page, lab: Lab, notebook: str) -> None:
    """The notebook in a tab, its kernel ready."""
    tab.goto(f"{lab.address}/lab/tree/notebooks/{notebook}.ipynb?reset&token={lab.token}")
    tab.wait_for_selector(".jp-Notebook .jp-CodeCell .cm-content")
    tab.get_by_text(
        "Python 3 (ipykernel) | Idle"
    ).wait_for()  # the status bar: before, a run would ask which kernel is meant


def run_all(tab: Page) -> None:
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    tab.wait_for_function(ALL_RUN)


def test_make_lab_starts_it_with_these_settings() -> None:
    """The fixture starts the same program with the same folder of settings."""
    recipe = (ROOT / "Makefile").read_text("utf-8").partition("\nlab:")[2].partition("\n\n")[0]
    assert 'JUPYTER_CONFIG_PATH="$(CURDIR)/jupyter" $(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)"' in recipe


def test_another_municipality_is_typed_into_the_first_cell_and_all_cells_run(tab: Page, lab: Lab) -> None:
    opened(tab, lab, "commuting")
    editor = tab.locator(".jp-CodeCell .cm-content").first
    expect(editor).to_contain_text('municipality = "3101"')
    before = editor.inner_text()
    editor.click()
    tab.keyboard.press("ControlOrMeta+A")
    tab.keyboard.insert_text(before.replace('"3101"', '"3105"'))
    expect(editor).to_contain_text('municipality = "3105"')
    run_all(tab)
    output = tab.locator(".jp-Notebook .jp-OutputArea-output")
    expect(output.locator("h1").first).to_contain_text("Sarpsborg")
    drawing = output.locator("svg").first
    drawing.scroll_into_view_if_needed()
    expect(drawing).to_be_visible()
    expect(drawing).to_contain_text("Sarpsborg")
    assert tab.locator(FAULTS).all_inner_texts() == []


@pytest.mark.slow
def test_the_widgets_of_the_exploration_change_what_is_shown(tab: Page, lab: Lab) -> None:
    opened(tab, lab, "explore")
    run_all(tab)
    figures = tab.get_by_role("table", name="Nøkkeltall")
    expect(figures).to_contain_text("13\u202f122")
    tab.get_by_label("Kommune", exact=True).select_option("3105 Sarpsborg (Østfold)")
    expect(figures).to_contain_text("29\u202f080")
    expect(figures).not_to_contain_text("13\u202f122")
    tab.get_by_label("Sammenlign med").select_option(["Søndre Viken"])
    expect(figures).to_contain_text("Søndre Viken")
    search = tab.get_by_placeholder("navn, nummer eller fylke")
    search.fill("telemark skien")
    search.press("Enter")
    expect(figures).to_contain_text("26\u202f539")
    the_grid_is_filtered(tab)
    the_map_answers_to_the_pointer(tab)
    assert tab.locator(FAULTS).all_inner_texts() == []
    the_report_is_made_and_handed_out(tab, lab)


def the_grid_is_filtered(tab: Page) -> None:
    expect(tab.locator(".dt-container tbody")).to_contain_text("4003 Skien")  # it follows the choice, after the figures
    info = tab.locator(".dt-info")
    expect(info).to_have_text("Rad 1 til 10 av 18")
    tab.locator(".dt-search input").fill("arbeidssted")
    expect(info).to_have_text("Rad 1 til 6 av 6 (av 18)")
    tab.get_by_placeholder("Tid").press_sequentially("2022")
    expect(info).to_have_text("Rad 1 til 1 av 1 (av 18)")
    expect(tab.locator(".dt-container tbody")).to_contain_text("26\u00a0539")


def the_map_answers_to_the_pointer(tab: Page) -> None:
    drawing = tab.locator(".kart svg")
    drawing.scroll_into_view_if_needed()
    tab.locator(".kart g[data-code='4001'] circle").hover()
    expect(tab.locator(".kart output")).to_have_text(re.compile(r"^Porsgrunn: 6\d,\d\s%$"))
    before = drawing.get_attribute("viewBox")
    tab.get_by_role("button", name="Zoom inn").click()
    closer = drawing.get_attribute("viewBox")
    assert before is not None and closer is not None and float(closer.split()[2]) < float(before.split()[2])
    tab.get_by_role("button", name="Hele landet").click()
    whole = drawing.get_attribute("viewBox")
    assert whole is not None and float(whole.split()[3]) > 14_000, "1 400 km"


def the_report_is_made_and_handed_out(tab: Page, lab: Lab) -> None:
    tab.get_by_role("button", name="Lag rapport for Skien").click()
    with tab.expect_download() as waiting:
        tab.get_by_text("Last ned alle sidene (zip)").click()
    data = Path(waiting.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "Skien pendler" in archive.read("4003-skien/commuting.html").decode()
    assert (lab.root / "reports" / "4003-skien" / "index.html").is_file()
    tab.get_by_role("link", name="Pendling").click()
    expect(tab.frame_locator(".jp-HTMLViewer iframe").locator("h1")).to_contain_text("Skien")


@pytest.mark.slow
def test_nothing_is_asked_of_others_and_nobody_else_can_reach_it(tab: Page, lab: Lab) -> None:
    opened(tab, lab, "explore")
    hosts = {urlsplit(url).hostname for url in lab.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}
    listening = {each.laddr.ip for each in lab.connections() if each.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
    reached = {each.raddr.ip for each in lab.connections() if each.raddr and each.type.name == "SOCK_STREAM"}
    assert reached <= {"127.0.0.1"}
    expect(tab.locator(".Toastify__toast")).to_have_count(0)  # no news, no question about them
