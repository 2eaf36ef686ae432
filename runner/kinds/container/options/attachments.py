"""A container's place on each of its networks: names, addresses, and what the engine adds by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.values import Value
from runner.resource.body import Body, frozen, put
from runner.resource.codec import LATER, Codec
from runner.resource.scalars import SCALAR_SCHEMA

_ADDRESSES = {"ipv4_address": "IPv4Address", "ipv6_address": "IPv6Address"}
_MODES = ("bridge", "host", "none")
"""Networks of the engine's own, which a container is on by its mode rather than by joining."""


def parse_attachments(raw: Any) -> Value:
    """Read a list of networks, or a map with what is asked of each."""
    if not isinstance(raw, Mapping):
        return {str(name): {} for name in raw}
    return {str(name): _parse(given or {}) for name, given in raw.items()}


def _parse(given: Mapping[str, Any]) -> Mapping[str, Value]:
    addresses = {key: str(given[key]) for key in _ADDRESSES if key in given}
    aliases = tuple(dict.fromkeys(str(alias) for alias in given.get("aliases", ())))
    return {**addresses, **({"aliases": aliases} if aliases else {})}


def show_attachments(value: Value) -> Value:
    """Write each network with what was asked of it, and nothing that the engine adds."""
    if not isinstance(value, Mapping):
        return value
    return {name: _show(attachment) for name, attachment in value.items()}


def _show(attachment: Value) -> Value:
    if not isinstance(attachment, Mapping):
        return attachment
    automatic = _names(attachment, "automatic")
    shown = {key: given for key, given in attachment.items() if key in _ADDRESSES}
    named = tuple(alias for alias in _names(attachment, "aliases") if alias not in automatic)
    return {**shown, "aliases": named} if named else shown or "attached"


_SCHEMA = {
    "type": ["object", "null"],
    "properties": {
        "aliases": {"type": "array", "items": SCALAR_SCHEMA},
        **{key: {"type": "string"} for key in _ADDRESSES},
    },
    "additionalProperties": False,
    LATER: ["mac_address", "priority"],
}
ATTACHMENTS = Codec(
    {
        "anyOf": [
            {"type": "array", "items": SCALAR_SCHEMA},
            {"type": "object", "additionalProperties": _SCHEMA},
        ]
    },
    "a list of networks, or a map from network to its aliases and addresses",
    parse_attachments,
    show_attachments,
)


def endpoint_config(attachment: Value) -> dict[str, Any]:
    """Write what is asked of one network."""
    asked = attachment if isinstance(attachment, Mapping) else {}
    config: dict[str, Any] = {"Aliases": list(_names(asked, "aliases"))}
    addresses = {name: asked[key] for key, name in _ADDRESSES.items() if asked.get(key)}
    return {**config, "IPAMConfig": addresses} if addresses else config


def write_attachments(value: Value, body: Body) -> None:
    """Join the first network at creation: engines before API 1.44 take no more than one there."""
    for name, attachment in list(value.items())[:1] if isinstance(value, Mapping) else ():
        put(body, "HostConfig.NetworkMode", name)
        body["NetworkingConfig"] = {"EndpointsConfig": {name: endpoint_config(attachment)}}


def read_attachments(inspect: Mapping[str, Any]) -> Value:
    """Read the networks that it has joined, each with the names that the engine gave it by itself."""
    networks = (inspect.get("NetworkSettings") or {}).get("Networks") or {}
    mode = _mode(inspect)
    own = (inspect["Id"][:12], inspect["Name"].lstrip("/"), (inspect.get("Config") or {}).get("Hostname") or "")
    return {name: _read(endpoint, own) for name, endpoint in networks.items() if name not in _MODES or name != mode}


def _read(endpoint: Mapping[str, Any], automatic: tuple[str, ...]) -> Value:
    asked = endpoint.get("IPAMConfig") or {}
    read: dict[str, Value] = {"aliases": frozen(endpoint.get("Aliases") or ()), "automatic": automatic}
    return {**read, **{key: asked[name] for key, name in _ADDRESSES.items() if asked.get(name)}}


def same_attachment(desired: Value, live: Value) -> bool:
    """Compare an attachment; the engine's own names don't count unless they were asked for."""
    if not isinstance(desired, Mapping) or not isinstance(live, Mapping):
        return desired == live
    wanted, given, automatic = (
        set(_names(side, key)) for side, key in ((desired, "aliases"), (live, "aliases"), (live, "automatic"))
    )
    same_addresses = all(desired.get(key) == live.get(key) for key in _ADDRESSES)
    return same_addresses and wanted <= given and given - wanted <= automatic


def _names(attachment: Mapping[str, Value], key: str) -> tuple[Value, ...]:
    names = attachment.get(key)
    return names if isinstance(names, tuple) else ()


def write_mode(value: Value, body: Body) -> None:
    """Write the mode."""
    put(body, "HostConfig.NetworkMode", value)


def read_mode(inspect: Mapping[str, Any]) -> Value:
    """Read the mode; none when somebody has detached it from the bridge that its mode says."""
    mode, networks = _mode(inspect), (inspect.get("NetworkSettings") or {}).get("Networks")
    return None if mode == "bridge" and not networks else mode


def _mode(inspect: Mapping[str, Any]) -> str:
    """Return the mode as it was set; the engine's word for "as usual" is its bridge."""
    mode = (inspect.get("HostConfig") or {}).get("NetworkMode")
    return "bridge" if mode in (None, "", "default") else str(mode)
