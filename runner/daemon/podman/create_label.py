"""A container's create body, stored in a label: Podman omits much of it from its documents, or reports it differently.

The label is reliable, since Podman 4 changes no more of an existing container than its name, its state and its
networks. Independent of the connection. Containers created by others have no such label, and stay as Podman reports
them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from runner.core.decode import decode_hint, shaped
from runner.core.engine_answers import EngineJSON
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
"""Each of them takes effect, though Podman doesn't report it; what Podman ignores must not be among them."""


def encode_label(body: EngineJSON) -> EngineJSON:
    """Return a create body with a label that stores its fields."""
    host_config = body.get("HostConfig") or {}
    asked = {
        "Config": {key: body[key] for key in _CONFIG if body.get(key)},
        "HostConfig": {key: host_config[key] for key in _HOST_CONFIG if host_config.get(key) is not None},
    }
    text = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return {**body, "Labels": {**(body.get("Labels") or {}), _ASKED: text}}


def decode_label(inspect: EngineJSON) -> EngineJSON:
    """Return a container's document with the fields stored in the label in place of Podman's.

    A damaged label is ignored.
    """
    text = (inspect["Config"].get("Labels") or {}).get(_ASKED)
    asked: dict[str, dict[str, Any]] | None = decode_hint(dict[str, dict[str, Any]], text, None)
    if asked is None:
        return inspect
    try:
        return {**inspect, **{part: {**inspect[part], **_kept(asked, part)} for part in _PARTS}}
    except Malformed:
        return inspect


_PARTS: Final = {"Config": _CONFIG, "HostConfig": _HOST_CONFIG}


def _kept(asked: Mapping[str, Mapping[str, Any]], part: str) -> EngineJSON:
    """Return every key of a part, null where it wasn't set."""
    stored = shaped(dict[str, Any], asked.get(part), part)
    return {key: shaped(shape, stored.get(key), key) for key, shape in _PARTS[part].items()}
