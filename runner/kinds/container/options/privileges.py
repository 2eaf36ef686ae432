"""Privileges, capabilities and ulimits of a container's processes."""

from __future__ import annotations

from typing import Any

from runner.core.values import Value
from runner.resource.collections import CAPABILITIES, ULIMITS, read_capabilities
from runner.resource.engine_json import at
from runner.resource.field import Field, constant
from runner.resource.scalars import BOOLEAN
from runner.resource.service_binding import InService, no_place


def _write_ulimits(value: Any) -> list[dict[str, Any]]:
    """Write name → "soft:hard"."""
    limits = {name: limit.partition(":") for name, limit in value.items()}
    return [{"Name": name, "Soft": int(soft), "Hard": int(hard)} for name, (soft, _, hard) in limits.items()]


def _read_ulimits(value: Any) -> Value:
    """Read limits as name → "soft:hard"."""
    return {limit["Name"]: f"{limit['Soft']}:{limit['Hard']}" for limit in value or ()}


PRIVILEGES = (
    Field(
        name="privileged",
        codec=BOOLEAN,
        doc="Run in privileged mode.",
        examples=(True, False),
        bind=at("HostConfig.Privileged", decode=bool),
        default=constant(False),
        service=no_place("use cap_add, or run the file on one engine"),
    ),
    Field(
        name="cap_add",
        codec=CAPABILITIES,
        doc="Capabilities to add.",
        examples=(["NET_ADMIN"], ["NET_ADMIN", "SYS_TIME"]),
        bind=at("HostConfig.CapAdd", encode=list, decode=read_capabilities),
        service=InService(
            bind=at("TaskTemplate.ContainerSpec.CapabilityAdd", encode=list, decode=read_capabilities), needs_api="1.41"
        ),
    ),
    Field(
        name="cap_drop",
        codec=CAPABILITIES,
        doc="Capabilities to drop.",
        examples=(["ALL"], ["CHOWN"]),
        bind=at("HostConfig.CapDrop", encode=list, decode=read_capabilities),
        service=InService(
            bind=at("TaskTemplate.ContainerSpec.CapabilityDrop", encode=list, decode=read_capabilities),
            needs_api="1.41",
        ),
    ),
    Field(
        name="ulimits",
        codec=ULIMITS,
        doc="Resource limits (ulimits) of its processes.",
        examples=({"nofile": 512}, {"nofile": {"soft": 256, "hard": 512}}),
        bind=at("HostConfig.Ulimits", encode=_write_ulimits, decode=_read_ulimits),
        merged_by_key=True,
        service=InService(
            bind=at("TaskTemplate.ContainerSpec.Ulimits", encode=_write_ulimits, decode=_read_ulimits), needs_api="1.41"
        ),
    ),
)
