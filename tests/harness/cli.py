"""The command line of runner as a test drives it: a process of its own, in the engine's network.

Every run that may change something keeps a log of all its events besides, which is judged when the run has ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.harness.engine import Engine
from tests.harness.events import Event, check_run, read_log
from tests.harness.terminal import converse

_ROOT = Path(__file__).parents[2]
_LOGGED = ("apply", "check", "destroy", "rollback", "restart")
_POLL = 0.02
_STOPPED_AT_ONCE = "stopped at once"


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that came to its end, and what it wrote; `events` are those of its log."""

    exit_code: int
    stdout: str
    stderr: str
    events: list[Event] = field(default_factory=list)

    def exits(self, code: int) -> Finished:
        """Return itself, having asserted the exit code."""
        assert self.exit_code == code, f"exit {self.exit_code}, not {code}:\n{self.stdout}\n{self.stderr}"
        return self

    @property
    def text(self) -> str:
        """All that it wrote to its streams."""
        return self.stdout + self.stderr

    @property
    def json(self) -> Any:
        """What stdout holds, as one JSON document."""
        return json.loads(self.stdout)

    @property
    def endings(self) -> dict[str, str]:
        """The state in which each resource ended."""
        return {event["address"]: event["to"] for event in self.events if "to" in event}

    @property
    def reasons(self) -> dict[str, list[str]]:
        """Why each resource was to change."""
        return {event["address"]: event["reasons"] for event in self.events if event["event"] == "plan.change"}

    def ending(self, address: str) -> Event:
        """Return the last transition of a resource."""
        return [event for event in self.events if "to" in event and event["address"] == address][-1]

    def path(self, address: str) -> list[str]:
        """Return the states that a resource went through."""
        return [event["to"] for event in self.events if "to" in event and event["address"] == address]


class Running:
    """A command at work."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log

    def until(self, address: str, state: str) -> Running:
        """Return as soon as the log says that a resource is in a state."""
        return self._until(lambda event: event.get("to") == state and event["address"] == address, f"{address} {state}")

    def until_done(self, address: str) -> Running:
        """Return as soon as the log says that a step is through, of which the last look tells how it ended."""
        return self._until(lambda event: event.get("done") is True and event["address"] == address, f"{address} done")

    def until_said(self, line: str) -> Running:
        """Return as soon as the log has a line that a build wrote."""
        return self._until(lambda event: event.get("line") == line, f'the line "{line}"')

    def until_event(self, name: str) -> Running:
        """Return as soon as the log has an event of this name."""
        return self._until(lambda event: event["event"] == name, f"the event {name}")

    def _until(self, met: Callable[[Event], bool], what: str, seconds: float = 60) -> Running:
        deadline = time.monotonic() + seconds
        while not any(map(met, read_log(self._log))):
            if self._process.poll() is not None:
                raise AssertionError(f"ended without {what}:\n{''.join(self._process.communicate())}")
            assert time.monotonic() < deadline, f"no {what} within {seconds} s"
            time.sleep(_POLL)
        return self

    def next_line(self) -> str:
        """Return the next line that it writes to stdout, which `finish` has no more; it must write one."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def send(self, number: signal.Signals) -> Running:
        """Send it a signal."""
        self._process.send_signal(number)
        return self

    def hang_up(self) -> Running:
        """Read no more of what it writes to its standard output."""
        assert self._process.stdout is not None
        self._process.stdout.close()
        return self

    def finish(self, timeout: float = 60) -> Finished:
        """Await its end; after `timeout` seconds kill it and raise subprocess.TimeoutExpired."""
        try:
            stdout, stderr = self._process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.abandon()
            raise
        return _judged(Finished(self._process.returncode, stdout, stderr, read_log(self._log)))

    def abandon(self) -> None:
        """Kill it, if it still runs."""
        self._process.kill()
        self._process.communicate()


class Cli:
    """Runs ``python -m runner`` of this checkout, or an installed command, against one engine, from one folder."""

    def __init__(self, engine: Engine, folder: Path, home: Path, installed: Path | None = None) -> None:
        """Prepare runs in `folder`; `home` is where the user's own files and the logs are."""
        self._engine = engine
        self._installed = installed
        self.folder = folder
        self.home = home
        self._numbers = count(1)
        self._started: list[Running] = []

    def __call__(
        self, *arguments: str, env: Mapping[str, str] | None = None, timeout: float = 60, logged: bool = True
    ) -> Finished:
        """Run a command without a terminal; `timeout` is in seconds."""
        return self.start(*arguments, env=env, logged=logged).finish(timeout=timeout)

    def start(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        logged: bool = True,
        through: tuple[str, ...] = (),
    ) -> Running:
        """Start a command without a terminal, `through` another one; the process takes signals as runner would."""
        log = self._new_log()
        process = subprocess.Popen(
            [*through, *self._command(arguments, log if logged else None)],
            cwd=self.folder,
            env=self._environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(Running(process, log))
        return self._started[-1]

    def python(self, code: str, timeout: float = 60) -> Finished:
        """Run a Python program that uses runner, in the same folder, network and environment."""
        done = subprocess.run(
            [*self._engine.prefix, sys.executable, "-c", code],
            cwd=self.folder,
            env=self._environment(None),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def terminal(
        self,
        *arguments: str,
        answers: Mapping[str, str] | None = None,
        columns: int = 100,
        lines: int = 40,
        env: Mapping[str, str] | None = None,
        timeout: float = 60,
        gone_at: str | None = None,
        logged: bool = True,
    ) -> Finished:
        """Run a command on a terminal; `stdout` is all that it showed, and the rest is as `converse` has it."""
        log = self._new_log()
        code, shown = converse(
            self._command(arguments, log if logged else None),
            folder=self.folder,
            env=self._environment(env),
            answers=answers or {},
            columns=columns,
            lines=lines,
            timeout=timeout,
            gone_at=gone_at,
        )
        return _judged(Finished(code, shown, "", read_log(log)))

    def close(self) -> None:
        """Kill what still runs."""
        for running in self._started:
            running.abandon()

    def _new_log(self) -> Path:
        return self.home / f"run-{next(self._numbers)}.jsonl"

    def _command(self, arguments: tuple[str, ...], log: Path | None) -> list[str]:
        program = [str(self._installed)] if self._installed else [sys.executable, "-m", "runner"]
        asked = [*self._engine.prefix, *program, *arguments]
        return [*asked, "--log-level", "debug", "--log-file", str(log)] if log and arguments[0] in _LOGGED else asked

    def _environment(self, extra: Mapping[str, str] | None) -> dict[str, str]:
        """Return all of the environment: nothing of the machine's may change a result."""
        return {
            "PATH": os.environ["PATH"],
            **({} if self._installed else {"PYTHONPATH": str(_ROOT)}),
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "DOCKER_HOST": self._engine.url,
            **(extra or {}),
        }


def _judged(finished: Finished) -> Finished:
    """Return it, having asserted what holds for every command."""
    for sign_of_a_bug in ("Traceback", "internal error"):
        assert sign_of_a_bug not in finished.text, finished.text
    if finished.events:
        cut_short = finished.exit_code == -signal.SIGKILL or _STOPPED_AT_ONCE in finished.text
        check_run(finished.events, cut_short=cut_short)
        assert cut_short or finished.events[-1]["exit_code"] == finished.exit_code
    if finished.stdout.startswith('{"timestamp"'):
        shown = [json.loads(line) for line in finished.stdout.splitlines()]
        assert not finished.events or shown == finished.events
        check_run(shown, on_record=not finished.events)
    return finished
