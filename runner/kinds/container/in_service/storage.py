"""Mounts of a service's tasks: volumes, folders of the nodes, and memory, all in one list of the spec."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.state import Resource
from runner.core.values import Value, as_map, is_decimal
from runner.kinds.container.in_service.templates import unknown_placeholder
from runner.resource.codec import Invalid
from runner.resource.engine_json import Binding, Body, canonical, get, put
from runner.resource.labels import ADDRESS, ORCHESTRATOR, WORKFLOW
from runner.resource.mount_json import mount_body, read_mount
from runner.resource.mounts import same_mount, uses_subpath
from runner.resource.orchestrator_names import SWARM
from runner.resource.requirements import SubRequirement
from runner.resource.scalars import parse_size
from runner.resource.service_binding import InService
from runner.resource.tmpfs import sort_options

_MOUNTS = "TaskTemplate.ContainerSpec.Mounts"
_TMPFS = "tmpfs"
_KEPT = ("exec", "noexec")
"""The options of a tmpfs that have no key of their own in a spec, and that managers take."""
_IMPLIED = ("defaults", "rw", "nosuid", "nodev")


def _add(body: Body, mounts: list[dict[str, Any]]) -> None:
    put(body, _MOUNTS, [*(get(body, _MOUNTS) or ()), *mounts])


def _write_volumes(value: Value, body: Body) -> None:
    _add(body, [_write_mount(target, as_map(mount)) for target, mount in as_map(value).items()])


def _write_mount(target: str, mount: Mapping[str, Any]) -> dict[str, Any]:
    body = mount_body(target, {**mount, "must_exist": True})
    driver = {"Name": mount.get("driver"), "Options": dict(mount.get("driver_opts") or {})}
    options = {"Labels": dict(mount.get("labels") or {}), "DriverConfig": _given(driver)}
    if mount["type"] == "volume" and (given := _given(options)):
        body["VolumeOptions"] = {**body.get("VolumeOptions", {}), **given}
    return body


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if value}


def of_volume(workflow: str, volume: Resource) -> Mapping[str, Value]:
    """Return what a mount says of a declared volume, which each node makes when a task there needs it."""
    if volume.external:
        return {}
    own = {WORKFLOW: workflow, ADDRESS: str(volume.address), ORCHESTRATOR: SWARM}
    given: dict[str, Any] = {key: volume.fields.get(key) for key in ("driver", "driver_opts")}
    return {**_given(given), "labels": {**as_map(volume.fields.get("labels")), **own}}


def _read_volumes(spec: Mapping[str, Any]) -> Value:
    found = (mount for mount in get(spec, _MOUNTS) or () if mount.get("Type") != _TMPFS)
    return {posixpath.normpath(mount["Target"]): _read_mount(mount) for mount in found}


def _read_mount(body: Mapping[str, Any]) -> Mapping[str, Value]:
    mount = {key: value for key, value in read_mount(body).items() if key != "must_exist"}
    options = body.get("VolumeOptions") or {}
    driver = options.get("DriverConfig") or {}
    own = {"driver": driver.get("Name"), "driver_opts": driver.get("Options"), "labels": options.get("Labels")}
    return {**mount, **{key: canonical(value) for key, value in own.items() if value}}


def _refuse_mounts(value: Value, values: Mapping[str, Value]) -> Iterator[Invalid]:
    for target, mount in as_map(values.get("volumes")).items():
        if (why := _why_not(as_map(mount))) is not None:
            yield Invalid(why[0], path=(target,), help=why[1])


def _why_not(mount: Mapping[str, Value]) -> tuple[str, str] | None:
    """Return why no service can have a mount, and what to do."""
    if mount["type"] == "image":
        return "a service can't mount an image", "copy its files into the service's own image"
    if "selinux" in mount:
        return "a service can't label a mount for SELinux", "label it on the nodes"
    if "to_be_made" in mount:
        return "managers drop create_host_path", "make the folder on each node"
    placeholder = unknown_placeholder(str(mount["source"]))
    return placeholder and (f'unknown placeholder "{placeholder}"', "use one such as {{.Node.Hostname}}")  # type: ignore[return-value]


def _write_tmpfs(value: Value, body: Body) -> None:
    """Write path → options."""
    _add(body, [_write_one_tmpfs(target, str(options)) for target, options in as_map(value).items()])


def _write_one_tmpfs(target: str, text: str) -> dict[str, Any]:
    options = _options(text)
    kept = [[name] for name in _KEPT if name in options]
    size, mode = options.get("size"), options.get("mode")
    found = {"SizeBytes": parse_size(size) if size else 0, "Mode": int(mode, 8) if mode else 0, "Options": kept}
    body: dict[str, Any] = {
        "Type": _TMPFS,
        "Target": target,
        "ReadOnly": "ro" in options,
        "TmpfsOptions": _given(found),
    }
    return {key: value for key, value in body.items() if value}


def _options(text: str) -> dict[str, str]:
    pairs = (option.partition("=") for option in filter(None, text.split(",")))
    return {name: value for name, _, value in pairs}


def _read_tmpfs(spec: Mapping[str, Any]) -> Value:
    found = (mount for mount in get(spec, _MOUNTS) or () if mount.get("Type") == _TMPFS)
    return {posixpath.normpath(mount["Target"]): _read_one_tmpfs(mount) for mount in found}


def _read_one_tmpfs(mount: Mapping[str, Any]) -> str:
    options = mount.get("TmpfsOptions") or {}
    texts = ["=".join(option) for option in options.get("Options") or ()]
    texts += [f"size={options['SizeBytes']}"] if options.get("SizeBytes") else []
    texts += [f"mode={options['Mode']:o}"] if options.get("Mode") else []
    return sort_options(",".join((*texts, "ro") if mount.get("ReadOnly") else texts))


def tmpfs_of(mount: Mapping[str, Any]) -> str:
    """Return the options of a tmpfs that is declared in the long syntax of volumes."""
    return _read_one_tmpfs(mount_body("", mount))


def _same_tmpfs(desired: Value, live: Value) -> bool:
    if not isinstance(desired, str) or not isinstance(live, str):
        return desired == live
    return _write_one_tmpfs("", desired) == _write_one_tmpfs("", live)


def _refuse_tmpfs(value: Value, _values: Mapping[str, Value]) -> Iterator[Invalid]:
    for target, text in as_map(value).items():
        options = _options(str(text))
        unknown = next((name for name in options if name not in ("size", "mode", "ro", *_KEPT, *_IMPLIED)), None)
        if unknown is not None:
            help = f"services know size, mode, ro, {' and '.join(_KEPT)}"
            yield Invalid(f'"{unknown}" is not an option of a service\'s tmpfs', path=(target,), help=help)
        elif not is_decimal(options.get("size", "1").rstrip("kmgtKMGT")):
            yield Invalid(
                f'not a size for a service: "{options["size"]}"', path=(target,), help="write one such as 64m"
            )


def _has_options(value: Value) -> bool:
    return any(name in _options(str(text)) for text in as_map(value).values() for name in _KEPT)


VOLUMES = InService(
    bind=Binding(_write_volumes, _read_volumes, _MOUNTS),
    equals=same_mount,
    parts=(SubRequirement(name="volumes.volume.subpath", used=uses_subpath, needs_api="1.45"),),
    refuse=_refuse_mounts,
    note="On a swarm, volumes and folders are those of the node that a task is on.",
)
TMPFS = InService(
    bind=Binding(_write_tmpfs, _read_tmpfs, _MOUNTS),
    equals=_same_tmpfs,
    parts=(SubRequirement(name="tmpfs: exec, noexec", used=_has_options, needs_api="1.46"),),
    refuse=_refuse_tmpfs,
)
