"""Other hands on what runner made on a swarm: the plan sees them, an apply brings all back, and leaves nothing to do.

`make test` lets a few do so, drawn with a fixed seed; RUNNER_RANDOM_HANDS=50 so many, RUNNER_SEED=2 others.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from docker import DockerClient
from docker.errors import APIError

from runner.core.gateway import Gateway
from runner.resource.orchestrator_names import SWARM
from tests.harness.image import BASE
from tests.harness.swarm_state import description, owned, update_service
from tests.harness.workflow import Workflow, pending

CASES = int(os.environ.get("RUNNER_RANDOM_HANDS", "4"))
SEED = os.environ.get("RUNNER_SEED", "1")
MEGABYTE = 1 << 20

Spec = dict[str, Any]

SERVICE = {"image": "base", "init": True, "command": ["sleep", "600"], "stop_grace_period": "1s"}
SECTIONS = {
    "images": {"base": {"reference": BASE, "pull": "never"}},
    "networks": {"front": {}, "back": {}},
    "secrets": {"key": {"file": "key"}},
    "configs": {"page": {"content": "a page"}},
    "containers": {
        "db": {**SERVICE, "networks": ["back"], "update": {"settle": "0s"}},
        "web": {
            **SERVICE,
            "networks": {"front": {"aliases": ["www"]}, "back": {}},
            "endpoint_mode": "dnsrr",
            "replicas": 2,
            "environment": {"A": "1"},
            "labels": {"team": "a"},
            "limits": {"memory": "32m", "cpus": 0.5},
            "user": "1000",
            "secrets": ["key"],
            "configs": ["page"],
            "restart": "on-failure:2",
            "volumes": ["data:/data"],
            "place": {"constraints": ["node.role==manager"]},
            "update": {"settle": "0s", "parallel": 2},
        },
    },
    "volumes": {"data": {}},
}


def container(**keys: Any) -> Callable[[Spec], object]:
    return lambda spec: spec["TaskTemplate"]["ContainerSpec"].update(keys)


def template(**keys: Any) -> Callable[[Spec], object]:
    return lambda spec: spec["TaskTemplate"].update(keys)


UPDATES: Mapping[str, Callable[[Spec], object]] = {
    "scaled up": lambda spec: spec["Mode"]["Replicated"].update(Replicas=3),
    "scaled to nothing": lambda spec: spec["Mode"]["Replicated"].update(Replicas=0),
    "another environment": container(Env=["A=2"]),
    "another command": container(Args=["sleep", "601"]),
    "another user": container(User="1001"),
    "another grace period": container(StopGracePeriod=2_000_000_000),
    "no init": container(Init=False),
    "without its secret": container(Secrets=[]),
    "without its config": container(Configs=[]),
    "without its volume": container(Mounts=[]),
    "other limits": template(Resources={"Limits": {"MemoryBytes": 48 * MEGABYTE}}),
    "another restart policy": template(RestartPolicy={"Condition": "none"}),
    "anywhere": template(Placement={}),
    "off a network": lambda spec: spec["TaskTemplate"]["Networks"].pop(),
    "without aliases": lambda spec: [joined.pop("Aliases", None) for joined in spec["TaskTemplate"]["Networks"]],
    "a label less": lambda spec: spec["Labels"].pop("team", None),
    "another label": lambda spec: spec["Labels"].update(team="b"),
    "rolled one by one": lambda spec: spec["UpdateConfig"].update(Parallelism=1),
    "virtual addresses": lambda spec: spec["EndpointSpec"].update(Mode="vip"),
}
"""What `docker service update` may do to a service of which all that is changed is declared."""
REMOVALS = ("service", "network", "secret", "config")


def remove(client: DockerClient, workflow: str, kind: str) -> None:
    """Remove all of a kind, as far as nothing uses it."""
    api: Any = client.api
    removes = {name: getattr(api, f"remove_{name}") for name in REMOVALS}
    for found, one in owned(client, workflow):
        if found == kind and "runner.record" not in (one.get("Spec", one).get("Labels") or {}):
            with suppress(APIError):
                removes[kind](one["ID" if "ID" in one else "Id"])


def objects(client: DockerClient, workflow: str) -> dict[str, Any]:
    """Return what a workflow has, without what says how often it was made: counts, numbers and salts."""
    found = {name: one for name, one in description(client).items() if workflow in name}
    for one in found.values():
        one.get("TaskTemplate", {}).pop("ForceUpdate", None)
        labels = one.get("Labels", one.get("labels")) or {}
        one["Labels" if "Labels" in one else "labels"] = {
            name: text for name, text in labels.items() if not name.startswith("runner.")
        }
    text = re.sub(r"(?<=_)(key|front|back)-[0-9a-f]+", r"\1", json.dumps(found, sort_keys=True))
    return dict(json.loads(text))


def test_what_other_hands_do_is_drift_that_an_apply_mends(
    gateway: Gateway, docker_client: DockerClient, workflow_name: str, tmp_path: Path
) -> None:
    workflow, draw = Workflow(gateway, workflow_name, tmp_path, timeout=60, engine=SWARM), random.Random(SEED)
    (tmp_path / "key").write_text("the first secret")
    workflow.apply(SECTIONS)
    before = objects(docker_client, workflow_name)
    for number in range(1, CASES + 1):
        hands = draw.sample(sorted(UPDATES), draw.randint(1, 3))
        removed = draw.choice((*REMOVALS, None, None, None))
        told = f"{number}: {', '.join(hands)}; removed: {removed}"
        changes = [update_service(docker_client, f"{workflow_name}-web", UPDATES[hand]) for hand in hands]
        if removed:
            remove(docker_client, workflow_name, removed)
        planned = pending(workflow.plan(SECTIONS))
        if any(changes) and removed != "service":
            assert planned.get("container.web") == "update", f"{told}: {planned}"
        workflow.apply(SECTIONS)
        assert pending(workflow.plan(SECTIONS)) == {}, told
        assert objects(docker_client, workflow_name) == before, told
