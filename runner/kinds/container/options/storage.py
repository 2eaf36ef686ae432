"""Volumes, bind mounts, tmpfs and other storage of a container."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.engine import Feature
from runner.core.values import Value
from runner.resource.collections import MAP
from runner.resource.engine_json import Binding, Body, at
from runner.resource.field import Field, constant
from runner.resource.mount_json import read_mounts, write_mounts
from runner.resource.mounts import MOUNTS, must_exist, same_mount, uses_image, uses_subpath
from runner.resource.requirements import SubRequirement
from runner.resource.scalars import BOOLEAN, SIZE
from runner.resource.service_binding import InService, Late, no_place
from runner.resource.tmpfs import TMPFS, read_tmpfs


def _write_volumes(value: Value, body: Body) -> None:
    write_mounts(value, body.setdefault("HostConfig", {}))


def _read_volumes(inspect: Mapping[str, Any]) -> Value:
    return dict(read_mounts(inspect.get("HostConfig") or {}))


STORAGE = (
    Field(
        name="volumes",
        codec=MOUNTS,
        doc="Volumes, bind mounts, tmpfs mounts and images (read-only), in short or long syntax.",
        examples=(["data:/data"], ["data:/data:ro", {"type": "tmpfs", "target": "/fast", "tmpfs": {"size": "8m"}}]),
        bind=Binding(write=_write_volumes, read=_read_volumes),
        equals=same_mount,
        merged_by_key=True,
        parts=(
            SubRequirement(name="volumes.volume.subpath", used=uses_subpath, needs_api="1.45"),
            SubRequirement(name="volumes.image", used=uses_image, needs_api="1.48"),
            SubRequirement(name="volumes.bind.create_host_path", used=must_exist),
        ),
        service=Late("runner.kinds.container.in_service.storage:VOLUMES"),
    ),
    Field(
        name="tmpfs",
        codec=TMPFS,
        doc="Tmpfs mounts, with mount options after a colon.",
        examples=(["/run"], ["/run:size=8m"]),
        bind=at("HostConfig.Tmpfs", encode=dict, decode=read_tmpfs),
        merged_by_key=True,
        service=Late("runner.kinds.container.in_service.storage:TMPFS"),
    ),
    Field(
        name="read_only",
        codec=BOOLEAN,
        doc="Mount the root filesystem read-only.",
        examples=(True, False),
        bind=at("HostConfig.ReadonlyRootfs", decode=bool),
        default=constant(False),
        service=InService(bind=at("TaskTemplate.ContainerSpec.ReadOnly", decode=bool), default=False),
    ),
    Field(
        name="shm_size",
        codec=SIZE,
        doc="The size of /dev/shm.",
        examples=("32m", "16m"),
        bind=at("HostConfig.ShmSize"),
        service=no_place('write tmpfs: ["/dev/shm:size=64m"]'),
    ),
    Field(
        name="storage_opt",
        codec=MAP,
        doc="Storage driver options, such as size.",
        examples=({"size": "1G"}, {"size": "2G"}),
        bind=at("HostConfig.StorageOpt", encode=dict),
        merged_by_key=True,
        needs_feature=Feature.STORAGE_OPTIONS,
        service=no_place(),
    ),
)
