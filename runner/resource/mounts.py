"""Volumes, bind mounts and tmpfs: the short and long syntax, and the two places where the engine stores them."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from runner.core.lazy_pattern import lazy_pattern
from runner.core.values import Value, as_map
from runner.resource.codec import Codec, Invalid
from runner.resource.scalars import SCALAR_SCHEMA, normalize_path, parse_boolean, parse_size, show_size, without_null

MountValue = Mapping[str, Value]
"""type (bind, volume, tmpfs, image), source, and of the rest only what was requested:
read_only, selinux, propagation, nocopy, subpath, size, mode, must_exist, to_be_made."""

_MODES = {"ro", "rw", "z", "Z", "nocopy"}
PROPAGATIONS = {"private", "rprivate", "shared", "rshared", "slave", "rslave"}
_ANONYMOUS = lazy_pattern(r"[0-9a-f]{64}")
UNTOLD = "untold"
"""Stands for an unknown must_exist: engines before API 1.42 drop the request to create a folder (moby#43484)."""
DEFAULT_PROPAGATION = "rprivate"
_EXAMPLE = 'write SOURCE:TARGET[:MODE], such as "data:/var/lib/data:ro"'
_LONG_FORM = "write it as {type: bind, source: ..., target: ...}"


def parse_mounts(raw: Any) -> dict[str, MountValue]:
    """Parse a list of mounts as target → mount.

    >>> parse_mounts(["data:/srv:ro"])
    {'/srv': {'type': 'volume', 'source': 'data', 'read_only': True}}
    """
    mounts: dict[str, MountValue] = {}
    for index, item in enumerate(raw if isinstance(raw, list | tuple) else [raw]):
        try:
            target, mount = _long(item) if isinstance(item, Mapping) else _short(without_null(str(item)))
            if target in mounts:
                raise Invalid(f'two mounts at "{target}"', help="use a different target for each")
        except Invalid as invalid:
            raise invalid.within(index) from None
        mounts[target] = mount
    return mounts


def _short(text: str) -> tuple[str, MountValue]:
    parts = _parts(text)
    if len(parts) > 3 or not all(parts):
        raise Invalid(f'not a mount: "{text}"', help=_EXAMPLE)
    if len(parts) == 1:
        return wanted_target(parts[0]), {"type": "volume", "source": ""}
    source, target = parts[0], wanted_target(parts[1])
    kind = "bind" if is_path(source) else "volume"
    return target, {"type": kind, "source": source, **read_modes(parts[2] if len(parts) == 3 else "")}


def _parts(text: str) -> list[str]:
    """Split at the colons between source, target and modes: a path may contain some, but none after its last slash.

    >>> _parts("data:/srv:ro"), _parts("./a:b/data:/srv")
    (['data', '/srv', 'ro'], ['./a:b/data', '/srv'])
    """
    sides = text.split(":/")
    if not is_path(text) or len(sides) == 1:
        return text.split(":")
    if len(sides) > 2:
        raise Invalid(f'ambiguous mount "{text}"', help=_LONG_FORM)
    target, *modes = f"/{sides[1]}".split(":")
    return [sides[0], target, *modes]


def is_path(source: str) -> bool:
    """Distinguish a host path from a volume name."""
    return source.startswith(("/", ".", "~"))


def clean_target(target: str) -> str:
    """Return the path as the engine stores it; Invalid when it isn't absolute."""
    if not target.startswith("/"):
        raise Invalid(f'target is not an absolute path: "{target}"', help=_EXAMPLE)
    return normalize_path(target)


def wanted_target(target: str) -> str:
    """Validate the target path of a declared mount."""
    clean = clean_target(without_null(target))
    if clean == "/":
        raise Invalid("cannot mount at /", help="use a folder below /")
    return clean


def read_modes(text: str) -> dict[str, Value]:
    """Parse the comma-separated modes of a short mount."""
    found: dict[str, Value] = {}
    for mode in filter(None, text.split(",")):
        if mode == "ro":
            found["read_only"] = True
        elif mode in ("z", "Z"):
            found["selinux"] = mode
        elif mode == "nocopy":
            found["nocopy"] = True
        elif mode in PROPAGATIONS:
            found.update({"propagation": mode} if mode != DEFAULT_PROPAGATION else {})
        elif mode != "rw":
            known = ", ".join(sorted(_MODES | PROPAGATIONS))
            raise Invalid(f'unknown mount mode "{mode}"', help=f"one of {known}")
    return found


def _long(item: Mapping[str, Any]) -> tuple[str, MountValue]:
    kind, source = str(item["type"]), without_null(str(item.get("source") or ""), "source")
    mount: dict[str, Value] = {"type": kind, "source": source}
    for other in {"bind", "volume", "tmpfs", "image"} - {kind}:
        if other in item:
            raise Invalid(f'"{other}" is not allowed with type "{kind}"', path=(other,))
    if kind == "bind" and not source:
        raise Invalid("a bind mount needs a source", help="add source: with a path on the host")
    if kind == "image" and not source:
        raise Invalid("an image mount needs a source", help="add source: with a key of images, or an image's name")
    if kind == "tmpfs" and source:
        raise Invalid("a tmpfs does not have a source", path=("source",))
    if parse_boolean(item.get("read_only") or False) and kind != "image":  # which is always
        mount["read_only"] = True
    mount.update(_options(kind, item.get(kind) or {}))
    return wanted_target(str(item["target"])), mount


def _options(kind: str, options: Mapping[str, Any]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if options.get("propagation", DEFAULT_PROPAGATION) != DEFAULT_PROPAGATION:
        found["propagation"] = str(options["propagation"])
    if "selinux" in options:
        found["selinux"] = str(options["selinux"])
    if kind == "bind" and "create_host_path" in options:
        found["to_be_made" if parse_boolean(options["create_host_path"]) else "must_exist"] = True
    if "selinux" in found and "must_exist" in found:
        help = "engines label only what they may create: omit create_host_path"
        raise Invalid('"selinux" conflicts with "create_host_path"', path=(kind, "selinux"), help=help)
    if "selinux" in found and options.get("subpath"):
        help = "engines label whole volumes only: omit one of them"
        raise Invalid('"selinux" conflicts with "subpath"', path=(kind, "selinux"), help=help)
    if parse_boolean(options.get("nocopy", False)):
        found["nocopy"] = True
    if "subpath" in options:
        found["subpath"] = _parse_subpath(kind, str(options["subpath"]))
    if "size" in options:
        found["size"] = parse_size(options["size"])
    if "mode" in options:
        found["mode"] = parse_mode(options["mode"])
    return found


def _parse_subpath(kind: str, path: str) -> str:
    clean = posixpath.normpath(path)
    if clean in (".", "..") or clean.startswith(("/", "../")):
        what = "an image" if kind == "image" else "a volume"
        raise Invalid(f'not a path inside of {what}: "{path}"', path=(kind, "subpath"), help="write it relative")
    return clean


def uses_subpath(mounts: Value) -> bool:
    """Tell whether any of the mounts is a subpath of a volume."""
    return any("subpath" in mount and mount["type"] == "volume" for mount in map(as_map, as_map(mounts).values()))


def uses_image(mounts: Value) -> bool:
    """Tell whether any of the mounts is an image."""
    return any(mount["type"] == "image" for mount in map(as_map, as_map(mounts).values()))


def must_exist(mounts: Value) -> bool:
    """Tell whether any of the mounts has a folder that the engine must not create."""
    return isinstance(mounts, Mapping) and any("must_exist" in m for m in mounts.values() if isinstance(m, Mapping))


def parse_mode(raw: Any) -> int:
    """Parse permission bits, octal with or without a leading 0 or 0o."""
    try:
        mode = int(str(raw), 8)
    except ValueError:
        mode = -1
    if not 0 <= mode <= 0o7777:
        raise Invalid(f'not permission bits: "{raw}"', help="write octal digits, such as 0755")
    return mode


def show_mount(value: Value) -> Value:
    """Write one mount in the short syntax, without its target."""
    if not isinstance(value, Mapping):
        return value
    flags = ["ro"] if value.get("read_only") else []
    flags += [str(value[key]) for key in ("selinux", "propagation") if key in value]
    flags += ["nocopy"] if value.get("nocopy") else []
    flags += [f"subpath={value['subpath']}"] if value.get("subpath") else []
    flags += [f"size={show_size(value['size'])}"] if value.get("size") else []
    flags += [f"mode={value['mode']:04o}"] if isinstance(value.get("mode"), int) else []
    source = str(value["source"]) or ("tmpfs" if value["type"] == "tmpfs" else "(anonymous)")
    return ":".join([source, ",".join(flags)] if flags else [source])


def show_mounts(value: Value) -> Value:
    """Write every mount in the short syntax."""
    return {target: show_mount(mount) for target, mount in value.items()} if isinstance(value, Mapping) else value


def is_anonymous(volume: str) -> bool:
    """Tell whether the engine generated the name of a volume."""
    return _ANONYMOUS.fullmatch(volume) is not None


def same_mount(desired: Value, live: Value) -> bool:
    """Compare two mounts; a volume declared anonymous matches any generated name."""
    if isinstance(desired, Mapping) and isinstance(live, Mapping) and desired.get("source") == "":
        return desired == {**live, "source": "" if is_anonymous(str(live["source"])) else live["source"]}
    if isinstance(desired, Mapping) and isinstance(live, Mapping) and live.get("must_exist") == UNTOLD:
        return {**desired, "must_exist": UNTOLD} == live
    return desired == live


_OPEN = {"type": ["boolean", "string"]}
MOUNTS = Codec(
    {
        "type": "array",
        "items": {
            "anyOf": [
                SCALAR_SCHEMA,
                {
                    "type": "object",
                    "properties": {
                        "type": {"enum": ["bind", "volume", "tmpfs", "image"]},
                        "source": {"type": "string"},
                        "target": {"type": "string"},
                        "read_only": _OPEN,
                        "bind": {
                            "type": "object",
                            "properties": {
                                "propagation": {"enum": sorted(PROPAGATIONS)},
                                "selinux": {"enum": ["z", "Z"]},
                                "create_host_path": _OPEN,
                            },
                            "additionalProperties": False,
                        },
                        "volume": {
                            "type": "object",
                            "properties": {
                                "nocopy": _OPEN,
                                "subpath": SCALAR_SCHEMA,
                                "selinux": {"enum": ["z", "Z"]},
                            },
                            "additionalProperties": False,
                        },
                        "image": {
                            "type": "object",
                            "properties": {"subpath": SCALAR_SCHEMA},
                            "additionalProperties": False,
                        },
                        "tmpfs": {
                            "type": "object",
                            "properties": {"size": {"type": ["string", "number"]}, "mode": SCALAR_SCHEMA},
                            "additionalProperties": False,
                        },
                    },
                    "required": ["type", "target"],
                    "additionalProperties": False,
                },
            ]
        },
    },
    'a list of mounts such as "data:/var/lib/data"',
    parse_mounts,
    show_mounts,
)
