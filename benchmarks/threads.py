"""papermill's API in two threads, each with an exporter of nbconvert that is made once: the best that the ordinary stack does.

    python benchmarks/threads.py OUT TASKS        TASKS: a JSON list of [notebook, municipality]

Each notebook is kept in memory (nothing is saved after a cell). Answers in JSON: seconds of the imports, and of all reports.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local

since = time.perf_counter()

import papermill  # noqa: E402  # the imports are timed
from nbconvert import HTMLExporter  # noqa: E402

THREADS = 2
_own = local()


def make(out: Path, notebook: str, municipality: str) -> None:
    """Execute a notebook and write its page."""
    if not hasattr(_own, "exporter"):
        _own.exporter = HTMLExporter(exclude_input=True)
    book = papermill.execute_notebook(notebook, None, parameters={"municipality": municipality}, progress_bar=False)
    html, _ = _own.exporter.from_notebook_node(book)
    (out / f"{municipality}-{Path(notebook).stem}.html").write_text(html, "utf-8")


def main() -> None:
    """Make all reports."""
    out, tasks = Path(sys.argv[1]), json.loads(sys.argv[2])
    imported = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(make, out, *task) for task in tasks]:
            done.result()
    json.dump({"startup": imported - since, "reports": time.perf_counter() - imported}, sys.stdout)


if __name__ == "__main__":
    main()
