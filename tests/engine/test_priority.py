"""The order in which a container joins its networks: the highest priority is the one that it is made on."""

from __future__ import annotations

from typing import Any

from runner.core.plan import Action, Reason
from tests.engine.web import SLEEPER, Web, in_place, paths
from tests.harness.workflow import Sections, pending

NETWORKS = ("alpha", "mid", "omega")
MAC = "02:42:0a:58:00:09"


def joined(**asked: Any) -> Sections:
    """Declare it on some of three networks; a number is a priority."""
    networks = {name: {"priority": given} if isinstance(given, int) else given for name, given in asked.items()}
    return {"networks": {name: {} for name in NETWORKS}, "containers": {"web": {**SLEEPER, "networks": networks}}}


def first(web: Web) -> str:
    """Return the network that it was made on."""
    return str(web.host_config["NetworkMode"]).removeprefix(f"{web.workflow.name}_")


def everywhere(web: Web) -> bool:
    return set(web.networks) == {f"{web.workflow.name}_{name}" for name in NETWORKS}


def interfaces(web: Web) -> list[str]:
    """Return its networks in the order of their interfaces inside."""
    call = web.api.exec_create(web.id, ["ip", "-4", "-o", "addr"])
    lines = [line.split() for line in web.api.exec_start(call).decode().splitlines()]
    by_name = {words[1]: words[3].partition("/")[0] for words in lines}
    of_address = {endpoint["IPAddress"]: name.partition("_")[2] for name, endpoint in web.networks.items()}
    return [of_address[address] for name, address in sorted(by_name.items()) if address in of_address]


def test_it_is_made_on_the_network_of_the_highest_priority(web: Web) -> None:
    sections = joined(alpha=-1, mid={}, omega=10)
    web.workflow.apply(sections)
    assert (first(web), everywhere(web)) == ("omega", True)
    assert pending(web.workflow.plan(sections)) == {}


def test_without_priorities_the_files_order_counts_once(web: Web) -> None:
    web.workflow.apply(joined(mid={}, alpha={}, omega={}))
    assert first(web) == "mid"
    assert pending(web.workflow.plan(joined(omega={}, mid={}, alpha={}))) == {}
    assert pending(web.workflow.plan(joined(omega=7, mid=7, alpha=7))) == {}


def test_another_first_network_takes_a_new_container(web: Web) -> None:
    web.workflow.apply(joined(alpha=10, mid={}, omega={}))
    before = web.id
    change = web.mend(joined(alpha=10, mid={}, omega=20))
    assert (change.action, change.reasons, paths(change)) == (Action.REPLACE, (Reason.CONFIG,), {"networks.priority"})
    assert (first(web), everywhere(web)) == ("omega", True)
    assert web.id != before


def test_the_order_of_the_others_is_kept_by_no_engine_and_costs_nothing(web: Web) -> None:
    web.workflow.apply(joined(alpha=10, mid=5, omega=1))
    assert pending(web.workflow.plan(joined(alpha=10, mid=1, omega=5))) == {}


def test_a_priority_taken_out_costs_nothing(web: Web) -> None:
    web.workflow.apply(joined(alpha={}, omega=10))
    assert pending(web.workflow.plan(joined(alpha={}, omega={}))) == {}


def test_any_of_the_highest_ones_will_do(web: Web) -> None:
    web.workflow.apply(joined(alpha={}, mid=5, omega=5))
    assert first(web) == "mid"
    assert pending(web.workflow.plan(joined(omega=5, mid=5, alpha={}))) == {}


def test_networks_below_the_first_are_joined_in_place_and_in_turn(web: Web) -> None:
    web.workflow.apply(joined(mid=10))
    with in_place(web):
        assert web.mend(joined(alpha=1, mid=10, omega=2)).action is Action.UPDATE
    assert interfaces(web) == ["mid", "omega", "alpha"]


def test_a_reattached_network_changes_nothing_about_the_first(web: Web) -> None:
    sections = joined(alpha={}, omega=10)
    web.workflow.apply(sections)
    web.api.disconnect_container_from_network(web.name, f"{web.workflow.name}_omega")
    with in_place(web):
        assert web.mend(sections).reasons == (Reason.DRIFT,)
    assert first(web) == "omega"


def test_a_first_network_that_is_left_takes_a_new_container(web: Web) -> None:
    web.workflow.apply(joined(alpha=10, mid=5, omega={}))
    assert web.mend(joined(mid=5, omega={})).action is Action.REPLACE
    assert first(web) == "mid"


def test_among_equals_the_one_with_a_mac_address_comes_first(web: Web) -> None:
    sections = joined(alpha={}, mid={"mac_address": MAC}, omega={})
    web.workflow.apply(sections)
    assert (first(web), web.networks[f"{web.workflow.name}_mid"]["MacAddress"]) == ("mid", MAC)
