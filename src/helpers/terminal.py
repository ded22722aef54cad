"""What the terminal needs: click's own words in Norwegian, an end in one line, signals."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from helpers.workspace import Workspace

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
_HEADINGS = {"Options": "Valg", "Commands": "Kommandoer"}


class Formatter(click.HelpFormatter):
    """Click's help with its own few words in Norwegian."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that says how a command is written."""
        super().write_usage(
            prog, args.replace("[OPTIONS]", "[VALG]").replace("COMMAND [ARGS]", "KOMMANDO [ARGUMENT]"), "Bruk: "
        )

    def write_heading(self, heading: str) -> None:
        """The heading of a list of options or commands."""
        super().write_heading(_HEADINGS.get(heading, heading))


class Context(click.Context):
    """Help by `Formatter`."""

    formatter_class = Formatter


class Command(click.Command):
    """A command whose help is in Norwegian throughout."""

    context_class = Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option ``--help`` itself."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Vis denne hjelpen."
        return option


class Group(click.Group, Command):
    """The same for a command with commands of its own."""

    command_class = Command


def workspace_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a command with the options that all of them have."""
    root = click.option(
        "--root",
        type=click.Path(path_type=Path),
        metavar="MAPPE",
        help="Mappen med data/ og notebooks/. Ellers den nærmeste.",
    )
    debug = click.option("--debug", is_flag=True, help="Vis hele feilmeldingen fra Python.")
    return root(debug(command))


def workspace_of(root: Path | None, fetching: bool = False) -> Workspace:
    """The workspace; to fetch, a folder without data/raw will do, and gets one."""
    from helpers.workspace import ROOT_VARIABLE, Workspace

    workspace = Workspace.for_fetching(root) if fetching else Workspace.find(root)
    os.environ[ROOT_VARIABLE] = str(workspace.root)  # places and notebooks find the same one
    return workspace


def told(error: click.ClickException, cli: click.Group) -> str:
    """What click says of a command that it cannot read."""
    if isinstance(error, click.NoSuchOption):
        near = f" Mente du {error.possibilities[0]}?" if error.possibilities else ""
        return f"Ukjent valg {error.option_name}.{near}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"{error.param.make_metavar(error.ctx) if error.ctx else error.param.name} mangler."
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{error.param.opts[-1]} kan ikke brukes slik: {error.message}"
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name} mangler en verdi."
    if isinstance(error, click.UsageError) and error.message.startswith("No such command"):
        group = error.ctx.command if error.ctx and isinstance(error.ctx.command, click.Group) else cli
        return f"Ukjent kommando {error.message.split()[3].strip(chr(39) + '.')}. De som finnes: {', '.join(group.commands)}."
    if isinstance(error, click.UsageError) and error.message.startswith("Got unexpected extra argument"):
        return f"For mange argumenter: {error.message.partition('(')[2].strip(').')}."
    return error.format_message()


def interruptible() -> None:
    """A closed terminal cleans up like Ctrl-C."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)


def leave(code: int, message: str = "", debug: bool = False) -> None:
    """End with a message to stderr; with `debug`, the whole traceback too."""
    if message:
        with suppress(OSError):
            click.echo(message, err=True)
    if debug and message:
        import traceback

        traceback.print_exc()
    sys.exit(code)
