"""What a page says of itself to programs: schema.org in JSON-LD, as a data block in the page's own head.

A data block is no script: it is not run, the page's policy does not stop it, and it goes with the page wherever that is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from babel.numbers import NumberFormatError, get_decimal_symbol, get_group_symbol, parse_decimal
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from helpers import language
from helpers.datapackage import licence_url
from helpers.pages.frame import release
from helpers.pages.reports import PageData
from helpers.prose import plain, text

CONTEXT = "https://schema.org"
KLASS = "https://www.ssb.no/klass/klassifikasjoner/131"  # where the codes of municipalities are defined
Thing = dict[str, Any]
_NUMBER = re.compile(r"([−-]?\d[\d\s.,]*)(.*)", re.S)
_YEAR = re.compile(r"(?:19|20)\d\d")


def script(page: PageData, entries: Sequence[Mapping[str, Any]], heading: str) -> Markup:
    """The content of the data block; whatever stands in a name or a title, it cannot end the block.

    Parameters
    ----------
    entries : the lineage of the page's parts (`pages.lineage.entry`), in order. heading : what it is called where its head has no title.
    """
    told = _report(page.model_copy(update={"title": page.title or heading}), entries)
    dumped = htmlsafe_json_dumps(told, dumps=json.dumps, ensure_ascii=False, separators=(",", ":"))
    return Markup(str(dumped).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def _report(page: PageData, entries: Sequence[Mapping[str, Any]]) -> Thing:
    sources = {table: told for each in entries for table, told in each["sources"].items()}
    based_on = [_dataset(sources[table]) for table in sorted(sources)]
    years = sorted(_YEAR.findall(page.years))
    return _filled(
        {
            "@context": CONTEXT,
            "@type": ["Report", "Dataset"],
            "name": page.title,
            "description": page.description,
            "creativeWorkStatus": plain(text("page.constructed")) if page.constructed else "",
            "inLanguage": page.language,
            "dateModified": max((str(each["as_of"]) for each in entries), default=""),
            "temporalCoverage": "/".join(dict.fromkeys((years[0], years[-1]))) if years else "",
            "spatialCoverage": _place(page),
            "license": sorted({each["license"] for each in based_on if "license" in each}),
            "variableMeasured": [figure for each in entries for figure in _figures(each)],
            "isBasedOn": [*based_on, {"@type": "SoftwareApplication", "name": "kommunerapport", "softwareVersion": release()}],
        }
    )  # fmt: skip


def _place(page: PageData) -> Thing:
    """The municipality with its official code; one that does not exist has none."""
    if page.constructed:
        return {"@type": "Place", "name": page.name, "description": plain(text("page.constructed_text"))}
    return {
        "@type": "AdministrativeArea", "name": page.name,
        "identifier": {"@type": "PropertyValue", "propertyID": KLASS, "value": page.municipality},
        "containedInPlace": {"@type": "AdministrativeArea", "name": page.county},
    }  # fmt: skip


def _dataset(told: Mapping[str, Any]) -> Thing:
    periods = [_YEAR.findall(str(each))[0] for each in told["periods"] if _YEAR.match(str(each))]
    return _filled(
        {
            "@type": "Dataset",
            "identifier": told["number"],
            "name": told["title"],
            "url": told["url"],
            "publisher": {"@type": "Organization", "name": told["producer"]},
            "license": licence_url(told["licence"]),
            "temporalCoverage": "/".join(dict.fromkeys(periods)),
            "dateModified": told["retrieved"] if not told["assembled"] else "",
        }
    )


def _figures(entry: Mapping[str, Any]) -> list[Thing]:
    """The key figures as they are printed, with the lines below them (bounds, comparison); those that are numbers."""
    found = []
    for label, shown in entry.get("figures", {}).items():
        match = _NUMBER.fullmatch(shown)
        value = _value(match[1]) if match else None
        if match and value is not None:
            unit = match[2].strip()
            told = {
                "name": label,
                "value": value,
                "unitText": unit,
                "description": entry.get("lines", {}).get(label, ""),
            }
            found.append(_filled({"@type": "PropertyValue", **told}))
    return found


def _value(printed: str) -> float | int | None:
    """A number as it is written in the language of the page."""
    locale = language.locale()
    bare = re.sub(r"\s", "", printed).replace("−", "-").replace(get_group_symbol(locale), "")
    try:
        value = parse_decimal(bare, locale=locale)
    except NumberFormatError:
        return None
    return float(value) if get_decimal_symbol(locale) in bare else int(value)


def _filled(thing: Thing) -> Thing:
    return {name: value for name, value in thing.items() if value not in ("", [], {})}
