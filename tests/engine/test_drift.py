"""A container that another hand stopped, renamed or removed, or that rests on something else by now."""

from __future__ import annotations

import time

import pytest

from runner.core.plan import Action, Reason
from tests.engine.conftest import MakeImage
from tests.engine.web import SLEEPER, Web, declared, drifted, in_place, paths
from tests.harness.workflow import Sections, change_of, pending

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("deed", ["stop", "kill", "pause"])
def test_a_container_that_does_not_run_only_shows_as_that_and_goes_on(web: Web, deed: str) -> None:
    sections = {"containers": {"web": {**SLEEPER, "ports": ["80"], "volumes": ["/data"]}}}
    web.workflow.apply(sections)
    getattr(web.api, deed)(web.name)
    with in_place(web):
        assert drifted(web.mend(sections), "state")
    assert web.status == "running"


def test_a_paused_container_with_a_healthcheck_goes_on_and_is_healthy(web: Web) -> None:
    sections = declared(healthcheck={"test": "true", "interval": "500ms"})
    web.workflow.apply(sections)
    web.api.pause(web.name)
    with in_place(web):
        assert drifted(web.mend(sections), "state")
    assert web.inspect["State"]["Health"]["Status"] == "healthy"


def test_a_container_that_keeps_being_started_again_does_not_show_as_drift(web: Web) -> None:
    command = "test ! -e /state/broken && exec sleep 600"
    sections = {"volumes": {"state": {}}, **declared(command=["sh", "-c", command], volumes=["state:/state"])}
    sections["containers"]["web"]["restart"] = "always"
    web.workflow.apply(sections)
    run = web.api.exec_create(web.name, ["sh", "-c", "touch /state/broken; killall sleep"])["Id"]
    web.api.exec_start(run)
    deadline = time.monotonic() + 10
    while web.status != "restarting":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert pending(web.workflow.plan(sections)) == {}


def test_a_limit_of_a_paused_container_is_changed_in_place(web: Web) -> None:
    web.workflow.apply(declared(limits={"memory": "64m"}))
    web.api.pause(web.name)
    with in_place(web):
        web.mend(declared(limits={"memory": "96m"}))
    assert web.status == "running"
    assert web.host_config["Memory"] == 96 * MEGABYTE


def test_a_paused_container_can_be_replaced(web: Web) -> None:
    web.workflow.apply(declared())
    web.api.pause(web.name)
    assert web.mend(declared(hostname="other")).action is Action.REPLACE
    assert web.status == "running"


def test_a_renamed_container_gets_its_name_back(web: Web) -> None:
    web.workflow.apply(declared())
    with in_place(web):
        web.api.rename(web.name, f"{web.workflow.name}-elsewhere")
        assert drifted(web.mend(declared()), "name")


def test_a_removed_container_is_made_again(web: Web) -> None:
    web.workflow.apply(declared())
    web.api.remove_container(web.name, force=True)
    change = web.mend(declared())
    assert (change.action, change.reasons) == (Action.CREATE, (Reason.MISSING,))


def test_a_container_that_is_no_longer_declared_is_removed(web: Web) -> None:
    web.workflow.apply(declared())
    plan = web.workflow.apply({"containers": {}})
    assert change_of(plan, "container.web").reasons == (Reason.ORPHAN,)
    assert web.api.containers(all=True, filters={"name": web.name}) == []


# --- what it rests on


def test_another_image_behind_the_same_name_replaces_the_container(web: Web, make_image: MakeImage) -> None:
    tag = f"{web.workflow.name}-tagged"
    first, second = make_image("first", Labels={"n": "1"}), make_image("second", Labels={"n": "2"})
    try:
        web.api.tag(first, tag, "1")
        web.workflow.apply(declared(image=f"{tag}:1"))
        web.api.tag(second, tag, "1")
        change = web.mend(declared(image=f"{tag}:1"))
        assert (change.action, change.reasons, paths(change)) == (Action.REPLACE, (Reason.IMAGE,), {"image"})
        assert web.inspect["Config"]["Labels"]["n"] == "2"
    finally:
        web.api.remove_image(f"{tag}:1", force=True)


def test_another_name_for_the_image_replaces_the_container(web: Web, make_image: MakeImage) -> None:
    web.workflow.apply(declared())
    change = web.mend(declared(image=make_image("other", Labels={"n": "3"})))
    assert (change.action, change.reasons, paths(change)) == (Action.REPLACE, (Reason.CONFIG,), {"image"})


def test_a_volume_that_is_made_anew_takes_its_containers_with_it(web: Web) -> None:
    def labelled(team: str) -> Sections:
        return {"volumes": {"data": {"labels": {"team": team}}}, **declared(volumes=["data:/data"])}

    web.workflow.apply(labelled("a"))
    change = web.mend(labelled("b"))
    assert (change.action, change.reasons) == (Action.REPLACE, (Reason.DEPENDENCY,))


def test_another_name_for_a_volume_makes_it_anew_and_needs_consent(web: Web) -> None:
    def named(name: str) -> Sections:
        volume = {"name": f"{web.workflow.name}-{name}"}
        return {"volumes": {"data": volume}, **declared(volumes=["data:/data"])}

    web.workflow.apply(named("a"))
    plan = web.workflow.apply(named("b"))
    assert [str(change.address) for change in plan.destroys_data] == ["volume.data"]
    assert paths(change_of(plan, "volume.data")) == {"name"}
    assert pending(web.workflow.plan(named("b"))) == {}
    owned = web.api.volumes(filters={"label": f"runner.workflow={web.workflow.name}"})
    assert [volume["Name"] for volume in owned["Volumes"]] == [f"{web.workflow.name}-b"]


def test_changed_content_of_an_env_file_replaces_the_container(web: Web) -> None:
    sections, file = declared(env_file="web.env"), web.workflow.folder / "web.env"
    file.write_text("MODE=a\n")
    web.workflow.apply(sections)
    file.write_text("MODE=b\n")
    change = web.mend(sections)
    assert (change.action, change.reasons, paths(change)) == (Action.REPLACE, (Reason.CONFIG,), {"environment.MODE"})
