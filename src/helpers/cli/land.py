"""``kommunerapport land``: the map layers of the report on land."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from helpers.cli.options import workspace_at, workspace_options
from helpers.terminal import HELP, Group, interruptible


@click.group(
    cls=Group, context_settings=HELP, short_help="Kartlagene til arealanalysen: hent de åpne, kontroller alle."
)
def land() -> None:
    """Kartlagene til rapporten om næringsareal. Kommunens egne legges i data/raw/land/<kommunenummer>, med en layers.toml.

    \b
    Eksempler:
      kommunerapport land fetch 3101     hent de åpne kartlagene til Halden
      kommunerapport land check 3101     hva ble funnet, og hva mangler?
      kommunerapport build 3101 --notebook land
    """


@land.command("fetch", short_help="Hent de åpne kartlagene til en kommune.", context_settings=HELP)
@click.argument("municipality", metavar="KOMMUNE")
@click.option("--force", is_flag=True, help="Hent også det som er hentet før.")
@click.option("--quiet", is_flag=True, help="Vis ikke framdriften.")
@workspace_options
def land_fetch(municipality: str, force: bool, quiet: bool, root: Path | None, debug: bool) -> None:
    """Hent grense, verneområder, flom- og skredsoner og AR50 for en kommune, og si hva som må komme fra kommunen selv.

    \b
    Eksempel:
      kommunerapport land fetch Halden

    Et kartlag som ikke kan hentes, beholder det som var der; de andre hentes likevel, og kommandoen ender med kode 1.
    """
    from helpers.batch import landfetching
    from helpers.places import Municipality

    workspace = workspace_at(root)
    interruptible()
    results = landfetching.fetch(workspace, Municipality.find(municipality), force, quiet)
    click.echo(landfetching.summary(results))
    if any(result.state == "failed" for result in results):
        sys.exit(1)


@land.command("check", short_help="Kontroller kartlagene til en kommune.", context_settings=HELP)
@click.argument("municipality", metavar="KOMMUNE")
@workspace_options
def land_check(municipality: str, root: Path | None, debug: bool) -> None:
    """Si lag for lag hva som ble funnet: koordinatsystem, antall, reparerte flater, areal utenfor kommunen, ukjente koder, og hva som mangler.

    \b
    Eksempler:
      kommunerapport land check 3101
      kommunerapport land check Eksempelvik

    Et lag som ikke kan stemme, avvises med grunn og råd, og kommandoen ender med kode 1.
    """
    from helpers.places import Municipality
    from helpers.tables import landcheck

    report = landcheck.check(workspace_at(root), Municipality.find(municipality).code)
    click.echo("\n".join(report.lines))
    if not report.ok:
        sys.exit(1)
