"""Random Compose projects that run: each key that is mapped, in several forms, on images that a test engine has.

They are for what is made of a file on an engine; for how one is read, there is tests/unit/compose/projects.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

_IMAGE = "busybox:stable"
SERVICES = ("api", "db", "proxy", "web.1")
FILES: Mapping[str, str] = {
    "built/Dockerfile": "FROM busybox:stable\nARG WORD=none\nLABEL word=$WORD\nCOPY page /page\nEXPOSE 90\n",
    "built/page": "one\n",
    "page": "one\n",
    "variables.env": "FROM_FILE=a$$b<>&\nTOKEN='x y'\n",
    "labels.txt": "from.file=yes\n",
    "token": "a-long-enough-secret\n",
    "folder/settings": "a: b\n",
}
"""What the files name, in the project's folder."""
_IDLE: Mapping[str, Any] = {"command": "sleep infinity", "init": True, "stop_grace_period": "0s"}
_VALUES: Mapping[str, tuple[Any, ...]] = {
    "annotations": ({"a.b": "c"}, ["a.b=c", "d="]),
    "build": (
        "./built",
        {"context": "built", "args": {"WORD": "x"}, "labels": ["built=yes"]},
        {"context": "built/", "pull": False},
    ),
    "cap_add": (["NET_ADMIN"], ["CAP_SYS_TIME", "NET_ADMIN"]),
    "cap_drop": (["MKNOD"], ["ALL"], ["CAP_CHOWN", "net_raw"]),
    "cgroup": ("host", "private"),
    "command": (["sleep", "infinity"], "sh -c 'sleep infinity'", 'sh -c "while :; do sleep 1000; done"'),
    "configs": (
        ["settings"],
        [{"source": "settings", "target": "/etc/settings.d/one"}],
        [{"source": "inline", "target": "/inline"}, "settings"],
    ),
    "container_name": ("given", "given.name_2"),
    "cpu_shares": (512, "256"),
    "cpus": (0.5, "0.25"),
    "cpuset": ("0",),
    "cpu_period": (50000,),
    "cpu_quota": (40000,),
    "deploy": (
        {"replicas": 2},
        {"resources": {"limits": {"cpus": "0.5", "memory": "64m", "pids": 60}}},
        {"resources": {"reservations": {"memory": "32m"}, "limits": {"memory": "64m"}}},
        {"restart_policy": {"condition": "on-failure", "max_attempts": 3}},
        {"restart_policy": {"condition": "any"}},
    ),
    "device_cgroup_rules": (["c 1:3 mr"], ["a *:* r", "c 7:* rmw"]),
    "devices": (["/dev/null:/dev/nothing"], ["/dev/zero:/dev/z:r"], ["/dev/fuse", "/dev/null:/dev/n:rw"]),
    "dns": ("1.1.1.1", ["1.1.1.1", "8.8.8.8"]),
    "dns_opt": (["ndots:2"], ["use-vc", "no-tld-query"]),
    "dns_search": ("example.org", ["a.example.org", "b.example.org"]),
    "domainname": ("example.org",),
    "entrypoint": (["env", "-u", "NONE"], "env A=b", []),
    "environment": ({"A": "b", "EMPTY": "", "N": 1.5, "T": True}, ["A=b", "C=d=e", "NONE"], {"X": "a $$HOME b"}),
    "env_file": ("variables.env", ["variables.env", {"path": "missing.env", "required": False}]),
    "expose": ([90], ["91", "92-93/udp"], ["94/tcp"]),
    "extra_hosts": ({"h": "1.2.3.4"}, ["h=1.2.3.4", "i:5.6.7.8", "six=::1"], ["up:host-gateway"]),
    "group_add": (["1", 20], ["root"]),
    "healthcheck": (
        {"test": "true", "interval": "1s"},
        {"test": ["CMD", "true"], "interval": "1s", "timeout": "1m30s", "retries": 5},
        {"test": ["CMD-SHELL", "true"], "interval": "1s", "start_period": "2s"},
        {"disable": True},
        {"test": ["NONE"]},
    ),
    "hostname": ("host", "other.host"),
    "init": (True, False, "true"),
    "ipc": ("private", "shareable", "host", "none"),
    "labels": ({"a": "b", "n": 1}, ["a=b", "c="], {"with.$$dollar": "x"}),
    "label_file": ("labels.txt",),
    "logging": (
        {"driver": "json-file", "options": {"max-size": "1m", "max-file": "2"}},
        {"driver": "none"},
        {"options": {"max-size": "2m"}},
        {"driver": "local"},
    ),
    "mac_address": ("02:42:0a:00:00:05",),
    "mem_limit": ("64m", 67108864),
    "mem_reservation": ("32m",),
    "mem_swappiness": (10,),
    "networks": (
        ["front"],
        ["front", "default"],
        {"front": None, "back": {"aliases": ["other"]}},
        {"back": {"priority": 5}, "default": {"priority": 10}},
        {"fixed": {"ipv4_address": "10.77.0.10"}},
        {"back": {"mac_address": "02:42:0a:00:00:06"}},
        {"default": {"aliases": ["b", "a"]}, "back": {}},
    ),
    "network_mode": ("none", "host", "bridge"),
    "oom_kill_disable": (False,),
    "oom_score_adj": (100,),
    "pid": ("host",),
    "pids_limit": (60, "-1"),
    "platform": ("linux/amd64",),
    "ports": (
        ["8000"],
        ["18080:80"],
        ["127.0.0.1:18081:81/udp"],
        ["18082-18083:82-83", 84],
        [{"target": 85, "published": "18085", "protocol": "tcp", "mode": "host"}],
        [{"target": 86, "published": "18086-18090"}],
        ["127.0.0.1::87"],
    ),
    "post_start": ([{"command": "true"}], [{"command": ["sh", "-c", "touch /tmp/x"], "user": "root"}]),
    "pre_stop": ([{"command": "true"}],),
    "privileged": (True, "false"),
    "pull_policy": ("missing", "never"),
    "read_only": (True, False),
    "restart": ("no", "always", "unless-stopped", "on-failure", "on-failure:3"),
    "runtime": ("runc",),
    "scale": (2, 1),
    "secrets": (["token"], [{"source": "token", "target": "other"}], [{"source": "from_env", "target": "/run/s"}]),
    "security_opt": (["no-new-privileges"], ["no-new-privileges:true", "label:disable"], ["seccomp:unconfined"]),
    "shm_size": ("32m", 33554432),
    "stdin_open": (True,),
    "stop_grace_period": ("1s", "1m30s"),
    "stop_signal": ("SIGKILL", "SIGUSR1"),
    "sysctls": ({"net.core.somaxconn": 1024}, ["net.ipv4.ip_unprivileged_port_start=0"]),
    "tmpfs": ("/t", ["/t", "/u:size=1m,mode=1770"]),
    "tty": (True,),
    "ulimits": ({"nofile": {"soft": 100, "hard": 200}}, {"nproc": 500}),
    "user": ("root", "1000:1000", "1000"),
    "userns_mode": ("host",),
    "uts": ("host",),
    "volumes": (
        ["/own"],
        ["data:/data", "./folder:/folder:ro"],
        ["./made-by-engine:/made"],
        ["data:/data:nocopy", "/own/"],
        [{"type": "volume", "target": "/own2"}],
        [{"type": "volume", "source": "plain", "target": "/plain", "read_only": True}],
        [{"type": "bind", "source": "./folder", "target": "/f", "bind": {"propagation": "rprivate"}}],
        [{"type": "tmpfs", "target": "/tm", "tmpfs": {"size": "1m", "mode": 0o1770}}],
        ["plain:/p:z", "data:/d:ro,nocopy"],
        [{"type": "bind", "source": "./page", "target": "/p", "bind": {"create_host_path": False}}],
    ),
    "working_dir": ("/etc", "/not/there"),
    "x-note": ({"a": 1},),
}
_TOP: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "networks": {
        "default": (None, {"driver_opts": {"com.docker.network.driver.mtu": 1400}}, {"internal": True}),
        "front": (None, {"labels": ["a=b"]}, {"driver": "bridge", "attachable": True}, {"name": "{project}-named"}),
        "back": (
            None,
            {"internal": True, "labels": {"n": 1}},
            {"enable_ipv6": True, "ipam": {"config": [{"subnet": "fd77::/64"}]}},
        ),
        "fixed": (
            {"ipam": {"config": [{"subnet": "10.77.0.0/24", "gateway": "10.77.0.254", "ip_range": "10.77.0.0/25"}]}},
            {
                "ipam": {
                    "driver": "default",
                    "config": [{"subnet": "10.77.0.0/24", "aux_addresses": {"h": "10.77.0.9"}}],
                }
            },
        ),
    },
    "volumes": {
        "data": (None, {"labels": {"a": "b"}}, {"driver": "local"}),
        "plain": (
            {"name": "{project}-named"},
            {"driver_opts": {"type": "tmpfs", "device": "tmpfs", "o": "size=1m"}},
            {},
        ),
    },
    "secrets": {"token": ({"file": "./token"},), "from_env": ({"environment": "SHELL_WORD"},)},
    "configs": {"settings": ({"file": "folder/settings"},), "inline": ({"content": "a $$b ${SHELL_WORD}\n"},)},
}
ENVIRONMENT: Mapping[str, str] = {"SHELL_WORD": "from-the-shell"}
_CURRENT = frozenset({"annotations", "privileged"})
"""Keys for which an engine of API 1.44 is needed."""
_KEPT = frozenset({"x-note", "pull_policy", "scale", "deploy", "healthcheck"})
"""Keys that aren't changed: those that no field shows, and what others are joined to or wait for."""
_CONFLICTS: tuple[frozenset[str], ...] = (
    frozenset({"network_mode", *("networks", "ports", "mac_address", "dns", "dns_opt", "dns_search", "extra_hosts")}),
    frozenset({"scale", "container_name"}), frozenset({"scale", "ports"}), frozenset({"scale", "deploy"}),
    frozenset({"scale", "networks"}), frozenset({"scale", "mac_address"}),
    frozenset({"deploy", "container_name"}), frozenset({"deploy", "ports"}), frozenset({"deploy", "networks"}),
    frozenset({"deploy", "mac_address"}),
    frozenset({"deploy", "mem_limit"}), frozenset({"deploy", "mem_reservation"}), frozenset({"deploy", "pids_limit"}),
    frozenset({"deploy", "cpus"}), frozenset({"deploy", "cpu_quota"}), frozenset({"deploy", "cpu_period"}),
    frozenset({"deploy", "restart"}),
    frozenset({"cpus", "cpu_quota"}), frozenset({"cpus", "cpu_period"}),
    frozenset({"networks", "mac_address"}),
    frozenset({"uts", "hostname"}), frozenset({"uts", "domainname"}),
    frozenset({"network_mode", "hostname"}), frozenset({"network_mode", "domainname"}),
    frozenset({"network_mode", "sysctls"}), frozenset({"network_mode", "expose"}),
    frozenset({"read_only", "post_start"}), frozenset({"read_only", "working_dir"}),
    frozenset({"read_only", "secrets"}), frozenset({"read_only", "configs"}),
    frozenset({"read_only", "volumes"}), frozenset({"read_only", "tmpfs"}),
    frozenset({"privileged", "security_opt"}), frozenset({"privileged", "devices"}),
    frozenset({"privileged", "userns_mode"}), frozenset({"user", "working_dir"}),
    frozenset({"build", "image"}), frozenset({"build", "platform"}), frozenset({"build", "pull_policy"}),
)  # fmt: skip
"""Sets of keys that don't go together in every form."""


class RunnableProjects:
    """A source of random projects that an engine can run."""

    def __init__(self, seed: int, *, is_current: bool = True) -> None:
        """Prepare projects for a current engine, or an older one, which does less inside of a test's machine."""
        self._random = Random(seed)
        self._top: dict[str, dict[str, Any]] = {}
        self._values = {name: values for name, values in _VALUES.items() if is_current or name not in _CURRENT}
        if not is_current:
            values = self._values["networks"]
            self._values["networks"] = tuple(one for one in values if "mac_address" not in str(one))

    def project(self, name: str) -> dict[str, Any]:
        """Return a project of two to four services."""
        names = self._random.sample(SERVICES, self._random.randrange(2, 5))
        services = {one: self._service(one, name) for one in names}
        self._connect(services)
        self._top = {section: self._section(rows, name) for section, rows in _TOP.items()}
        return self._project(name, services)

    def _project(self, name: str, services: Mapping[str, Any]) -> dict[str, Any]:
        """Declare what the services name: what they don't is left alone when the project is taken down."""
        used = {"default", *_words(list(services.values()))}
        declared = {
            section: {key: row for key, row in rows.items() if key in used} for section, rows in self._top.items()
        }
        return {"name": name, "services": services, **{section: rows for section, rows in declared.items() if rows}}

    def changed(self, project: Mapping[str, Any]) -> tuple[dict[str, Any], str, str]:
        """Return a project with another value of one key of one service, and the names of both."""
        services = project["services"]
        key, name, value = self._random.choice(list(self._possible_changes(services, project["name"])))
        changed = {**services[key], name: value}
        return self._project(project["name"], {**services, key: changed}), key, name

    def _possible_changes(self, services: Mapping[str, Any], project: str) -> Iterator[tuple[str, str, Any]]:
        for key, service in services.items():
            for name, values in self._values.items():
                others = set(service) - {name}
                if name in _KEPT or self._clashes(name, others):
                    continue
                for value in values:
                    if service.get(name) != self._own(name, value, key, project):
                        yield key, name, self._own(name, value, key, project)

    def _service(self, key: str, project: str) -> dict[str, Any]:
        made: dict[str, Any] = {"image": _IMAGE, **_IDLE}
        for name in self._random.sample(list(self._values), self._random.randrange(4, 16)):
            if not self._clashes(name, set(made) - {"image"}):
                made[name] = self._own(name, self._random.choice(self._values[name]), key, project)
        if "build" in made:
            del made["image"]
        return made

    def _clashes(self, name: str, others: set[str]) -> bool:
        return any(name in rule and rule & others - {name} for rule in _CONFLICTS)

    def _own(self, name: str, value: Any, key: str, project: str) -> Any:
        """Return a value without what only one service of an engine can have."""
        number = SERVICES.index(key)
        if name == "container_name":
            return f"{project}-{value}-{number}"
        if name in {"ports", "networks", "mac_address"}:
            return _numbered(value, number)
        return value

    def _connect(self, services: dict[str, dict[str, Any]]) -> None:
        """Let later services depend on earlier ones."""
        keys = list(services)
        for number, key in enumerate(keys[1:], 1):
            first = self._random.choice(keys[:number])
            tested = services[first].get("healthcheck", {}).get("test", ["NONE"]) != ["NONE"]
            conditions = ["service_started", *(["service_healthy"] if tested else [])]
            ways: list[Any] = [
                None, [first], {first: {"condition": self._random.choice(conditions)}},
                {first: {"condition": self._random.choice(conditions), "restart": True}},
            ]  # fmt: skip
            if (chosen := self._random.choice(ways)) is not None:
                services[key]["depends_on"] = chosen
            single = "scale" not in services[first] and "deploy" not in services[first]
            if single and self._random.random() < 0.25:
                self._share(services[key], services[first], first)

    def _share(self, service: dict[str, Any], other: Mapping[str, Any], key: str) -> None:
        mode = self._random.choice(("network_mode", "ipc", "pid"))
        if mode == "ipc" and other.get("ipc") != "shareable":
            return
        if mode == "network_mode" and ("network_mode" in other or self._clashes(mode, set(service))):
            return
        service[mode] = f"service:{key}"

    def _section(self, rows: Mapping[str, tuple[Any, ...]], project: str) -> dict[str, Any]:
        return {key: _named(self._random.choice(values), project) for key, values in rows.items()}


def _named(value: Any, project: str) -> Any:
    if isinstance(value, Mapping) and "name" in value:
        return {**value, "name": value["name"].format(project=project)}
    return value


def _words(value: Any) -> Iterator[str]:
    """Yield the texts in a value, and what stands before a colon in them."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield key
            yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif isinstance(value, str):
        yield from (value, value.partition(":")[0])


def _numbered(value: Any, number: int) -> Any:
    """Return a value with ports and addresses of one service's own."""
    if isinstance(value, Mapping):
        return {key: _numbered(one, number) for key, one in value.items()}
    if isinstance(value, list):
        return [_numbered(one, number) for one in value]
    if not isinstance(value, str):
        return value
    for one, other in (
        ("180", f"{18 + number}0"),
        ("10.77.0.10", f"10.77.0.1{number}"),
        ("02:42:0a", f"02:42:1{number}"),
    ):
        value = value.replace(one, other)
    return value
