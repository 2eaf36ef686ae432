"""Every key of Compose has a fate, and the mapping gives each key that is mapped its counterpart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from runner.cli.commands.schema import compose_keys
from runner.compose.mapping.fate import Fate, Ignored, Mapped, Unsupported
from runner.compose.mapping.fates import FATES, swarm_fates
from runner.compose.table import COMPOSE
from runner.compose.table.form import Form, Items, Named, Record
from tests.unit.compose.mapping.mapped_project import canonical, mapped, service, web


def _paths(form: Form, path: str = "") -> Iterator[str]:
    """Yield the paths of all keys that have no keys inside."""
    match form:
        case Record():
            for key in form.keys:
                yield from _paths(key.form, f"{path}.{key.name}" if path else key.name)
        case Named():
            if isinstance(form.value, Record | Items):
                yield from _paths(form.value, f"{path}.*")
            else:
                yield path
        case Items() if isinstance(form.item, Record):
            yield from _paths(form.item, path)
        case _:
            yield path


LEAVES = sorted(set(_paths(COMPOSE)))


TABLES = pytest.mark.parametrize("fates", [FATES, swarm_fates()], ids=["engine", "swarm"])


def _fate_at(path: str, fates: Mapping[str, Fate]) -> str | None:
    """Return the path of the fate of a key: its own, or that of a key around it."""
    steps = path.split(".")
    return next((p for end in range(len(steps), 0, -1) if (p := ".".join(steps[:end])) in fates), None)


@TABLES
@pytest.mark.parametrize("path", LEAVES)
def test_every_key_has_a_fate(path: str, fates: Mapping[str, Fate]) -> None:
    assert _fate_at(path, fates)


@TABLES
def test_no_fate_is_of_a_key_that_compose_does_not_have(fates: Mapping[str, Fate]) -> None:
    assert set(fates) == {_fate_at(path, fates) for path in LEAVES}


def test_the_page_of_keys_is_up_to_date() -> None:
    page = Path(__file__).parents[4] / "docs" / "compose-keys.md"
    assert page.read_text("utf-8") == compose_keys(), "docs/compose-keys.md is stale: run make schemas"


SERVICES: list[tuple[str, Any]] = [
    ("annotations: {a: b}", {"annotations": {"a": "b"}}),
    ("cap_add: [NET_ADMIN]", {"cap_add": ["NET_ADMIN"]}),
    ("cap_drop: [ALL]", {"cap_drop": ["ALL"]}),
    ("cgroup_parent: /a", {"cgroup_parent": "/a"}),
    ("cgroup: host", {"cgroup": "host"}),
    ("device_cgroup_rules: [c 1:3 mr]", {"device_cgroup_rules": ["c 1:3 mr"]}),
    ("dns: [10.0.0.1]", {"dns": ["10.0.0.1"]}),
    ("dns_opt: [use-vc]", {"dns_opt": ["use-vc"]}),
    ("dns_search: ['']", {"dns_search": [""]}),
    ("domainname: a.b", {"domainname": "a.b"}),
    ("environment: {A: '1', B: null}", {"environment": {"A": "1", "B": None}}),
    ("expose: ['80']", {"expose": ["80"]}),
    ("extra_hosts: [a=1.1.1.1]", {"extra_hosts": ["a=1.1.1.1"]}),
    ("group_add: [audio]", {"group_add": ["audio"]}),
    ("hostname: a", {"hostname": "a"}),
    ("init: false", {"init": False}),
    ("labels: {a: b}", {"labels": {"a": "b"}}),
    ("platform: linux/amd64", {"platform": "linux/amd64"}),
    ("privileged: true", {"privileged": True}),
    ("read_only: true", {"read_only": True}),
    ("runtime: runc", {"runtime": "runc"}),
    ("security_opt: ['seccomp:./a.json']", {"security_opt": ["seccomp:/srv/shop/./a.json"]}),
    ("shm_size: '1024'", {"shm_size": "1024"}),
    ("stdin_open: true", {"stdin_open": True}),
    ("stop_grace_period: 1m0s", {"stop_grace_period": "1m0s"}),
    ("stop_signal: SIGINT", {"stop_signal": "SIGINT"}),
    ("storage_opt: {size: 1G}", {"storage_opt": {"size": "1G"}}),
    ("sysctls: {net.core.somaxconn: '1'}", {"sysctls": {"net.core.somaxconn": "1"}}),
    ("tmpfs: [/run]", {"tmpfs": ["/run"]}),
    ("tty: true", {"tty": True}),
    ("ulimits: {nofile: 5}", {"ulimits": {"nofile": 5}}),
    ("user: '0'", {"user": "0"}),
    ("userns_mode: host", {"userns_mode": "host"}),
    ("uts: host", {"uts": "host"}),
    ("working_dir: /a", {"working_dir": "/a"}),
    ("blkio_config: {weight: 300}", {"limits": {"io": {"weight": 300}}}),
    *(
        (
            f"blkio_config: {{device_{rate}: [{{path: /dev/sda, rate: '10'}}]}}",
            {"limits": {"io": {rate: {"/dev/sda": "10"}}}},
        )
        for rate in ("read_bps", "read_iops", "write_bps", "write_iops")
    ),
    ("cpu_period: 1000", {"limits": {"cpu_period": 1000}}),
    ("cpu_quota: 1000", {"limits": {"cpu_quota": 1000}}),
    ("cpus: 0.5", {"limits": {"cpus": 0.5}}),
    ("cpuset: '0'", {"limits": {"cpuset": "0"}}),
    ("cpu_shares: 10", {"limits": {"cpu_shares": 10}}),
    ("command: [a, b]", {"command": ["a", "b"]}),
    ("entrypoint: [a]", {"entrypoint": ["a"]}),
    ("container_name: a", {"name": "a"}),
    (
        "devices: [{source: /dev/a, target: /dev/b, permissions: rwm}]",
        {"devices": ["/dev/a:/dev/b:rwm"]},
    ),
    (
        "gpus: [{driver: nvidia, count: -1, capabilities: [gpu]}, {device_ids: ['0']}]",
        {"gpus": [{"driver": "nvidia", "count": "all", "capabilities": ["gpu"]}, {"device_ids": ["0"]}]},
    ),
    *(
        (f"healthcheck: {{{key}: {value}}}", {"healthcheck": {key: value}})
        for key, value in (("test", "[CMD, a]"), ("timeout", "1s"), ("interval", "2s"), ("retries", 3))
        if key != "test"
    ),
    ("healthcheck: {test: [CMD, a]}", {"healthcheck": {"test": ["CMD", "a"]}}),
    ("healthcheck: {start_period: 100µs}", {"healthcheck": {"start_period": "100us"}}),
    ("healthcheck: {start_interval: 1s}", {"healthcheck": {"start_interval": "1s"}}),
    ("healthcheck: {disable: true, retries: 3}", {"healthcheck": {"disable": True}}),
    ("ipc: host", {"ipc": "host"}),
    ("links: [web]", {"links": ["web"]}),
    ("logging: {driver: none}", {"logging": {"driver": "none"}}),
    ("logging: {options: {a: b}}", {"logging": {"options": {"a": "b"}}}),
    ("mem_limit: '64'", {"limits": {"memory": "64"}}),
    ("mem_reservation: '64'", {"limits": {"memory_reservation": "64"}}),
    ("memswap_limit: '-1'", {"limits": {"memory_swap": "-1"}}),
    ("mem_swappiness: '5'", {"limits": {"memory_swappiness": "5"}}),
    ("mac_address: 02:42:ac:11:65:43", {"networks": {"default": {"mac_address": "02:42:ac:11:65:43"}}}),
    *(
        (f"networks: {{a: {{{key}: {value}}}}}", {"networks": {"a": {key: value}}})
        for key, value in (
            ("gw_priority", 1),
            ("ipv4_address", "10.0.0.1"),
            ("ipv6_address", "fd00::5"),
            ("mac_address", "02:42:ac:11:65:43"),
            ("priority", 5),
        )
    ),
    ("networks: {a: {aliases: [b]}}", {"networks": {"a": {"aliases": ["b"]}}}),
    ("networks: {a: {driver_opts: {b: c}}}", {"networks": {"a": {"driver_opts": {"b": "c"}}}}),
    (
        "networks: {a: {interface_name: eth7}}",
        {"networks": {"a": {"driver_opts": {"com.docker.network.endpoint.ifname": "eth7"}}}},
    ),
    ("network_mode: none", {"network_mode": "none"}),
    ("oom_kill_disable: true", {"limits": {"oom_kill_disable": True}}),
    ("oom_score_adj: 5", {"limits": {"oom_score_adj": 5}}),
    ("pid: host", {"pid": "host"}),
    ("pids_limit: 5", {"limits": {"pids": 5}}),
    (
        "ports: [{mode: ingress, host_ip: 127.0.0.1, target: 80, published: '8080', protocol: tcp}]",
        {"ports": [{"target": 80, "published": "8080", "host_ip": "127.0.0.1", "protocol": "tcp"}]},
    ),
    ("restart: always", {}),
    ("scale: 2", {"replicas": 2}),
    (
        "use_api_socket: true",
        {
            "volumes": [
                {
                    "type": "bind",
                    "source": "/var/run/docker.sock",
                    "target": "/var/run/docker.sock",
                    "bind": {"create_host_path": True},
                }
            ]
        },
    ),
    (
        "volumes: [{type: bind, source: /a, target: /b, read_only: true,"
        " bind: {create_host_path: true, selinux: z, propagation: slave}}]",
        {
            "volumes": [
                {
                    "type": "bind",
                    "source": "/a",
                    "target": "/b",
                    "read_only": True,
                    "bind": {"propagation": "slave", "selinux": "z", "create_host_path": True},
                }
            ]
        },
    ),
    (
        "volumes: [{type: volume, source: a, target: /b, volume: {nocopy: true, subpath: c}}]",
        {"volumes": [{"type": "volume", "source": "a", "target": "/b", "volume": {"nocopy": True, "subpath": "c"}}]},
    ),
    (
        "volumes: [{type: tmpfs, target: /b, tmpfs: {size: '1024', mode: 1023}}]",
        {"volumes": [{"type": "tmpfs", "target": "/b", "tmpfs": {"size": "1024", "mode": "1777"}}]},
    ),
    (
        "volumes: [{type: image, source: a, target: /b, image: {subpath: c}}]",
        {"volumes": [{"type": "image", "source": "a", "target": "/b", "image": {"subpath": "c"}}]},
    ),
    *(
        (
            f"{hook}: [{{command: [a], user: b, privileged: true, working_dir: /c, environment: {{D: e}}}}]",
            {
                hook: [
                    {
                        "command": ["a"],
                        "user": "b",
                        "working_dir": "/c",
                        "privileged": True,
                        "environment": {"D": "e"},
                    }
                ]
            },
        )
        for hook in ("post_start", "pre_stop")
    ),
    ("deploy: {replicas: 3}", {"replicas": 3}),
    (
        "deploy: {resources: {limits: {cpus: 0.5, memory: '64', pids: 5}}}",
        {"limits": {"cpus": 0.5, "memory": "64", "pids": 5}},
    ),
    (
        "deploy: {resources: {reservations: {memory: '32',"
        " devices: [{capabilities: [gpu], driver: nvidia, count: 2, device_ids: ['0']}]}}}",
        {
            "limits": {"memory_reservation": "32"},
            "gpus": [{"driver": "nvidia", "count": 2, "device_ids": ["0"], "capabilities": ["gpu"]}],
        },
    ),
    ("deploy: {restart_policy: {condition: on-failure, max_attempts: 3}}", {}),
]
"""A service's keys in canonical form, and what its container has instead."""


@pytest.mark.parametrize(("given", "expected"), SERVICES)
def test_a_key_of_a_service_becomes_a_key_of_its_container(given: str, expected: Any) -> None:
    assert web(service(given)) == expected


def test_every_mapped_key_of_a_service_is_tried() -> None:
    given = (canonical(f"{{{text}}}") for text, _ in SERVICES)
    tried = {path for node in given for path in _used(node, "services.*")}
    wanted = {path for path, fate in FATES.items() if isinstance(fate, Mapped) and path.startswith("services.*.")}
    others = {"image", "pull_policy", "depends_on", "secrets", "configs", "build"}  # other tests are about them
    assert {path for path in wanted - tried if path.split(".")[2] not in others} == set()


def _used(node: Any, path: str) -> Iterator[str]:
    for name, entry in getattr(node, "entries", {}).items():
        own = f"{path}.{name}" if f"{path}.{name}" in FATES or f"{path}.*" not in _PREFIXES else f"{path}.*"
        yield own
        for value in getattr(entry.value, "items", None) or (entry.value,):
            yield from _used(value, own)


_PREFIXES = {".".join(path.split(".")[:end]) for path in FATES for end in range(1, path.count(".") + 2)}


@pytest.mark.parametrize(
    ("engine", "path", "fate"),
    [
        (engine, path, fate)
        for engine, fates in (("docker", FATES), ("swarm", swarm_fates()))
        for path, fate in sorted(fates.items())
        if isinstance(fate, Ignored | Unsupported)
    ],
)
def test_what_has_no_counterpart_is_told_at_its_key(engine: str, path: str, fate: Fate) -> None:
    *outer, name = path.split(".")
    lines = [f"{'  ' * depth}{'a' if step == '*' else step}:" for depth, step in enumerate([*outer, name])]
    result = mapped("\n".join(lines) + " [{b: c}]\n", engine=engine)
    told = result.warnings if isinstance(fate, Ignored) else result.errors
    assert any(one.startswith(f'{len(lines)}: "{name}" is ') for one in told)
