"""A step of the exploration: controls, what they show, and the code that does the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ipywidgets import HTML, Output, VBox
from markupsafe import Markup

from helpers.catalog import catalog
from helpers.errors import KommunerapportError, TableMissing
from helpers.language import speak
from helpers.prose import text

PAGE = "text/html"


class Step(VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Shows what `shown` gives, again whenever the choice or a control changes.

    Attributes
    ----------
    html : what is shown. code : one line that does the same, with the names that ``from helpers import …`` gives.
    """

    def __init__(self, choice: Any, controls: Sequence[Any] = (), before: Sequence[Any] = ()) -> None:
        self.choice = choice
        self.output, self.line = Output(), HTML()
        self.code = ""
        super().__init__([*before, *controls, self.output, self.line])
        choice.observe(self._again, "chosen")
        for each in controls:
            each.observe(self._again, "value")
        self.refresh()

    def shown(self) -> tuple[Markup, str]:
        """What is shown, and the line of code."""
        raise NotImplementedError

    @property
    def html(self) -> str:
        """What is shown."""
        return "".join(each["data"][PAGE] for each in self.output.outputs)

    def refresh(self) -> None:
        """Show it again. What is wrong is told where the figures would stand."""
        speak(self.choice.language)
        try:
            told, self.code = self.shown()
        except KommunerapportError as error:
            told = message(error)
        self.show(told)
        self.line.value = said(self.code) + self.more()

    def show(self, told: Markup) -> None:
        """Put this where the figures stand."""
        self.output.outputs = (
            {"output_type": "display_data", "data": {PAGE: str(told), "text/plain": ""}, "metadata": {}},
        )

    def more(self) -> Markup:
        """What is told below the line of code."""
        return Markup()

    def _again(self, _: Any) -> None:
        self.refresh()


def said(code: str, lead: Markup | None = None) -> Markup:
    """A line of code that can be copied."""
    lead = text("explore.code") if lead is None else lead
    return Markup('<div>{}</div><pre style="user-select:all;margin:0 0 1em">{}</pre>').format(lead, code)


def message(error: KommunerapportError) -> Markup:
    """What is wrong, where, and what to do."""
    told = [Markup("{}").format(str(error)), *(Markup("{}").format(note) for note in getattr(error, "__notes__", ()))]
    if isinstance(error, TableMissing) and len(told) == 1 and error.table in catalog():
        told.append(text("explore.fetch", number=catalog()[error.table].number))
    return Markup('<p role="status">{}</p>').format(Markup(" ").join(told))


def paragraph(words: Markup | str) -> Markup:
    """Words below a table or a drawing."""
    return Markup("<p>{}</p>").format(words)
