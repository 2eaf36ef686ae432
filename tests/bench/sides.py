"""Who is measured: the engine's own floor, runner, and Docker Compose; each gets to a workload in its own way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from docker import APIClient

from tests.bench import cost
from tests.bench.cost import Cost
from tests.bench.workload import NETWORK, Workload

PARALLEL = 8
"""Calls that the floor makes at a time: as many as runner by default."""
ROOT = Path(__file__).parents[2]

Item = TypeVar("Item")


class Side(Protocol):
    """Somebody who gets containers to where a workload wants them."""

    name: str

    def apply(self, before: Workload | None, after: Workload) -> Cost | None:
        """Go from one workload, or from nothing, to another; None where it takes nothing to get there."""

    def destroy(self, workload: Workload) -> Cost:
        """Remove everything."""


class Floor:
    """The calls that nobody can do without, through the docker SDK: no process to start, nothing to find out."""

    name = "floor"

    def __init__(self, api: APIClient) -> None:
        self._api = api

    def apply(self, before: Workload | None, after: Workload) -> Cost | None:
        if before == after:
            return None
        if before is None:
            return cost.of_call(lambda: self._create(after))
        if before.memory != after.memory:
            return cost.of_call(lambda: each(lambda name: self._limit(name, after.limit), after.bodies))
        changed = [(name, body) for name, body in after.bodies.items() if body != before.bodies[name]]
        return cost.of_call(lambda: each(lambda both: self._replace(*both), changed))

    def destroy(self, workload: Workload) -> Cost:
        return cost.of_call(lambda: self._remove(workload))

    def _create(self, workload: Workload) -> None:
        self._api.create_network(NETWORK, check_duplicate=True)
        each(lambda both: self._start(*both), workload.bodies.items())

    def _start(self, name: str, body: Mapping[str, Any]) -> None:
        create(self._api, name, body)
        self._api.start(name)

    def _limit(self, name: str, limit: int) -> None:
        self._api.update_container(name, mem_limit=limit, memswap_limit=2 * limit)

    def _replace(self, name: str, body: Mapping[str, Any]) -> None:
        """Do it as safely as runner does: the new one is there before the old one goes."""
        create(self._api, f"{name}.new", body)
        self._api.stop(name)
        self._api.rename(name, f"{name}.old")
        self._api.rename(f"{name}.new", name)
        self._api.start(name)
        self._api.remove_container(f"{name}.old")

    def _remove(self, workload: Workload) -> None:
        each(self._stop, workload.bodies)
        self._api.remove_network(NETWORK)

    def _stop(self, name: str) -> None:
        self._api.stop(name)
        self._api.remove_container(name)


def create(api: APIClient, name: str, body: Mapping[str, Any]) -> None:
    """Create a container without starting it."""
    api.create_container_from_config(body, name)  # type: ignore[no-untyped-call]


def each(work: Callable[[Item], object], items: Iterable[Item]) -> None:
    """Do the same with every item, so many at a time; raises what the first failure raised."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        for _ in pool.map(work, items):
            pass


class Runner:
    """This checkout's runner, as a process of its own."""

    name = "runner"

    def __init__(self, url: str, folder: Path) -> None:
        self._folder = folder
        self._environment = {**environment(url), "PYTHONPATH": str(ROOT)}

    def apply(self, before: Workload | None, after: Workload) -> Cost | None:
        self._write(after)
        return self("apply", "workflow.yaml")

    def destroy(self, workload: Workload) -> Cost:
        return self("destroy", "workflow.yaml")

    def validate(self, workload: Workload) -> Cost:
        """Check the workload's file."""
        self._write(workload)
        return self("validate", "workflow.yaml")

    def _write(self, workload: Workload) -> None:
        (self._folder / "workflow.yaml").write_text(workload.file)

    def __call__(self, *arguments: str) -> Cost:
        """Run one command."""
        return cost.of_command([sys.executable, "-m", "runner", *arguments], self._folder, self._environment)


class Compose:
    """Docker Compose with its own defaults, as a plugin of the docker command."""

    name = "Compose"

    def __init__(self, url: str, folder: Path) -> None:
        self._folder = folder
        self._environment = environment(url)

    def apply(self, before: Workload | None, after: Workload) -> Cost | None:
        (self._folder / "compose.yaml").write_text(after.compose_file)
        return self._run("up", "--detach")

    def destroy(self, workload: Workload) -> Cost:
        return self._run("down")

    def _run(self, *arguments: str) -> Cost:
        return cost.of_command(["docker", "compose", *arguments], self._folder, self._environment)


BUILDX = "buildx"
"""The side that builds with the docker command."""


def compose_version() -> str | None:
    """Return the version of `docker compose`, None where it isn't installed."""
    if shutil.which("docker") is None:
        return None
    asked = subprocess.run(["docker", "compose", "version", "--short"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() if asked.returncode == 0 else None


def environment(url: str) -> dict[str, str]:
    """Return this process's environment with the engine at `url` as the only one that it names.

    Python may keep what it has compiled, as it may wherever runner is installed.
    """
    foreign = ("DOCKER_", "COMPOSE_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(foreign)}
    configured = {name: os.environ[name] for name in ("DOCKER_CONFIG",) if name in os.environ}
    return {**kept, **configured, "DOCKER_HOST": url}
