"""Docker Compose as a side: `docker compose`, as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.bench import cost
from tests.bench.cost import Cost
from tests.bench.sides import environment
from tests.bench.workload import Workload

COMPOSE = "Compose"
WAITING = "Compose --wait"


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
