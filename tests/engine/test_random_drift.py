"""Random workflows, and random hands on what they made: an apply always leaves nothing to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from docker import APIClient
from docker.errors import APIError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.engine.web import SLEEPER, Web
from tests.harness.workflow import Sections, pending

NETWORKS, VOLUMES, KEYS = ("front", "back"), ("data", "cache"), ("web", "db")
LABELS = st.sampled_from([{}, {"team": "a"}, {"team": "b"}])

# --- what is declared

OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "limits": st.fixed_dictionaries(
        {},
        optional={
            "memory": st.sampled_from(["32m", "64m"]),
            "pids": st.sampled_from([50, 100]),
            "cpus": st.sampled_from([0.25, 0.5]),
        },
    ),
    "restart": st.sampled_from(["no", "always", "on-failure:2"]),
    "environment": st.dictionaries(st.sampled_from("AB"), st.sampled_from(["1", "2"])),
    "labels": LABELS,
    "volumes": st.lists(st.sampled_from(["data:/data", "cache:/cache:ro", "/tmp:/host"]), unique=True),
    "tmpfs": st.sampled_from(["/run", "/run:size=8m"]),
    "expose": st.lists(st.sampled_from(["80", "81-82/udp"]), unique=True),
    "hostname": st.sampled_from(["a", "b"]),
    "healthcheck": st.just({"test": "true", "interval": "100ms"}),
}
PLACES = st.one_of(
    st.just({"network_mode": "none"}),
    st.lists(st.sampled_from([*NETWORKS, "default"]), min_size=1, unique=True).map(lambda names: {"networks": names}),
    st.just({"networks": {"front": {"aliases": ["www"]}}, "ports": ["80"]}),
)


@st.composite
def workflows(draw: st.DrawFn) -> Sections:
    """Draw a workflow with one container or two."""
    containers = {
        key: {**SLEEPER, **draw(PLACES), **draw(st.fixed_dictionaries({}, optional=OPTIONS))}
        for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, unique=True))
    }
    return {
        "networks": {name: {"labels": draw(LABELS)} for name in NETWORKS},
        "volumes": {name: {} for name in VOLUMES},
        "containers": containers,
    }


# --- what another hand does

Deed = Callable[[APIClient, str, str], object]


def update(api: APIClient, container: str, _workflow: str, **host_config: Any) -> None:
    """Change limits, as `docker update` does."""
    api.post(f"{api.base_url}/v{api.api_version}/containers/{container}/update", json=host_config).raise_for_status()


def leave_all(api: APIClient, container: str, _workflow: str) -> None:
    for name in api.inspect_container(container)["NetworkSettings"]["Networks"]:
        api.disconnect_container_from_network(container, name, force=True)


def remake_network(api: APIClient, _container: str, workflow: str) -> None:
    name = f"{workflow}_front"
    before = api.inspect_network(name)
    for container in before["Containers"]:
        api.disconnect_container_from_network(container, name, force=True)
    api.remove_network(name)
    api.create_network(name, labels=before["Labels"])


DEEDS: Mapping[str, Deed] = {
    "update its memory": partial(update, Memory=48 << 20, MemorySwap=96 << 20),
    "update its processes": partial(update, PidsLimit=70),
    "update its restart policy": partial(update, RestartPolicy={"Name": "unless-stopped"}),
    "stop it": lambda api, container, _workflow: api.stop(container, timeout=0),
    "kill it": lambda api, container, _workflow: api.kill(container),
    "pause it": lambda api, container, _workflow: api.pause(container),
    "restart it": lambda api, container, _workflow: api.restart(container, timeout=0),
    "rename it": lambda api, container, workflow: api.rename(container, f"{workflow}-elsewhere-{container}"),
    "remove it": lambda api, container, _workflow: api.remove_container(container, force=True),
    "take it off its networks": leave_all,
    "put it on another network": lambda api, container, workflow: api.connect_container_to_network(
        container, f"{workflow}_back", aliases=["intruder"]
    ),
    "make a network again": remake_network,
}


def lay_hands_on(api: APIClient, workflow: str, deeds: list[tuple[str, str]]) -> None:
    """Do to each container what is said, as far as it can be done."""
    for key, deed in deeds:
        try:
            DEEDS[deed](api, f"{workflow}-{key}-1", workflow)
        except (APIError, OSError):
            continue  # it isn't declared, doesn't run, or has another name by now


QUIET_HOUR = os.environ.get("RUNNER_RANDOM_HANDS")
"""How many cases to try, new ones each time; without it a few that are always the same."""


@settings(
    max_examples=int(QUIET_HOUR or 6),
    derandomize=not QUIET_HOUR,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # smaller cases than these would cost minutes on an engine
    suppress_health_check=list(HealthCheck),
)
@given(
    sections=workflows(),
    deeds=st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(sorted(DEEDS))), min_size=1, max_size=5),
)
def test_after_an_apply_there_is_nothing_to_do(web: Web, sections: Sections, deeds: list[tuple[str, str]]) -> None:
    web.workflow.apply(sections)
    assert pending(web.workflow.plan(sections)) == {}
    lay_hands_on(web.api, web.workflow.name, deeds)
    web.workflow.apply(sections)
    assert pending(web.workflow.plan(sections)) == {}
