"""Builds of a large folder, beside `docker buildx build` where that is installed: nothing changed, and one file did."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench import cost
from tests.bench.cost import Cost
from tests.bench.runner import Runner
from tests.bench.scenario import Sample, Scenario
from tests.bench.sides import environment
from tests.bench.workload import NAME

BUILDS = (Scenario.BUILD_CACHED, Scenario.BUILD_CHANGED)
BUILDX = "buildx"

_FILES, _BYTES = 5000, 42_000
_DOCKERFILE = "FROM busybox:stable\nCOPY src /app/src\nCOPY settings /app/settings\n"
_FILE = f"version: 1\nname: {NAME}\nimages: {{built: {{build: context}}}}\n"


@dataclass(frozen=True, slots=True)
class Builds:
    """A folder with 5,000 files and 210 MB, beside the workflow file, and what builds it."""

    runner: Runner
    url: str
    folder: Path

    def measure(self, rounds: int) -> Iterator[Sample]:
        """Build with each side in turn; the first builds, of everything, aren't measured."""
        self._fill()
        sides = self._sides()
        for build in sides.values():
            build()
        for number in range(rounds):
            for scenario in BUILDS:
                for name, build in sides.items():
                    if scenario is Scenario.BUILD_CHANGED:
                        (self._context / "settings").write_text(f"{name} {number} {os.getpid()}")
                    yield Sample(scenario, _FILES, name, build())
        self.runner.run("destroy")

    @property
    def _context(self) -> Path:
        return self.folder / "context"

    def _fill(self) -> None:
        for number in range(_FILES):
            file = self._context / "src" / f"d{number % 50}" / f"f{number}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(os.urandom(_BYTES))
        (self._context / "settings").write_text("first")
        (self._context / "Dockerfile").write_text(_DOCKERFILE)

    def _sides(self) -> Mapping[str, Callable[[], Cost]]:
        self.runner.write(_FILE)
        sides: dict[str, Callable[[], Cost]] = {Runner.name: lambda: self.runner.run("apply")}
        if _has_buildx():
            sides[BUILDX] = self._buildx
        return sides

    def _buildx(self) -> Cost:
        command = ["docker", "buildx", "build", "--quiet", "--tag", f"{NAME}/buildx:1", str(self._context)]
        return cost.of_command(command, self.folder, environment(self.url))


def _has_buildx() -> bool:
    try:
        asked = subprocess.run(["docker", "buildx", "version"], capture_output=True, check=False)
    except OSError:
        return False
    return asked.returncode == 0
