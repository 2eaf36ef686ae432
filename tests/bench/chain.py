"""A chain of containers, each of which waits for the one before it to be ready, 100 ms after its start."""

from __future__ import annotations

import time
from collections.abc import Iterator

from docker import APIClient

from tests.bench import cost
from tests.bench.floor import Floor, create
from tests.bench.runner import Runner
from tests.bench.scenario import Sample, Scenario
from tests.bench.workload import NAME, NETWORK
from tests.harness.image import BASE

LINKS = 10
_UNTIL_READY = 0.1
_COMMAND = ["sh", "-c", f"sleep {_UNTIL_READY}; exec httpd -f -p 80 -h /etc"]
_ENTRY = '  c{}: {{image: "{}", command: {}, stop_signal: SIGKILL, ready: {{tcp: 80}}, depends_on: [{}]}}'


def measure(runner: Runner, api: APIClient) -> Iterator[Sample]:
    """Bring the chain up link by link with bare calls, waiting as long as each takes to be ready; then by runner."""
    try:
        yield Sample(Scenario.CHAIN, LINKS, Floor.name, cost.of_call(lambda: _by_hand(api)))
    finally:
        _clear(api)
    runner.write(_file())
    yield Sample(Scenario.CHAIN, LINKS, Runner.name, runner.run("apply"))
    runner.run("destroy")


def _by_hand(api: APIClient) -> None:
    api.create_network(NETWORK, check_duplicate=True)
    for name in _names():
        create(api, name, {"Image": BASE, "Cmd": _COMMAND, "HostConfig": {"NetworkMode": NETWORK}})
        api.start(name)
        time.sleep(_UNTIL_READY)


def _clear(api: APIClient) -> None:
    for name in _names():
        api.remove_container(name, force=True)
    api.remove_network(NETWORK)


def _names() -> list[str]:
    return [f"{NAME}-c{number}-1" for number in range(1, LINKS + 1)]


def _file() -> str:
    links = (_ENTRY.format(n, BASE, _COMMAND, f"c{n - 1}" if n > 1 else "") for n in range(1, LINKS + 1))
    return "\n".join([f"version: 1\nname: {NAME}\ncontainers:", *links, ""])
