"""THE TABLE on a real engine: each of its rows is set, changed and unset, and looked up on the engine each time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from docker import DockerClient

from runner.core.gateway import Gateway
from runner.kinds.container.options import FIELDS
from runner.resource.field import Field
from tests.engine.conftest import MakeImage
from tests.engine.rows import Inspect, Seen, Walk, declare
from tests.harness.workflow import Sections, Workflow

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


EXPECTED = {
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
    "init": Seen(where="HostConfig.Init", first=True, second=False, unset=None),
    "tty": Seen(where="Config.Tty", first=True, second=False, unset=False),
    "privileged": Seen(where="HostConfig.Privileged", first=True, second=False, unset=False),
    "cap_add": Seen(
        where="HostConfig.CapAdd", first=["CAP_NET_ADMIN"], second=["CAP_NET_ADMIN", "CAP_SYS_TIME"], unset=None
    ),
    "cap_drop": Seen(where="HostConfig.CapDrop", first=["ALL"], second=["CAP_CHOWN"], unset=None),
    "ulimits": Seen(where=ulimit, first=(512, 512), second=(256, 512), unset=None),
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
    "networks": Seen(where=networks, first={"front": False}, second={"front": True}, unset={"default": False}),
    "network_mode": Seen(
        where=lambda inspect: [name.rpartition("_")[2] for name in inspect["NetworkSettings"]["Networks"]],
        first=["none"],
        second=["bridge"],
        unset=["default"],
    ),
    "extra_hosts": Seen(where="HostConfig.ExtraHosts", first=["db:10.0.0.2"], second=["db:10.0.0.3"], unset=None),
    "dns": Seen(where="HostConfig.Dns", first=["10.0.0.53"], second=["10.0.0.53", "10.0.0.54"], unset=None),
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
        where=lambda inspect: inspect["Config"]["Healthcheck"].get("StartInterval", 0),
        first=SECOND,
        second=2 * SECOND,
        unset=0,
    ),
    "healthcheck.retries": Seen(where="Config.Healthcheck.Retries", first=2, second=5, unset=7),
}
# The image can't be unset; test_drift.py gives a container another one.
ROWS = [pytest.param(row, id=row.name) for row in FIELDS if row.name != "image"]


@pytest.fixture(scope="session")
def image(make_image: MakeImage) -> str:
    return make_image("options", **IMAGE_CONFIG)


def test_every_row_of_the_table_is_looked_up_on_the_engine() -> None:
    assert {"image", *EXPECTED} == {row.name for row in FIELDS}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_set_changed_and_unset(
    row: Field, image: str, workflow: Workflow, gateway: Gateway, docker_client: DockerClient
) -> None:
    seen = EXPECTED[row.name]

    def sections(entry: Mapping[str, Any]) -> Sections:
        network = {} if row.name.startswith("network") else {"network_mode": "none"}
        return {
            "networks": {"front": {}} if row.name == "networks" else {},
            "volumes": {"data": {}} if row.name == "volumes" else {},
            "containers": {"web": {"image": image, **network, **entry}},
        }

    if _is_known_to(gateway, row):
        name = f"{workflow.name}-web-1"
        inspect = partial(docker_client.api.inspect_container, name)
        Walk(workflow, "container.web", row, seen, sections, inspect).set_change_and_unset()
    else:
        plan = workflow.plan(sections(declare(row, row.examples[0], seen.beside)))
        assert [problem.code for problem in plan.problems] == ["engine-too-old"]
        assert row.name in plan.problems[0].message


def _is_known_to(gateway: Gateway, row: Field) -> bool:
    spoken, needed = (version.split(".") for version in (gateway.engine().api_version, row.needs_api or "1.0"))
    return [int(part) for part in spoken] >= [int(part) for part in needed]
