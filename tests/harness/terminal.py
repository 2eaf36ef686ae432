"""A terminal of our own making, on which a command is watched and answered."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_REACTION = 0.1
"""Seconds after which an answer is typed: nobody is quicker, and whoever asks must have begun to listen."""


def converse(
    command: Sequence[str],
    *,
    folder: Path,
    env: Mapping[str, str],
    answers: Mapping[str, str],
    columns: int,
    lines: int,
    timeout: float,
    gone_at: str | None = None,
) -> tuple[int, str]:
    """Run a command on a terminal of this size; return its exit code and all that it showed, escapes included.

    As soon as a key of `answers` shows, its value is typed, once; as soon as `gone_at` does, the terminal is closed.
    After `timeout` seconds the command is killed and subprocess.TimeoutExpired raised.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    with subprocess.Popen(
        ["setsid", "--ctty", *command], cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        deadline = time.monotonic() + timeout
        try:
            try:
                shown = _watch(ours, dict(answers), deadline, gone_at)
            finally:
                os.close(ours)
            process.wait(max(0, deadline - time.monotonic()))
        except (TimeoutError, subprocess.TimeoutExpired):
            process.kill()
            raise subprocess.TimeoutExpired(command, timeout) from None
    return process.returncode, shown


def _watch(terminal: int, answers: dict[str, str], deadline: float, gone_at: str | None) -> str:
    """Return all that is written to a terminal until its last user closes it, or `gone_at`; raises TimeoutError."""
    shown = ""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    while (gone_at is None or gone_at not in shown) and (chunk := _read(terminal, deadline)):
        shown += decoder.decode(chunk)
        for text in [text for text in answers if text in shown]:
            time.sleep(_REACTION)
            os.write(terminal, answers.pop(text).encode())
    return shown.replace("\r\n", "\n")


def _read(terminal: int, deadline: float) -> bytes:
    """Return what is there to read, nothing at the end."""
    readable, _, _ = select.select([terminal], [], [], max(0, deadline - time.monotonic()))
    if not readable:
        raise TimeoutError
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says EIO where others say end of file
        return b""
