"""What a container was made with, kept in a label of its own: of much of it Podman says nothing, or something else.

It can be relied on, since Podman 4 changes no more of a made container than its name, its state and its networks.
Knows no connection. What somebody else made has no such label, and stays as Podman tells it.
"""

from __future__ import annotations

import json

from runner.core.gateway import EngineJSON
from runner.resource.labels import PREFIX

_ASKED = f"{PREFIX}asked"
_CONFIG = ("ExposedPorts", "Healthcheck", "MacAddress")
_HOST_CONFIG = (
    "Binds",
    "BlkioDeviceReadBps",
    "BlkioDeviceReadIOps",
    "BlkioDeviceWriteBps",
    "BlkioDeviceWriteIOps",
    "CapAdd",
    "CapDrop",
    "Devices",
    "Init",
    "IpcMode",
    "Mounts",
    "NetworkMode",
    "PortBindings",
    "Sysctls",
    "Tmpfs",
    "UsernsMode",
)
"""Each of them is honoured, though Podman doesn't tell so; what it ignores must not be among them."""


def remember(body: EngineJSON) -> EngineJSON:
    """Return the body of a creation with a label that tells what is in it."""
    host_config = body.get("HostConfig") or {}
    asked = {
        "Config": {key: body[key] for key in _CONFIG if body.get(key)},
        "HostConfig": {key: host_config[key] for key in _HOST_CONFIG if host_config.get(key) is not None},
    }
    told = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return {**body, "Labels": {**(body.get("Labels") or {}), _ASKED: told}}


def recall(inspect: EngineJSON) -> EngineJSON:
    """Return a container's document with what was remembered of it in the place of what Podman says."""
    told = (inspect["Config"].get("Labels") or {}).get(_ASKED)
    if told is None:
        return inspect
    asked = json.loads(told)
    return {
        **inspect,
        "Config": {**inspect["Config"], **{key: asked["Config"].get(key) for key in _CONFIG}},
        "HostConfig": {**inspect["HostConfig"], **{key: asked["HostConfig"].get(key) for key in _HOST_CONFIG}},
    }
