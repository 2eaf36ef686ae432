"""Who is measured on a swarm: the bare calls, `docker stack deploy` in both ways, and runner.

A side has done its work when all tasks run, however early its command returns.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from docker import APIClient

from tests.bench import cost
from tests.bench.cost import Cost
from tests.bench.floor import Floor, each
from tests.bench.runner import Runner
from tests.bench.sides import environment
from tests.bench.swarm.workload import NAME, NETWORK, Services

_LOOK_EVERY = 0.1
_PATIENCE = 600


class Side(Protocol):
    """Somebody who gets services to run."""

    name: str

    def apply(self, services: Services, *, again: bool) -> Cost | None:
        """Let them run; `again` says that they do, and None that it then takes nothing."""


class BareCalls:
    """It has no process to start, nothing to find out, and nothing to prove."""

    name = Floor.name

    def __init__(self, api: APIClient) -> None:
        self._api: Any = api

    def apply(self, services: Services, *, again: bool) -> Cost | None:
        return None if again else cost.of_call(lambda: self._create(services))

    def _create(self, services: Services) -> None:
        self._api.create_network(NETWORK, driver="overlay")
        url = self._api._url("/services/create")  # the SDK's own method knows fewer fields
        each(lambda spec: self._api._raise_for_status(self._api._post_json(url, data=spec)), services.specs.values())
        await_running(self._api, services.size)


class Stack:
    """`docker stack deploy`; `waits` has it wait until each service has converged, which it does one by one."""

    def __init__(self, api: APIClient, url: str, folder: Path, *, waits: bool) -> None:
        self.name = "stack --detach=false" if waits else "stack"
        self._api = api
        self._folder = folder
        self._environment = environment(url)
        self._detach = f"--detach={'false' if waits else 'true'}"

    def apply(self, services: Services, *, again: bool) -> Cost | None:
        (self._folder / "stack.yaml").write_text(services.stack_file)
        asked = ["docker", "stack", "deploy", "--compose-file", "stack.yaml", "--resolve-image", "never", self._detach]
        return _until_running(
            self._api, services.size, lambda: cost.of_command([*asked, NAME], self._folder, self._environment)
        )


class Workflow:
    """Runner, from the same machine."""

    name = Runner.name

    def __init__(self, api: APIClient, runner: Runner) -> None:
        self._api = api
        self._runner = runner

    def apply(self, services: Services, *, again: bool) -> Cost | None:
        self._runner.write(services.file)
        return _until_running(self._api, services.size, lambda: self._runner.run("apply"))


def _until_running(api: APIClient, size: int, run: Callable[[], Cost]) -> Cost:
    """Run a command, and count to its seconds those until all tasks run."""
    started = time.perf_counter()
    spent = run()
    if not _are_running(api, size):
        await_running(api, size)
        return Cost(time.perf_counter() - started, spent.cpu, spent.peak)
    return spent


def await_running(api: Any, size: int) -> None:
    """Return as soon as so many tasks run; TimeoutError after a very long time."""
    _await(lambda: _are_running(api, size), f"{size} running tasks")


def clear(api: Any) -> None:
    """Remove all that a side has made; returns when no task is left."""
    for service in api.services(filters={"name": NAME}):
        api.remove_service(service["ID"])
    _await(lambda: not api.tasks(), "end of the tasks")
    for network in api.networks(names=[NETWORK]):
        _await(partial(_is_gone, api, network["Id"]), "end of the network")
    for config in api.configs(filters={"label": f"runner.workflow={NAME}"}):
        api.remove_config(config["ID"])


def _are_running(api: Any, size: int) -> bool:
    found = [task["Status"]["State"] for task in api.tasks(filters={"desired-state": "running"})]
    return found.count("running") >= size


def _is_gone(api: Any, network: str) -> bool:
    try:
        api.remove_network(network)
    except OSError:  # as the SDK's errors are: in use until the last task's end is known
        return not api.networks(ids=[network])
    return True


def _await(met: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not met():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {what} within {_PATIENCE} s")
        time.sleep(_LOOK_EVERY)
