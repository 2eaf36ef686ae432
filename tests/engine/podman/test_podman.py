"""Podman behind Docker's API: what it says otherwise is no drift, what it can't do is said before anything changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient

from runner.core.gateway import Gateway
from runner.core.health import Health
from runner.core.plan import Action
from tests.engine.web import OFFLINE, SLEEPER, Web, declared
from tests.harness.image import BASE
from tests.harness.workflow import Sections, Workflow, change_of, pending

HEALTHY = {"test": ["CMD", "true"], "interval": "500ms"}
SHOP = {
    "containers": {
        "db": {
            **SLEEPER,
            "environment": {"MODE": "a"},
            "volumes": ["data:/data", {"type": "tmpfs", "target": "/fast", "tmpfs": {"size": "8m"}}],
            "networks": {"back": {"aliases": ["database"]}},
            "healthcheck": HEALTHY,
            "cap_drop": ["ALL"],
        },
        "web": {
            **SLEEPER,
            "depends_on": {"db": "healthy"},
            "networks": ["front", "back"],
            "ports": ["127.0.0.1:18070:80"],
            "limits": {"cpus": 0.5, "memory": "64m", "pids": 50},
            "restart": "unless-stopped",
            "read_only": True,
            "stop_signal": "SIGINT",
        },
    },
    "networks": {"front": {}, "back": {"internal": True}},
    "volumes": {"data": {}},
}


def test_podman_is_known_by_its_name(gateway: Gateway) -> None:
    assert gateway.engine().name == "Podman"


def test_two_containers_a_database_and_a_page_are_applied_once(workflow: Workflow) -> None:
    workflow.apply(SHOP)
    assert pending(workflow.plan(SHOP)) == {}


def test_what_is_no_longer_declared_goes(workflow: Workflow, docker_client: DockerClient) -> None:
    workflow.apply(SHOP)
    workflow.apply({})
    assert not docker_client.containers.list(all=True, filters={"label": f"runner.workflow={workflow.name}"})


def test_a_changed_variable_makes_the_container_anew(web: Web) -> None:
    web.workflow.apply(declared(environment={"MODE": "a"}))
    web.mend(declared(environment={"MODE": "b"}))
    assert "MODE=b" in web.inspect["Config"]["Env"]


def test_a_limit_is_changed_by_a_new_container_since_podman_updates_none(web: Web) -> None:
    web.workflow.apply(declared(limits={"memory": "64m"}))
    before = web.id
    web.mend(declared(limits={"memory": "96m"}))
    assert (web.id != before, web.host_config["Memory"]) == (True, 96 * 1024 * 1024)


def test_a_container_that_was_stopped_by_hand_is_started_again(web: Web) -> None:
    web.workflow.apply(declared())
    before = web.id
    web.api.stop(web.name)
    assert pending(web.workflow.plan(declared())) == {"container.web": "update"}
    web.mend(declared())
    assert (web.id, web.status) == (before, "running")


def test_a_container_that_does_not_work_gives_way_to_the_old_one(web: Web) -> None:
    web.workflow.apply(declared())
    before = web.id
    with pytest.raises(AssertionError, match="restored the previous one"):
        web.workflow.apply(declared(command=["false"]))
    assert (web.id, web.status) == (before, "running")


def test_a_healthcheck_is_asked_without_systemd(web: Web) -> None:
    web.workflow.apply(declared(healthcheck=HEALTHY))
    live = change_of(web.workflow.plan(declared(healthcheck=HEALTHY)), "container.web").observed
    assert live is not None
    assert isinstance(live.health, Health)
    assert live.health.health == "healthy"


def test_a_container_has_time_to_stop_though_nobody_said_how_much(web: Web) -> None:
    patient = {key: value for key, value in OFFLINE.items() if key != "stop_grace_period"}
    web.workflow.apply({"containers": {"web": patient}})
    assert web.inspect["Config"]["StopTimeout"] == 10


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ({"logging": {"options": {"max-size": "1m"}}}, "logging.options is not reported by Podman"),
        ({"ipc": "none"}, "ipc: none is ignored by Podman"),
    ],
    ids=["logging options", "ipc"],
)
def test_what_podman_does_not_tell_again_or_ignores_is_refused_in_the_plan(
    workflow: Workflow, option: dict[str, object], told: str
) -> None:
    problems = workflow.plan(declared(**option)).problems
    assert [problem.message.startswith(told) for problem in problems] == [True]
    assert problems[0].code == "engine-cannot"


def test_a_folder_that_must_exist_is_refused_since_podman_would_make_it(workflow: Workflow) -> None:
    mount = {"type": "bind", "source": str(workflow.folder), "target": "/it", "bind": {"create_host_path": False}}
    problems = workflow.plan(declared(volumes=[mount])).problems
    assert [problem.code for problem in problems] == ["engine-cannot"]


def test_a_network_is_attachable_on_docker_alone(workflow: Workflow) -> None:
    plan = workflow.plan({"networks": {"front": {"attachable": True}}})
    assert [problem.message for problem in plan.problems] == ["attachable is not stored by Podman"]


@pytest.mark.parametrize(("key", "address"), [("ipv4_address", "10.91.0.9"), ("ipv6_address", "fd00:5::9")])
def test_a_fixed_address_is_refused_since_podman_does_not_tell_it_from_another(
    workflow: Workflow, key: str, address: str
) -> None:
    web = {**SLEEPER, "networks": {"front": {key: address}}}
    front = {"ipam": {"config": [{"subnet": "10.91.0.0/24"}, {"subnet": "fd00:5::/64"}]}}
    problems = workflow.plan({"networks": {"front": front}, "containers": {"web": web}}).problems
    assert [problem.message.split()[0] for problem in problems] == [f"networks.{key}"]


def test_a_priority_decides_on_which_network_it_is_made(web: Web) -> None:
    web_on = {**SLEEPER, "networks": {"a": {}, "b": {"priority": 7}}}
    sections = {"networks": {"a": {}, "b": {}}, "containers": {"web": web_on}}
    web.workflow.apply(sections)
    assert pending(web.workflow.plan(sections)) == {}
    first = {**SLEEPER, "networks": {"a": {"priority": 8}, "b": {"priority": 7}}}
    assert web.mend({**sections, "containers": {"web": first}}).action is Action.REPLACE


def test_what_is_dropped_and_what_is_added_are_both_told(web: Web) -> None:
    sections = declared(cap_drop=["ALL"], cap_add=["CHOWN", "NET_ADMIN"])
    web.workflow.apply(sections)
    web.mend(declared(cap_drop=["ALL"], cap_add=["CHOWN"]))
    assert "NET_ADMIN" not in web.host_config["CapAdd"]


def test_a_kernel_parameter_is_set_and_changed(web: Web) -> None:
    web.workflow.apply(declared(sysctls={"net.ipv4.ip_forward": 1}))
    web.mend(declared(sysctls={"net.ipv4.ip_forward": 0}))
    exec_id = web.api.exec_create(web.name, ["cat", "/proc/sys/net/ipv4/ip_forward"])
    assert web.api.exec_start(exec_id).strip() == b"0"


@pytest.mark.parametrize("read_only", [False, True], ids=["writable", "read-only"])
def test_a_secret_is_copied_in_and_follows_its_file(web: Web, docker_client: DockerClient, read_only: bool) -> None:
    file = web.workflow.folder / "password"
    sections = {**declared(secrets=["password"], read_only=read_only), "secrets": {"password": {"file": "password"}}}
    for content in ("one", "two"):
        file.write_text(content)
        web.mend(sections)
        exec_id = web.api.exec_create(web.name, ["cat", "/run/secrets/password"])
        assert web.api.exec_start(exec_id) == content.encode()
    web.workflow.apply({})
    assert not docker_client.api.volumes(filters={"label": f"runner.workflow={web.workflow.name}"})["Volumes"]


def test_a_config_a_trigger_and_protection_do_what_they_promise(web: Web) -> None:
    trigger = web.workflow.folder / "nginx.conf"
    trigger.write_text("a")

    def sections(content: str, **more: Any) -> Sections:
        settings = {"source": "settings", "target": "/etc/app.conf", "uid": 7, "mode": "0640"}
        entry = declared(configs=[settings], triggers=["nginx.conf"], **more)
        return {**entry, "configs": {"settings": {"content": content}}}

    def seen() -> bytes:
        command = ["sh", "-c", "stat -c '%a %u' /etc/app.conf; cat /etc/app.conf"]
        return bytes(web.api.exec_start(web.api.exec_create(web.name, command)))

    web.mend(sections("one"))
    assert seen() == b"640 7\none"
    assert web.mend(sections("two")).action is Action.REPLACE
    assert seen() == b"640 7\ntwo"
    trigger.write_text("b")
    assert [found.path for found in web.mend(sections("two")).diff] == ["triggers.nginx.conf"]
    before = web.id
    assert web.mend(sections("two", protect=True)).action is Action.UPDATE
    refused = web.workflow.plan(sections("three", protect=True)).problems
    assert [(problem.code, web.id) for problem in refused] == [("protected", before)]
    assert [problem.code for problem in web.workflow.plan({}).problems] == ["protected"]
    web.mend(sections("two"))
    assert web.id == before


def test_a_container_of_another_hand_is_adopted_by_a_record(web: Web) -> None:
    host_config = web.api.create_host_config(network_mode="none", init=True)
    web.api.create_container(BASE, ["sleep", "600"], name=web.name, host_config=host_config, stop_timeout=1)
    web.api.start(web.name)
    before = web.id
    web.workflow.apply(declared(), adopt=True)
    assert (web.id, pending(web.workflow.plan(declared()))) == (before, {})


def test_a_network_is_made_anew_under_its_containers(web: Web) -> None:
    def sections(label: str) -> Sections:
        network = {"labels": {"team": label}}
        return {"networks": {"front": network}, "containers": {"web": {**SLEEPER, "networks": ["front"]}}}

    web.workflow.apply(sections("a"))
    web.workflow.apply(sections("b"))
    assert pending(web.workflow.plan(sections("b"))) == {}
    assert list(web.networks) == [f"{web.workflow.name}_front"]


def test_a_healthcheck_of_the_image_is_completed_and_kept(web: Web, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {BASE}\nHEALTHCHECK --interval=7s --retries=9 CMD true\n")
    sections = declared(image="app", healthcheck={"interval": "500ms"})
    sections = {**sections, "images": {"app": {"build": "."}}}
    web.workflow.apply(sections)
    assert pending(web.workflow.plan(sections)) == {}
    healthcheck = web.inspect["Config"]["Healthcheck"]
    assert (healthcheck["Interval"], healthcheck["Retries"], healthcheck["Test"]) == (
        500_000_000,
        9,
        ["CMD-SHELL", "true"],
    )


def test_a_pull_that_fails_is_told_in_its_own_words(workflow: Workflow) -> None:
    sections = {"images": {"it": {"reference": "localhost:1/nothing:x"}}}
    events = workflow.carry_out(workflow.plan(sections))
    assert any("cannot pull" in str(getattr(event, "cause", "")) for event in events)


def test_anonymous_volumes_are_found_again_once_their_container_has_gone(web: Web) -> None:
    web.workflow.apply(declared(volumes=["/anon"]))
    assert not web.workflow.plan(declared(volumes=["/anon"])).retained
    web.api.remove_container(web.name, force=True)
    assert [data.target for data in web.workflow.plan(declared(volumes=["/anon"])).retained] == ["/anon"]
