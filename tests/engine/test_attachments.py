"""A container's networks: joined and left in place, whoever changed them."""

from __future__ import annotations

from typing import Any

import pytest

from runner.core.gateway import Gateway
from runner.core.plan import Action, Reason
from runner.resource.requirements import api_at_least
from tests.engine.web import SLEEPER, Web, drifted, in_place, paths
from tests.harness.workflow import Sections, change_of, pending

LABEL = "com.docker.network.endpoint.sysctls"


def joined(**networks: Any) -> Sections:
    """Declare it on networks of which there are two."""
    return {
        "networks": {"front": {"ipam": {"config": [{"subnet": "10.86.0.0/24"}]}}, "back": {}},
        "containers": {"web": {**SLEEPER, "networks": networks}},
    }


def routes(web: Web) -> str:
    started = web.api.exec_create(web.name, ["ip", "route"])
    return str(web.api.exec_start(started["Id"]).decode())


def test_a_network_joined_by_hand_is_left_again_in_place(web: Web) -> None:
    sections = joined(front={})
    web.workflow.apply(sections)
    web.api.connect_container_to_network(web.name, f"{web.workflow.name}_back")
    with in_place(web):
        assert drifted(web.mend(sections), f"networks.{web.workflow.name}_back")
    assert set(web.networks) == {f"{web.workflow.name}_front"}


def test_a_network_left_by_hand_is_joined_again_in_place(web: Web) -> None:
    sections = joined(front={"aliases": ["www"], "ipv4_address": "10.86.0.9"}, back={})
    web.workflow.apply(sections)
    web.api.disconnect_container_from_network(web.name, f"{web.workflow.name}_front")
    with in_place(web):
        assert drifted(web.mend(sections), f"networks.{web.workflow.name}_front")
    endpoint = web.networks[f"{web.workflow.name}_front"]
    assert endpoint["IPAddress"] == "10.86.0.9"
    assert {"web", "www"} <= set(endpoint["Aliases"])


def test_an_alias_and_an_address_given_by_hand_are_taken_back_in_place(web: Web) -> None:
    sections, front = joined(front={}), f"{web.workflow.name}_front"
    web.workflow.apply(sections)
    web.api.disconnect_container_from_network(web.name, front)
    web.api.connect_container_to_network(web.name, front, aliases=["web", "intruder"], ipv4_address="10.86.0.77")
    with in_place(web):
        assert drifted(web.mend(sections), f"networks.{front}")
    assert "intruder" not in web.networks[front]["Aliases"]
    assert web.networks[front]["IPAddress"] != "10.86.0.77"


def test_a_container_that_leaves_the_network_it_was_made_on_is_made_anew_and_starts_there_again(web: Web) -> None:
    web.workflow.apply(joined(front={}))
    change = web.mend(joined(back={"aliases": ["www"]}))
    assert (change.action, change.reasons) == (Action.REPLACE, (Reason.CONFIG,))
    web.api.remove_network(f"{web.workflow.name}_front")
    web.api.restart(web.name, timeout=1)  # 28.5 looks for the network that it was made on
    assert set(web.networks) == {f"{web.workflow.name}_back"}


def test_a_container_moves_between_other_networks_in_place(web: Web) -> None:
    web.workflow.apply(joined(front={}, back={"aliases": ["www"]}))
    with in_place(web):
        change = web.mend(joined(front={}))
        assert (change.action, change.reasons) == (Action.UPDATE, (Reason.CONFIG,))
    assert set(web.networks) == {f"{web.workflow.name}_front"}


def test_the_gateways_network_and_an_endpoints_driver_options_are_changed_in_place(web: Web, gateway: Gateway) -> None:
    front, sysctl = f"{web.workflow.name}_front", "net.ipv4.conf.IFNAME.log_martians"
    first = joined(back={}, front={"gw_priority": 2, "driver_opts": {LABEL: f"{sysctl}=1"}})
    if not api_at_least(gateway.engine(), "1.48"):
        assert {problem.code for problem in web.workflow.plan(first).problems} == {"engine-too-old"}
        return
    web.workflow.apply(first)
    assert pending(web.workflow.plan(first)) == {}
    assert (web.networks[front]["GwPriority"], web.networks[front]["DriverOpts"]) == (2, {LABEL: f"{sysctl}=1"})
    assert "via 10.86.0.1 " in routes(web)
    with in_place(web):
        second = joined(back={}, front={"gw_priority": -2, "driver_opts": {LABEL: f"{sysctl}=0"}})
        assert web.mend(second).reasons == (Reason.CONFIG,)
        assert "via 10.86.0.1 " not in routes(web)
        assert web.mend(joined(back={}, front={})).reasons == (Reason.CONFIG,)
    assert (web.networks[front]["GwPriority"], web.networks[front]["DriverOpts"] or {}) == (0, {})


def test_a_gateways_priority_given_by_hand_is_taken_back_in_place(web: Web, gateway: Gateway) -> None:
    if not api_at_least(gateway.engine(), "1.48"):
        pytest.skip("no gateway priorities before API 1.48")
    sections, front = joined(back={}, front={}), f"{web.workflow.name}_front"
    web.workflow.apply(sections)
    web.api.disconnect_container_from_network(web.name, front)
    url = f"{web.api.base_url}/v1.48/networks/{front}/connect"
    web.api.post(url, json={"Container": web.id, "EndpointConfig": {"GwPriority": 7}}).raise_for_status()
    with in_place(web):
        assert drifted(web.mend(sections), f"networks.{front}")


def test_a_stopped_container_whose_network_is_gone_gets_on_a_new_one(web: Web) -> None:
    sections = joined(front={})
    web.workflow.apply(sections)
    web.api.stop(web.name, timeout=1)
    web.api.remove_network(f"{web.workflow.name}_front")
    plan = web.workflow.apply(sections)
    assert pending(web.workflow.plan(sections)) == {}
    assert change_of(plan, "network.front").reasons == (Reason.MISSING,)
    assert web.status == "running"
    live = web.api.inspect_network(f"{web.workflow.name}_front")
    assert list(live["Containers"]) == [web.id]


def test_a_container_taken_off_the_engines_bridge_is_put_back(web: Web) -> None:
    sections = {"containers": {"web": {**SLEEPER, "network_mode": "bridge"}}}
    web.workflow.apply(sections)
    web.api.disconnect_container_from_network(web.name, "bridge")
    assert paths(web.mend(sections)) == {"network_mode"}
    assert set(web.networks) == {"bridge"}
