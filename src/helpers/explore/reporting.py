"""The report of the chosen municipality: made by the batch, linked to, and handed out as one file."""

from __future__ import annotations

import base64
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ipywidgets import Button
from markupsafe import Markup

from helpers.errors import KommunerapportError
from helpers.explore.step import Step, message, paragraph, said
from helpers.language import SOURCE, Language, speak
from helpers.places import Municipality
from helpers.prose import plain, text
from helpers.workspace import Workspace


class NotMade(KommunerapportError):
    """Pages of a report that were not made."""


def build(municipality: str, compare: str = "", language: str = SOURCE, notebooks: Sequence[str] = ()) -> list[Path]:
    """Make the report of a municipality, as ``kommunerapport build`` does; pages that are up to date are kept.

    Parameters
    ----------
    municipality : code or name. compare : as on the command line. language : ``nb``, ``nn`` or ``en``. notebooks : default: all.

    Returns
    -------
    the files of its pages, the front page first.

    Raises
    ------
    InputError
        for what cannot be used. NotMade naming page and reason. Busy where another run is at work in the folder.
    """
    from helpers.batch import building, run  # heavy, and for this button alone

    workspace = Workspace.find()
    given: dict[str, Any] = {
        "names": tuple(notebooks), "compare": compare, "language": language, "as_of": "", "everyone": False, "failed": False, "out": None, "jobs": None,
        "timeout": None, "memory": None, "quiet": True, "engine": None, "force": False, "log": "bar", "scheduler": "", "shared": None,
    }  # fmt: skip
    jobs, options = building.asked(workspace, (Municipality.find(municipality).code,), given)
    outcome = run.run(jobs, options)
    if outcome.failed:
        told = [
            plain(text("explore.report.failed", page=each.job.label, why=each.why.error)) for each in outcome.failed
        ]
        raise NotMade(" ".join(told))
    return [options.out / job.place.slug / job.notebook.file for job in jobs]


class Report(Step):
    """A button that makes the report, then its pages as links and as one file."""

    def __init__(self, choice: Any) -> None:
        self.button = Button(button_style="primary", layout={"width": "max-content"})
        super().__init__(choice, before=[self.button])
        self.button.on_click(self._make)

    def shown(self) -> tuple[Markup, str]:  # noqa: D102
        choice = self.choice
        self.button.description = str(text("explore.report.button", name=choice.municipality.name).unescape())
        further = "".join(
            f', {name}="{value}"'
            for name, value in (("compare", choice.compare), ("language", choice.language))
            if value not in ("", SOURCE)
        )
        return Markup(), f'explore.build("{choice.municipality.code}"{further})'

    def more(self) -> Markup:  # noqa: D102
        choice = self.choice
        further = f' --compare "{choice.compare}"' if choice.compare else ""
        further += f" --language {choice.language}" if choice.language != SOURCE else ""
        return said(f"kommunerapport build {choice.municipality.code}{further}", text("explore.report.shell"))

    def _make(self, _: Any) -> None:
        choice = self.choice
        speak(choice.language)
        self.button.disabled = True
        self.show(paragraph(text("explore.report.making")))
        try:
            pages = build(choice.municipality.code, choice.compare, choice.language)
            speak(choice.language)
            self.show(links(choice.municipality, pages, choice.language))
        except KommunerapportError as error:
            self.show(message(error))
        finally:
            self.button.disabled = False


def links(municipality: Municipality, pages: Sequence[Path], language: Language = SOURCE) -> Markup:
    """Where the report lies, a link to each page, and all of it as one file that can be sent.

    JupyterLab opens links that are relative to the notebook.
    """
    item = Markup('<li><a href="{}">{}</a></li>')
    listed = Markup("").join(item.format(Path(os.path.relpath(page)).as_posix(), _theme(page)) for page in pages)
    data = base64.b64encode(packed(pages, language)).decode()
    whole = Markup('<p><a download="{}.zip" href="data:application/zip;base64,{}">{}</a></p>')
    made = paragraph(text("explore.report.made", name=municipality.name, folder=str(pages[0].parent)))
    return (
        made + Markup("<ul>{}</ul>").format(listed) + whole.format(municipality.slug, data, text("explore.report.zip"))
    )


def packed(pages: Sequence[Path], language: Language = SOURCE) -> bytes:
    """The pages with their lineage in a zip file, and a list of this report alone, so that no link leads out of it; the same pages give the same bytes."""
    from helpers.batch import linking  # heavy, and for this button alone
    from helpers.pages import reports

    held, source = io.BytesIO(), pages[0].parent
    with tempfile.TemporaryDirectory() as made:
        out = reports.folder_of(Path(made), language)
        folder = out / source.name
        folder.mkdir(parents=True)
        for path in (*pages, *source.glob("*.lineage.json"), source / reports.REPORT):
            shutil.copyfile(path, folder / path.name)
        linking.finish(out, language)
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(each for each in out.rglob("[!.]*") if each.is_file() and each.name != reports.REPORT):
                name = path.relative_to(out).as_posix()
                archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _theme(page: Path) -> Markup:
    theme = "overview" if page.stem == "index" else page.stem.partition("-")[0]
    return text(f"page.theme.{theme}")
