"""Networks, volumes, containers and images that another hand made again under the name that they had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from runner.core.plan import Action, Plan, Reason
from tests.engine.conftest import MakeImage
from tests.engine.web import SLEEPER, Web, declared, in_place, paths
from tests.harness.image import BASE
from tests.harness.workflow import change_of, pending

ON_A_NETWORK = {
    "networks": {"front": {"labels": {"team": "a"}}},
    "containers": {"web": {**SLEEPER, "networks": {"front": {"aliases": ["www"]}}}},
}
WITH_A_VOLUME = {"volumes": {"data": {"labels": {"team": "a"}}}, **declared(volumes=["data:/data"])}


def remake_network(web: Web, *, labels: Mapping[str, str], attach: bool) -> str:
    """Make the network anew, as somebody would who was in the way of something; return its id."""
    name = f"{web.workflow.name}_front"
    web.api.disconnect_container_from_network(web.name, name, force=True)
    web.api.remove_network(name)
    id: str = web.api.create_network(name, labels=dict(labels))["Id"]
    if attach:
        web.api.connect_container_to_network(web.name, name)
    return id


def problems(plan: Plan) -> list[str]:
    return [problem.message for problem in plan.problems]


@pytest.mark.parametrize("attach", [True, False], ids=["with the container on it", "without the container"])
def test_a_foreign_network_under_the_name_is_named_and_left_alone(web: Web, attach: bool) -> None:
    web.workflow.apply(ON_A_NETWORK)
    id = remake_network(web, labels={}, attach=attach)
    name = f"{web.workflow.name}_front"
    try:
        assert problems(web.workflow.plan(ON_A_NETWORK)) == [
            f'network "{name}" exists already and is not managed by runner'
        ]
        assert web.api.inspect_network(name)["Id"] == id
    finally:
        if attach:
            web.api.disconnect_container_from_network(web.name, name, force=True)
        web.api.remove_network(name)
    with in_place(web):
        change = web.mend(ON_A_NETWORK)
    assert (change.action, change.reasons, paths(change)) == (Action.UPDATE, (Reason.DRIFT,), {f"networks.{name}"})
    assert {"web", "www"} <= set(web.networks[name]["Aliases"])


@pytest.mark.parametrize("attach", [True, False], ids=["with the container on it", "without the container"])
def test_a_network_remade_with_its_labels_is_taken_for_what_it_was(web: Web, attach: bool) -> None:
    web.workflow.apply(ON_A_NETWORK)
    name = f"{web.workflow.name}_front"
    remake_network(web, labels=web.api.inspect_network(name)["Labels"], attach=attach)
    with in_place(web):
        change = web.mend(ON_A_NETWORK)
    assert (change.action, change.reasons, paths(change)) == (Action.UPDATE, (Reason.DRIFT,), {f"networks.{name}"})
    assert {"web", "www"} <= set(web.networks[name]["Aliases"])


def test_a_stopped_container_gets_on_the_network_that_was_made_again(web: Web) -> None:
    web.workflow.apply(ON_A_NETWORK)
    name = f"{web.workflow.name}_front"
    labels = web.api.inspect_network(name)["Labels"]
    web.api.stop(web.name, timeout=1)
    web.api.remove_network(name)
    web.api.create_network(name, labels=labels)
    with in_place(web):
        web.mend(ON_A_NETWORK)
    assert list(web.api.inspect_network(name)["Containers"]) == [web.id]


def test_a_foreign_volume_under_the_name_is_named_and_left_alone(web: Web) -> None:
    web.workflow.apply(WITH_A_VOLUME)
    name = f"{web.workflow.name}_data"
    web.api.remove_container(web.name, force=True)
    web.api.remove_volume(name)
    web.api.create_volume(name)
    try:
        assert problems(web.workflow.plan(WITH_A_VOLUME)) == [
            f'volume "{name}" exists already and is not managed by runner'
        ]
    finally:
        web.api.remove_volume(name)
    web.mend(WITH_A_VOLUME)


def test_a_volume_that_was_removed_with_its_container_is_made_again_first(web: Web) -> None:
    web.workflow.apply(WITH_A_VOLUME)
    web.api.remove_container(web.name, force=True)
    web.api.remove_volume(f"{web.workflow.name}_data")
    plan = web.workflow.apply(WITH_A_VOLUME)
    assert pending(plan) == {"volume.data": "create", "container.web": "create"}
    assert {change.reasons for change in plan.pending} == {(Reason.MISSING,)}


def test_a_foreign_container_under_the_name_is_named_and_left_alone(web: Web) -> None:
    web.workflow.apply(declared())
    web.api.remove_container(web.name, force=True)
    id: str = web.api.create_container(BASE, name=web.name)["Id"]
    try:
        assert problems(web.workflow.plan(declared())) == [
            f'container "{web.name}" exists already and is not managed by runner'
        ]
        assert web.id == id
    finally:
        web.api.remove_container(web.name)


def test_a_foreign_container_under_the_name_of_a_renamed_one_is_left_alone(web: Web) -> None:
    web.workflow.apply(declared())
    web.api.rename(web.name, f"{web.workflow.name}-elsewhere")
    id: str = web.api.create_container(BASE, name=web.name)["Id"]
    try:
        assert problems(web.workflow.plan(declared())) == [
            f'container "{web.name}" exists already and is not managed by runner'
        ]
        assert web.id == id
    finally:
        web.api.remove_container(web.name)


# --- images


def test_another_base_under_a_build_builds_again_and_replaces(web: Web, make_image: MakeImage) -> None:
    base = f"{web.workflow.name}-base:1"
    sections = {
        "images": {"site": {"build": {"dockerfile_inline": f"FROM {base}\nENV A=b"}}},
        **declared(image="site"),
    }
    first, second = make_image("base-a", Env=["FROM=a"]), make_image("base-b", Env=["FROM=b"])
    try:
        web.api.tag(first, *base.split(":"))
        web.workflow.apply(sections)
        assert pending(web.workflow.plan(sections)) == {}
        web.api.tag(second, *base.split(":"))
        plan = web.workflow.apply(sections)
        assert pending(web.workflow.plan(sections)) == {}
        assert change_of(plan, "container.web").action is Action.REPLACE
        assert "FROM=b" in web.inspect["Config"]["Env"]
    finally:
        web.api.remove_image(base, force=True)


def test_a_built_image_that_was_rebuilt_by_hand_under_its_tag_is_seen(web: Web, make_image: MakeImage) -> None:
    sections = {
        "images": {"site": {"build": {"dockerfile_inline": f"FROM {BASE}\nENV A=b"}}},
        **declared(image="site"),
    }
    web.workflow.apply(sections)
    before: Any = web.inspect["Image"]
    web.api.tag(make_image("by-hand", Env=["A=by hand"]), f"{web.workflow.name}-site", "latest")
    assert change_of(web.workflow.plan(sections), "image.site").reasons == (Reason.DRIFT,)
    with in_place(web):
        web.mend(sections)
    assert web.inspect["Image"] == before


@pytest.mark.parametrize("suffix", ["", ".new", ".old"])
def test_several_containers_that_are_left_of_one_are_removed_one_by_one(web: Web, suffix: str) -> None:
    web.workflow.apply(declared())
    labels = web.inspect["Config"]["Labels"]
    for letter in "ab":
        web.api.create_container(BASE, labels=labels, name=f"{web.workflow.name}-{letter}{suffix}")

    plan = web.workflow.apply(declared())

    word = suffix or ".left"
    assert pending(plan) == {f"container.web{word}": "delete", f"container.web{word}.2": "delete"}
    assert pending(web.workflow.plan(declared())) == {}
