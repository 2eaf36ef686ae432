"""What a Compose file says for a swarm, where a swarm is to run it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runner.compose.mapping.fate import Mapped
from runner.compose.mapping.fates_on_swarm import ON_SWARM
from runner.core.values import as_map
from tests.unit.compose.mapping.mapped_project import Result, canonical, mapped, service

SERVICES: list[tuple[str, Any]] = [
    ("mode: global", {"mode": "global"}),
    ("mode: replicated", {}),
    ("endpoint_mode: dnsrr", {"endpoint_mode": "dnsrr"}),
    ("labels: {a: b}", {"service_labels": {"a": "b"}}),
    ("labels: {x-a: b}", {"service_labels": ["x-a=b"]}),
    (
        "placement: {constraints: ['node.role==worker'], max_replicas_per_node: 2}",
        {"place": {"constraints": ["node.role==worker"], "max_per_node": 2}},
    ),
    ("placement: {preferences: [{spread: node.labels.rack}]}", {"place": {"spread": ["node.labels.rack"]}}),
    ("placement: {max_replicas_per_node: 0}", {}),
    (
        "update_config: {parallelism: 0, delay: 100µs, monitor: 5s, max_failure_ratio: 0.3, order: start-first,"
        " failure_action: pause}",
        {
            "update": {
                "parallel": 0,
                "max_failure_ratio": 0.3,
                "order": "start-first",
                "delay": "100us",
                "monitor": "5s",
                "on_failure": "keep",
            }
        },
    ),
    ("update_config: {failure_action: rollback}", {"update": {"on_failure": "rollback"}}),
    ("resources: {reservations: {cpus: 0.5}}", {"limits": {"cpu_reservation": 0.5}}),
    ("resources: {reservations: {cpus: 0}}", {}),
    (
        "resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: ssd, value: 2}}]}}",
        {"limits": {"generic_resources": {"ssd": 2}}},
    ),
    ("restart_policy: {delay: 5s}", {"restart": "always", "restart_delay": "5s"}),
    (
        "restart_policy: {condition: on-failure, max_attempts: 3, window: 2m0s}",
        {"restart": "on-failure:3", "restart_window": "2m0s"},
    ),
    ("restart_policy: {condition: none}", {"restart": "no"}),
    ("restart_policy: {condition: any}", {"restart": "always"}),
]
"""What is below `deploy` of a service, and what its container has instead."""


def _deployed(text: str) -> Result:
    return mapped(f"services:\n  web:\n    image: nginx\n    deploy: {{{text}}}\n", engine="swarm")


def _web(result: Result) -> Any:
    return {key: value for key, value in result.data["containers"]["web"].items() if key not in ("image", "name")}


@pytest.mark.parametrize(("given", "expected"), SERVICES)
def test_a_key_below_deploy_becomes_a_key_of_the_container(given: str, expected: Any) -> None:
    result = _deployed(given)
    assert _web(result) == expected
    assert not result.findings


def test_every_key_that_only_a_swarm_obeys_is_tried() -> None:
    below = "services.*.deploy."
    tried = {path for text, _ in SERVICES for path in _paths(canonical(f"{{{text}}}"), below.removesuffix("."))}
    wanted = {path for path, fate in ON_SWARM.items() if isinstance(fate, Mapped) and path.startswith(below)}
    assert wanted - tried == set()


def _paths(node: Any, path: str) -> Iterator[str]:
    for name, entry in getattr(node, "entries", {}).items():
        yield f"{path}.{name}"
        for value in getattr(entry.value, "items", None) or (entry.value,):
            yield from _paths(value, f"{path}.{name}")


def test_the_head_names_what_runs_it() -> None:
    text = "services: {web: {image: a}}"
    assert mapped(text, engine="swarm").data["engine"] == "swarm"
    assert "engine" not in mapped(text).data


def test_the_file_itself_can_name_what_runs_it() -> None:
    text = "x-runner: {engine: swarm}\nservices: {web: {image: a, deploy: {endpoint_mode: dnsrr}}}"
    assert mapped(text).data["containers"]["web"]["endpoint_mode"] == "dnsrr"
    result = mapped(text, engine="docker")
    assert result.warnings == ['2: "endpoint_mode" is ignored: only Swarm uses it']


def test_what_the_file_names_must_exist() -> None:
    result = mapped("x-runner:\n  engine: nomad\nservices: {web: {image: a}}")
    assert result.validate() == ['2: expected docker or swarm, got "nomad"']


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("update_config: {failure_action: continue}", 'failure_action "continue" is not supported'),
        ("mode: global-job", 'mode "global-job" is not supported'),
        ("restart_policy: {max_attempts: 3}", "max_attempts without the condition on-failure is not supported"),
    ],
)
def test_what_runner_does_not_do_is_told_at_its_place(given: str, message: str) -> None:
    assert _deployed(given).errors == [f"4: {message}"]


def test_how_a_rollback_goes_is_runners_own() -> None:
    reason = "a rollback takes all tasks at once, in the order of update_config"
    result = _deployed("rollback_config: {parallelism: 1}")
    assert result.warnings == [f'4: "rollback_config" is ignored: {reason}']


def test_services_have_the_names_that_stacks_give_them() -> None:
    result = mapped("services: {web: {image: a}, db: {image: a, container_name: store}}", engine="swarm")
    assert result.data["containers"]["web"]["name"] == "shop_web"
    assert result.data["containers"]["db"]["name"] == "store"


def test_without_a_restart_policy_the_swarm_restarts_what_ends() -> None:
    result = mapped("services: {a: {image: x}, b: {image: x, restart: 'no'}}", engine="swarm")
    assert "restart" not in result.data["containers"]["a"]
    assert "may_complete" not in result.data["containers"]["a"]
    assert result.data["containers"]["b"]["restart"] == "no"


def test_a_replicated_job_is_a_job() -> None:
    policy = "restart_policy: {condition: on-failure, max_attempts: 2}"
    result = mapped(f"services: {{seed: {{image: a, deploy: {{mode: replicated-job, {policy}}}}}}}", engine="swarm")
    assert result.data["jobs"] == {"seed": {"image": "a", "retries": 2, "name": "shop_seed"}}
    assert "containers" not in result.data


def test_on_one_engine_a_replicated_job_is_a_service_like_others() -> None:
    result = mapped("services: {seed: {image: a, restart: always, deploy: {mode: replicated-job}}}")
    assert "seed" in result.data["containers"]
    assert result.warnings == ['1: "mode" is ignored: only Swarm uses it']


def test_who_waits_for_the_start_of_a_replicated_job_waits_for_its_end() -> None:
    seed = "seed: {image: a, deploy: {mode: replicated-job}}"
    web = "web: {image: a, depends_on: {seed: {condition: service_started}}}"
    result = mapped(f"services: {{{seed}, {web}}}", engine="swarm")
    assert result.data["containers"]["web"]["depends_on"] == {"seed": "completed"}
    assert result.warnings == ["1: seed is a job, so that this waits for it, too"]


def test_a_port_of_the_nodes_is_told_from_one_of_the_swarm() -> None:
    ports = "[{target: 80, mode: host, published: '8080'}, {target: 81, mode: ingress, published: '8081'}]"
    given = service(f"ports: {ports}", engine="swarm").data["containers"]["web"]["ports"]
    assert given == [{"target": 80, "published": "8080", "mode": "host"}, {"target": 81, "published": "8081"}]
    assert service(f"ports: {ports}").data["containers"]["web"]["ports"][0] == {"target": 80, "published": "8080"}


def test_exposed_ports_need_no_mention() -> None:
    assert "expose" not in service("expose: ['80']", engine="swarm").data["containers"]["web"]


@pytest.mark.parametrize("section", ["secrets", "configs"])
def test_what_the_swarm_has_already_is_external(section: str) -> None:
    text = (
        f"services: {{web: {{image: a, {section}: [{{source: own}}, {{source: theirs}}, {{source: k}}]}}}}\n"
        f"{section}: {{own: {{name: shop_own, file: /a}}, theirs: {{name: k-1, external: true}},"
        " k: {name: k, external: true}}"
    )
    result = mapped(text, engine="swarm")
    entries = as_map(result.data[section])
    assert entries == {"own": {"file": "/a"}, "theirs": {"name": "k-1", "external": True}, "k": {"external": True}}
    assert [one["source"] for one in result.data["containers"]["web"][section]] == ["own", "theirs", "k"]
    assert not result.findings


def test_networks_are_as_they_are_declared() -> None:
    text = (
        "services: {web: {image: a, networks: {front: null}}}\n"
        "networks: {front: {name: shop_front, driver: overlay, attachable: true, driver_opts: {encrypted: ''}}}"
    )
    assert mapped(text, engine="swarm").data["networks"] == {
        "front": {"driver": "overlay", "driver_opts": {"encrypted": ""}, "attachable": True}
    }


def test_what_is_built_is_pushed_under_the_name_that_it_has() -> None:
    text = "services: {web: {image: 'registry:5000/web', build: {context: /web}}, api: {build: {context: /api}}}"
    images = mapped(text, engine="swarm").data["images"]
    assert images["web"] == {"build": {"context": "/web"}, "tag": "registry:5000/web", "push": True}
    assert images["api"] == {"build": {"context": "/api"}}
    assert "push" not in mapped(text).data["images"]["web"]
