"""What ``kommunerapport targets`` says: the targets of the plans that are held, with the UN goals that they belong to."""

from __future__ import annotations

from helpers import goals
from helpers.charts.goaltags import figures, tags
from helpers.errors import InputError
from helpers.places import Municipality
from helpers.prose import plain
from helpers.sources import targets
from helpers.targets import Target
from helpers.workspace import Workspace


def listing(workspace: Workspace, municipality: str | None = None, goal: int | None = None) -> str:
    """Every target, or those of one municipality, of one UN goal, or both; with a goal, also where the reports have figures of it.

    Raises
    ------
    InputError
        for a municipality that is not known, or a goal that is not one of the UN's.
    """
    if goal is not None and goal not in goals.UN_GOALS:
        raise InputError(
            f"FNs bærekraftsmål er nummerert fra {goals.UN_GOALS[0]} til {goals.UN_GOALS[-1]}, ikke {goal}."
        )
    held = targets.read(workspace.raw)
    if municipality is not None:
        held = targets.of(held, Municipality.find(municipality))
    found = [each for each in held if goal is None or goal in each.un_goals]
    lines = [line for each in found for line in _told(each)]
    told = f"{len(found)} mål i {workspace.raw / targets.FOLDER}" + ("." if not found else ":")
    more = [] if goal is None else [f"FNs bærekraftsmål {goal} i rapportene: {plain(figures([goal]))}"]
    return "\n".join([told, *lines, *more])


def _told(target: Target) -> list[str]:
    place = Municipality.find(target.municipality)
    lines = [f"  {place.code} {place.name}: {target.title}, innen {target.deadline}", f"    {target.document}"]
    return lines + [f"    {plain(each)}" for each in tags(target)]
