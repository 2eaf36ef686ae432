"""Which namespaces a container shares with the host or with another container, and how its own are set up."""

from __future__ import annotations

from runner.core.plan import Reason
from runner.resource.collections import MAP
from runner.resource.engine_json import Binding, at
from runner.resource.field import Field, constant
from runner.resource.requirements import SubRequirement
from runner.resource.scalars import choice, matching, word

_OWN = "private"


def _own_or(path: str) -> Binding:
    """Bind a mode that the engine leaves empty if the namespace is the container's own."""
    return at(path, encode=lambda mode: "" if mode == _OWN else mode, decode=lambda mode: mode or _OWN)


NAMESPACES = (
    Field(
        name="ipc",
        codec=matching(r"private|shareable|host|none|container:.+", "private, shareable, host, none or container:NAME"),
        doc="IPC namespace: private, shareable with others, the host's, none, or another container's,"
        " with which it is restarted.",
        examples=("shareable", "host"),
        bind=at("HostConfig.IpcMode"),
        drift_reason=Reason.DEPENDENCY,  # drifts only if the referenced container was replaced
        parts=(SubRequirement(name="ipc: none", used=lambda mode: mode == "none"),),
    ),
    Field(
        name="pid",
        codec=matching(r"private|host|container:.+", "private, host or container:NAME"),
        doc="PID namespace: private, the host's, or another container's, with which it is restarted.",
        examples=("host", "private"),
        bind=_own_or("HostConfig.PidMode"),
        drift_reason=Reason.DEPENDENCY,  # as for ipc
        default=constant(_OWN),
    ),
    Field(
        name="uts",
        codec=choice("host", "private"),
        doc="UTS namespace: the host's or its own.",
        examples=("host", "private"),
        bind=_own_or("HostConfig.UTSMode"),
        default=constant(_OWN),
    ),
    Field(
        name="userns_mode",
        codec=choice("host", "private"),
        doc="User namespace, if the engine remaps users: the host's or the remapped one.",
        examples=("host", "private"),
        bind=_own_or("HostConfig.UsernsMode"),
        default=constant(_OWN),
    ),
    Field(
        name="cgroup",
        codec=choice("host", "private"),
        doc="Cgroup namespace: the host's or its own.",
        examples=("host", "private"),
        bind=at("HostConfig.CgroupnsMode"),
    ),
    Field(
        name="cgroup_parent",
        codec=word("a cgroup such as /shop"),
        doc="The parent cgroup.",
        examples=("/runner-a", "/runner-b"),
        bind=at("HostConfig.CgroupParent"),
    ),
    Field(
        name="sysctls",
        codec=MAP,
        doc="Kernel parameters of its namespaces.",
        examples=({"net.ipv4.ip_forward": 1}, {"net.ipv4.ip_forward": 0}),
        bind=at("HostConfig.Sysctls", encode=dict),
        merged_by_key=True,
    ),
)
