"""The command line of runner as a test drives it: a process of its own, in the engine's network."""

from __future__ import annotations

import codecs
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harness.engine import Engine

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that came to its end, and what it wrote."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """What stdout holds, as one JSON document."""
        return json.loads(self.stdout)

    @property
    def events(self) -> list[dict[str, Any]]:
        """What stdout holds, as JSON Lines (`-o json`)."""
        return [json.loads(line) for line in self.stdout.splitlines()]


class Cli:
    """Runs ``python -m runner`` of this checkout, against one engine, from one folder."""

    def __init__(self, engine: Engine, folder: Path, home: Path) -> None:
        """Prepare runs in `folder`; `home` is where the user's own files are."""
        self._engine = engine
        self.folder = folder
        self._home = home

    def __call__(self, *arguments: str, env: Mapping[str, str] | None = None, timeout: float = 60) -> Finished:
        """Run a command without a terminal; `timeout` is in seconds."""
        return self.finish(self.start(*arguments, env=env), timeout=timeout)

    def start(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a command without a terminal; the process takes signals as runner itself would."""
        return subprocess.Popen(
            self._command(arguments),
            cwd=self.folder,
            env=self._environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, process: subprocess.Popen[str], timeout: float = 60) -> Finished:
        """Await the end of what `start` began; after `timeout` seconds kill it and raise subprocess.TimeoutExpired."""
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return Finished(process.returncode, stdout, stderr)

    def terminal(
        self,
        *arguments: str,
        answers: Mapping[str, str] | None = None,
        columns: int = 100,
        lines: int = 40,
        env: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> Finished:
        """Run a command on a terminal of this size; `stdout` is all it showed, escapes included.

        As soon as a key of `answers` shows, its value is typed, once ("\\x03" for Ctrl-C). After `timeout` seconds the
        command is killed and subprocess.TimeoutExpired raised.
        """
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        with subprocess.Popen(
            ["setsid", "--ctty", *self._command(arguments)],
            cwd=self.folder,
            env=self._environment(env),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        ) as process:
            os.close(theirs)
            try:
                shown = _converse(ours, dict(answers or {}), time.monotonic() + timeout)
            except TimeoutError:
                process.kill()
                raise subprocess.TimeoutExpired(arguments, timeout) from None
            finally:
                os.close(ours)
        return Finished(process.returncode, shown, "")

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [*self._engine.prefix, sys.executable, "-m", "runner", *arguments]

    def _environment(self, extra: Mapping[str, str] | None) -> dict[str, str]:
        """Return all of the environment: nothing of the machine's may change a result."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(_ROOT),
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "DOCKER_HOST": self._engine.url,
            **(extra or {}),
        }


def _converse(terminal: int, answers: dict[str, str], deadline: float) -> str:
    """Return all that is written to a terminal until its last user closes it; raises TimeoutError."""
    shown = ""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    while chunk := _read(terminal, deadline):
        shown += decoder.decode(chunk)
        for text in [text for text in answers if text in shown]:
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
