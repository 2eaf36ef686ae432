"""A network that changes is made anew under the containers on it: they go on, and find each other afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from docker.types import IPAMConfig, IPAMPool

from runner.core.event import Transition
from runner.core.plan import Action
from runner.core.resource_state import State
from runner.resource.requirements import api_at_least as speaks
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


def test_who_leaves_a_network_or_goes_is_not_moved_over_to_it(web: Web) -> None:
    crowd = {f"crowd{number}": {**SLEEPER, "networks": ["front"]} for number in range(4)}
    before = {**connected(BEFORE), "containers": {**connected(BEFORE)["containers"], **crowd}}
    after = connected(CHANGES["labels"])
    after["containers"]["beside"] = {**SLEEPER, "networks": ["back"]}
    for _ in range(2):
        web.workflow.apply(before)
        web.workflow.apply(after)
        assert pending(web.workflow.plan(after)) == {}


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


def test_a_mac_address_moves_over_to_the_network_that_is_made_anew_or_comes_with_a_new_container(web: Web) -> None:
    def addressed(team: str) -> Sections:
        joined = {"front": {"mac_address": "02:42:0a:57:00:09"}}
        front = {**BEFORE, "labels": {"team": team}}
        return {"networks": {"front": front}, "containers": {"web": {**SLEEPER, "networks": joined}}}

    web.workflow.apply(addressed("a"))
    before = ids(web)
    plan = web.workflow.apply(addressed("b"))
    # From API 1.44 to 1.53 it is taken at creation only.
    anew = speaks(plan.engine, "1.44") and not speaks(plan.engine, "1.54")
    assert pending(plan) == {"network.front": "replace"} | ({"container.web": "replace"} if anew else {})
    assert (ids(web) != before) is anew
    assert pending(web.workflow.plan(addressed("b"))) == {}
    assert web.networks[f"{web.workflow.name}_front"]["MacAddress"] == "02:42:0a:57:00:09"


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
    assert "restored the previous one" in str(ends[-1].cause)
    assert pending(web.workflow.plan(connected(BEFORE))) == {}
    assert ids(web) == before
    assert all(reaches(web, name) for name in ("beside", "www"))


def test_containers_whose_networks_are_all_made_anew_at_once_go_on(web: Web) -> None:
    """28.5 attaches a container to none while the network that it was made on is away."""
    names = ["front", "back", "side"]

    def labelled(team: str) -> Sections:
        containers = {key: {**SLEEPER, "networks": names} for key in ("web", "beside", "third")}
        return {"networks": {name: {"labels": {"team": team}} for name in names}, "containers": containers}

    web.workflow.apply(labelled("a"))
    before = ids(web)
    web.workflow.apply(labelled("b"))
    assert pending(web.workflow.plan(labelled("b"))) == {}
    assert ids(web) == before


def test_a_stranger_whose_own_network_is_gone_moves_over_or_is_told_of(web: Web) -> None:
    web.workflow.apply(connected(BEFORE))
    own: str = web.api.create_network(f"{web.workflow.name}-own")["Id"]
    host_config = web.api.create_host_config(network_mode=f"{web.workflow.name}-own")
    stranger: str = web.api.create_container(SLEEPER["image"], SLEEPER["command"], host_config=host_config)["Id"]
    try:
        web.api.connect_container_to_network(stranger, f"{web.workflow.name}_front", aliases=["visitor"])
        web.api.start(stranger)
        web.api.disconnect_container_from_network(stranger, own)
        web.api.remove_network(own)
        events = web.workflow.carry_out(web.workflow.plan(connected(CHANGES["labels"])))
        causes = [str(event.cause) for event in events if isinstance(event, Transition) and event.after is State.FAILED]
        assert [f"{stranger[:12]} is disconnected" in cause for cause in causes] == (
            [] if reaches(web, "visitor") else [True]
        )
    finally:
        web.api.remove_container(stranger, force=True)
    web.workflow.apply(connected(CHANGES["labels"]))
    assert all(reaches(web, name) for name in ("beside", "www"))


def test_a_container_whose_own_network_is_gone_is_back_on_both_when_the_other_is_made_anew(web: Web) -> None:
    def labelled(team: str) -> Sections:
        joined = {"front": {"priority": 1}, "back": {}}
        networks = {"front": {}, "back": {"labels": {"team": team}}}
        return {"networks": networks, "containers": {"web": {**SLEEPER, "networks": joined}}}

    web.workflow.apply(labelled("a"))
    web.api.disconnect_container_from_network(web.name, f"{web.workflow.name}_front")
    web.api.remove_network(f"{web.workflow.name}_front")
    web.mend(labelled("b"))
    assert set(web.networks) == {f"{web.workflow.name}_{name}" for name in ("front", "back")}


def test_containers_follow_a_network_to_another_name(web: Web) -> None:
    def named(name: str) -> Sections:
        return connected({"name": f"{web.workflow.name}-{name}"})

    web.workflow.apply(named("a"))
    plan = web.workflow.apply(named("b"))
    assert pending(web.workflow.plan(named("b"))) == {}
    assert change_of(plan, "container.web").action is Action.REPLACE
    assert set(web.networks) == {f"{web.workflow.name}-b"}
    assert reaches(web, "www")
    assert not web.api.networks(names=[f"{web.workflow.name}-a"])


def subnet(tens: int) -> dict[str, Any]:
    return {"ipam": {"config": [{"subnet": f"10.{tens}.0.0/24"}]}}


SWAPS: dict[str, list[dict[str, Any]]] = {
    "names": [
        {"front": {"name": "swap-a", **subnet(87)}, "back": {"name": "swap-b"}},
        {"front": {"name": "swap-b", **subnet(87)}, "back": {"name": "swap-a"}},
    ],
    "subnets in a circle": [
        {"front": subnet(87), "back": subnet(88), "side": subnet(89)},
        {"front": subnet(88), "back": subnet(89), "side": subnet(87)},
    ],
    "subnets in a row, and a new one": [
        {"front": subnet(87), "back": subnet(88)},
        {"front": subnet(88), "back": subnet(89), "side": subnet(87)},
    ],
}


def crossing(networks: dict[str, Any], **more: Any) -> Sections:
    """Declare a container on each network, and one on all of them."""
    containers = {key: {**SLEEPER, "networks": [key]} for key in networks}
    containers["web"] = {**SLEEPER, "networks": list(networks)}
    return {"networks": networks, "containers": containers, **more}


@pytest.mark.parametrize("states", SWAPS.values(), ids=SWAPS)
def test_networks_take_in_one_run_what_others_had(web: Web, states: list[dict[str, Any]]) -> None:
    web.workflow.apply(crossing(states[0]))
    web.workflow.apply(crossing(states[1]))
    assert pending(web.workflow.plan(crossing(states[1]))) == {}
    assert all(reaches(web, name) for name in states[1])


def test_networks_that_swap_are_all_back_when_one_cannot_be_made_or_the_run_is_undone(web: Web) -> None:
    before = crossing({"front": subnet(87), "back": subnet(88)})
    web.workflow.apply(before)
    taken: str = web.api.create_network(
        f"{web.workflow.name}-taken", ipam=IPAMConfig(pool_configs=[IPAMPool(subnet="10.90.0.0/24")])
    )["Id"]
    try:
        web.workflow.carry_out(web.workflow.plan(crossing({"front": subnet(88), "back": subnet(90)})))
    finally:
        web.api.remove_network(taken)
    assert pending(web.workflow.plan(before)) == {}
    # The first one fails while the networks are made anew, the second one afterwards.
    for waits in ({}, {"depends_on": ["web"]}):
        swapped = crossing({"front": subnet(88), "back": subnet(87)}, on_failure="rollback")
        swapped["containers"]["last"] = {**SLEEPER, "command": ["no-such-program"], "network_mode": "none", **waits}
        events = web.workflow.carry_out(web.workflow.plan(swapped))
        ends = {str(event.address): event.after for event in events if isinstance(event, Transition)}
        assert ends["network.front"] is ends["network.back"] is State.ROLLED_BACK
        assert pending(web.workflow.plan(before)) == {}
        assert all(reaches(web, name) for name in ("front", "back"))


def test_containers_that_change_places_while_both_networks_are_made_anew(web: Web) -> None:
    def placed(team: str, web_on: str, beside_on: str) -> Sections:
        networks = {name: {"labels": {"team": team}} for name in ("front", "back")}
        containers = {"web": {**SLEEPER, "networks": [web_on]}, "beside": {**SLEEPER, "networks": [beside_on]}}
        return {"networks": networks, "containers": containers}

    web.workflow.apply(placed("a", "front", "back"))
    web.workflow.apply(placed("b", "back", "front"))
    assert pending(web.workflow.plan(placed("b", "back", "front"))) == {}
