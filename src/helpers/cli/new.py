"""``kommunerapport new``: a folder to work in, a theme of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from helpers.cli.options import workspace_at, workspace_options
from helpers.terminal import HELP, Group


@click.group(cls=Group, context_settings=HELP, short_help="Begynn på noe eget: en arbeidsmappe, et tema.")
def new() -> None:
    """Begynn på noe eget.

    \b
    Eksempler:
      kommunerapport new project naeringsplan     en mappe med notatbøkene og tallene som følger med
      kommunerapport new theme besøksnæring       et tema av ditt eget, som kan bygges med en gang
    """


@new.command(context_settings=HELP, short_help="Legg notatbøkene og tallene i en mappe å arbeide i.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="MAPPE")
@click.option("--debug", is_flag=True, help="Vis hele feilmeldingen fra Python.")
def project(folder: Path, debug: bool) -> None:
    """Legg notatbøkene og tallene som følger med, i en mappe. Den lages om den ikke finnes.

    \b
    Eksempel:
      kommunerapport new project naeringsplan
    """
    from helpers.batch import creating

    made = creating.project(folder.absolute())
    click.echo(f"{made.root} er klar. Gå dit, og lag en rapport: kommunerapport build Halden")


@new.command(context_settings=HELP, short_help="Skriv en notatbok til et tema av ditt eget.")
@click.argument("title", metavar="NAVN")
@workspace_options
def theme(title: str, root: Path | None, debug: bool) -> None:
    """Skriv en notatbok og en fil med delene på siden, etter mønsteret til prosjektets egne. De kan bygges med en gang.

    \b
    Eksempel:
      kommunerapport new theme besøksnæring
      kommunerapport build 3101 --notebook besoksnaering
    """
    from helpers.batch import creating

    notebook, module = creating.theme(workspace_at(root), title)
    click.echo(f"Skrev {notebook} og {module}.")
    click.echo(f"Lag siden: kommunerapport build 3101 --notebook {notebook.stem}")
