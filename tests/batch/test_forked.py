"""A notebook run in a forked child is the notebook that an ordinary kernel gives, cell by cell; and nothing of it reaches the next."""

from __future__ import annotations

import copy
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat.v4 as v4
import papermill
import pytest
from nbformat import NotebookNode
from papermill.engines import papermill_engines

from helpers.batch.nursery import can_fork
from helpers.batch.surroundings import kill_children

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system cannot fork safely")

EVERYTHING = [
    "import sys\nprint('out'); print('err', file=sys.stderr); print('out again')\n1 + 1",
    "_ + 1",
    "from IPython.display import HTML, Markdown, clear_output, display\n"
    "print('before'); display(HTML('<b>x</b>'), metadata={'kommunerapport': {'part': 'x'}}); print('after')",
    "shown = display({'text/plain': 'first'}, raw=True, display_id='one')\nprint('between')",
    "from IPython.display import update_display\nupdate_display({'text/plain': 'second'}, raw=True, display_id='one')",
    "print('gone'); clear_output(); print('kept'); clear_output(wait=True); display(Markdown('*m*'))",
    "class Rich:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
    "        return {'text/plain': 'plain', 'text/html': '<i>rich</i>', 'image/png': b'\\x89PNG'}, {'text/html': {'a': 1}}\nRich()",
    "import pandas as pd\npd.DataFrame({'a': [1, None], 'b': ['x', 'y']})",
    "import matplotlib.pyplot as plt\nfig, axes = plt.subplots()\naxes.plot([1, 2]);",
    "plt.figure(); plt.bar([1], [2]); plt.show(); print('shown')",
    "%matplotlib inline\n%config InlineBackend.figure_formats = ['svg']\nplt.plot([3, 4]); plt.title('æøå');",
    "%%capture held\nprint('into held')",
    "held.stdout",
    "%who_ls",
    "%alias_magic t timeit\n%env HELD=1\n%pwd\nget_ipython().run_line_magic('pinfo', 'len')",
    "!echo from a shell\nfiles = !echo a b\nfiles",
    "import os, subprocess\nprint('first', flush=True); subprocess.run('echo sub', shell=True)",
    "subprocess.run('echo suberr >&2', shell=True)",
    "os.system('echo system')",
    "os.write(1, b'raw \\xe6\\n')",
    "import asyncio\nawait asyncio.sleep(0.01)\nasync def three(): return 3\nawait three()",
    "task = asyncio.create_task(three()); 'made'",
    "await task",
    "async for each in _gen():\n    print(each)",
    "def deep(n):\n    return 1 / n if n == 0 else deep(n - 1)\ndeep(2)",
    "raise KeyError('æ')",
    "1 +",
    "undefined_name",
    "input('?')",
    "import warnings\nwarnings.warn('a warning')",
    "print('a\\rb'); print('tab\\t', end=''); print(); print(*range(3), sep='\\n')",
    "import sys\nsys.stdout.write('no newline'); sys.stdout.flush(); sys.stderr.write('e')",
    "x = 5;\nx;",
    "In[1], len(Out), __name__, type(get_ipython()).__name__",
    "import threading\nthread = threading.Thread(target=lambda: print('from a thread')); thread.start(); thread.join()",
    "%%time\npass",
    "get_ipython().set_next_input('never')\nfrom getpass import getpass\ngetpass()",
    "import logging\nlogging.getLogger('some').warning('logged')",
    "sys.exit(3)",
    "%%javascript\n1",
    "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('from') from error",
    "from IPython.display import Image\nImage(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 20, format='png', alt='an image')",
    "",
    "    ",
    "'after all'",
]
UNLIKE = {  # what no two runs have alike
    r"0x[0-9a-f]+": "0x",
    r"ipykernel_\d+/\d+\.py": "ipykernel",
    r"(CPU times|Wall time):.*": r"\1",
    r"\(\d+\.py, line": "(py, line",
    r"Task-\d+": "Task",
    r"<dc:date>.*</dc:date>": "",
    r"\b[mp][0-9a-f]{10}\b": "id",
}


def notebook(*sources: str, tags: tuple[str, ...] = ("raises-exception",)) -> NotebookNode:
    """A notebook of these cells; each may fail."""
    made = v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    )
    made.cells = [
        v4.new_markdown_cell("# note"),
        *(v4.new_code_cell(source, id=f"c{at}", metadata={"tags": list(tags)}) for at, source in enumerate(sources)),
    ]
    return made


def executed(made: NotebookNode, engine: str | None, **given: Any) -> NotebookNode:
    """The notebook run by papermill, on an ordinary kernel or forked."""
    given = {"kernel_name": "python3", "progress_bar": False, **given}
    return papermill.execute_notebook(made, None, engine_name=engine, **given)


def outputs(cell: NotebookNode) -> list[dict[str, Any]]:
    """A cell's outputs without what no two runs have alike; pieces of one text are one."""
    found: list[dict[str, Any]] = []
    for output in cell.get("outputs", ()):
        output = alike(output)
        if output.get("ename") == "StdinNotImplementedError":
            del output["traceback"]  # it shows the lines that refuse, and those are ours
        last = found[-1] if found else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            found.append(output)
    return found


def unordered(cell: NotebookNode) -> tuple[list[str], list[Any]]:
    """What a cell prints, and the rest: a kernel reads the descriptors in a thread, and when it gets to it is chance."""
    found = outputs(cell)
    printed = "".join(output["text"] for output in found if output["output_type"] == "stream")
    return sorted(printed.splitlines()), [output for output in found if output["output_type"] != "stream"]


def alike(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: alike(held) for key, held in value.items()}
    if isinstance(value, list):
        return [alike(held) for held in value]
    for pattern, plain in UNLIKE.items():
        value = re.sub(pattern, plain, value) if isinstance(value, str) else value
    return value


@pytest.fixture(scope="module", autouse=True)
def no_process_left() -> Iterator[None]:
    from helpers.batch import engine

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)  # a kernel that sees it leaves out what subprocesses print
        yield
    engine._nursery.cache_clear()
    kill_children()


@pytest.fixture(scope="module")
def both() -> tuple[NotebookNode, NotebookNode]:
    """A notebook that uses everything, on an ordinary kernel and forked."""
    generator = "async def _gen():\n    for i in range(2):\n        yield i"
    made = notebook(generator, *EVERYTHING)
    made.metadata.papermill = {}
    runs = [copy.deepcopy(made) for _ in range(2)]
    for held, engine in zip(
        runs, (None, "forked"), strict=True
    ):  # not by papermill's function: it fails on cells that may fail
        papermill_engines.execute_notebook_with_engine(engine, held, kernel_name="python3", progress_bar=False)
    return runs[0], runs[1]


@pytest.mark.parametrize("number", range(len(EVERYTHING)), ids=[source[:30] or "empty" for source in EVERYTHING])
def test_a_cell_gives_what_a_kernel_gives(both: tuple[NotebookNode, NotebookNode], number: int) -> None:
    fresh, forked = (held.cells[number + 2] for held in both)
    if re.search(r"subprocess\.run|os\.system|os\.write", forked.source):
        assert unordered(forked) == unordered(fresh)
    else:
        assert outputs(forked) == outputs(fresh)
    assert forked.execution_count == fresh.execution_count


def test_the_rest_of_the_notebook_is_as_a_kernel_leaves_it(both: tuple[NotebookNode, NotebookNode]) -> None:
    fresh, forked = both
    assert forked.metadata.language_info == fresh.metadata.language_info
    assert [sorted(cell.metadata) for cell in forked.cells] == [sorted(cell.metadata) for cell in fresh.cells]
    images = [
        sum("image/" in str(output.get("data", {}).keys()) for output in cell.get("outputs", ()))
        for cell in forked.cells
    ]
    assert sum(images) >= 5, "figures are lost without an error where the inline backend is imported too early"


MARKS = """
import builtins, gc, locale, os, random, signal, sys, tempfile, warnings
import matplotlib, matplotlib.pyplot as plt, numpy as np, pandas as pd
import helpers.prose
"""
LEAVES = """
builtins.left = 1; sys.left = 1; helpers.prose.left = 1
matplotlib.rcParams["figure.dpi"] = 7; plt.figure()
os.environ["LEFT"] = "1"; os.chdir("/"); sys.path.append("left"); sys.modules["left"] = sys
random.seed(1); np.random.seed(1); warnings.simplefilter("error"); pd.set_option("display.max_rows", 1)
signal.signal(signal.SIGTERM, signal.SIG_IGN); held = open(os.devnull); os.umask(0o077); gc.disable()
sys.setrecursionlimit(222)
"""
SEEN = """
(hasattr(builtins, "left"), hasattr(sys, "left"), hasattr(helpers.prose, "left"), matplotlib.rcParams["figure.dpi"], plt.get_fignums(),
 "LEFT" in os.environ, os.getcwd() == "/", "left" in sys.path, "left" in sys.modules, warnings.filters[0][0] == "error",
 pd.get_option("display.max_rows"), signal.getsignal(signal.SIGTERM) == signal.SIG_IGN, os.umask(0o022), gc.isenabled(),
 sys.getrecursionlimit() == 222, "held" in globals(), len(os.listdir("/proc/self/fd")))
"""
DRAWN = "(random.random(), np.random.rand())"


def test_nothing_that_one_notebook_changes_reaches_the_next() -> None:
    clean = executed(notebook(MARKS, SEEN, tags=()), "forked").cells[2].outputs
    executed(notebook(MARKS, LEAVES, tags=()), "forked")
    assert executed(notebook(MARKS, SEEN, tags=()), "forked").cells[2].outputs == clean
    drawn = [
        executed(notebook(MARKS, DRAWN, tags=()), "forked").cells[2].outputs[0].data["text/plain"] for _ in range(2)
    ]
    assert drawn[0] != drawn[1]


def test_the_nursery_has_one_thread_and_no_socket() -> None:
    looked = (
        "import os\nfrom pathlib import Path\nnursery = os.getppid()\n"
        "(len(os.listdir(f'/proc/{nursery}/task')), "
        "[fd.name for fd in Path(f'/proc/{nursery}/fd').iterdir() if 'socket' in os.readlink(fd)])"
    )
    assert executed(notebook(looked, tags=()), "forked").cells[1].outputs[0].data["text/plain"] == "(1, [])"


def test_a_parameter_and_a_failure_go_papermills_way(tmp_path: Path) -> None:
    made = notebook("print(municipality)", "1 / 0", "'never'", tags=())
    made.cells.insert(1, v4.new_code_cell("municipality = '3101'", metadata={"tags": ["parameters"]}))
    path = tmp_path / "out.ipynb"
    with pytest.raises(papermill.PapermillExecutionError, match="division by zero"):
        papermill.execute_notebook(
            made,
            path,
            parameters={"municipality": "0301"},
            engine_name="forked",
            kernel_name="python3",
            progress_bar=False,
        )
    saved = papermill.iorw.load_notebook_node(str(path))
    assert [cell.outputs[0].text for cell in saved.cells if "print" in cell.source and cell.outputs] == ["0301\n"]
    assert saved.metadata.papermill.exception is True


@pytest.mark.parametrize("death", ["import os; os._exit(3)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
def test_a_dead_child_is_a_dead_kernel(death: str) -> None:
    from nbclient.exceptions import DeadKernelError

    with pytest.raises(DeadKernelError):
        executed(notebook(death, "'never'", tags=()), "forked")
    assert executed(notebook("'alive'", tags=()), "forked").cells[1].outputs[0].data["text/plain"] == "'alive'"


def test_a_cell_that_never_ends_is_told_like_papermill_tells_it() -> None:
    from nbclient.exceptions import CellTimeoutError

    with pytest.raises(CellTimeoutError, match="timed out"):
        executed(notebook("while True:\n    pass", tags=()), "forked", execution_timeout=1)


def test_a_notebook_in_another_language_goes_to_a_kernel(caplog: pytest.LogCaptureFixture) -> None:
    made = notebook("'here'", tags=())
    made.metadata.kernelspec.language = "R"
    executed(made, "forked")
    assert "ordinary kernel" in caplog.text


def test_papermills_own_command_knows_the_engine(tmp_path: Path) -> None:
    import subprocess

    import nbformat

    nbformat.write(notebook("import os\nos.getppid()", tags=()), tmp_path / "in.ipynb")
    command = [sys.executable, "-m", "papermill", "--engine", "forked", "in.ipynb", "out.ipynb", "-k", "python3"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    cell = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[1]
    assert int(cell.outputs[0].data["text/plain"]) > 1
