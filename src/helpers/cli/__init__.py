"""The command line: ``kommunerapport build``, ``fetch``, ``land``, ``new``, ``own`` and the others. Only what the terminal needs; the work is done below."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpers.cli.land import land
from helpers.cli.new import new
from helpers.cli.options import workspace_at, workspace_options
from helpers.cli.own import own
from helpers.errors import InputError, KommunerapportError
from helpers.terminal import HELP, Group, helped, interruptible, leave, told

if TYPE_CHECKING:
    from helpers.batch.pdf import Printed
    from helpers.batch.run import Outcome


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("kommunerapport")
    except PackageNotFoundError:
        return "0"


@click.group(cls=Group, context_settings=HELP)
@click.version_option(
    _version(), "--version", prog_name="kommunerapport", message="%(prog)s %(version)s", help="Vis versjonen."
)
def cli() -> None:
    """Lag rapporter om arbeid, utenforskap, pendling og næringsareal for norske kommuner, av offisielle tall.

    \b
    Eksempler:
      kommunerapport build                     de fem kommunene i Søndre Viken
      kommunerapport build Halden 3105         to kommuner
      kommunerapport build --all --jobs 4      hele landet, fire om gangen
      kommunerapport build 0301 --notebook commuting
      kommunerapport verify                    er tallene i rapportene som før?
      kommunerapport claims plan.md --municipality 3101
      kommunerapport fetch                     hent dagens tall fra SSB, NAV og Kartverket
      kommunerapport land check 3101           er kommunens egne kartlag i orden?
      kommunerapport new theme besøksnæring    et tema av ditt eget
      kommunerapport own check                 er kommunens egne tall i orden?
      kommunerapport list                      hva som kan lages, og av hvilke tabeller
      kommunerapport targets --goal 8          mål i planene, etter FNs bærekraftsmål

    Rapportene ligger i reports/. Åpne reports/index.html.
    """


@cli.command(context_settings=HELP)
@click.argument("municipalities", nargs=-1, metavar="[KOMMUNE]...")
@click.option("--all", "everyone", is_flag=True, help="Alle kommuner i landet.")
@click.option("--notebook", "names", multiple=True, metavar="NAVN", help="Bare denne analysen. Kan gjentas.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Hvor mange som lages samtidig. Ellers én per prosessor."
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="MAPPE", help="Hvor rapportene skal ligge. Ellers reports/."
)
@click.option(
    "--as-of", default="", metavar="DATO", help="Dagen som regnes som i dag. Ellers nyeste hentedato til tabellene."
)
@click.option("--compare", default="", metavar="OMRÅDE", help="Flere å sammenligne med: «sondre-viken», «3105,3107».")
@click.option(
    "--timeout", type=click.FloatRange(min=1), metavar="SEKUNDER", help="Lengste tid for én side. Ellers 900."
)
@click.option(
    "--memory",
    type=click.IntRange(min=1),
    metavar="MB",
    help="Mest minne én side kan ta ut over det alle deler. Ellers fritt.",
)
@click.option("--force", is_flag=True, help="Lag også det som er som det skal være.")
@click.option("--why", is_flag=True, help="Lag ingenting; si for hver side hvorfor den vil bli laget.")
@click.option(
    "--language", default="nb", metavar="SPRÅK", help="nb (bokmål), nn (nynorsk) eller en (engelsk). Ellers bokmål."
)
@click.option("--pdf", is_flag=True, help="Lag også en PDF av hver side, med den Chromium som er installert.")
@click.option("--failed", is_flag=True, help="Bare det som feilet i forrige kjøring, med de samme valgene.")
@click.option(
    "--engine",
    type=click.Choice(["forked", "fresh"]),
    help="forked: hver side i en kopi av en ferdig prosess. fresh: en vanlig kjerne for hver. Ellers det raskeste som går.",
)
@click.option("--scheduler", default="", metavar="ADRESSE", help="En Dask-klynge, tcp://vert:8786, eller local.")
@click.option("--shared", metavar="URL", help="Mappen der klyngen legger sidene, for eksempel s3://bøtte/rapporter.")
@click.option(
    "--log", type=click.Choice(["bar", "json"]), default="bar", help="json: en linje for hver side, for maskiner."
)
@click.option("--quiet", is_flag=True, help="Vis ikke framdriften.")
@workspace_options
def build(municipalities: tuple[str, ...], **given: Any) -> None:
    """Lag rapporter for kommunene, som navn eller nummer. Uten kommuner lages de fem i Søndre Viken.

    \b
    Eksempler:
      kommunerapport build
      kommunerapport build Halden Sarpsborg
      kommunerapport build 3101 --notebook commuting
      kommunerapport build --all --jobs 4 --out /tmp/rapporter
      kommunerapport build --all --why          hva er endret siden sist?
      kommunerapport build --failed             bare det som feilet
      kommunerapport build 3101 --pdf           også på papir
      kommunerapport build 4601 --language nn   på nynorsk, i reports/nn
      kommunerapport build --all --scheduler local

    Det som er laget av de samme tallene, den samme koden og de samme valgene, lages ikke på nytt. En kjøring som ble avbrutt, fortsetter der den
    var. Feiler én kommune, lages de andre likevel. Feilene står samlet til slutt, og kommandoen ender med kode 1.
    """
    if municipalities and given["everyone"]:
        raise InputError("Velg enten kommuner eller --all, ikke begge.")
    if given["failed"] and (municipalities or given["everyone"] or given["names"]):
        raise InputError("--failed tar det som feilet sist, og verken kommuner, --all eller --notebook.")
    if given["pdf"] and given["shared"]:
        raise InputError("--pdf lager PDF av sidene i mappen, og med --shared ligger de ikke her.")
    workspace = workspace_at(given["root"], making=True)
    interruptible()
    from helpers.batch import building, pdf, run

    chromium = pdf.browser() if given["pdf"] else None
    jobs, options = building.asked(workspace, municipalities, given)
    for warning in building.warnings(workspace):
        click.echo(warning, err=True)
    if given["why"]:
        click.echo(building.reasons(jobs, options.out))
    else:
        outcome = run.run(jobs, options)
        printed = pdf.print_all(jobs, options.out, chromium, options.slots, options.quiet) if chromium else None
        _tell(outcome, options.out, given, printed)


@cli.command(short_help="Kontroller tallene i en plantekst mot statistikken.", context_settings=HELP)
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False), metavar="PLAN.md|.txt|.toml")
@click.option(
    "--municipality", required=True, metavar="KOMMUNE", help="Kommunen planen gjelder, som navn eller nummer."
)
@click.option("--markdown", is_flag=True, help="Skriv svaret som Markdown, med det som er motsagt først.")
@workspace_options
def claims(plan: Path, municipality: str, markdown: bool, root: Path | None, debug: bool) -> None:
    """Finn påstandene med tall i en plantekst, regn dem ut på nytt av offisielle tall, og si hva som er bekreftet, motsagt, flertydig eller ikke
    kan kontrolleres.

    \b
    Eksempler:
      kommunerapport claims plan.md --municipality 3101
      kommunerapport claims plan.txt --municipality Halden --markdown > svar.md

    Det som ikke kan knyttes til en tabell, gjettes ikke: det listes som ikke kontrollerbart. Er noe motsagt, ender kommandoen med kode 1.
    """
    workspace = workspace_at(root)
    from helpers.batch import claiming

    verdicts = claiming.checked(workspace, plan, municipality)
    say = claiming.as_markdown if markdown else claiming.report
    click.echo(say(verdicts, plan, municipality))
    if any(each.outcome == "contradicted" for each in verdicts):
        sys.exit(1)


@cli.command(short_help="Kontroller tallene i rapporter som er laget.", context_settings=HELP)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, file_okay=False), metavar="[MAPPE]...")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Hvor mange som lages samtidig.")
@click.option("--quiet", is_flag=True, help="Vis ikke framdriften.")
@workspace_options
def verify(folders: tuple[Path, ...], jobs: int | None, quiet: bool, root: Path | None, debug: bool) -> None:
    """Regn ut hvert tall i rapportene på nytt, og si hvilke som er endret, og hvorfor: ny periode, revisjon, kode, definisjon.

    \b
    Eksempler:
      kommunerapport verify reports/3101-halden
      kommunerapport verify                     alle i reports/
      kommunerapport verify reports/nn

    Ingenting i mappene endres. Er et tall endret, ender kommandoen med kode 1.
    """
    workspace = workspace_at(root)
    interruptible()
    from helpers.batch import run, verifying

    found = verifying.verify(workspace, folders or (workspace.reports,), jobs or run.default_slots(), quiet)
    click.echo(verifying.report(found))
    if any(each.moved or each.failed for each in found):
        sys.exit(1)


@cli.command(short_help="Hent tallene fra SSB, NAV og Kartverket.", context_settings=HELP)
@click.argument("tables", nargs=-1, metavar="[TABELL]...")
@click.option(
    "--force", is_flag=True, help="Hent også det som ikke er endret, og begynn på nytt etter en avbrutt henting."
)
@click.option("--check", is_flag=True, help="Hent ingenting; kontroller at alt i data/raw er uskadd.")
@click.option("--quiet", is_flag=True, help="Vis ikke framdriften.")
@workspace_options
def fetch(tables: tuple[str, ...], force: bool, check: bool, quiet: bool, root: Path | None, debug: bool) -> None:
    """Hent tabellene i katalogen til data/raw/fetched, som rapportene så bygger på. Uten tabeller hentes alle.

    \b
    Eksempler:
      kommunerapport fetch
      kommunerapport fetch 11618 03321 hl060
      kommunerapport fetch --check

    En tabell som ikke er endret hos produsenten, hentes ikke på nytt. En henting som ble avbrutt, fortsetter der den var. Feiler én tabell,
    beholder den tallene fra før, de andre hentes likevel, og kommandoen ender med kode 1. Hva som ble endret, står i
    data/raw/fetched/CHANGES.md.
    """
    from helpers.batch import fetching

    if check and (tables or force):
        raise InputError("--check kontrollerer alt som er lagret, og tar verken tabeller eller --force.")
    workspace = workspace_at(root, fetching=not check)
    if check:
        said, good = fetching.checked(workspace)
        click.echo(said, err=not good)
        sys.exit(0 if good else 1)
    interruptible()
    results = fetching.fetch(workspace, tables, force, quiet)
    click.echo(fetching.summary(results))
    if any(result.state == "failed" for result in results):
        sys.exit(1)


cli.add_command(land)
cli.add_command(new)
cli.add_command(own)


@cli.command("catalog", short_help="Vis tabellene i katalogen og hva som er lagret.", context_settings=HELP)
@workspace_options
def catalog_(root: Path | None, debug: bool) -> None:
    """Vis tabellene i katalogen, med nyeste periode som er lagret, og om den er hentet eller innebygd."""
    from helpers.batch import fetching

    click.echo(fetching.listing(workspace_at(root)))


@cli.command("list", short_help="Vis analysene som kan lages, og tabellene de bruker.", context_settings=HELP)
@workspace_options
def list_(root: Path | None, debug: bool) -> None:
    """Vis analysene som kan lages, tabellene de bruker, og hvilke tabeller som mangler."""
    from helpers.batch import plan

    click.echo(plan.listing(workspace_at(root)))


@cli.command("targets", short_help="Vis målene i planene, og FN-målene de hører til.", context_settings=HELP)
@click.option("--municipality", metavar="KOMMUNE", help="Bare denne kommunen, som navn eller nummer.")
@click.option("--goal", type=int, metavar="N", help="Bare mål som hører til dette av FNs bærekraftsmål, 1–17.")
@workspace_options
def targets_(municipality: str | None, goal: int | None, root: Path | None, debug: bool) -> None:
    """Vis målene i kommunenes planer som er lagt inn i data/raw/targets, med planens mål og FNs bærekraftsmål.

    \b
    Eksempler:
      kommunerapport targets
      kommunerapport targets --municipality Halden --goal 8
    """
    from helpers.batch import targeting

    click.echo(targeting.listing(workspace_at(root), municipality, goal))


@cli.command(short_help="Gjør tallene i data/raw om til tabeller.", context_settings=HELP)
@workspace_options
def tables(root: Path | None, debug: bool) -> None:
    """Gjør tallene i data/raw om til tabeller i data/processed, og kontroller dem."""
    from helpers.batch import fetching

    for line in fetching.tidied(workspace_at(root)):
        click.echo(line)


def main() -> None:
    """Run the command; what goes wrong is told in one line, with the error's own exit code."""
    debug = "--debug" in sys.argv
    gc.set_threshold(100_000)  # else imports are gone through again and again, for nothing to be freed
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:  # «kommunerapport own»: its message is the whole help
        leave(error.exit_code, error.format_message())
    except click.ClickException as error:
        leave(error.exit_code, f"{told(error, cli)} Se {helped(error)}.")
    except (KeyboardInterrupt, click.Abort):
        leave(130, "Avbrutt.", debug)
    except KommunerapportError as error:
        leave(error.exit_code, str(error), debug)
    except BrokenPipeError:  # «kommunerapport list | head»
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
        leave(1)
    except OSError as error:
        from helpers.errors import reason

        leave(1, f"{reason(error)}.", debug)


def _tell(outcome: Outcome, out: Path, given: dict[str, Any], printed: Printed | None) -> None:
    from helpers.batch import report

    for said in report.told(outcome, out, printed) if given["log"] != "json" else ():
        click.echo(said)
    if wrong := report.wrong(outcome, given, printed):
        click.echo("\n".join(wrong), err=True)
        sys.exit(1)
