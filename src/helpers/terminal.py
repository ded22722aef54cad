"""What the terminal needs: click's own words in Norwegian, an end in one line, signals."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import click

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
_HEADINGS = {"Options": "Valg", "Commands": "Kommandoer"}
_PATHS = {
    (True, False): "det er en mappe, ikke en fil",
    (False, True): "det er en fil, ikke en mappe",
    (True, True): "stien kan ikke leses",
}


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

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """The list of options or commands."""
        super().write_dl([(name, text.replace("[required]", "[påkrevd]")) for name, text in rows], col_max, col_spacing)


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


def told(error: click.ClickException, cli: click.Group) -> str:
    """What click says of a command that it cannot read."""
    if isinstance(error, click.NoSuchOption):
        near = f" Mente du {error.possibilities[0]}?" if error.possibilities else ""
        return f"Ukjent valg {error.option_name}.{near}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        option = f"{error.param.opts[-1]} " if isinstance(error.param, click.Option) else ""
        return f"{option}{error.param.make_metavar(error.ctx) if error.ctx else error.param.name} mangler."
    if isinstance(error, click.BadParameter) and error.param is not None:
        called = error.param.opts[-1] if isinstance(error.param, click.Option) else error.param.metavar
        return f"{called} kan ikke brukes slik: {_wanted(error.param.type) or error.message}"
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name} mangler en verdi."
    if isinstance(error, click.UsageError) and error.message.startswith("No such command"):
        group = error.ctx.command if error.ctx and isinstance(error.ctx.command, click.Group) else cli
        return f"Ukjent kommando {error.message.split()[3].strip(chr(39) + '.')}. De som finnes: {', '.join(group.commands)}."
    if isinstance(error, click.UsageError) and error.message.startswith("Got unexpected extra argument"):
        return f"For mange argumenter: {error.message.partition('(')[2].strip(').')}."
    return error.format_message()


def helped(error: click.ClickException) -> str:
    """The command whose help tells more."""
    context = getattr(error, "ctx", None)
    names: list[str] = []
    while context is not None and context.parent is not None:
        names.insert(0, str(context.info_name))
        context = context.parent
    return " ".join(["kommunerapport", *names, "--help"])


def _wanted(kind: click.ParamType[Any]) -> str:
    """What may be written, of the kinds that the commands have; empty for others."""
    if isinstance(kind, click.Choice):
        return f"skriv {' eller '.join(str(each) for each in kind.choices)}."
    least = getattr(kind, "min", None)
    further = "" if least is None else f", minst {least:g}"
    if isinstance(kind, click.types.IntParamType):
        return f"skriv et helt tall{further}."
    if isinstance(kind, click.types.FloatParamType):
        return f"skriv et tall{further}."
    return f"{_PATHS[kind.file_okay, kind.dir_okay]}." if isinstance(kind, click.Path) else ""


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
