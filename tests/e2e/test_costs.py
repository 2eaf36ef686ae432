"""What commands cost, counted: modules loaded and calls of the engine, which a busy machine doesn't change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.harness.cli import Cli
from tests.harness.fault_proxy import FaultProxy

THIRD_PARTIES = {"--help": set(), "validate": {"msgspec", "yaml"}, "apply": {"httptools", "msgspec", "yaml"}}
"""The packages that a command loads besides Python's own."""
MODULES = {"--help": 28, "validate": 234, "apply": 305}
"""The most modules of runner's own that it loads; of hooks, links and completions only what knows their keys."""


@pytest.mark.parametrize("command", MODULES)
def test_a_command_loads_few_modules_and_no_package_that_it_does_not_use(
    cli: Cli, workflow: Callable, command: str
) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)

    loaded = _loaded(cli, command)

    assert sum(name.partition(".")[0] == "runner" for name in loaded) <= MODULES[command]
    assert {name.partition(".")[0] for name in loaded} & PACKAGES == THIRD_PARTIES[command]
    assert not any(name.startswith("runner.compose") for name in loaded)


PACKAGES = {"click", "docker", "h2", "httptools", "jsonschema", "msgspec", "re2", "requests", "rich", "structlog"}
PACKAGES |= {"urllib3", "yaml"}


SLOW = {"_hashlib", "concurrent.futures", "hashlib", "logging", "lzma", "random", "shutil", "string"}
"""What takes a noticeable time to load, and can be done without."""


def test_a_change_loads_nothing_that_takes_long(cli: Cli, workflow: Callable) -> None:
    one = "containers: {web: {<<: *idle, stop_grace_period: 0s, update: {settle: 0s}, environment: {A: VALUE}}}"
    for value in ("one", "two"):
        workflow(one.replace("VALUE", value))
        assert not _loaded(cli, "apply") & SLOW
    assert not _loaded(cli, "destroy") & SLOW


def _loaded(cli: Cli, command: str) -> set[str]:
    told = cli(command, env={"PYTHONPROFILEIMPORTTIME": "1"}, logged=False).exits(0).stderr
    return {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}


def test_a_run_without_changes_asks_for_each_thing_once(cli: Cli, workflow: Callable, proxy: FaultProxy) -> None:
    workflow("containers: {web: *idle, other: *idle}")
    cli("apply").exits(0)

    calls = _calls(cli, proxy, "apply")

    lists = {"/version", "/info", "/containers/json", "/images/json", "/networks"}
    assert {path: calls[f"GET {path}"] for path in lists} == dict.fromkeys(lists, 1)
    assert calls["GET /volumes"] <= 2, "for the resources, and for the locks of dead runs"
    assert calls["GET /containers/ID/json"] == 2
    assert calls.total() <= 11


def test_a_change_of_one_container_takes_few_calls(cli: Cli, workflow: Callable, proxy: FaultProxy) -> None:
    one = "containers: {web: {<<: *idle, stop_grace_period: 0s, update: {settle: 0s}, environment: {A: VALUE}}}"
    workflow(one.replace("VALUE", "one"))
    cli("apply").exits(0)
    workflow(one.replace("VALUE", "two"))

    calls = _calls(cli, proxy, "apply")

    assert calls["GET /version"] == calls["GET /info"] == calls["POST /containers/create"] == 1
    assert calls.total() <= 36


@pytest.mark.parametrize("number", [1, 6])
def test_each_new_container_adds_few_calls(cli: Cli, workflow: Callable, proxy: FaultProxy, number: int) -> None:
    one = "{<<: *idle, update: {settle: 0s}}"
    workflow(f"containers: {{{', '.join(f'c{index}: {one}' for index in range(number))}}}")

    calls = _calls(cli, proxy, "apply")

    assert calls["POST /containers/create"] == number
    assert calls.total() <= 24 + 4 * number, "create, start, and two looks"


def _calls(cli: Cli, proxy: FaultProxy, command: str) -> Counter[str]:
    """Count the calls of a command by method and path, without versions, queries and ids."""
    proxy.calls.clear()
    cli(command, env={"DOCKER_HOST": proxy.url}).exits(0)
    return Counter(_without_ids(call.what) for call in proxy.calls)


def _without_ids(what: str) -> str:
    """Return method and path of a call, with ID for ids and names.

    >>> _without_ids("GET /v1.41/containers/0a1b/json?size=1")
    'GET /containers/ID/json'
    """
    plain = re.sub(r"^(\w+) (?:/v\d+\.\d+)?([^?]*).*", r"\1 \2", what)
    return re.sub(r"/(containers|images|networks|volumes)/(?!(?:create|json)$)[^/]+", r"/\1/ID", plain)
