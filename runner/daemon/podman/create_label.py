"""What a container was made with, kept in a label of its own: of much of it Podman says nothing, or something else.

It can be relied on, since Podman 4 changes no more of a made container than its name, its state and its networks.
Knows no connection. What somebody else made has no such label, and stays as Podman tells it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from runner.core.decode import decode_hint, shaped
from runner.core.gateway import EngineJSON
from runner.core.strict_json import Malformed
from runner.resource.labels import PREFIX

_ASKED = f"{PREFIX}asked"


_LIST, _LISTS, _MAP = list[str] | None, list[dict[str, Any]] | None, dict[str, str] | None
_CONFIG: Final[Mapping[str, Any]] = {
    "ExposedPorts": dict[str, dict[str, Any]] | None,
    "Healthcheck": dict[str, Any] | None,
    "MacAddress": str | None,
}
_HOST_CONFIG: Final[Mapping[str, Any]] = {
    "Binds": _LIST,
    "BlkioDeviceReadBps": _LISTS,
    "BlkioDeviceReadIOps": _LISTS,
    "BlkioDeviceWriteBps": _LISTS,
    "BlkioDeviceWriteIOps": _LISTS,
    "CapAdd": _LIST,
    "CapDrop": _LIST,
    "Devices": _LISTS,
    "Init": bool | None,
    "IpcMode": str | None,
    "Mounts": _LISTS,
    "NetworkMode": str | None,
    "PortBindings": dict[str, list[dict[str, str]]] | None,
    "Sysctls": _MAP,
    "Tmpfs": _MAP,
    "UsernsMode": str | None,
}
"""Each of them is honoured, though Podman doesn't tell so; what it ignores must not be among them."""


def encode_label(body: EngineJSON) -> EngineJSON:
    """Return the body of a creation with a label that tells what is in it."""
    host_config = body.get("HostConfig") or {}
    asked = {
        "Config": {key: body[key] for key in _CONFIG if body.get(key)},
        "HostConfig": {key: host_config[key] for key in _HOST_CONFIG if host_config.get(key) is not None},
    }
    told = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return {**body, "Labels": {**(body.get("Labels") or {}), _ASKED: told}}


def decode_label(inspect: EngineJSON) -> EngineJSON:
    """Return a container's document with what was remembered of it in the place of what Podman says.

    A damaged label counts as none.
    """
    told = (inspect["Config"].get("Labels") or {}).get(_ASKED)
    asked: dict[str, dict[str, Any]] | None = decode_hint(dict[str, dict[str, Any]], told, None)
    if asked is None:
        return inspect
    try:
        return {**inspect, **{part: {**inspect[part], **_kept(asked, part)} for part in _PARTS}}
    except Malformed:
        return inspect


_PARTS: Final = {"Config": _CONFIG, "HostConfig": _HOST_CONFIG}


def _kept(asked: Mapping[str, Mapping[str, Any]], part: str) -> EngineJSON:
    """Return every key of a part, null where it wasn't asked for."""
    said = shaped(dict[str, Any], asked.get(part), part)
    return {key: shaped(shape, said.get(key), key) for key, shape in _PARTS[part].items()}
