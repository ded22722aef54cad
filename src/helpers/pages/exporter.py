"""An nbconvert exporter of our own: an executed notebook becomes one page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from pydantic import ValidationError

from helpers.errors import DataError
from helpers.language import SOURCE, option, speaking, spoken
from helpers.pages import frame, jsonld, lineage, links
from helpers.pages.outputs import PAGE_MIME, Block, blocks
from helpers.pages.reports import KEY, PageData, report_of
from helpers.places import Municipality
from helpers.prose import name, text

FOLDED = frozenset({"section", "findings", "cards"})


class ReportExporter(TemplateExporter):  # type: ignore[misc]  # nbconvert has no types
    """Parts in order, the footer last, nothing of the code and nothing of the analyst's notes.

    What the page says of itself is handed back in ``resources["kommunerapport"]["page"]`` (`PageData`).
    A notebook without a head takes theme and municipality from its metadata and its parameters.
    """

    output_mimetype = "text/html"
    export_from_notebook = "Kommunerapport"

    def __init__(self, config: Any = None, **traits: Any) -> None:
        ours = {
            "file_extension": ".html",
            "template_name": frame.NAME,
            "extra_template_basedirs": [str(frame.TEMPLATES)],
            "default_preprocessors": [],  # each costs a validation of the whole notebook, and none has anything to do
        }
        super().__init__(config=config, **{**ours, **traits})

    def _create_environment(self) -> Environment:
        return frame.environment()

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of an executed notebook; ``resources["key"]`` is the key that it has in its head (`batch.keys`)."""
        with speaking(_language(nb)):
            shown = list(blocks(nb))
            page = _page_data(nb, shown)
            key = str((resources or {}).get("key", ""))
            told = {**(resources or {}), KEY: {**_report_resources(shown, page), "key": key}}
            html, told = super().from_notebook_node(nb, told, **kw)
            return links.link(html, report_of(page), page), told


def _report_resources(shown: list[Block], page: PageData) -> dict[str, Any]:
    label = frame.theme_label(page.theme, page.label)
    heading = text("page.title", theme=label, name=name(page.name))
    footers = [block.html for block in shown if block.kind == "footer"]
    headed = any(block.kind == "head" for block in shown)
    return {
        "page": page,
        "title": f"{page.title or heading.striptags()} – {text('page.suffix')}",
        "heading": heading,
        "headed": headed,
        "blocks": [_with_lineage(block) for block in _first_head(shown) if block.kind != "footer"],
        "footer": footers[-1] if footers else Markup(),
        "data": jsonld.script(page, [each.lineage for each in shown if each.lineage], str(heading.striptags())),
        "command": f"kommunerapport build {page.municipality} --notebook {page.theme}{option(page.language)}",
        "top": Markup(),  # drawn by links.link, like more
        "more": Markup(),
    }


def _with_lineage(block: Block) -> Block:
    """The block with a fold-out at its end that says where its numbers come from."""
    told, end = block.lineage, "</section>"
    html = block.html.rstrip()
    if block.kind not in FOLDED or told is None or not told["tables"] or not html.endswith(end):
        return block
    fold = frame.macro("lineage", told["measures"], lineage.described(told))
    return replace(block, html=Markup(html.removesuffix(end)) + fold + Markup(end + "\n"))


def _first_head(shown: list[Block]) -> list[Block]:
    """The head first, and only one: a page has one h1."""
    heads = [block for block in shown if block.kind == "head"]
    return [*heads[:1], *(block for block in shown if block.kind != "head")]


def _page_data(notebook: NotebookNode, shown: list[Block]) -> PageData:
    ours = notebook.metadata.get(KEY, {})
    given = {"order": ours.get("order", 99), "label": str(ours.get("title", ""))}
    told = next((block.page for block in shown if block.kind == "head" and block.page), None)
    try:
        if told is not None:
            return PageData(**{**told, **given})
        parameters = _parameters(notebook)
        place = Municipality.find(str(parameters.get("municipality", "")))
        return PageData(
            theme=ours.get("theme", "analyse"), municipality=place.code, name=place.name, county=place.county.name,
            slug=place.slug, language=spoken(), **given,
        )  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"Hodet på siden har en feil i {first['loc'][0]}: {first['msg']}.") from None


def _language(notebook: NotebookNode) -> str:
    """The language of its head; where it has none, the one that it was asked for."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if told := output.get("data", {}).get(PAGE_MIME):
                return str(told.get("language", SOURCE))
    return str(_parameters(notebook).get("language") or SOURCE)


def _parameters(notebook: NotebookNode) -> Mapping[str, Any]:
    found: Mapping[str, Any] = notebook.metadata.get("papermill", {}).get("parameters", {})
    return found
