"""What the commands share: where they work."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from helpers.workspace import Workspace


def workspace_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command has which reads or writes a workspace."""
    root = click.option(
        "--root",
        type=click.Path(path_type=Path),
        metavar="MAPPE",
        help="Mappen med data/ og notebooks/. Ellers den nærmeste.",
    )
    debug = click.option("--debug", is_flag=True, help="Vis hele feilmeldingen fra Python.")
    return root(debug(command))


def workspace_at(root: Path | None, fetching: bool = False, making: bool = False) -> Workspace:
    """The workspace that a command works in.

    Parameters
    ----------
    fetching : a folder without data/raw will do, and gets one.
    making : where there is none and the installed package carries notebooks and figures, the current folder becomes one.
    """
    from helpers.workspace import ROOT_VARIABLE, Workspace

    workspace = Workspace.for_fetching(root) if fetching else _found(root, making)
    os.environ[ROOT_VARIABLE] = str(workspace.root)  # places and notebooks find the same one
    return workspace


def _found(root: Path | None, making: bool) -> Workspace:
    from helpers.errors import InputError
    from helpers.workspace import Workspace

    try:
        return Workspace.find(root)
    except InputError:
        from helpers.batch import creating

        if not creating.PACKED.is_dir() or root or os.environ.get("KOMMUNERAPPORT_ROOT"):
            raise
        if not making:
            raise InputError(
                f"Fant ingen tall i {Path.cwd()}. Lag en mappe å arbeide i: kommunerapport new project MAPPE"
            ) from None
    workspace = creating.project(Path.cwd())
    click.echo(f"Ny arbeidsmappe i {workspace.root}: notebooks/ og data/raw/, med tallene som følger med.", err=True)
    return workspace
