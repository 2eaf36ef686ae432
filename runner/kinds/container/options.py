"""THE TABLE: every key of a container that lives on the engine, one row each.

A new option is a new row here (and, when its form is new, a codec); schema, validation, creation,
reading back, comparison, updates and the reference page follow from it.
"""

from __future__ import annotations

import posixpath
from typing import Any

from runner.core.plan import Effect, Reason
from runner.core.values import Value
from runner.kinds.container import forms
from runner.kinds.image.options import REFERENCE
from runner.resource.body import Binding, at
from runner.resource.collections import CAPABILITIES, ENVIRONMENT, HOSTS, MAP, TEXTS, ULIMITS
from runner.resource.field import Field, constant, from_engine, inherited
from runner.resource.labels import without_own
from runner.resource.mounts import MOUNTS, TMPFS, read_tmpfs
from runner.resource.ports import EXPOSED, PORTS
from runner.resource.scalars import ARGV, BOOLEAN, DURATION, SIZE, TEXT, integer, matching

_PROCESS = (
    Field(
        name="image",
        codec=REFERENCE,
        doc="A key of images, or an image by its name.",
        examples=("busybox:stable", "busybox:other"),
        bind=Binding(write=forms.write_image, read=lambda inspect: inspect.get("Image")),
        moved=Reason.IMAGE,
    ),
    Field(
        name="command",
        codec=ARGV,
        doc="What to run, instead of the image's; split as a shell would, or a list.",
        examples=(["sleep", "1000"], "sleep 2000"),
        bind=at("Config.Cmd", to=list, of=forms.words),
        default=inherited,
    ),
    Field(
        name="entrypoint",
        codec=ARGV,
        doc="What runs the command, instead of the image's; the image's own command is dropped with it.",
        examples=(["/bin/sh", "-c"], ["/bin/sh", "-ec"]),
        # An empty list would mean "the image's"; a list of one empty word clears it.
        bind=at("Config.Entrypoint", to=lambda words: list(words) or [""], of=forms.words),
        default=inherited,
    ),
    Field(
        name="environment",
        codec=ENVIRONMENT,
        doc="Variables, as a map or a list; one without a value takes the caller's.",
        examples=({"MODE": "a"}, {"MODE": "b"}),
        bind=at("Config.Env", to=forms.pairs, of=forms.unpair),
        default=inherited,
        keyed=True,
    ),
    Field(
        name="user",
        codec=TEXT,
        doc="The user, and with a colon the group, that it runs as.",
        examples=("1000:1000", "1001"),
        bind=at("Config.User", of=forms.text),
        default=inherited,
    ),
    Field(
        name="working_dir",
        codec=matching(r"/.*", "an absolute path", clean=posixpath.normpath),
        doc="The folder it starts in.",
        examples=("/tmp", "/var"),
        bind=at("Config.WorkingDir", of=forms.text),
        default=inherited,
        same=forms.same_path,
    ),
    Field(
        name="hostname",
        codec=TEXT,
        doc="Its own host name.",
        examples=("alpha", "beta"),
        bind=at("Config.Hostname", of=forms.text),
    ),
    Field(
        name="labels",
        codec=MAP,
        doc="Labels of the container.",
        examples=({"team": "a"}, {"team": "b"}),
        bind=at("Config.Labels", to=dict, of=without_own),
        default=inherited,
        keyed=True,
    ),
    Field(
        name="init",
        codec=BOOLEAN,
        doc="Run a small init as first process: it reaps children and passes on signals.",
        examples=(True, False),
        bind=at("HostConfig.Init", of=bool),
        default=from_engine("init", False),
    ),
    Field(
        name="tty",
        codec=BOOLEAN,
        doc="Give it a terminal.",
        examples=(True, False),
        bind=at("Config.Tty", of=bool),
        default=constant(False),
    ),
    Field(
        name="stop_signal",
        codec=matching(r"(SIG)?[A-Z0-9+-]+", "a signal such as SIGTERM"),
        doc="The signal that asks it to stop.",
        examples=("SIGINT", "SIGQUIT"),
        bind=at("Config.StopSignal", of=forms.text),
        default=inherited,
        same=forms.same_signal,
    ),
    Field(
        name="stop_grace_period",
        codec=DURATION,
        doc="How long it may take to stop before it is killed; the engine counts whole seconds.",
        examples=("1s", "3s"),
        bind=at("Config.StopTimeout", to=forms.whole_seconds, of=forms.from_seconds),
        same=forms.same_seconds,
    ),
    Field(
        name="privileged",
        codec=BOOLEAN,
        doc="Give it everything that root on the host has.",
        examples=(True, False),
        bind=at("HostConfig.Privileged", of=bool),
        default=constant(False),
    ),
    Field(
        name="cap_add",
        codec=CAPABILITIES,
        doc="Capabilities that it has beyond the usual ones.",
        examples=(["NET_ADMIN"], ["NET_ADMIN", "SYS_TIME"]),
        bind=at("HostConfig.CapAdd", to=list, of=forms.capabilities),
    ),
    Field(
        name="cap_drop",
        codec=CAPABILITIES,
        doc="Capabilities that are taken from it.",
        examples=(["ALL"], ["CHOWN"]),
        bind=at("HostConfig.CapDrop", to=list, of=forms.capabilities),
    ),
    Field(
        name="ulimits",
        codec=ULIMITS,
        doc="Limits of its processes.",
        examples=({"nofile": 512}, {"nofile": {"soft": 256, "hard": 512}}),
        bind=at("HostConfig.Ulimits", to=forms.write_ulimits, of=forms.read_ulimits),
        keyed=True,
    ),
)

_NETWORK = (
    Field(
        name="ports",
        codec=PORTS,
        doc="Ports that the host answers on.",
        examples=(["127.0.0.1:18080:80"], ["127.0.0.1:18081:80", "53/udp"]),
        bind=Binding(write=forms.write_ports, read=forms.read_ports),
    ),
    Field(
        name="expose",
        codec=EXPOSED,
        doc="Ports that it says it listens on, without the host answering there.",
        examples=(["81"], ["82", "53/udp"]),
        bind=Binding(write=forms.write_exposed, read=forms.read_exposed),
        default=inherited,
        keyed=True,
    ),
    Field(
        name="networks",
        codec=forms.NETWORKS,
        doc="Networks to join, as a list, or as a map with aliases and fixed addresses.",
        examples=(["front"], {"front": {"aliases": ["www"]}}),
        bind=Binding(write=forms.write_networks, read=forms.read_networks),
        same=forms.same_endpoint,
        change=Effect.UPDATE,
        unset=Effect.UPDATE,
        keyed=True,
        exclusive=True,
    ),
    Field(
        name="network_mode",
        codec=matching(r"bridge|host|none|container:.+", "bridge, host, none or container:NAME"),
        doc="Instead of networks: the engine's bridge, the host's own, none, or that of another container.",
        examples=("none", "bridge"),
        bind=at("HostConfig.NetworkMode", of=forms.network_mode),
    ),
    Field(
        name="extra_hosts",
        codec=HOSTS,
        doc="Names that resolve to fixed addresses; host-gateway is the host's.",
        examples=(["db:10.0.0.2"], {"db": "10.0.0.3"}),
        bind=at("HostConfig.ExtraHosts", to=forms.write_hosts, of=forms.read_hosts),
        keyed=True,
    ),
    Field(
        name="dns",
        codec=TEXTS,
        doc="Name servers, in order.",
        examples=(["10.0.0.53"], ["10.0.0.53", "10.0.0.54"]),
        bind=at("HostConfig.Dns", to=list),
    ),
)

_STORAGE = (
    Field(
        name="volumes",
        codec=MOUNTS,
        doc="Volumes, folders of the host and tmpfs, in the short or the long form.",
        examples=(["data:/data"], ["data:/data:ro", {"type": "tmpfs", "target": "/fast", "tmpfs": {"size": "8m"}}]),
        bind=Binding(write=forms.write_volumes, read=forms.read_volumes),
        keyed=True,
    ),
    Field(
        name="tmpfs",
        codec=TMPFS,
        doc="Folders in memory, with mount options after a colon.",
        examples=(["/run"], ["/run:size=8m"]),
        bind=at("HostConfig.Tmpfs", to=dict, of=read_tmpfs),
        keyed=True,
    ),
    Field(
        name="read_only",
        codec=BOOLEAN,
        doc="Let it write to volumes and tmpfs only.",
        examples=(True, False),
        bind=at("HostConfig.ReadonlyRootfs", of=bool),
        default=constant(False),
    ),
    Field(
        name="shm_size",
        codec=SIZE,
        doc="The size of /dev/shm.",
        examples=("32m", "16m"),
        bind=at("HostConfig.ShmSize"),
        default=from_engine("shm_size", 64 * 1024 * 1024),
    ),
)

_LIMITS = (
    Field(
        name="limits.cpus",
        codec=forms.CPUS,
        doc="How many processors' worth of time it may use.",
        examples=(0.5, 0.25),
        bind=at("HostConfig.NanoCpus", of=forms.none_if_zero),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.cpu_shares",
        codec=integer(2, phrase="a whole number from 2"),
        doc="Its weight when processors are scarce; 1024 is usual.",
        examples=(512, 256),
        bind=at("HostConfig.CpuShares", of=forms.none_if_zero),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.cpuset",
        codec=forms.CPUSET,
        doc="The processors it may run on.",
        examples=("0", "0-1"),
        bind=at("HostConfig.CpusetCpus", of=forms.read_cpuset),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.memory",
        codec=SIZE,
        doc="How much memory it may use.",
        examples=("64m", "96m"),
        bind=at("HostConfig.Memory", of=forms.none_if_zero),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.memory_reservation",
        codec=SIZE,
        doc="How much memory it is left when memory is scarce.",
        examples=("32m", "16m"),
        bind=at("HostConfig.MemoryReservation", of=forms.none_if_zero),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.memory_swap",
        codec=forms.SWAP,
        doc="Memory and swap together; -1 for as much swap as there is. Twice the memory when not given.",
        examples=("128m", -1),
        bind=at("HostConfig.MemorySwap", of=forms.none_if_zero),
        change=Effect.UPDATE,
    ),
    Field(
        name="limits.pids",
        codec=integer(-1, phrase="a whole number; -1 for no limit"),
        doc="How many processes it may have.",
        examples=(100, 50),
        bind=at("HostConfig.PidsLimit", to=forms.pids, of=forms.none_unless_positive),
        same=forms.same_pids,
        change=Effect.UPDATE,
        unset=Effect.UPDATE,
    ),
)

_LIFE = (
    Field(
        name="restart",
        codec=matching(r"no|always|unless-stopped|on-failure(:\d+)?", "no, always, unless-stopped or on-failure[:N]"),
        doc="When the engine starts it again.",
        examples=("always", "on-failure:3"),
        bind=at("HostConfig.RestartPolicy", to=forms.write_restart, of=forms.read_restart),
        default=constant("no"),
        change=Effect.UPDATE,
        unset=Effect.UPDATE,
    ),
    Field(
        name="healthcheck.test",
        codec=forms.HEALTH_TEST,
        doc="The command that tells whether it is well: a text for a shell, or [CMD, …], [CMD-SHELL, …], [NONE].",
        examples=(["CMD", "true"], "exit 0"),
        bind=at("Config.Healthcheck.Test", to=list, of=forms.read_health_test),
        default=inherited,
    ),
    *(
        Field(
            name=f"healthcheck.{key}",
            codec=DURATION,
            doc=doc,
            examples=examples,
            bind=at(f"Config.Healthcheck.{engine_key}", of=forms.none_if_zero),
            default=inherited,
            needs_api=needs,
        )
        for key, engine_key, doc, examples, needs in (
            ("interval", "Interval", "How often it is asked.", ("2s", "3s"), ""),
            ("timeout", "Timeout", "How long an answer may take.", ("1s", "2s"), ""),
            ("start_period", "StartPeriod", "How long failures don't count after the start.", ("1s", "2s"), ""),
            ("start_interval", "StartInterval", "How often it is asked in that time.", ("1s", "2s"), "1.44"),
        )
    ),
    Field(
        name="healthcheck.retries",
        codec=integer(1, phrase="a whole number from 1"),
        doc="How many failures in a row make it unhealthy.",
        examples=(2, 5),
        bind=at("Config.Healthcheck.Retries", of=forms.none_if_zero),
        default=inherited,
    ),
    Field(
        name="logging.driver",
        codec=TEXT,
        doc="Where its output goes.",
        examples=("json-file", "none"),
        bind=at("HostConfig.LogConfig.Type"),
        default=from_engine("log_driver", "json-file"),
    ),
    Field(
        name="logging.options",
        codec=MAP,
        doc="Options of the log driver.",
        examples=({"max-size": "1m"}, {"max-size": "2m"}),
        bind=at("HostConfig.LogConfig.Config", to=dict),
        keyed=True,
    ),
)

FIELDS: tuple[Field, ...] = (*_PROCESS, *_NETWORK, *_STORAGE, *_LIMITS, *_LIFE)


def _vital(name: str, doc: str, bind: Binding) -> Field:
    return Field(name=name, codec=TEXT, doc=doc, examples=("", ""), bind=bind, change=Effect.UPDATE)


def _not_created(_value: Value, _body: dict[str, Any]) -> None:
    """Leave the create body alone: name and state come about by calls of their own."""


VITALS: tuple[Field, ...] = (
    _vital("name", "Its name on the engine.", Binding(_not_created, lambda inspect: inspect["Name"].lstrip("/"))),
    _vital("state", "Whether it runs.", Binding(_not_created, forms.read_state)),
)

LATER = (
    "annotations",
    "cgroup",
    "cgroup_parent",
    "configs",
    "device_cgroup_rules",
    "devices",
    "dns_opt",
    "dns_search",
    "domainname",
    "gpus",
    "group_add",
    "ipc",
    "limits.cpu_period",
    "limits.cpu_quota",
    "limits.io",
    "limits.memory_swappiness",
    "limits.oom_kill_disable",
    "limits.oom_score_adj",
    "pid",
    "platform",
    "protect",
    "ready",
    "runtime",
    "secrets",
    "security_opt",
    "stdin_open",
    "storage_opt",
    "sysctls",
    "triggers",
    "update",
    "userns_mode",
    "uts",
)
