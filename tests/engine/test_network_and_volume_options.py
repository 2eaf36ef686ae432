"""The tables of networks and volumes on a real engine, as test_options.py does it for containers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from docker import DockerClient

from runner.core.gateway import Gateway
from runner.kinds.network.kind import FIELDS as NETWORK_FIELDS
from runner.kinds.volume import FIELDS as VOLUME_FIELDS
from runner.resource.field import Field
from runner.resource.requirements import unsupported
from tests.engine.rows import Inspect, Seen, Subject, Walk
from tests.harness.workflow import Sections, Workflow

ISOLATION = "com.docker.network.bridge.enable_icc"


def pool(inspect: Inspect) -> tuple[str, ...] | None:
    """Return the network's own address and gateway, as far as they are none that the engine picked."""
    config = inspect["IPAM"]["Config"][0]
    return (config["Subnet"], config.get("Gateway", "")) if config["Subnet"].startswith("10.8") else None


NETWORK = {
    "driver": Seen(where="Driver", first="bridge", second="macvlan", unset="bridge"),
    "driver_opts": Seen(
        where="Options",
        first={ISOLATION: "true"},
        second={ISOLATION: "false"},
        unset={},
    ),
    "internal": Seen(where="Internal", first=True, second=False, unset=False),
    "attachable": Seen(where="Attachable", first=True, second=False, unset=False),
    "enable_ipv4": Seen(
        where="EnableIPv4",
        first=False,
        second=True,
        unset=True,
        beside={"enable_ipv6": True, "ipam": {"config": [{"subnet": "fd00:84::/64"}]}},
    ),
    "enable_ipv6": Seen(
        where="EnableIPv6",
        first=True,
        second=False,
        unset=False,
        beside={"ipam": {"config": [{"subnet": "fd00:83::/64"}]}},
    ),
    "ipam.driver": Seen(where="IPAM.Driver", first="default", second="null", unset="default"),
    "ipam.config": Seen(where=pool, first=("10.83.0.0/24", ""), second=("10.84.0.0/24", "10.84.0.9"), unset=None),
    "ipam.options": Seen(
        where=lambda inspect: inspect["IPAM"]["Options"] or {}, first={"a": "b"}, second={"a": "c"}, unset={}
    ),
    "labels": Seen(where="Labels.team", first="a", second="b", unset=None),
}
VOLUME = {
    "driver": Seen(where="Driver", first="local", second="nfs", unset="local"),
    "driver_opts": Seen(
        where=lambda inspect: inspect["Options"] or {},
        first={"type": "tmpfs", "device": "tmpfs"},
        second={"type": "tmpfs", "device": "tmpfs", "o": "size=8m"},
        unset={},
    ),
    "labels": Seen(where="Labels.team", first="a", second="b", unset=None),
}
ALONE = ("driver", "ipam.driver")
"""Rows of which there is one value that every engine has: others need a module of the kernel, or a plugin."""


def test_every_row_of_the_tables_is_looked_up_on_the_engine() -> None:
    assert set(NETWORK) == {row.name for row in NETWORK_FIELDS}
    assert set(VOLUME) == {row.name for row in VOLUME_FIELDS}


@pytest.mark.parametrize("alone", [False, True], ids=["set, changed and unset", "set and unset"])
def test_rows_of_networks(alone: bool, workflow: Workflow, gateway: Gateway, docker_client: DockerClient) -> None:
    rows, inspect = [row for row in NETWORK_FIELDS if (row.name in ALONE) is alone], docker_client.api.inspect_network
    subjects, engine = [], gateway.engine()
    for row in rows:
        subject = _subject("network", row, NETWORK[row.name], inspect, workflow.name)
        if lacking := [*unsupported([row], engine)]:
            refused = workflow.plan(subject.declared(row.examples[0])).problems
            assert [problem.code for problem in refused] == [lack.code for lack in lacking]
        else:
            subjects.append(subject)
    _walk(workflow, subjects, alone)


@pytest.mark.parametrize("alone", [False, True], ids=["set, changed and unset", "set and unset"])
def test_rows_of_volumes(alone: bool, workflow: Workflow, docker_client: DockerClient) -> None:
    rows = [row for row in VOLUME_FIELDS if (row.name in ALONE) is alone]
    inspect = docker_client.api.inspect_volume
    _walk(workflow, [_subject("volume", row, VOLUME[row.name], inspect, workflow.name) for row in rows], alone)


def _subject(kind: str, row: Field, seen: Seen, inspect: Callable[[str], Inspect], workflow: str) -> Subject:
    key = row.name.replace(".", "-")
    return Subject(f"{kind}.{key}", row, seen, partial(_section, kind, key), partial(inspect, f"{workflow}_{key}"))


def _walk(workflow: Workflow, subjects: list[Subject], alone: bool) -> None:
    walk = Walk(workflow, subjects)
    if alone:
        walk.set_and_unset()
    else:
        walk.set_change_and_unset()


def _section(kind: str, key: str, entry: Mapping[str, Any]) -> Sections:
    return {f"{kind}s": {key: entry}}
