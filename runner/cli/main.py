"""The `runner` command: runs the subcommand, and turns errors into exit codes.

Subcommands are imported on use, so that --help and --version stay fast.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from runner import __version__
from runner.cli.options import global_options
from runner.cli.signals import Interrupted, ignore_signals, raise_on_signal
from runner.core.errors import (
    Cancelled,
    DiagnosedError,
    EngineUnreachable,
    InvalidInput,
    RunnerError,
    UnusableFile,
    UsageError,
)
from runner.core.exit_code import ExitCode
from runner.core.phrase import reason_of
from runner.core.sanitize import on_one_line, without_escapes
from runner.views.door import guard_streams

if TYPE_CHECKING:
    from runner.cli.session import CommandContext

COMMANDS = {
    "init": "Create a starter workflow file.",
    "validate": "Validate a workflow file, without an engine.",
    "plan": "Show what apply would change, and why.",
    "apply": "Create or update the resources in a workflow file.",
    "lock": "Pin images by digest in a lock file.",
    "bundle": "Pack a workflow and its images into one tar file.",
    "check": "Run the checks.",
    "destroy": "Remove all resources of a workflow.",
    "status": "Compare the workflow file with the engine.",
    "graph": "Show the dependency graph.",
    "logs": "Show the logs of containers and jobs.",
    "inspect": "Show details of an image, container or job.",
    "history": "Show past runs.",
    "show": "Show a past run's plan and events.",
    "rollback": "Reapply an earlier run.",
    "unlock": "Force-release a workflow's lock.",
    "schema": "Print the JSON Schema of workflow files.",
    "doctor": "Show the engine and what it supports.",
    "version": "Print versions.",
}


class Commands(click.Group):
    """The group of subcommands, each in its own module, imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order in which a new user needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one subcommand; None if it is unknown."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"runner.cli.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; for a misspelled one, raise a usage error that suggests the closest."""
        from runner.core.diagnostic import did_you_mean

        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            hint = did_you_mean(name, COMMANDS)
            raise click.UsageError(f'no such command "{name}"' + (f"; {hint}" if hint else ""), ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="runner %(version)s")
@global_options
def cli() -> None:
    """Declarative workflow runner for Docker: plan, apply, roll back."""


def main(args: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code."""
    raise_on_signal()
    _stand_in_for_closed_streams()
    guard_streams()
    code = _run(args)
    ignore_signals()
    sys.unraisablehook = lambda _unraisable: None  # streams still being read may fail while the process exits
    sys.exit(code if _is_written() else code or ExitCode.FAILED)


def _stand_in_for_closed_streams() -> None:
    """Replace standard streams that the caller closed (>&-), which are None in Python, with the null device."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open until exit


def _run(args: Sequence[str] | None) -> int:
    contexts: list[CommandContext] = []
    try:
        given = None if args is None else list(args)
        code = cli.main(args=given, prog_name="runner", standalone_mode=False, obj=contexts)
        return int(code) if isinstance(code, int) else ExitCode.OK
    except Interrupted:
        _end_interrupted()
    except (click.Abort, Cancelled):
        _say("interrupted")
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        vars(error).update(message=on_one_line(error.message))  # it quotes user input
        with suppress(OSError):
            error.show()
        return ExitCode.INVALID
    except RunnerError as error:
        _report(error, contexts)
        return _exit_code(error)
    except OSError as error:
        where = f': "{error.filename}"' if error.filename else ""
        _say(f"error: {reason_of(error)}{where}")
        return ExitCode.FAILED


def _report(error: RunnerError, contexts: Sequence[CommandContext]) -> None:
    """Show an error, with its findings if any; errors are reported nowhere else."""
    for redactor in contexts[-1].redactors if contexts else ():
        redactor.error(error)
    if isinstance(error, DiagnosedError) and contexts:
        contexts[-1].report(error.diagnostics, error.sources)
    if not isinstance(error, InvalidInput):
        _say(f"error: {error.message}", *(f"  {without_escapes(line)}" for line in error.output))
    if error.help:
        _say(f"help: {error.help}")


def _end_interrupted() -> NoReturn:
    """Exit without Python's cleanup, which may wait for a lock left held by an exception from a signal handler."""
    ignore_signals()
    _say("interrupted")
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, RuntimeError):
            stream.flush()
    os._exit(ExitCode.INTERRUPTED)


def _exit_code(error: RunnerError) -> ExitCode:
    if isinstance(error, InvalidInput | UsageError | UnusableFile):
        return ExitCode.INVALID
    return ExitCode.UNREACHABLE if isinstance(error, EngineUnreachable) else ExitCode.FAILED


def _say(*lines: str) -> None:
    """Print lines on standard error, if it can be written."""
    with suppress(OSError):
        for line in lines:
            print(on_one_line(line), file=sys.stderr)


def _is_written() -> bool:
    """Return whether all output could be written; if not, discard the rest, so that exit doesn't retry."""
    is_written = True
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            is_written = False
            if not isinstance(error, BrokenPipeError):  # the reader closed the pipe on purpose
                _say(f"error: cannot write: {reason_of(error)}")
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return is_written
