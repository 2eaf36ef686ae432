"""Docker Compose as a side: `docker compose`, as it is typed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.bench import cost
from tests.bench.cost import Cost
from tests.bench.sides import ROOT, environment
from tests.bench.workload import Workload

COMPOSE = "Compose"
WAITING = "Compose --wait"
_SCRIPT = ROOT / "tests/harness/compose.sh"


class Compose:
    """Docker Compose with its own defaults; `waits` has it wait until all runs, and is healthy."""

    def __init__(self, url: str, folder: Path, program: Mapping[str, str], *, waits: bool) -> None:
        self.name = WAITING if waits else COMPOSE
        self._up = ("up", "--detach", *(("--wait",) if waits else ()))
        self._folder = folder
        self._environment = {**environment(url), **program}

    def apply(self, before: Workload | None, after: Workload) -> Cost | None:
        (self._folder / "compose.yaml").write_text(after.compose_file)
        return self._run(*self._up)

    def destroy(self, workload: Workload) -> Cost:
        return self._run("down")

    def _run(self, *arguments: str) -> Cost:
        return cost.of_command(["docker", "compose", *arguments], self._folder, self._environment)


def find_program() -> Mapping[str, str] | None:
    """See to a `docker compose`, and return the variables that make it work; None where none is to be had."""
    done = subprocess.run([_SCRIPT], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return None
    folder = done.stdout.strip()
    return {"PATH": f"{folder}/usr/bin:{os.environ['PATH']}", "DOCKER_CONFIG": folder} if folder else {}


def version_of(program: Mapping[str, str]) -> str:
    """Return the version of this `docker compose`."""
    command = ["docker", "compose", "version", "--short"]
    asked = subprocess.run(command, env={**os.environ, **program}, capture_output=True, text=True, check=True)
    return asked.stdout.strip()
