"""What a notebook can be asked for, checked before anything runs.

Papermill hands parameters on as it reads them: ``-p municipality 0301`` becomes the number 301, YAML reads ``0623`` as an
octal number, and a parameter that the notebook does not know is only a line in its log. Here each of these is either
understood or an error that says what to type.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from numbers import Integral
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from helpers.errors import InputError
from helpers.language import SOURCE, Language, checked
from helpers.places import Area, Municipality

INJECTED = "# Parameters"  # the first line of the cell that papermill adds
AREAS = {"sondre-viken": Area.sondre_viken, "søndre viken": Area.sondre_viken, "søndre-viken": Area.sondre_viken}
_OSLO = 301  # the only current code that begins with 0


class Parameters(BaseModel):
    """The parameters of a notebook, as its cell tagged ``parameters`` declares them.

    Parameters
    ----------
    municipality : code or name. Oslo's code may come as the number 301.
    compare : areas to compare with besides county and country: names or codes with commas between them make one area,
        semicolons separate areas (``"sondre-viken; 3105, 3107"``).
    as_of : the day that counts as today, ``2026-11-22``; without it, the newest retrieval date of the tables used.
    language : of the page: ``nb`` (bokmål), ``nn`` (nynorsk) or ``en`` (English).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    municipality: str
    compare: str = ""
    as_of: date | None = None
    language: Language = SOURCE

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Parameters:
        """The checked parameters.

        Raises
        ------
        InputError
            in one line, for the first value that cannot be used.
        """
        for name in values:
            if name not in cls.model_fields:
                raise InputError(unknown_message(name, cls.model_fields))
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            raise InputError(f"Parameteren {name} mangler eller kan ikke brukes: {first['msg']}.") from None

    @field_validator("municipality", mode="before")
    @classmethod
    def _municipality(cls, value: Any) -> str:
        code = value.code if isinstance(value, Municipality) else _code_text("municipality", value)
        if not code:
            raise InputError(
                "Parameteren municipality er tom. Oppgi et kommunenummer eller et navn, for eksempel 3101."
            )
        return code

    @field_validator("compare", mode="before")
    @classmethod
    def _compare(cls, value: Any) -> str:
        return _code_text("compare", value)

    @field_validator("language", mode="before")
    @classmethod
    def _language(cls, value: Any) -> Language:
        return checked(str(value)) if value else SOURCE

    @field_validator("as_of", mode="before")
    @classmethod
    def _as_of(cls, value: Any) -> date | None:
        if value is None or type(value) is date:
            return value
        text = value.strip() if isinstance(value, str) else None
        if text == "":
            return None
        try:
            return date.fromisoformat(text or "")
        except ValueError:
            raise InputError(f"as_of = {value!r} er ikke en dato. Skriv den som 2026-11-22.") from None

    @property
    def place(self) -> Municipality:
        """The municipality that is meant."""
        return Municipality.find(self.municipality)

    @property
    def areas(self) -> tuple[Area | Municipality, ...]:
        """The extra areas to compare with, in the order given."""
        return tuple(_area(text.strip()) for text in self.compare.split(";") if text.strip())

    def values(self) -> dict[str, str]:
        """As text, the way a notebook takes them: the code instead of the name, the date in ISO form."""
        as_of = self.as_of.isoformat() if self.as_of else ""
        return {
            "municipality": self.place.code, "compare": self.compare, "as_of": as_of, "language": self.language,
        }  # fmt: skip


def unknown_message(name: str, known: Iterable[str]) -> str:
    """What is said about a parameter that the notebook does not have, with the nearest known one."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f" Mente du «{near[0]}»?" if near else ""
    return f"Ukjent parameter «{name}».{hint} Parameterne er {', '.join(names)}."


def check_injected(history: Sequence[str]) -> None:
    """Raise where papermill has injected a parameter that the notebook does not declare.

    Parameters
    ----------
    history : the source of the cells that have run so far (IPython's ``In``). Papermill's own cell is the newest one that
        begins with ``# Parameters`` and holds nothing but literal assignments; every name that an earlier cell
        has assigned is known, so nothing that an analyst runs by hand in JupyterLab is taken for it.

    Raises
    ------
    InputError
        naming the parameter and the nearest known one.
    """
    cells = [each for each in history if isinstance(each, str)]
    for index in range(len(cells) - 1, -1, -1):
        injected = _injected_names(cells[index])
        if injected is None:
            continue
        earlier = {name for cell in cells[:index] for name in assigned_names(cell)}
        if "municipality" not in earlier:
            return  # the first such cell is the notebook's own
        for name in injected:
            if name not in earlier and name not in Parameters.model_fields:
                declared = assigned_names(cells[index - 1])
                raise InputError(unknown_message(name, {*Parameters.model_fields, *declared}))
        return


def assigned_names(source: str) -> list[str]:
    """The names that a cell assigns at its top level, in order; none where the cell is not plain Python."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return []
    names: list[str] = []
    for each in statements:
        if isinstance(each, ast.Assign):
            names += [target.id for target in each.targets if isinstance(target, ast.Name)]
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            names.append(each.target.id)
    return names


def _injected_names(source: str) -> list[str] | None:
    """The names that papermill's cell sets, or None where the cell is not papermill's."""
    if source.lstrip().partition("\n")[0].rstrip() != INJECTED:
        return None
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return None
    plain = all(isinstance(each, ast.Assign) and _is_literal(each.value) for each in statements)
    return assigned_names(source) if statements and plain else None


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):  # papermill writes float('nan') and float('inf')
        return isinstance(node.func, ast.Name) and node.func.id == "float"
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def _code_text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, Integral):
        kind = type(value).__name__
        raise InputError(
            f'{name} = {value!r} er av typen {kind}. Oppgi kommunenummeret som tekst, for eksempel "3101".'
        )
    number = int(value)
    if number == _OSLO:
        return "0301"
    if number >= 1000:
        return str(number)
    code = f"{max(number, 0):04d}"
    raise InputError(
        f"{name} = {number} er et tall uten nullen foran. Skriv kommunenummeret som tekst: papermill … -r {name} {code}, "
        f"eller papermill … -y '{name}: \"{code}\"' (uten anførselstegn leser YAML 0623 som et oktaltall)."
    )


def _area(text: str) -> Area | Municipality:
    if text.casefold() in AREAS:
        return AREAS[text.casefold()]()
    try:
        members = [Municipality.find_real(each.strip()) for each in text.split(",") if each.strip()]
    except InputError as error:
        raise InputError(f"compare: {error}") from None
    return members[0] if len(members) == 1 else Area.of(members)
