"""Which namespaces a container shares with the host or with another container, and how its own are set up."""

from __future__ import annotations

from typing import Any

from runner.core.plan import Reason
from runner.core.struct import replace
from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import MAP
from runner.resource.engine_json import Binding, at
from runner.resource.field import Field, constant
from runner.resource.requirements import SubRequirement
from runner.resource.scalars import choice, matching, word
from runner.resource.service_binding import InService, no_place

_OWN = "private"


def _own_or(path: str) -> Binding:
    """Bind a mode that the engine leaves empty if the namespace is the container's own."""
    return at(path, encode=lambda mode: "" if mode == _OWN else mode, decode=lambda mode: mode or _OWN)


def _mode(*modes: str) -> Codec:
    """Make the codec for a namespace that may be another container's; Compose's spelling of that gets a hint."""
    known = matching("|".join((*modes, "container:.+")), f"{', '.join(modes)} or container:NAME")

    def parse(raw: Any) -> Value:
        try:
            return known.parse(raw)
        except Invalid as invalid:
            kind, _, name = str(raw).partition(":")
            if kind != "service" or not name:
                raise
            raise Invalid(invalid.message, help=f"write container:{name}") from None

    return replace(known, parse=parse)


NAMESPACES = (
    Field(
        name="ipc",
        codec=_mode("private", "shareable", "host", "none"),
        doc="IPC namespace: private, shareable with others, the host's, none, or another container's,"
        " with which it is restarted.",
        examples=("shareable", "host"),
        bind=at("HostConfig.IpcMode"),
        drift_reason=Reason.DEPENDENCY,  # drifts only if the referenced container was replaced
        parts=(SubRequirement(name="ipc: none", used=lambda mode: mode == "none"),),
        service=no_place(),
    ),
    Field(
        name="pid",
        codec=_mode("private", "host"),
        doc="PID namespace: private, the host's, or another container's, with which it is restarted.",
        examples=("host", "private"),
        bind=_own_or("HostConfig.PidMode"),
        drift_reason=Reason.DEPENDENCY,  # as for ipc
        default=constant(_OWN),
        service=no_place(),
    ),
    Field(
        name="uts",
        codec=choice("host", "private"),
        doc="UTS namespace: the host's or its own.",
        examples=("host", "private"),
        bind=_own_or("HostConfig.UTSMode"),
        default=constant(_OWN),
        service=no_place(),
    ),
    Field(
        name="userns_mode",
        codec=choice("host", "private"),
        doc="User namespace, if the engine remaps users: the host's or the remapped one.",
        examples=("host", "private"),
        bind=_own_or("HostConfig.UsernsMode"),
        default=constant(_OWN),
        service=no_place(),
    ),
    Field(
        name="cgroup",
        codec=choice("host", "private"),
        doc="Cgroup namespace: the host's or its own.",
        examples=("host", "private"),
        bind=at("HostConfig.CgroupnsMode"),
        service=no_place(),
    ),
    Field(
        name="cgroup_parent",
        codec=word("a cgroup such as /shop"),
        doc="The parent cgroup.",
        examples=("/runner-a", "/runner-b"),
        bind=at("HostConfig.CgroupParent"),
        service=no_place(),
    ),
    Field(
        name="sysctls",
        codec=MAP,
        doc="Kernel parameters of its namespaces.",
        examples=({"net.ipv4.ip_forward": 1}, {"net.ipv4.ip_forward": 0}),
        bind=at("HostConfig.Sysctls", encode=dict),
        merged_by_key=True,
        service=InService(bind=at("TaskTemplate.ContainerSpec.Sysctls", encode=dict), needs_api="1.40"),
    ),
)
