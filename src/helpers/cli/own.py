"""``kommunerapport own``: the municipality's own figures."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from helpers.cli.options import workspace_at, workspace_options
from helpers.terminal import HELP, Group


@click.group(cls=Group, context_settings=HELP, short_help="Kommunens egne tall: kontroller filene.")
def own() -> None:
    """Kommunens egne tall. De legges i data/raw/own, hver fil (CSV, Excel eller JSON-stat) med en kort .toml ved siden av.

    \b
    Eksempler:
      kommunerapport own check           alle filene i data/raw/own
      kommunerapport own check vekst.csv
    """


@own.command("check", short_help="Kontroller egne tall, og vis hva som ble forstått.", context_settings=HELP)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FIL]...")
@workspace_options
def own_check(files: tuple[Path, ...], root: Path | None, debug: bool) -> None:
    """Si fil for fil hva som ble forstått: kommuner, perioder, innhold, tegn og de første radene; eller hva som er galt, med rad og kolonne.

    \b
    Eksempler:
      kommunerapport own check
      kommunerapport own check vekst.csv
      kommunerapport own check ~/Nedlastinger/vekst.xlsx

    En fil uten beskrivelse får et forslag til en. Kan en fil ikke brukes, ender kommandoen med kode 1.
    """
    from helpers.tables import owncheck

    report = owncheck.check(workspace_at(root), files)
    click.echo("\n".join(report.lines))
    if not report.ok:
        sys.exit(1)
