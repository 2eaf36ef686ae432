"""Docker Compose as a program that tests and the bench drive: found or got by compose.sh, beside it.

One that can't be had fails the tests that need it, with what compose.sh says; nothing is skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.harness.engine import Engine

_SCRIPT = Path(__file__).with_name("compose.sh")


def find_program() -> Mapping[str, str] | None:
    """See to a `docker compose`, and return the variables that make it work; None where none is to be had."""
    done = subprocess.run([_SCRIPT], stdout=subprocess.PIPE, text=True, check=False)
    return None if done.returncode else _variables(done.stdout.strip())


def _variables(folder: str) -> Mapping[str, str]:
    return {"PATH": f"{folder}/usr/bin:{os.environ['PATH']}", "DOCKER_CONFIG": folder} if folder else {}


def version_of(program: Mapping[str, str]) -> str:
    """Return the version of this `docker compose`."""
    command = ["docker", "compose", "version", "--short"]
    asked = subprocess.run(command, env={**os.environ, **program}, capture_output=True, text=True, check=True)
    return asked.stdout.strip()


@cache
def _program() -> Mapping[str, str]:
    done = subprocess.run([_SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"there is no Docker Compose: {done.stderr}"
    return _variables(done.stdout.strip())


def _own_environment() -> dict[str, str]:
    """Return what leads to the plugin; nothing else of the machine's may change a result."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_CONFIG") if name in os.environ}


class Compose:
    """`docker compose` on one engine, for the project of one folder."""

    _COMMAND = ("docker", "compose")

    def __init__(
        self, engine: Engine, folder: Path, home: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        """Prepare runs in `folder`, with the caller's home unless another one is given, and more variables."""
        self._engine = engine
        self._environment = {**({"HOME": str(home)} if home else {}), **(environment or {})}
        self.folder = folder

    def __call__(self, *arguments: str, timeout: float = 60) -> str:
        """Run a command, and return all that it wrote; AssertionError with that unless it exits with 0."""
        done = self._done(arguments, timeout)
        return done.stdout + done.stderr

    def result(self, *arguments: str, timeout: float = 60) -> str:
        """Run a command, and return what it printed without its messages; AssertionError unless it exits with 0."""
        return self._done(arguments, timeout).stdout

    def model(self) -> Any:
        """Return what `config` makes of the project's files."""
        return json.loads(self._run(("config", "--format", "json"), 60).stdout)

    def listed(self) -> dict[str, str]:
        """Return the state of each of the project's containers, ended ones included, by name."""
        lines = self._run(("ps", "--all", "--format", "{{.Name}} {{.State}}"), 60).stdout.splitlines()
        return dict(line.split() for line in lines)

    def _done(self, arguments: tuple[str, ...], timeout: float) -> subprocess.CompletedProcess[str]:
        done = self._run(arguments, timeout)
        command = " ".join((*self._COMMAND, *arguments))
        assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stderr}"
        return done

    def _run(self, arguments: tuple[str, ...], timeout: float) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._engine.prefix, *self._COMMAND, *arguments],
            cwd=self.folder,
            env={**_own_environment(), **_program(), **self._environment, "DOCKER_HOST": self._engine.url},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


class Stack(Compose):
    """`docker stack` on a swarm, for the file of one folder."""

    _COMMAND = ("docker", "stack")
