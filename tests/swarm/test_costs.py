"""What commands cost on a swarm, counted: calls of the manager, which a busy machine doesn't change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.harness.cli import Cli, Finished
from tests.harness.fault_proxy import FaultProxy
from tests.harness.swarm import Swarm

TWO = """\
networks: {default: {driver: overlay}}
configs: {page: {content: hello}}
containers:
  web: {image: IMAGE, command: sleep infinity, init: true, configs: [page], update: {settle: 0s}}
  other: {image: IMAGE, command: sleep infinity, init: true, update: {settle: 0s}}
"""


@pytest.fixture
def proxy(swarm: Swarm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultProxy]:
    """A socket before the first manager's, which counts."""
    with FaultProxy(tmp_path_factory.mktemp("p") / "s", swarm.url) as proxy:
        yield proxy


def test_a_run_without_changes_asks_for_each_list_once(
    apply: Callable[..., Finished], cli: Cli, proxy: FaultProxy
) -> None:
    apply(TWO).exits(0)
    calls = _calls(cli, proxy, "apply")
    lists = ("/version", "/info", "/services", "/tasks", "/nodes", "/secrets", "/networks")
    assert {path: calls[f"GET {path}"] for path in lists} == dict.fromkeys(lists, 1)
    assert calls["GET /configs"] <= 2, "for the resources, and for the locks of dead runs"
    assert calls.total() <= 10, "and the image's list, which tells what is newer"


def test_as_many_calls_are_made_for_many_services(
    apply: Callable[..., Finished], cli: Cli, proxy: FaultProxy, workflow: Callable[..., Path], releases: list[str]
) -> None:
    one = f"{{image: '{releases[0]}', command: sleep infinity, replicas: 0, update: {{settle: 0s}}}}"
    many = ", ".join(f"s{number}: {one}" for number in range(20))
    apply(f"networks: {{default: {{driver: overlay}}}}\ncontainers: {{{many}}}\n").exits(0)
    assert _calls(cli, proxy, "plan", "--detailed-exitcode").total() <= 10


def _calls(cli: Cli, proxy: FaultProxy, *command: str) -> Counter[str]:
    """Count the calls of a command by method and path, without versions and queries."""
    proxy.calls.clear()
    cli(*command, env={"DOCKER_HOST": proxy.url}).exits(0)
    return Counter(re.sub(r"^(\w+) (?:/v\d+\.\d+)?([^?]*).*", r"\1 \2", call.what) for call in proxy.calls)
