"""Builds of a large folder, beside `docker buildx build` where that is installed: nothing changed, and one file did."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from runner.core.build import BuildRequest
from runner.daemon.client import DockerGateway
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.opening import Opening
from runner.workflow.build_context.cache import Cache
from runner.workflow.build_context.context import read_context
from runner.workflow.build_context.dockerfile import read_dockerfile
from tests.bench import cost
from tests.bench.cost import Cost
from tests.bench.scenario import Sample, Scenario
from tests.bench.sides import BUILDX, Runner, environment

BUILDS = frozenset({Scenario.CONTEXT, Scenario.BUILD_CACHED, Scenario.BUILD_CHANGED})
ROUNDS = 5

_FILES, _BYTES = 5000, 42_000
_DOCKERFILE = "FROM busybox:stable\nCOPY src /app/src\nCOPY settings /app/settings\n"
_NAME = "runner-bench/built:1"


@dataclass(frozen=True)
class Builds:
    """A folder with 5,000 files and 210 MB, and what builds it."""

    url: str
    folder: Path

    def measure(self, wanted: Collection[Scenario]) -> Iterator[Sample]:
        """Measure what is wanted, each side in turn."""
        sides = {Runner.name: self._runner, **({BUILDX: self._buildx} if _has_buildx() else {})}
        for build in sides.values():
            build()
        for number in range(ROUNDS):
            if Scenario.CONTEXT in wanted:
                yield Sample(Scenario.CONTEXT, _FILES, Runner.name, cost.of_call(self._read))
            for scenario in (Scenario.BUILD_CACHED, Scenario.BUILD_CHANGED):
                for name, build in sides.items() if scenario in wanted else ():
                    if scenario is Scenario.BUILD_CHANGED:
                        (self._root / "settings").write_text(f"{name} {number} {os.getpid()}")
                    yield Sample(scenario, _FILES, name, build())

    @cached_property
    def _root(self) -> Path:
        root = self.folder / "context"
        for number in range(_FILES):
            file = root / "src" / f"d{number % 50}" / f"f{number}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(os.urandom(_BYTES))
        (root / "settings").write_text("first")
        (root / "Dockerfile").write_text(_DOCKERFILE)
        return root

    def _read(self) -> BuildRequest:
        context = read_context(self._root, "Dockerfile", Cache(self.folder / "cache"))
        return BuildRequest(context, read_dockerfile(_DOCKERFILE, "Dockerfile", {}, None))

    def _runner(self) -> Cost:
        """Do what an apply does of a build: look for what has changed, and have it built."""
        gateway = DockerGateway(Opening(Endpoint(self.url, "bench")))
        try:
            return cost.of_call(lambda: gateway.images.build(self._read(), _NAME, lambda _: None))
        finally:
            gateway.close()

    def _buildx(self) -> Cost:
        command = ["docker", "buildx", "build", "--quiet", "--tag", _NAME, str(self._root)]
        return cost.of_command(command, self.folder, environment(self.url))


def _has_buildx() -> bool:
    try:
        asked = subprocess.run(["docker", "buildx", "version"], capture_output=True, check=False)
    except OSError:
        return False
    return asked.returncode == 0
