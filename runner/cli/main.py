"""The `runner` command: finds the subcommand, and turns errors into exit codes.

Subcommands are imported when they are asked for, so that --help and --version stay quick.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from runner import __version__
from runner.core.errors import Cancelled, EngineUnreachable, InvalidInput, RunnerError

FAILED, INVALID, UNREACHABLE, INTERRUPTED = 1, 2, 3, 130

COMMANDS = {
    "validate": "Check a workflow file, without an engine.",
    "plan": "Show what apply would change, and why.",
    "apply": "Make the engine match the file.",
    "destroy": "Remove what a workflow owns.",
    "status": "Show desired beside live.",
    "schema": "Print the JSON Schema of the language.",
    "doctor": "Tell what the engine is and can do.",
    "version": "Print versions.",
}


class Commands(click.Group):
    """Subcommands by name, each in a module of its own that is imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one subcommand."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"runner.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; a misspelt one is answered with the nearest."""
        from runner.core.diagnostic import did_you_mean

        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            hint = did_you_mean(name, COMMANDS)
            raise click.UsageError(f'no such command "{name}"' + (f"; {hint}" if hint else ""), ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="runner %(version)s")
def cli() -> None:
    """Make a Docker engine match a workflow file: plan, apply, roll back."""


def main(args: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code."""
    sys.exit(_run(args))


def _run(args: Sequence[str] | None) -> int:
    try:
        code = cli.main(args=None if args is None else list(args), prog_name="runner", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return INVALID
    except (click.Abort, KeyboardInterrupt, Cancelled):
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has gone: let nothing be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except InvalidInput:  # every finding has been shown
        return INVALID
    except RunnerError as error:
        _show(error)
        return UNREACHABLE if isinstance(error, EngineUnreachable) else FAILED


def _show(error: RunnerError) -> None:
    print(f"error: {error.message}", file=sys.stderr)
    for line in error.output:
        print(f"  {line}", file=sys.stderr)
    if error.help:
        print(f"help: {error.help}", file=sys.stderr)
