"""Errors that end a command: what is said of them, and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from errno import EPIPE
from typing import TYPE_CHECKING

from runner.cli.refusal import Misuse, Refusal
from runner.core.errors import (
    Cancelled,
    DiagnosedError,
    EngineUnreachable,
    InvalidInput,
    ProgramNotRun,
    RunnerError,
    UnusableFile,
    UsageError,
)
from runner.core.exit_code import ExitCode
from runner.core.phrase import reason_of
from runner.core.sanitize import on_one_line, without_escapes

if TYPE_CHECKING:
    from runner.cli.session import CommandContext


def show_failure(error: BaseException, contexts: Sequence[CommandContext]) -> int:
    """Show an error and return the exit code; an error that is a bug is raised again."""
    match error:
        case Cancelled():
            say("interrupted")
            return ExitCode.INTERRUPTED
        case KeyboardInterrupt() | EOFError():
            say("", "interrupted")  # below the ^C that a terminal shows
            return ExitCode.INTERRUPTED
        case Misuse():
            from runner.cli.click_reader import show_misuse

            show_misuse(error)
            return ExitCode.INVALID
        case Refusal():
            say(f"error[{error.code}]: {error.message}")
            return ExitCode.INVALID
        case RunnerError():
            _report(error, contexts)
            return _exit_code(error)
        case OSError():
            if error.errno != EPIPE:  # the reader closed the pipe on purpose
                where = f': "{error.filename}"' if error.filename else ""
                say(f"error[system-error]: {reason_of(error)}{where}")
            return ExitCode.FAILED
        case _:
            raise error


def say(*lines: str) -> None:
    """Print lines on standard error, if it can be written."""
    with suppress(OSError):
        for line in lines:
            print(on_one_line(line), file=sys.stderr)


def _report(error: RunnerError, contexts: Sequence[CommandContext]) -> None:
    """Show an error, with its findings if any; errors are reported nowhere else."""
    for redactor in contexts[-1].redactors if contexts else ():
        redactor.error(error)
    found = error.diagnostics if isinstance(error, DiagnosedError) else []
    has_findings = isinstance(error, DiagnosedError) and bool(contexts)
    if isinstance(error, DiagnosedError) and contexts:
        contexts[-1].report(error.diagnostics, error.sources)
    elif contexts and contexts[-1].output == "json":
        _print_json(error, contexts[-1])
    if contexts and contexts[-1].actions:
        contexts[-1].actions.add_failure(error, found)
    if not isinstance(error, InvalidInput):
        say(f"error[{error.code}]: {error.message}", *(f"  {without_escapes(line)}" for line in error.output))
    if error.help:
        say(f"help: {error.help}")
    if not has_findings:  # with which the line was shown
        say(f"for more: runner explain {error.code}")


def _print_json(error: RunnerError, context: CommandContext) -> None:
    from runner.core.serialize import error_json

    with suppress(OSError):
        context.print_json({"error": error_json(error)})


def _exit_code(error: RunnerError) -> int:
    if isinstance(error, InvalidInput | UsageError | UnusableFile):
        return ExitCode.INVALID
    if isinstance(error, ProgramNotRun) and error.exit_code is not None:
        return error.exit_code
    return ExitCode.UNREACHABLE if isinstance(error, EngineUnreachable) else ExitCode.FAILED
