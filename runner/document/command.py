"""Commands that a workflow names as the source of a secret: run as programs, without a shell."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from subprocess import Popen

TIMEOUT = 60.0
"""Seconds that a command may take, the user's answer to its prompt included."""
_PIECE = 65536

RunCommand: TypeAlias = Callable[[Sequence[str], Path, Mapping[str, str], int], bytes | None]
"""Runs a command in a folder with an environment, and returns at most that many bytes of its standard output.

None if commands aren't run at the moment: their output is unknown then. Raises CommandError.
"""


class CommandError(Exception):
    """A command can't be run, failed or timed out; the message contains nothing of its output."""

    has_run: bool = True


class CommandNotStarted(CommandError):
    """A command can't be run at all."""

    has_run = False


def run_command(argv: Sequence[str], folder: Path, environ: Mapping[str, str], most: int) -> bytes:
    """Run a command in a folder, and return at most `most` bytes of its standard output; CommandError if it fails.

    Its standard error is discarded: it may contain secrets as well. It stays in the caller's process group, so that it
    can prompt on the terminal and gets Ctrl-C.
    """
    import subprocess

    from runner.core.phrase import reason_of

    null = subprocess.DEVNULL
    try:
        process = subprocess.Popen(argv, cwd=folder, env=environ, stdin=null, stdout=subprocess.PIPE, stderr=null)
    except OSError as error:
        raise CommandNotStarted(f'cannot run "{argv[0]}": {reason_of(error)}') from error
    deadline = time.monotonic() + TIMEOUT
    try:
        output = _output(process, deadline, most)
        code = 0 if len(output) >= most else process.wait(max(0.0, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired) as error:
        raise CommandError(f'"{argv[0]}" did not finish within {TIMEOUT:.0f}s') from error
    finally:
        _end(process)
    if code != 0:
        how = f"was ended by signal {-code}" if code < 0 else f"exited with code {code}"
        raise CommandError(f'"{argv[0]}" {how}')
    return output


def withhold_command(*_: object) -> None:
    """Run no command, as a RunCommand of a use case that needs no secret."""


def _output(process: Popen[bytes], deadline: float, most: int) -> bytes:
    """Read until the end, or up to `most` bytes; TimeoutError if neither happens before the deadline."""
    from select import select

    assert process.stdout is not None
    output = bytearray()
    while len(output) < most:
        if not select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError
        piece = process.stdout.read1(min(_PIECE, most - len(output)))  # type: ignore[attr-defined]
        if not piece:
            break
        output += piece
    return bytes(output)


def _end(process: Popen[bytes]) -> None:
    """Close its output, and kill it if it still runs."""
    if process.stdout is not None:
        process.stdout.close()
    if process.poll() is None:
        process.kill()
        process.wait()
