"""What `kommunerapport new` lays out: a folder to work in, from what the installed package carries, and a theme of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from nbformat import v4

from helpers.errors import InputError
from helpers.pages.reports import KEY
from helpers.places import slug_of
from helpers.workspace import SECTIONS, Workspace, write_file

PACKED = (
    Path(__file__).resolve().parents[1] / "project"
)  # in a wheel: notebooks/ and data/raw/ as they were in the checkout
PATTERN = Path(__file__).resolve().parent / "pattern" / "sections.py"
TABLES = ("ssb_11618", "ssb_11616")
LATER = 50  # an own theme stands after the project's own
_NOTES = """# {title}

An analyst's notes stand in cells like this one; they are left out of reports. What a reader sees is displayed by code.
The sections of the page are functions in {file}, beside this notebook; «tables» in the notebook's metadata says which tables they read."""
_PARAMETERS = """municipality = "3101"  # code or name; quote codes that begin with 0
compare = ""  # more municipalities to compare with: "3105,3107"
as_of = ""  # the day that counts as today, "2026-11-23"; empty: the newest retrieval date
language = "nb"  # or "nn" (nynorsk), "en" (English)"""
_OPEN = """from helpers import Page

page = Page.open("{theme}", municipality, compare=compare, as_of=as_of, language=language)
{module} = page.sections()"""


def project(folder: Path, packed: Path = PACKED) -> Workspace:
    """Lay out notebooks/ and data/raw/ (the figures that come with the project) in a folder, which is made where it is not there.

    Raises
    ------
    InputError
        where the folder has a notebooks/ or a data/ already, or where the package carries nothing to lay out: in a checkout.
    """
    if not packed.is_dir():
        raise InputError("Denne utgaven av kommunerapport er en utsjekk: notatbøkene og tallene ligger der allerede.")
    for each in ("data", "notebooks"):
        if (folder / each).exists():
            raise InputError(f"{folder} har allerede {each}/. Velg en tom mappe: kommunerapport new project MAPPE")
    for each in ("notebooks", "data"):  # the data last: with it the folder counts as one to work in
        shutil.copytree(packed / each, folder / f".{each}.tmp", dirs_exist_ok=True)
        (folder / f".{each}.tmp").replace(folder / each)
    return Workspace(folder)


def theme(workspace: Workspace, title: str) -> tuple[Path, Path]:
    """Write a notebook and the module with its sections, which build at once.

    Parameters
    ----------
    title : what the theme is called on its pages («Besøksnæring»); files and addresses have it without Norwegian letters.

    Returns
    -------
    the notebook, the module.

    Raises
    ------
    InputError
        where the title has no letters, or a theme or file of that name is there.
    """
    title = " ".join(title.split())
    slug = slug_of(title)
    if not slug[:1].isalpha():
        raise InputError(
            f"«{title}» kan ikke være navnet på et tema. Begynn med en bokstav, for eksempel «besøksnæring»."
        )
    notebook = workspace.notebooks / f"{slug}.ipynb"
    module = notebook.with_suffix(SECTIONS)
    for path in (notebook, module):
        if path.exists():
            raise InputError(f"{path} finnes allerede. Velg et annet navn, eller slett filen.")
    shown = title[0].upper() + title[1:]
    code = PATTERN.read_text("utf-8").replace(
        'THEME, TITLE = "theme", "Theme"', f"THEME, TITLE = {_quoted(slug)}, {_quoted(shown)}"
    )
    notebook.parent.mkdir(parents=True, exist_ok=True)
    write_file(module, code.encode())
    write_file(notebook, (nbformat.writes(_notebook(slug, shown)) + "\n").encode())
    return notebook, module


def _notebook(slug: str, title: str) -> nbformat.NotebookNode:
    module = slug.replace("-", "_")
    shows = (("head", "findings"), ("development",), ("footer",))
    cells = [
        v4.new_markdown_cell(_NOTES.format(title=title, file=f"{slug}{SECTIONS}"), id="title"),
        v4.new_code_cell(_PARAMETERS, id="parameters", metadata={"tags": ["parameters"]}),
        v4.new_code_cell(_OPEN.format(theme=slug, module=module), id="open"),
        *(v4.new_code_cell("\n".join(f"page.show({module}.{each})" for each in names), id=names[0]) for names in shows),
    ]
    metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        KEY: {"theme": slug, "title": title, "order": LATER, "tables": list(TABLES)},
    }
    return v4.new_notebook(cells=cells, metadata=metadata)


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
