"""The `runner` command: reads the command line, runs the command, and exits with its code.

What only some commands use is imported late, so that quick ones stay quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NoReturn

from runner.cli.own_modules import import_quickly
from runner.cli.process import collect_rarely, end_process
from runner.cli.quick_reader import asks_for_help, read_quickly
from runner.cli.signals import Interrupted, ignore_signals, raise_on_signal
from runner.core.exit_code import ExitCode
from runner.views.door import guard_streams

if TYPE_CHECKING:
    from runner.cli.session import CommandContext

_COMPLETION: Final = "_RUNNER_COMPLETE"
"""Set by the completion scripts, which ask for the words that a line may go on with."""


def main(args: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code; without `args`, as the program that the process was started for."""
    if args is None:
        collect_rarely()
        import_quickly(__package__.partition(".")[0])
    raise_on_signal()
    _stand_in_for_closed_streams()
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from runner.views.command_guard import guard_commands

        guard_commands()
    guard_streams()
    code = _run(args)
    ignore_signals()
    sys.unraisablehook = lambda _unraisable: None  # streams still being read may fail while the process exits
    code = code if _is_written() else code or ExitCode.FAILED
    if args is None:
        end_process(code)
    sys.exit(code)


def _stand_in_for_closed_streams() -> None:
    """Replace standard streams that the caller closed (>&-), which are None in Python, with the null device."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open until exit


def _run(args: Sequence[str] | None) -> int:
    contexts: list[CommandContext] = []
    try:
        return _read_and_invoke(sys.argv[1:] if args is None else args, contexts)
    except Interrupted:
        _end_interrupted()
    except (Exception, KeyboardInterrupt) as error:
        from runner.cli.failure import show_failure

        return show_failure(error, contexts)


def _read_and_invoke(arguments: Sequence[str], contexts: list[CommandContext]) -> int:
    """Read the command line and run the command; what is only to be shown, such as help, is shown here."""
    if request := os.environ.get(_COMPLETION):
        return _show_completions(arguments) if request == "words" else ExitCode.OK
    if not arguments or asks_for_help(arguments):
        return _show_help(arguments)
    reading = read_quickly(arguments)
    if reading is None:
        from runner.cli.click_reader import read_by_click

        found = read_by_click(arguments)
        if isinstance(found, int):
            return found
        reading = found
    from runner.cli.invoke import invoke

    return invoke(reading, arguments, contexts)


def _show_completions(arguments: Sequence[str]) -> int:
    from runner.cli.completion.answer import answer

    sys.stdout.write(answer(arguments, os.environ))
    return ExitCode.OK


def _show_help(arguments: Sequence[str]) -> int:
    """Show the help of a command or of all; a line without a command is an error, too."""
    from runner.cli.echo import echo
    from runner.cli.help import help_page

    command = arguments[0] if len(arguments) > 1 else None
    echo(help_page(command), err=not arguments)
    return ExitCode.OK if arguments else ExitCode.INVALID


def _end_interrupted() -> NoReturn:
    """Exit without Python's cleanup, which may wait for a lock left held by an exception from a signal handler."""
    from runner.cli.failure import say

    ignore_signals()
    say("interrupted")
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, RuntimeError):
            stream.flush()
    os._exit(ExitCode.INTERRUPTED)


def _is_written() -> bool:
    """Return whether all output could be written; if not, discard the rest, so that exit doesn't retry."""
    is_written = True
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            is_written = False
            if not isinstance(error, BrokenPipeError):  # the reader closed the pipe on purpose
                from runner.cli.failure import say
                from runner.core.phrase import reason_of

                say(f"error[cannot-write]: cannot write: {reason_of(error)}")
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return is_written
