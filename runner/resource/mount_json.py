"""Mounts in the engine's JSON: written into a create body, and read back."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import Any

from runner.core.values import Value
from runner.resource.mounts import DEFAULT_PROPAGATION, UNTOLD, MountValue, read_modes


def write_mounts(value: Value, host_config: dict[str, Any]) -> None:
    """Write mounts into a HostConfig.

    Bind mounts whose source may be missing go to Binds, where the engine creates the folder; the rest to Mounts, which
    rejects a missing one before API 1.42 (moby#43484). SELinux labels exist only in Binds, which can't express a path
    with a colon.
    """
    for target, mount in value.items() if isinstance(value, Mapping) else ():
        assert isinstance(mount, Mapping)
        by_text = mount["type"] == "bind" and not mount.get("must_exist") and not has_colon(target, mount)
        if by_text or mount.get("selinux"):
            host_config.setdefault("Binds", []).append(_bind(target, mount))
        else:
            host_config.setdefault("Mounts", []).append(mount_body(target, mount))


def has_colon(target: str, mount: MountValue) -> bool:
    """Tell whether a mount can't be written in the short syntax, which is split at colons."""
    return ":" in target or ":" in str(mount["source"])


def _bind(target: str, mount: MountValue) -> str:
    modes = ["ro"] if mount.get("read_only") else ["rw"]
    modes += [str(mount[key]) for key in ("selinux", "propagation") if key in mount]
    modes += ["nocopy"] if mount.get("nocopy") else []
    return f"{mount['source']}:{target}:{','.join(modes)}"


def mount_body(target: str, mount: MountValue) -> dict[str, Any]:
    """Return one mount in the form of a list of mounts."""
    body: dict[str, Any] = {"Type": mount["type"], "Source": mount["source"], "Target": target}
    if mount.get("read_only"):
        body["ReadOnly"] = True
    bind = {"Propagation": mount.get("propagation"), "CreateMountpoint": not mount.get("must_exist")}
    if mount["type"] == "bind" and any(bind.values()):
        body["BindOptions"] = {key: given for key, given in bind.items() if given}
    inside = {"NoCopy": mount.get("nocopy"), "Subpath": mount.get("subpath")}
    if any(inside.values()):
        options = "ImageOptions" if mount["type"] == "image" else "VolumeOptions"
        body[options] = {key: given for key, given in inside.items() if given}
    tmpfs = {"SizeBytes": mount.get("size"), "Mode": mount.get("mode")}
    if mount["type"] == "tmpfs" and any(tmpfs.values()):
        body["TmpfsOptions"] = {key: given for key, given in tmpfs.items() if given is not None}
    return body


def read_mounts(host_config: Mapping[str, Any]) -> dict[str, MountValue]:
    """Read mounts back from a HostConfig, which does not contain those that the image's VOLUMEs add."""
    mounts = dict(_read_binds(host_config.get("Binds") or ()))
    for body in host_config.get("Mounts") or ():
        mounts[posixpath.normpath(body["Target"])] = read_mount(body)
    return mounts


def _read_binds(binds: Iterable[str]) -> Iterable[tuple[str, MountValue]]:
    for bind in binds:
        source, separator, rest = bind.partition(":")
        if not separator:  # an anonymous volume, as clients other than runner request it
            source, rest = "", bind
        target, *modes = rest.split(":")
        kind = "bind" if source.startswith("/") else "volume"
        yield posixpath.normpath(target), {"type": kind, "source": _clean(source), **read_modes(",".join(modes))}


def _clean(source: str) -> str:
    """Return a source as runner writes it: other clients leave the slash at the end of a folder's path."""
    return posixpath.normpath(source) if source.startswith("/") else source


def read_mount(body: Mapping[str, Any]) -> MountValue:
    """Read one mount of such a list."""
    mount: dict[str, Value] = {"type": body["Type"], "source": _clean(body.get("Source") or "")}
    bind, tmpfs = (body.get(key) or {} for key in ("BindOptions", "TmpfsOptions"))
    volume = body.get("VolumeOptions") or body.get("ImageOptions") or {}
    if body.get("ReadOnly") and mount["type"] != "image":
        mount["read_only"] = True
    if bind.get("Propagation", DEFAULT_PROPAGATION) not in ("", DEFAULT_PROPAGATION):
        mount["propagation"] = bind["Propagation"]
    if mount["type"] == "bind" and not bind.get("CreateMountpoint"):
        mount["must_exist"] = UNTOLD if has_colon(body["Target"], mount) else True
    mount.update(
        {key: volume[name] for key, name in (("nocopy", "NoCopy"), ("subpath", "Subpath")) if volume.get(name)}
    )
    mount.update({key: tmpfs[name] for key, name in (("size", "SizeBytes"), ("mode", "Mode")) if tmpfs.get(name)})
    return mount


def mounted_images(inspect: Mapping[str, Any]) -> Iterable[str]:
    """Return the images that a container mounts, as it was asked for them: runner does so by their ids."""
    mounts = inspect["HostConfig"].get("Mounts") or ()
    return (str(mount["Source"]) for mount in mounts if mount["Type"] == "image")


def mounted_volume(mount: Mapping[str, Any]) -> str:
    """Return the volume name of a container's mount; empty if it isn't a volume.

    Engine 28 omits the name of one requested in Binds by target alone: it is derived from the volume's folder.
    """
    if mount.get("Name") or mount.get("Type") != "volume":
        return str(mount.get("Name") or "")
    folder, _, inside = str(mount.get("Source") or "").rpartition("/")
    return posixpath.basename(folder) if inside == "_data" else ""
