"""A plan has a problem with what somebody else has, and none with what it frees itself or has already."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.core.claim import Occupant
from runner.core.struct import replace
from runner.kinds import CATALOG
from runner.kinds.container.host_ports import port_claim
from runner.plan.planner import make_plan
from tests.unit.plan.case import declared
from tests.unit.plan.observed_fixtures import after_apply

WEB = "containers: {web: {image: busybox, ports: ['127.0.0.1:8080:80']}}\n"
OTHER = "containers: {other: {image: busybox, ports: ['127.0.0.1:8080:80']}}\n"
MOVED = "containers: {web: {image: busybox, ports: ['127.0.0.1:8081:80']}}\n"


def problems(folder: Path, applied: str, desired: str, *occupants: Occupant) -> list[str]:
    observed = replace(after_apply(declared(applied, folder)), occupants=occupants)
    found = make_plan(declared(desired, folder), observed, CATALOG).problems
    return [f"{one.span}: {one.message}" for one in found]


def container_id(folder: Path) -> str:
    live = after_apply(declared(WEB, folder)).resources
    return next(one.id for address, one in live.items() if address.kind == "container")


def taken(where: str, id: str | None = None, port: int = 8080, protocol: str = "tcp") -> Occupant:
    return Occupant(port_claim(range(port, port + 1), protocol, where), 'container "db"', id)


@pytest.mark.parametrize("where", ["", "0.0.0.0", "127.0.0.1"])
def test_a_taken_port_is_told_with_its_taker_and_place(tmp_path: Path, where: str):
    [problem] = problems(tmp_path, "", WEB, taken(where))
    assert problem.endswith('container.web: host port 8080/tcp on 127.0.0.1 is already used by container "db"')
    assert ":3:44: " in problem


@pytest.mark.parametrize("other", [taken("::"), taken("10.0.0.1"), taken("", protocol="udp"), taken("", port=81)])
def test_what_is_on_another_address_or_protocol_is_no_problem(tmp_path: Path, other: Occupant):
    assert problems(tmp_path, "", WEB, other) == []


def test_its_own_container_is_no_problem(tmp_path: Path):
    id = container_id(tmp_path)
    assert problems(tmp_path, WEB, MOVED, taken("", id), taken("", id, 8081)) == []


def test_what_the_plan_frees_is_no_problem_and_what_it_keeps_is(tmp_path: Path):
    assert problems(tmp_path, WEB, OTHER, taken("127.0.0.1", container_id(tmp_path))) == []
    assert problems(tmp_path, MOVED, WEB, taken("127.0.0.1", "somebody else's"))


def test_of_a_range_the_port_is_told_that_is_taken(tmp_path: Path):
    spread = "containers: {rtp: {image: busybox, ports: ['10000-20000:10000-20000/udp']}}\n"
    [problem] = problems(tmp_path, "", spread, taken("0.0.0.0", port=10005, protocol="udp"))
    assert problem.endswith('container.rtp: host port 10005/udp is already used by container "db"')
