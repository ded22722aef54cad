"""How objects show themselves in a notebook: small tables, escaped, in whatever colours the notebook has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

_TABLE = Markup(
    '<table class="kommunerapport"><caption style="text-align:left;font-weight:bold">{}</caption>{}{}</table>'
)
_LEFT = Markup(' style="text-align:left;white-space:pre-wrap"')
_RIGHT = Markup(' style="text-align:right"')


def card(title: str | Markup, rows: Iterable[tuple[str, object]], code: Sequence[str] = ()) -> str:
    """One object: a row for each thing known of it that is not empty, and lines of code that lead on."""
    shown = [(label, value) for label, value in rows if value not in (None, "", ())]
    body = Markup("").join(
        Markup('<tr><th scope="row"{0}>{1}</th><td{0}>{2}</td></tr>').format(_LEFT, label, value)
        for label, value in shown
    )
    return _TABLE.format(title, "", Markup("<tbody>{}</tbody>").format(body)) + lines(code)


def table(
    title: str | Markup,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    code: Sequence[str] = (),
    numbers: bool = False,
) -> str:
    """Several objects, one in each row; the first cell names it, the others may be numbers."""
    side = _RIGHT if numbers else _LEFT
    sides = (_LEFT, *[side] * (len(header) - 1))
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(*each) for each in zip(sides, header, strict=True)
    )
    body = Markup("").join(
        Markup('<tr><th scope="row"{}>{}</th>{}</tr>').format(
            _LEFT, first, Markup("").join(Markup("<td{}>{}</td>").format(side, cell) for cell in rest)
        )
        for first, *rest in rows
    )
    tops = Markup("<thead><tr>{}</tr></thead>").format(head)
    return _TABLE.format(title, tops, Markup("<tbody>{}</tbody>").format(body)) + lines(code)


def lines(code: Sequence[str]) -> str:
    """Lines of code that can be copied."""
    return Markup("<pre><code>{}</code></pre>").format(escape("\n".join(code))) if code else ""
