"""THE TABLE on a real engine: each of its rows is set, changed and unset, and looked up on the engine each time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import pytest
from docker import DockerClient

from runner.core.engine import Engine
from runner.core.event import Event, Transition
from runner.core.gateway import Gateway
from runner.core.plan import Action, Reason
from runner.core.resource_state import State
from runner.kinds.container.options import FIELDS
from runner.resource.field import Field
from runner.resource.requirements import api_at_least, unsupported
from tests.engine.conftest import MakeImage
from tests.engine.rows import Inspect, Seen, Subject, Walk, declare
from tests.engine.web import OFFLINE, SLEEPER
from tests.harness.workflow import Sections, Workflow, change_of, pending

SECOND = 1_000_000_000
MEGABYTE = 1024 * 1024
IMAGE_CONFIG = {
    "Entrypoint": ["env"],
    "Cmd": ["sleep", "600"],
    "Env": ["PATH=/bin", "MODE=image"],
    "ExposedPorts": {"80/tcp": {}},
    "Healthcheck": {
        "Test": ["CMD", "test", "-d", "/"],
        "Interval": SECOND // 10,
        "Timeout": 5 * SECOND,
        "StartPeriod": 3 * SECOND,
        "StartInterval": SECOND // 10,  # newer engines look every five seconds otherwise
        "Retries": 7,
    },
    "Labels": {"team": "image"},
    "StopSignal": "SIGKILL",
    "User": "33",
    "WorkingDir": "/var/www",
}
"""An image that runs by itself and gives a default to everything that can have one."""


def environment(inspect: Inspect) -> str:
    return str(dict(item.split("=", 1) for item in inspect["Config"]["Env"])["MODE"])


def networks(inspect: Inspect) -> dict[str, bool]:
    """Return the last word of each network's name, and whether the container answers to www there."""
    joined = inspect["NetworkSettings"]["Networks"]
    return {name.rpartition("_")[2]: "www" in endpoint["Aliases"] for name, endpoint in joined.items()}


def mounts(inspect: Inspect) -> dict[str, tuple[str, bool, int]]:
    """Return the type of each mount, whether it is read-only, and its size."""
    return {
        mount["Target"]: (
            mount["Type"],
            mount.get("ReadOnly", False),
            mount.get("TmpfsOptions", {}).get("SizeBytes", 0),
        )
        for mount in inspect["HostConfig"].get("Mounts") or ()
    }


def ulimit(inspect: Inspect) -> tuple[int, int] | None:
    limits = {limit["Name"]: (limit["Soft"], limit["Hard"]) for limit in inspect["HostConfig"]["Ulimits"] or ()}
    return limits.get("nofile")


def published(inspect: Inspect) -> dict[str, list[str]]:
    bindings: Mapping[str, list[Mapping[str, str]]] = inspect["HostConfig"]["PortBindings"] or {}
    return {port: [f"{b['HostIp']}:{b['HostPort']}" for b in bound] for port, bound in bindings.items()}


def hostname(inspect: Inspect) -> str:
    own = inspect["Config"]["Hostname"]
    return "the id" if own == inspect["Id"][:12] else str(own)


def devices(inspect: Inspect) -> dict[str, str]:
    """Return for each device in the container the one on the host, and what may be done with it."""
    return {
        device["PathInContainer"]: f"{device['PathOnHost']}:{device['CgroupPermissions']}"
        for device in inspect["HostConfig"]["Devices"] or ()
    }


def rate(key: str, first: int, second: int) -> Seen:
    """Expect a limit on a device that most machines have."""
    device = "/dev/loop0"
    return Seen(
        where=lambda inspect: {limit["Path"]: limit["Rate"] for limit in inspect["HostConfig"][key] or ()},
        first={device: first},
        second={device: second},
        unset={},
        values=({device: first}, {device: second}),
    )


EXPECTED: dict[str, Seen | Callable[[Engine], Seen]] = {
    "command": Seen(where="Config.Cmd", first=["sleep", "1000"], second=["sleep", "2000"], unset=["sleep", "600"]),
    "entrypoint": Seen(
        where="Config.Entrypoint",
        first=["env", "MODE=a"],
        second=["env", "MODE=b"],
        unset=["env"],
        beside={"command": ["sleep", "1000"]},
    ),
    "environment": Seen(where=environment, first="a", second="b", unset="image"),
    "user": Seen(where="Config.User", first="1000:1000", second="1001", unset="33"),
    "working_dir": Seen(where="Config.WorkingDir", first="/tmp", second="/var", unset="/var/www"),
    "hostname": Seen(where=hostname, first="alpha", second="beta", unset="the id"),
    "labels": Seen(where="Config.Labels.team", first="a", second="b", unset="image"),
    "group_add": Seen(where="HostConfig.GroupAdd", first=["33"], second=["33", "nogroup"], unset=None),
    "domainname": Seen(where="Config.Domainname", first="example.org", second="example.net", unset=""),
    "annotations": Seen(where="HostConfig.Annotations", first={"team": "a"}, second={"team": "b"}, unset=None),
    "runtime": Seen(where="HostConfig.Runtime", first="runc", second="io.containerd.runc.v2", unset="runc"),
    "stdin_open": Seen(where="Config.OpenStdin", first=True, second=False, unset=False),
    "init": Seen(where="HostConfig.Init", first=True, second=False, unset=None),
    "tty": Seen(where="Config.Tty", first=True, second=False, unset=False),
    "privileged": Seen(where="HostConfig.Privileged", first=True, second=False, unset=False),
    "cap_add": Seen(
        where="HostConfig.CapAdd", first=["CAP_NET_ADMIN"], second=["CAP_NET_ADMIN", "CAP_SYS_TIME"], unset=None
    ),
    "cap_drop": Seen(where="HostConfig.CapDrop", first=["ALL"], second=["CAP_CHOWN"], unset=None),
    "ulimits": Seen(where=ulimit, first=(512, 512), second=(256, 512), unset=None),
    "security_opt": Seen(
        where=lambda inspect: (inspect["HostConfig"]["SecurityOpt"] or [], inspect["HostConfig"]["MaskedPaths"] == []),
        first=(["no-new-privileges=true"], False),
        second=(["seccomp=unconfined"], True),
        unset=([], False),
    ),
    "ipc": Seen(where="HostConfig.IpcMode", first="shareable", second="host", unset="private"),
    "pid": Seen(where="HostConfig.PidMode", first="host", second="", unset=""),
    "uts": Seen(where="HostConfig.UTSMode", first="host", second="", unset=""),
    "userns_mode": Seen(where="HostConfig.UsernsMode", first="host", second="", unset=""),
    "cgroup": lambda engine: Seen(
        where="HostConfig.CgroupnsMode", first="host", second="private", unset=engine.capabilities.cgroup
    ),
    "cgroup_parent": Seen(where="HostConfig.CgroupParent", first="/runner-a", second="/runner-b", unset=""),
    "sysctls": Seen(
        where="HostConfig.Sysctls",
        first={"net.ipv4.ip_forward": "1"},
        second={"net.ipv4.ip_forward": "0"},
        unset=None,
    ),
    "devices": Seen(where=devices, first={"/dev/nil": "/dev/zero:rwm"}, second={"/dev/nil": "/dev/zero:r"}, unset={}),
    "device_cgroup_rules": Seen(
        where="HostConfig.DeviceCgroupRules", first=["c 1:3 rw"], second=["c 1:3 rw", "a 7:* rwm"], unset=None
    ),
    "ports": Seen(
        where=published,
        first={"80/tcp": ["127.0.0.1:18080"]},
        second={"80/tcp": ["127.0.0.1:18081"], "53/udp": [":"]},
        unset={},
        beside={"network_mode": "bridge"},
    ),
    "expose": Seen(
        where="Config.ExposedPorts",
        first={"80/tcp": {}, "81/tcp": {}},
        second={"80/tcp": {}, "82/tcp": {}, "53/udp": {}},
        unset={"80/tcp": {}},
    ),
    "networks": Seen(
        where=networks,
        first={"default": False, "front": False},
        second={"default": False, "front": True},
        unset={"default": False},
        values=(["default", "front"], {"default": {}, "front": {"aliases": ["www"]}}),  # it stays where it was made
    ),
    "network_mode": Seen(
        where=lambda inspect: [name.rpartition("_")[2] for name in inspect["NetworkSettings"]["Networks"]],
        first=["none"],
        second=["bridge"],
        unset=["default"],
    ),
    "extra_hosts": Seen(where="HostConfig.ExtraHosts", first=["db:10.0.0.2"], second=["db:10.0.0.3"], unset=None),
    "dns": Seen(where="HostConfig.Dns", first=["10.0.0.53"], second=["10.0.0.53", "10.0.0.54"], unset=None),
    "dns_search": Seen(
        where="HostConfig.DnsSearch", first=["example.org"], second=["example.org", "example.net"], unset=None
    ),
    "dns_opt": Seen(where="HostConfig.DnsOptions", first=["ndots:2"], second=["ndots:2", "rotate"], unset=None),
    "volumes": Seen(
        where=mounts,
        first={"/data": ("volume", False, 0)},
        second={"/data": ("volume", True, 0), "/fast": ("tmpfs", False, 8 * MEGABYTE)},
        unset={},
    ),
    "tmpfs": Seen(
        where="HostConfig.Tmpfs",
        first={"/run": ""},
        second={"/run": "size=8m"},
        unset=None,
    ),
    "read_only": Seen(where="HostConfig.ReadonlyRootfs", first=True, second=False, unset=False),
    "shm_size": Seen(where="HostConfig.ShmSize", first=32 * MEGABYTE, second=16 * MEGABYTE, unset=64 * MEGABYTE),
    "limits.cpus": Seen(where="HostConfig.NanoCpus", first=500_000_000, second=250_000_000, unset=0),
    "limits.cpu_shares": Seen(where="HostConfig.CpuShares", first=512, second=256, unset=0),
    "limits.cpuset": Seen(where="HostConfig.CpusetCpus", first="0", second="0,1", unset=""),
    "limits.cpu_period": Seen(
        where="HostConfig.CpuPeriod", first=50_000, second=100_000, unset=0, beside={"limits": {"cpu_quota": 25_000}}
    ),
    "limits.cpu_quota": Seen(where="HostConfig.CpuQuota", first=50_000, second=25_000, unset=0),
    "limits.memory": Seen(where="HostConfig.Memory", first=64 * MEGABYTE, second=96 * MEGABYTE, unset=0),
    "limits.memory_reservation": Seen(
        where="HostConfig.MemoryReservation", first=32 * MEGABYTE, second=16 * MEGABYTE, unset=0
    ),
    "limits.memory_swap": Seen(
        where="HostConfig.MemorySwap",
        first=128 * MEGABYTE,
        second=-1,
        unset=192 * MEGABYTE,
        beside={"limits": {"memory": "96m"}},
    ),
    "limits.pids": Seen(
        where=lambda inspect: inspect["HostConfig"]["PidsLimit"] or None, first=100, second=50, unset=None
    ),
    "limits.memory_swappiness": Seen(where="HostConfig.MemorySwappiness", first=10, second=0, unset=None),
    "limits.oom_kill_disable": Seen(
        where=lambda inspect: bool(inspect["HostConfig"]["OomKillDisable"]), first=True, second=False, unset=False
    ),
    "limits.oom_score_adj": Seen(where="HostConfig.OomScoreAdj", first=500, second=100, unset=0),
    "limits.io.read_bps": rate("BlkioDeviceReadBps", 10 * MEGABYTE, 20 * MEGABYTE),
    "limits.io.write_bps": rate("BlkioDeviceWriteBps", 10 * MEGABYTE, 20 * MEGABYTE),
    "limits.io.read_iops": rate("BlkioDeviceReadIOps", 100, 200),
    "limits.io.write_iops": rate("BlkioDeviceWriteIOps", 100, 200),
    "stop_signal": Seen(
        where="Config.StopSignal", first="SIGINT", second="SIGQUIT", unset="SIGKILL", beside={"init": True}
    ),
    "stop_grace_period": Seen(where="Config.StopTimeout", first=1, second=3, unset=None),
    "restart": Seen(
        where="HostConfig.RestartPolicy",
        first={"Name": "always", "MaximumRetryCount": 0},
        second={"Name": "on-failure", "MaximumRetryCount": 3},
        unset={"Name": "no", "MaximumRetryCount": 0},
    ),
    "logging.driver": Seen(where="HostConfig.LogConfig.Type", first="json-file", second="none", unset="json-file"),
    "logging.options": Seen(
        where="HostConfig.LogConfig.Config", first={"max-size": "1m"}, second={"max-size": "2m"}, unset={}
    ),
    "healthcheck.test": Seen(
        where="Config.Healthcheck.Test",
        first=["CMD", "true"],
        second=["CMD-SHELL", "exit 0"],
        unset=["CMD", "test", "-d", "/"],
    ),
    "healthcheck.interval": Seen(
        where="Config.Healthcheck.Interval", first=SECOND // 2, second=SECOND, unset=SECOND // 10
    ),
    "healthcheck.timeout": Seen(where="Config.Healthcheck.Timeout", first=SECOND, second=2 * SECOND, unset=5 * SECOND),
    "healthcheck.start_period": Seen(
        where="Config.Healthcheck.StartPeriod", first=SECOND, second=2 * SECOND, unset=3 * SECOND
    ),
    "healthcheck.start_interval": Seen(
        where="Config.Healthcheck.StartInterval", first=SECOND, second=2 * SECOND, unset=SECOND // 10
    ),
    "healthcheck.retries": Seen(where="Config.Healthcheck.Retries", first=2, second=5, unset=7),
}
LEFT_OUT = {"limits.io.weight": "Weight discarded|is not supported by the engine's kernel or cgroups"}
"""Rows that not every kernel honours, and engines tell so only when a container is made."""

REFUSED = {
    "gpus": 'the engine has no device driver with "gpu"',
    "storage_opt": "--storage-opt is supported only for|needs a storage driver with size limits",
}
"""Rows that need what the engine of the tests doesn't have, and what it says to that; or the plan, where it doesn't."""

APART = {"image", "platform", "secrets", "configs", "triggers", "post_start", "pre_stop"}
"""Rows with tests of their own: they can't be changed on one image."""

TOGETHER = 8
"""So many rows share a workflow, each with a container of its own: it is planned and looked at once for all of them."""

ROWS = tuple(row for row in FIELDS if row.name in EXPECTED)
GROUPS = [
    pytest.param(ROWS[at : at + TOGETHER], id=f"{ROWS[at].name} and {len(ROWS[at : at + TOGETHER]) - 1} more")
    for at in range(0, len(ROWS), TOGETHER)
]


@pytest.fixture(scope="session")
def image(make_image: MakeImage) -> str:
    return make_image("options", **IMAGE_CONFIG)


@pytest.fixture(scope="session")
def unchecked_image(make_image: MakeImage) -> str:
    """The same without a healthcheck, whose probes cost more than all else that a row needs."""
    return make_image("unchecked", **{key: value for key, value in IMAGE_CONFIG.items() if key != "Healthcheck"})


def test_every_row_of_the_table_is_looked_up_on_the_engine() -> None:
    assert {*APART, *EXPECTED, *LEFT_OUT, *REFUSED} == {row.name for row in FIELDS}


@pytest.mark.parametrize("group", GROUPS)
def test_rows_are_set_changed_and_unset(
    group: tuple[Field, ...],
    image: str,
    unchecked_image: str,
    workflow: Workflow,
    gateway: Gateway,
    docker_client: DockerClient,
) -> None:
    engine, subjects = gateway.engine(), []
    for row in group:
        key = row.name.replace(".", "-")
        seen, of = expected(row, engine), image if row.name.startswith("healthcheck") else unchecked_image
        inspect = partial(docker_client.api.inspect_container, f"{workflow.name}-{key}-1")
        subject = Subject(f"container.{key}", row, seen, partial(container, key, of, row), inspect)
        if lacking := [*unsupported([row], engine)]:
            refused = workflow.plan(subject.declared(row.examples[0])).problems
            assert [problem.code for problem in refused] == [lack.code for lack in lacking]
            assert row.name in refused[0].message
        else:
            subjects.append(subject)
    Walk(workflow, subjects).set_change_and_unset()


def expected(row: Field, engine: Engine) -> Seen:
    found = EXPECTED[row.name]
    return found if isinstance(found, Seen) else found(engine)


def container(key: str, image: str, row: Field, entry: Mapping[str, Any]) -> Sections:
    """Declare a container of which only one row is of interest, with what that may name."""
    network = {} if row.name.startswith("network") else {"network_mode": "none"}
    return {
        "networks": {"front": {}} if row.name == "networks" else {},
        "volumes": {"data": {}} if row.name == "volumes" else {},
        "containers": {key: {"image": image, "update": {"settle": "50ms"}, **network, **entry}},
    }


def test_a_platform_is_looked_up_in_the_image(
    workflow: Workflow, gateway: Gateway, docker_client: DockerClient
) -> None:
    row = next(row for row in FIELDS if row.name == "platform")
    own = f"linux/{gateway.engine().architecture}"
    seen = Seen(where="Platform", first="linux", second="", unset="linux", values=(own, ""))

    def sections(entry: Mapping[str, Any]) -> Sections:
        return {"containers": {"web": {**OFFLINE, **entry}}}

    inspect = partial(docker_client.api.inspect_container, f"{workflow.name}-web-1")
    Walk(workflow, [Subject("container.web", row, seen, sections, inspect)]).set_and_unset()
    other = workflow.plan(sections({"platform": "linux/s390x"}))
    assert pending(other) == {"container.web": "replace"}
    assert "linux/s390x" in failure(workflow.carry_out(other))


@pytest.mark.parametrize("name", [*REFUSED, *LEFT_OUT])
def test_what_the_engine_cannot_do_fails_in_clear_words(name: str, image: str, workflow: Workflow) -> None:
    row = next(row for row in FIELDS if row.name == name)
    web = {"image": image, "network_mode": "none", **declare(row, row.examples[0], {})}
    plan = workflow.plan({"containers": {"web": web}})
    told = " ".join(problem.message for problem in plan.problems) or failure(workflow.carry_out(plan))
    assert re.search({**REFUSED, **LEFT_OUT}[name], told)
    assert pending(workflow.plan({"containers": {}})) == {}, "it left something behind"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"limits": {"cpus": 10_000}}, r"limits\.cpus 10000 is more than the engine has: \d+"),
        ({"runtime": "nosuch"}, r"runtime nosuch is not a runtime of the engine, which has .*runc"),
    ],
    ids=["processors", "runtime"],
)
def test_a_value_that_this_engine_would_refuse_is_refused_before_anything_is_made(
    options: dict[str, Any], told: str, image: str, workflow: Workflow
) -> None:
    plan = workflow.plan({"containers": {"web": {"image": image, "network_mode": "none", **options}}})
    (problem,) = plan.problems
    assert re.fullmatch(told, problem.message)
    assert problem.code == "engine-cannot"


def failure(events: Iterable[Event]) -> str:
    """Return why the container failed."""
    ends = [event for event in events if isinstance(event, Transition) and str(event.address) == "container.web"]
    assert ends[-1].after in (State.FAILED, State.ROLLED_BACK)
    return str(ends[-1].cause)


def test_a_mac_address_is_given_changed_and_left_to_the_engine_again(
    workflow: Workflow, docker_client: DockerClient
) -> None:
    networks = {name: {} for name in ("back", "front")}

    def sections(**front: str) -> Sections:
        web = {**SLEEPER, "networks": {"back": {}, "front": front}}
        return {"networks": networks, "containers": {"web": web}}

    def seen() -> str:
        joined = docker_client.api.inspect_container(f"{workflow.name}-web-1")["NetworkSettings"]["Networks"]
        assert len(joined) == len(networks)
        return str(joined[f"{workflow.name}_front"]["MacAddress"])

    for asked in ("02:42:0a:05:00:09", "02-42-0A-05-00-0A"):
        workflow.apply(sections(mac_address=asked))
        assert seen() == asked.lower().replace("-", ":")
        assert pending(workflow.plan(sections(mac_address=asked))) == {}
    workflow.apply(sections())
    assert seen() != "02:42:0a:05:00:0a"
    assert pending(workflow.plan(sections())) == {}


def test_a_mac_address_on_each_of_several_networks_is_given_or_refused(
    workflow: Workflow, gateway: Gateway, docker_client: DockerClient
) -> None:
    addresses = {"back": "02:42:0a:05:00:0b", "front": "02:42:0a:05:00:0c"}
    joined = {name: {"mac_address": address} for name, address in addresses.items()}
    sections = {"networks": {name: {} for name in joined}, "containers": {"web": {**SLEEPER, "networks": joined}}}
    plan = workflow.plan(sections)
    if api_at_least(gateway.engine(), "1.44"):
        workflow.apply(sections)
        inspect = docker_client.api.inspect_container(f"{workflow.name}-web-1")
        live = inspect["NetworkSettings"]["Networks"].items()
        assert {name.rpartition("_")[2]: endpoint["MacAddress"] for name, endpoint in live} == addresses
        assert pending(workflow.plan(sections)) == {}
    else:
        assert [problem.code for problem in plan.problems] == ["engine-too-old"]
        assert "networks.mac_address below the first network needs version 1.44" in plan.problems[0].message


def test_a_part_of_a_volume_is_mounted_changed_and_unset_or_refused(
    workflow: Workflow, gateway: Gateway, docker_client: DockerClient
) -> None:
    maker = {**OFFLINE, "command": "sh -c 'mkdir -p /all/a /all/b; exec sleep 600'", "volumes": ["data:/all"]}
    maker["healthcheck"] = {"test": "test -d /all/b", "interval": "100ms"}

    def sections(**volume: str) -> Sections:
        mount = {"type": "volume", "source": "data", "target": "/part", "volume": volume}
        web = {**OFFLINE, "volumes": [mount], "depends_on": ["maker"]}
        return {"volumes": {"data": {}}, "containers": {"maker": maker, "web": web}}

    if not api_at_least(gateway.engine(), "1.45"):
        problems = [(problem.code, problem.message) for problem in workflow.plan(sections(subpath="a")).problems]
        version = gateway.engine().api_version
        needs = f"volumes.volume.subpath needs version 1.45 of the engine's API; this one has {version}"
        assert problems == [("engine-too-old", needs)]
        return
    seen = []
    for volume in ({"subpath": "a"}, {"subpath": "b"}, {}):
        action = change_of(workflow.apply(sections(**volume)), "container.web").action
        assert pending(workflow.plan(sections(**volume))) == {}
        mount = docker_client.api.inspect_container(f"{workflow.name}-web-1")["HostConfig"]["Mounts"][0]
        seen.append((action, mount.get("VolumeOptions", {}).get("Subpath")))
    assert seen == [(Action.CREATE, "a"), (Action.REPLACE, "b"), (Action.REPLACE, None)]


@pytest.mark.parametrize("key", ["ipc", "pid", "network_mode"])
def test_a_namespace_of_another_container_is_shared_and_follows_it(
    key: str, image: str, workflow: Workflow, docker_client: DockerClient
) -> None:
    engine_key = {"ipc": "IpcMode", "pid": "PidMode", "network_mode": "NetworkMode"}[key]

    def sections(shm: str) -> Sections:
        own = {"image": image, "network_mode": "none"}
        lender = {**own, "ipc": "shareable", "shm_size": shm}
        return {"containers": {"web": {**own, key: "container:lender"}, "lender": lender}}

    for shm in ("8m", "16m"):
        change = change_of(workflow.apply(sections(shm)), "container.web")
        assert change.action is Action.CREATE or change.reasons == (Reason.DEPENDENCY,)
        assert pending(workflow.plan(sections(shm))) == {}
        lender, web = (docker_client.api.inspect_container(f"{workflow.name}-{name}-1") for name in ("lender", "web"))
        assert web["HostConfig"][engine_key] == f"container:{lender['Id']}"


@pytest.mark.parametrize("key", ["ipc", "pid", "network_mode"])
def test_a_namespace_of_a_container_that_is_nobodys_is_shared_and_a_missing_one_is_told_of(
    key: str, image: str, workflow: Workflow, docker_client: DockerClient
) -> None:
    engine_key = {"ipc": "IpcMode", "pid": "PidMode", "network_mode": "NetworkMode"}[key]
    stranger = f"{workflow.name}-stranger"
    sections = {"containers": {"web": {"image": image, "network_mode": "none", key: f"container:{stranger}"}}}
    (missing,) = workflow.plan(sections).problems
    assert f"container.{stranger}, which is not on the engine" in missing.message
    lender = docker_client.containers.run(image, name=stranger, detach=True, ipc_mode="shareable", network="none")
    try:
        workflow.apply(sections)
        assert pending(workflow.plan(sections)) == {}
        web = docker_client.api.inspect_container(f"{workflow.name}-web-1")
        assert web["HostConfig"][engine_key] == f"container:{lender.id}"
    finally:
        workflow.apply({})
        lender.remove(force=True)


def test_cpus_and_a_quota_give_way_to_each_other_by_a_new_container(
    image: str, workflow: Workflow, docker_client: DockerClient
) -> None:
    seen = []
    for limits in ({"cpus": 0.5}, {"cpu_quota": 20_000}, {"cpus": 0.25}):
        sections = {"containers": {"web": {"image": image, "network_mode": "none", "limits": limits}}}
        action = change_of(workflow.apply(sections), "container.web").action
        assert pending(workflow.plan(sections)) == {}
        host_config = docker_client.api.inspect_container(f"{workflow.name}-web-1")["HostConfig"]
        seen.append((action, host_config["NanoCpus"], host_config["CpuQuota"]))
    assert seen == [
        (Action.CREATE, 500_000_000, 0),
        (Action.REPLACE, 0, 20_000),
        (Action.REPLACE, 250_000_000, 0),
    ]
