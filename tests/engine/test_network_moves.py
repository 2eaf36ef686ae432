"""A network that changes is made anew under the containers on it: they go on, and find each other afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from docker.types import IPAMConfig, IPAMPool

from runner.core.event import State, Transition
from runner.core.plan import Action
from tests.engine.web import SLEEPER, Web
from tests.harness.workflow import Sections, change_of, pending

BEFORE = {"labels": {"team": "a"}, "ipam": {"config": [{"subnet": "10.87.0.0/24"}]}}
CHANGES: dict[str, dict[str, Any]] = {
    "labels": {**BEFORE, "labels": {"team": "b"}},
    "an option of the driver": {**BEFORE, "driver_opts": {"com.docker.network.bridge.enable_icc": "true"}},
    "subnet": {**BEFORE, "ipam": {"config": [{"subnet": "10.88.0.0/24"}]}},
    "nothing asked any more": {},
}


def connected(front: dict[str, Any]) -> Sections:
    """Declare two containers on the network, of which one is on another one too."""
    beside = {**SLEEPER, "networks": {"front": {"aliases": ["www", "assets"]}, "back": {}}}
    return {
        "networks": {"front": front, "back": {}},
        "containers": {"web": {**SLEEPER, "networks": ["front"]}, "beside": beside},
    }


def reaches(web: Web, name: str) -> bool:
    """Tell whether the container finds another one by a name, and gets an answer."""
    run: str = web.api.exec_create(web.name, ["ping", "-c1", "-W2", name])["Id"]
    web.api.exec_start(run)
    return bool(web.api.exec_inspect(run)["ExitCode"] == 0)


def ids(web: Web) -> dict[str, tuple[str, str]]:
    """Return each container of the workflow by its name, and since when it runs."""
    listed = web.api.containers(all=True, filters={"label": f"runner.workflow={web.workflow.name}"})
    found = [web.api.inspect_container(short["Id"]) for short in listed]
    return {inspect["Name"]: (inspect["Id"], inspect["State"]["StartedAt"]) for inspect in found}


@pytest.mark.parametrize("front", CHANGES.values(), ids=CHANGES)
def test_containers_move_over_to_a_network_that_is_made_anew(web: Web, front: dict[str, Any]) -> None:
    web.workflow.apply(connected(BEFORE))
    before, network = ids(web), web.networks[f"{web.workflow.name}_front"]["NetworkID"]
    plan = web.workflow.apply(connected(front))
    assert pending(plan) == {"network.front": "replace"}
    assert pending(web.workflow.plan(connected(front))) == {}
    assert ids(web) == before
    assert web.networks[f"{web.workflow.name}_front"]["NetworkID"] != network
    assert all(reaches(web, name) for name in ("beside", "www", "assets"))


def test_a_stopped_container_moves_over_too_and_can_be_started(web: Web) -> None:
    web.workflow.apply(connected(BEFORE))
    web.api.stop(web.name, timeout=1)
    stopped = web.id
    plan = web.workflow.apply(connected(CHANGES["labels"]))
    assert pending(plan) == {"network.front": "replace", "container.web": "update"}
    assert (web.id, web.status) == (stopped, "running")
    assert reaches(web, "www")


def test_a_stranger_on_the_network_moves_over_and_keeps_what_it_had(web: Web) -> None:
    web.workflow.apply(connected(BEFORE))
    front = f"{web.workflow.name}_front"
    stranger: str = web.api.create_container(SLEEPER["image"], SLEEPER["command"])["Id"]
    try:
        web.api.connect_container_to_network(stranger, front, aliases=["visitor"], ipv4_address="10.87.0.77")
        web.api.start(stranger)
        web.workflow.apply(connected(CHANGES["labels"]))
        assert reaches(web, "visitor")
        endpoint = web.api.inspect_container(stranger)["NetworkSettings"]["Networks"][front]
        assert endpoint["IPAddress"] == "10.87.0.77"
    finally:
        web.api.remove_container(stranger, force=True)


def test_a_stranger_with_an_address_of_its_own_moves_out_of_a_subnet_that_goes(web: Web) -> None:
    web.workflow.apply(connected(BEFORE))
    front = f"{web.workflow.name}_front"
    stranger: str = web.api.create_container(SLEEPER["image"], SLEEPER["command"])["Id"]
    try:
        web.api.connect_container_to_network(stranger, front, aliases=["visitor"], ipv4_address="10.87.0.77")
        web.api.start(stranger)
        web.workflow.apply(connected(CHANGES["subnet"]))
        assert reaches(web, "visitor")
    finally:
        web.api.remove_container(stranger, force=True)


def test_fixed_addresses_change_together_with_the_subnet(web: Web) -> None:
    def addressed(tens: int) -> Sections:
        network = {"ipam": {"config": [{"subnet": f"10.{tens}.0.0/24"}]}}
        return {
            "networks": {"front": network},
            "containers": {"web": {**SLEEPER, "networks": {"front": {"ipv4_address": f"10.{tens}.0.9"}}}},
        }

    web.workflow.apply(addressed(87))
    before = web.id
    plan = web.workflow.apply(addressed(88))
    assert pending(web.workflow.plan(addressed(88))) == {}
    assert change_of(plan, "container.web").action is Action.UPDATE
    assert web.id == before
    assert web.networks[f"{web.workflow.name}_front"]["IPAddress"] == "10.88.0.9"


def test_the_old_network_is_back_when_the_new_one_cannot_be_made(web: Web) -> None:
    web.workflow.apply(connected(BEFORE))
    before, taken = ids(web), f"{web.workflow.name}-taken"
    stranger: str = web.api.create_network(taken, ipam=IPAMConfig(pool_configs=[IPAMPool(subnet="10.88.0.0/24")]))["Id"]
    try:
        events = web.workflow.carry_out(web.workflow.plan(connected(CHANGES["subnet"])))
    finally:
        web.api.remove_network(stranger)
    ends = [event for event in events if isinstance(event, Transition) and str(event.address) == "network.front"]
    assert ends[-1].after is State.ROLLED_BACK
    assert "the old one is back" in str(ends[-1].cause)
    assert pending(web.workflow.plan(connected(BEFORE))) == {}
    assert ids(web) == before
    assert all(reaches(web, name) for name in ("beside", "www"))


def test_containers_follow_a_network_to_another_name(web: Web) -> None:
    def named(name: str) -> Sections:
        return connected({"name": f"{web.workflow.name}-{name}"})

    web.workflow.apply(named("a"))
    before = ids(web)
    web.workflow.apply(named("b"))
    assert pending(web.workflow.plan(named("b"))) == {}
    assert ids(web) == before
    assert set(web.networks) == {f"{web.workflow.name}-b"}
    assert reaches(web, "www")
    assert not web.api.networks(names=[f"{web.workflow.name}-a"])
