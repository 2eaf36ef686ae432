"""The second binding of THE TABLE on a real swarm: each row is set, changed and unset, and read back each time.

Services have no tasks here, but where a row is about their number: what counts is what managers keep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient
from docker.types import ContainerSpec, ServiceMode, TaskTemplate

from runner.core.gateway import Gateway
from runner.core.plan import Action, Effect
from runner.kinds.swarm.service.table import FIELDS, ROWS
from runner.resource.field import Field
from runner.resource.orchestrator_names import SWARM
from runner.resource.requirements import unsupported
from runner.resource.service_binding import InService, NotInService, service_of
from tests.engine.rows import Inspect, Seen, Subject, Walk, declare
from tests.harness.workflow import Workflow, change_of, pending

SECOND = 1_000_000_000
MEGABYTE = 1024 * 1024
IMAGE = f"busybox@sha256:{'0' * 64}"
"""Whatever it is: no task runs it, and with a digest no registry is asked for it."""


def at(path: str) -> Callable[[Inspect], Any]:
    """Return what looks at a dotted path of a spec; None for what isn't there."""

    def look(spec: Inspect) -> Any:
        found: Any = spec
        for key in path.split("."):
            found = (found or {}).get(key)
        return found

    return look


def seen(path: str, first: Any, second: Any, unset: Any = None, **more: Any) -> Seen:
    return Seen(where=at(path), first=first, second=second, unset=unset, **more)


def container(key: str, first: Any, second: Any, unset: Any = None, **more: Any) -> Seen:
    return seen(f"TaskTemplate.ContainerSpec.{key}", first, second, unset, **more)


def health(key: str, first: Any, second: Any, unset: Any) -> Seen:
    return container(f"Healthcheck.{key}", first, second, unset, beside={"healthcheck": {"test": "true"}})


def both(key: str, first: Any, second: Any, unset: Any = None) -> Seen:
    """Expect the same of updates and of going back."""

    def look(spec: Inspect) -> Any:
        one, other = at(f"UpdateConfig.{key}")(spec), at(f"RollbackConfig.{key}")(spec)
        assert one == other
        return one

    return Seen(where=look, first=first, second=second, unset=unset)


def mounts(spec: Inspect) -> dict[str, tuple[Any, ...]]:
    """Return the type of each mount, whether it is read-only, and its size."""
    return {
        mount["Target"]: (
            mount["Type"],
            mount.get("ReadOnly", False),
            mount.get("TmpfsOptions", {}).get("SizeBytes", 0),
        )
        for mount in at("TaskTemplate.ContainerSpec.Mounts")(spec) or ()
    }


def networks(spec: Inspect) -> dict[str, list[str]]:
    """Return the last word of each network's name, and the aliases there beside the service's own key."""
    joined = at("TaskTemplate.Networks")(spec) or ()
    return {one["Target"].rpartition("_")[2]: one.get("Aliases", [])[1:] for one in joined}


def ports(spec: Inspect) -> list[tuple[Any, ...]]:
    found = at("EndpointSpec.Ports")(spec) or ()
    return sorted((one["Protocol"], one["TargetPort"], one.get("PublishedPort"), one["PublishMode"]) for one in found)


def privileges(spec: Inspect) -> tuple[Any, ...]:
    """Return no-new-privileges, and the modes of seccomp and AppArmor."""
    found = at("TaskTemplate.ContainerSpec.Privileges")(spec) or {}
    return (found.get("NoNewPrivileges", False), *(found.get(key, {}).get("Mode") for key in ("Seccomp", "AppArmor")))


PLACE = "TaskTemplate.Placement"
LIMITS = "TaskTemplate.Resources.Limits"
AMD = {"OS": "linux", "Architecture": "amd64"}
ARM = {"OS": "linux", "Architecture": "arm64"}
UNCONFINED = (["no-new-privileges"], ["seccomp:unconfined", "apparmor=unconfined"])

EXPECTED: dict[str, Seen] = {
    "command": container("Args", ["sleep", "1000"], ["sleep", "2000"]),
    "entrypoint": container("Command", ["env", "MODE=a"], ["env", "MODE=b"]),
    "environment": container("Env", ["MODE=a"], ["MODE=b"]),
    "user": container("User", "1000:1000", "1001"),
    "group_add": container("Groups", ["33"], ["33", "nogroup"]),
    "working_dir": container("Dir", "/tmp", "/var"),
    "hostname": container("Hostname", "alpha", "beta"),
    "labels": container("Labels", {"team": "a"}, {"team": "b"}),
    "platform": seen(f"{PLACE}.Platforms", [AMD], [ARM]),
    "init": container("Init", True, False),
    "tty": container("TTY", True, None),
    "stdin_open": container("OpenStdin", True, None),
    "cap_add": container("CapabilityAdd", ["CAP_NET_ADMIN"], ["CAP_NET_ADMIN", "CAP_SYS_TIME"]),
    "cap_drop": container("CapabilityDrop", ["ALL"], ["CAP_CHOWN"]),
    "ulimits": container(
        "Ulimits",
        [{"Name": "nofile", "Soft": 512, "Hard": 512}],
        [{"Name": "nofile", "Soft": 256, "Hard": 512}],
    ),
    "security_opt": Seen(
        where=privileges,
        first=(True, None, None),
        second=(False, "unconfined", "disabled"),
        unset=(False, None, None),
        values=UNCONFINED,
    ),
    "sysctls": container("Sysctls", {"net.ipv4.ip_forward": "1"}, {"net.ipv4.ip_forward": "0"}),
    "ports": Seen(
        where=ports,
        first=[("tcp", 80, 18080, "ingress")],
        second=[("tcp", 80, 18081, "host"), ("udp", 53, None, "ingress")],
        unset=[],
        values=(["18080:80"], [{"target": 80, "published": 18081, "mode": "host"}, "53/udp"]),
    ),
    "networks": Seen(where=networks, first={"front": []}, second={"front": ["www"]}, unset={"default": []}),
    "network_mode": Seen(
        where=networks,
        first={"host": []},
        second={"bridge": []},
        unset={"default": []},
        values=("host", "bridge"),
    ),
    "extra_hosts": container("Hosts", ["10.0.0.2 db"], ["10.0.0.3 db"]),
    "dns": container("DNSConfig.Nameservers", ["10.0.0.53"], ["10.0.0.53", "10.0.0.54"]),
    "dns_search": container("DNSConfig.Search", ["example.org"], ["example.org", "example.net"]),
    "dns_opt": container("DNSConfig.Options", ["ndots:2"], ["ndots:2", "rotate"]),
    "volumes": Seen(
        where=mounts,
        first={"/data": ("volume", False, 0)},
        second={"/data": ("volume", True, 0), "/fast": ("tmpfs", False, 8 * MEGABYTE)},
        unset={},
    ),
    "tmpfs": Seen(
        where=mounts, first={"/run": ("tmpfs", False, 0)}, second={"/run": ("tmpfs", False, 8 * MEGABYTE)}, unset={}
    ),
    "read_only": container("ReadOnly", True, None),
    "limits.cpus": seen(f"{LIMITS}.NanoCPUs", SECOND // 2, SECOND // 4),
    "limits.memory": seen(f"{LIMITS}.MemoryBytes", 64 * MEGABYTE, 96 * MEGABYTE),
    "limits.memory_reservation": seen("TaskTemplate.Resources.Reservations.MemoryBytes", 32 * MEGABYTE, 16 * MEGABYTE),
    "limits.pids": seen(f"{LIMITS}.Pids", 100, 50),
    "limits.oom_score_adj": container("OomScoreAdj", 500, 100),
    "stop_signal": container("StopSignal", "SIGINT", "SIGQUIT"),
    "stop_grace_period": container("StopGracePeriod", SECOND, 3 * SECOND, 10 * SECOND),
    "logging.driver": seen("TaskTemplate.LogDriver.Name", "json-file", "none"),
    "logging.options": seen(
        "TaskTemplate.LogDriver.Options",
        {"max-size": "1m"},
        {"max-size": "2m"},
        beside={"logging": {"driver": "json-file"}},
    ),
    "restart": Seen(
        where=lambda spec: (
            at("TaskTemplate.RestartPolicy.Condition")(spec),
            at("TaskTemplate.RestartPolicy.MaxAttempts")(spec),
            at("TaskTemplate.RestartPolicy.Delay")(spec),
        ),
        first=("on-failure", 3, SECOND),
        second=("none", 0, SECOND),
        unset=("any", 0, SECOND),
        values=("on-failure:3", "no"),
        beside={"restart_delay": "1s"},
    ),
    "healthcheck.test": container("Healthcheck.Test", ["CMD", "true"], ["CMD-SHELL", "exit 0"]),
    "healthcheck.interval": health("Interval", SECOND // 2, SECOND, None),
    "healthcheck.timeout": health("Timeout", SECOND, 2 * SECOND, None),
    "healthcheck.start_period": health("StartPeriod", SECOND, 2 * SECOND, None),
    "healthcheck.start_interval": health("StartInterval", SECOND, 2 * SECOND, None),
    "healthcheck.retries": health("Retries", 2, 5, None),
    "endpoint_mode": Seen(
        where=lambda spec: at("EndpointSpec.Mode")(spec) or "vip", first="dnsrr", second="vip", unset="vip"
    ),
    "limits.cpu_reservation": seen("TaskTemplate.Resources.Reservations.NanoCPUs", SECOND // 2, SECOND // 4),
    "limits.generic_resources": Seen(
        where=lambda spec: [
            tuple(one["DiscreteResourceSpec"].values())
            for one in at("TaskTemplate.Resources.Reservations.GenericResources")(spec) or ()
        ],
        first=[("gpu", 1)],
        second=[("gpu", 2), ("ssd", 1)],
        unset=[],
    ),
    "service_labels": Seen(
        where=lambda spec: {key: text for key, text in spec["Labels"].items() if not key.startswith("runner.")},
        first={"traefik.enable": "true"},
        second={"traefik.enable": "false", "team": "shop"},
        unset={},
    ),
    "restart_delay": seen("TaskTemplate.RestartPolicy.Delay", 10 * SECOND, SECOND, 5 * SECOND),
    "restart_window": seen("TaskTemplate.RestartPolicy.Window", 120 * SECOND, 10 * SECOND),
    "place.constraints": seen(
        f"{PLACE}.Constraints", ["node.labels.disk==ssd"], ["node.hostname==n1", "node.role!=manager"]
    ),
    "place.spread": Seen(
        where=lambda spec: [one["Spread"]["SpreadDescriptor"] for one in at(f"{PLACE}.Preferences")(spec) or ()],
        first=["node.labels.zone"],
        second=["node.labels.zone", "node.labels.rack"],
        unset=[],
    ),
    "place.platforms": seen(f"{PLACE}.Platforms", [AMD], [AMD, ARM]),
    "place.max_per_node": seen(f"{PLACE}.MaxReplicas", 1, 2),
    "update.order": both("Order", "start-first", "stop-first", "stop-first"),
    "update.on_failure": Seen(
        where=lambda spec: (at("UpdateConfig.FailureAction")(spec), at("RollbackConfig.Parallelism")(spec)),
        first=("pause", 0),
        second=("rollback", 0),
        unset=("rollback", 0),
    ),
    "update.delay": seen("UpdateConfig.Delay", 10 * SECOND, SECOND),
    "update.parallel": seen("UpdateConfig.Parallelism", 2, 0, 1),
    "update.monitor": both("Monitor", 10 * SECOND, SECOND, 5 * SECOND),
    "update.max_failure_ratio": seen("UpdateConfig.MaxFailureRatio", 0.25, 0.5, 0),
}
APART = {"image", "secrets", "configs", "triggers", "replicas", "mode"}
"""Rows with tests of their own."""

TOGETHER = 10
WALKED = tuple(row for row in FIELDS if row.name in EXPECTED)
GROUPS = [
    pytest.param(WALKED[at : at + TOGETHER], id=f"{WALKED[at].name} and {len(WALKED[at : at + TOGETHER]) - 1} more")
    for at in range(0, len(WALKED), TOGETHER)
]


@pytest.fixture
def on_swarm(gateway: Gateway, workflow_name: str, tmp_path: Path) -> Workflow:
    """A workflow of this test's own on the swarm, planned and applied in this process."""
    return Workflow(gateway, workflow_name, tmp_path, engine=SWARM, timeout=60)


def file_of(key: str, row: Field, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file with one entry, and what that refers to."""
    update = {"settle": "0s", **entry.get("update", {})}
    web = {"image": IMAGE, "replicas": 0, **entry, "update": update}
    found: dict[str, Any] = {"containers": {key: web}, "networks": {"default": {"driver": "overlay"}}}
    if row.name == "volumes":
        found["volumes"] = {"data": {}}
    if row.name == "networks":
        found["networks"]["front"] = {"driver": "overlay"}
    return found


def look_at(client: DockerClient, name: str) -> Inspect:
    """Return the spec of a service, with the names of its networks, and with what counts where nothing is said."""
    service = client.api.inspect_service(name, insert_defaults=True)
    for joined in service["Spec"]["TaskTemplate"].get("Networks") or ():
        joined["Target"] = client.api.inspect_network(joined["Target"])["Name"]
    return {"Id": service["ID"], **service["Spec"]}


def test_every_row_that_a_service_has_is_looked_up_on_a_swarm() -> None:
    assert {*APART, *EXPECTED} == {row.name for row in FIELDS}


@pytest.mark.parametrize("group", GROUPS)
def test_rows_are_set_changed_and_unset(
    group: tuple[Field, ...], on_swarm: Workflow, gateway: Gateway, docker_client: DockerClient
) -> None:
    engine, subjects = gateway.engine(), []
    for number, row in enumerate(group):
        key = f"row{number}"  # names of services have 63 letters at most
        found = EXPECTED[row.name]
        inspect = partial(look_at, docker_client, f"{on_swarm.name}-{key}")
        subject = Subject(f"container.{key}", row, found, partial(file_of, key, row), inspect)
        values = [row.codec.parse(value) for value in found.values or row.examples]
        if lacking := [
            *unsupported({key.name: key for value in values for key in row.keys_of(value)}.values(), engine)
        ]:
            (problem,) = on_swarm.plan(subject.declared((found.values or row.examples)[0])).problems
            assert problem.code == lacking[0].code == "engine-too-old"
            assert lacking[0].key in problem.message
        else:
            subjects.append(subject)
    Walk(on_swarm, subjects).set_change_and_unset()


def test_what_a_service_cannot_have_is_refused_where_the_file_says_it(on_swarm: Workflow) -> None:
    accepted = []
    for row, service in ((row, service_of(row)) for row in ROWS):
        if isinstance(service, NotInService):
            entry = declare(row, row.examples[0], {"image": IMAGE})
            with pytest.raises(AssertionError) as refused:
                on_swarm.plan({"containers": {"web": entry}})
            if f'"{row.name}" {service.reason}' not in str(refused.value):
                accepted.append(row.name)
    assert accepted == []


def test_the_defaults_of_rows_are_those_of_the_swarm(workflow_name: str, docker_client: DockerClient) -> None:
    bare = docker_client.api.create_service(
        TaskTemplate(ContainerSpec(IMAGE)),
        name=f"{workflow_name}-bare",
        labels={"runner.workflow": workflow_name},
        mode=ServiceMode("replicated", 0),
    )
    spec = docker_client.api.inspect_service(bare["ID"], insert_defaults=True)["Spec"]
    live = {row.name: row.bind.read(spec) for row in FIELDS if row.default.value is not None}
    assert live == {row.name: row.default.value for row in FIELDS if row.default.value is not None} | {"replicas": 0}


def test_tasks_are_more_or_fewer_or_one_on_each_node(
    on_swarm: Workflow, releases: list[str], docker_client: DockerClient
) -> None:
    def file_with(**more: Any) -> dict[str, Any]:
        web = {"image": releases[0], "command": "sleep 600", "init": True, "networks": ["front"], **more}
        return {"networks": {"front": {"driver": "overlay"}}, "containers": {"web": web}}

    def run() -> tuple[str, int]:
        service = docker_client.services.get(f"{on_swarm.name}-web")
        running = [task for task in service.tasks() if task["DesiredState"] == task["Status"]["State"] == "running"]
        return str(service.id), len(running)

    ids, counts, actions = [], [], []
    for more in ({"replicas": 2}, {"replicas": 3}, {}, {"mode": "global"}, {"mode": "global"}):
        actions.append(change_of(on_swarm.apply(file_with(**more)), "container.web").action)
        assert pending(on_swarm.plan(file_with(**more))) == {}
        id, count = run()
        ids.append(id)
        counts.append(count)
    assert actions == [Action.CREATE, Action.UPDATE, Action.UPDATE, Action.REPLACE, Action.NOOP]
    assert counts == [2, 3, 1, 3, 3]
    assert ids[0] == ids[1] == ids[2] != ids[3] == ids[4]


@pytest.mark.parametrize("key", ["secrets", "configs"])
def test_granted_files_are_set_changed_and_unset(key: str, on_swarm: Workflow, docker_client: DockerClient) -> None:
    row = next(row for row in FIELDS if row.name == key)
    kind = key.removesuffix("s").capitalize()
    (on_swarm.folder / "text").write_text("content")

    def file_with(*grants: Any) -> dict[str, Any]:
        entry = {"user": "1000:50", **({key: [*grants]} if grants else {})}
        return {**file_of("web", row, entry), key: {"app": {"file": "text"}}}

    seen: list[Any] = []
    for grants in (("app",), ({"source": "app", "target": "/etc/app", "uid": 5, "mode": "0440"},), ()):
        plan = on_swarm.apply(file_with(*grants))
        assert pending(on_swarm.plan(file_with(*grants))) == {}
        found = at(f"TaskTemplate.ContainerSpec.{kind}s")(look_at(docker_client, f"{on_swarm.name}-web")) or ()
        files = [one["File"] for one in found if one[f"{kind}Name"].startswith(f"{on_swarm.name}_app-")]
        told = [(file["Name"], file["UID"], file["GID"], file["Mode"]) for file in files]
        seen.append((change_of(plan, "container.web").action, told))
    usual = ("/run/secrets/app", "1000", "50", 0o400) if key == "secrets" else ("/app", "1000", "50", 0o444)
    assert seen == [
        (Action.CREATE, [usual]),
        (Action.UPDATE, [("/etc/app", "5", "0", 0o440)]),
        (Action.UPDATE, []),
    ]


def test_another_image_is_a_change_of_the_spec(on_swarm: Workflow, docker_client: DockerClient) -> None:
    row = next(row for row in FIELDS if row.name == "image")
    for number in "01":
        image = f"busybox@sha256:{number * 64}"
        plan = on_swarm.apply(file_of("web", row, {"image": image}))
        assert pending(on_swarm.plan(file_of("web", row, {"image": image}))) == {}
        spec = look_at(docker_client, f"{on_swarm.name}-web")
        assert at("TaskTemplate.ContainerSpec.Image")(spec) == image
    assert change_of(plan, "container.web").action is Action.UPDATE


def test_a_file_that_changed_restarts_tasks_though_the_spec_is_the_same(
    on_swarm: Workflow, docker_client: DockerClient, tmp_path: Path
) -> None:
    row = next(row for row in FIELDS if row.name == "triggers")
    file = file_of("web", row, {"triggers": ["x"]})
    forced = []
    for content in ("a", "a", "b"):
        (tmp_path / "x").write_text(content)
        on_swarm.apply(file)
        assert pending(on_swarm.plan(file)) == {}
        forced.append(at("TaskTemplate.ForceUpdate")(look_at(docker_client, f"{on_swarm.name}-web")))
    assert forced == [0, 0, 1]


def test_what_restarts_tasks_is_told_apart_from_what_does_not() -> None:
    in_place = {row.name for row in FIELDS if row.on_change is Effect.UPDATE}
    assert in_place == {
        "replicas",
        "place.spread",
        "place.max_per_node",
        "service_labels",
        *(row.name for row in FIELDS if row.name.startswith("update.")),
    }
    assert [row.name for row in FIELDS if row.on_change is Effect.REPLACE] == ["mode"]
    assert all(isinstance(service_of(row), InService) for row in FIELDS)
