"""The engine's own floor: the calls that nobody can do without, through the docker SDK."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from docker import APIClient

from tests.bench import cost
from tests.bench.cost import Cost
from tests.bench.workload import NETWORK, Workload

PARALLEL = 8
"""Calls that it makes at a time: as many as runner by default."""
_LOOK_EVERY = 0.01

Item = TypeVar("Item")


class Floor:
    """It has no process to start, and nothing to find out."""

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
        each(lambda both: self._run(*both), workload.bodies.items())

    def _run(self, name: str, body: Mapping[str, Any]) -> None:
        create(self._api, name, body)
        self._start(name, body)

    def _start(self, name: str, body: Mapping[str, Any]) -> None:
        self._api.start(name)
        while "Healthcheck" in body and self._api.inspect_container(name)["State"]["Health"]["Status"] != "healthy":
            time.sleep(_LOOK_EVERY)

    def _limit(self, name: str, limit: int) -> None:
        self._api.update_container(name, mem_limit=limit, memswap_limit=2 * limit)

    def _replace(self, name: str, body: Mapping[str, Any]) -> None:
        """Do it as safely as runner does: the new one is there before the old one goes."""
        create(self._api, f"{name}.new", body)
        self._api.stop(name, timeout=0)
        self._api.rename(name, f"{name}.old")
        self._api.rename(f"{name}.new", name)
        self._start(name, body)
        self._api.remove_container(f"{name}.old")

    def _remove(self, workload: Workload) -> None:
        each(self._stop, workload.bodies)
        self._api.remove_network(NETWORK)

    def _stop(self, name: str) -> None:
        self._api.stop(name, timeout=0)
        self._api.remove_container(name)


def create(api: APIClient, name: str, body: Mapping[str, Any]) -> None:
    """Create a container without starting it."""
    api.create_container_from_config(body, name)  # type: ignore[no-untyped-call]


def each(work: Callable[[Item], object], items: Iterable[Item]) -> None:
    """Do the same with every item, so many at a time; raises what the first failure raised."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        for _ in pool.map(work, items):
            pass
