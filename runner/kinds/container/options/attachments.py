"""A container's network endpoints: aliases, addresses, and what the engine adds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from runner.core.lazy_pattern import lazy_pattern
from runner.core.values import Value, as_map
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import MAP
from runner.resource.engine_json import Body, canonical, put
from runner.resource.scalars import SCALAR_SCHEMA, integer

_ADDRESSES = {"ipv4_address": "IPv4Address", "ipv6_address": "IPv6Address"}
_MAC_ADDRESS = lazy_pattern(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_CODECS: Mapping[str, Codec] = {"priority": integer(), "gw_priority": integer(), "driver_opts": MAP}
_OPTIONS = {"gw_priority": ("GwPriority", 0), "driver_opts": ("DriverOpts", {})}
"""The engine's name of each, and what it stands at if nobody sets it."""
_MODES = ("bridge", "host", "none")
"""Predefined networks of the engine, which a container uses by its network mode rather than by joining."""


def parse_attachments(raw: Any) -> Value:
    """Parse a list of networks, or a map from network to endpoint settings."""
    if not isinstance(raw, Mapping):
        return {str(name): {} for name in raw}
    return {str(name): _parse(str(name), given or {}) for name, given in raw.items()}


def _parse(name: str, given: Mapping[str, Any]) -> Mapping[str, Value]:
    addresses = {key: _address(name, key, str(given[key])) for key in _ADDRESSES if key in given}
    if "mac_address" in given:
        addresses["mac_address"] = _mac_address(name, str(given["mac_address"]))
    parsed = {key: _within(name, key, codec, given[key]) for key, codec in _CODECS.items() if key in given}
    aliases = tuple(dict.fromkeys(str(alias) for alias in given.get("aliases", ())))
    return {**addresses, **parsed, **({"aliases": aliases} if aliases else {})}


def _address(name: str, key: str, text: str) -> str:
    family, example = (IPv4Address, "10.5.0.9") if key == "ipv4_address" else (IPv6Address, "fd00:5::9")
    try:
        return str(family(text))
    except ValueError as error:
        raise Invalid(f'not an address: "{text}"', path=(name, key), help=f"write one such as {example}") from error


def _mac_address(name: str, text: str) -> str:
    address = text.lower().replace("-", ":")
    if not _MAC_ADDRESS.fullmatch(address):
        help = "write one such as 02:42:0a:05:00:09"
        raise Invalid(f'not a MAC address: "{text}"', path=(name, "mac_address"), help=help)
    return address


def _within(name: str, key: str, codec: Codec, given: Any) -> Value:
    try:
        return codec.parse(given)
    except Invalid as invalid:
        raise invalid.within(name, key) from None


def show_attachments(value: Value) -> Value:
    """Return each network with the settings that were requested, without what the engine adds."""
    if not isinstance(value, Mapping):
        return value
    return {name: _show(attachment) for name, attachment in value.items()}


def _show(attachment: Value) -> Value:
    if not isinstance(attachment, Mapping):
        return attachment
    automatic = _names(attachment, "automatic")
    shown = {key: given for key, given in attachment.items() if key in (*_ADDRESSES, "mac_address", *_OPTIONS)}
    named = tuple(alias for alias in _names(attachment, "aliases") if alias not in automatic)
    return {**shown, "aliases": named} if named else shown or "attached"


_SCHEMA = {
    "type": ["object", "null"],
    "properties": {
        "aliases": {"type": "array", "items": SCALAR_SCHEMA},
        **{key: {"type": "string"} for key in (*_ADDRESSES, "mac_address")},
        **{key: codec.described for key, codec in _CODECS.items()},
    },
    "additionalProperties": False,
}
ATTACHMENTS = Codec(
    {
        "anyOf": [
            {"type": "array", "items": SCALAR_SCHEMA},
            {"type": "object", "additionalProperties": _SCHEMA},
        ]
    },
    "a list of networks, or a map from network to its aliases, addresses, priorities and driver options",
    parse_attachments,
    show_attachments,
)


def endpoint_config(attachment: Value) -> dict[str, Any]:
    """Return the endpoint config of one attachment."""
    asked = as_map(attachment)
    config: dict[str, Any] = {"Aliases": list(_names(asked, "aliases"))}
    if asked.get("mac_address"):
        config["MacAddress"] = asked["mac_address"]
    config.update({name: asked[key] for key, (name, _) in _OPTIONS.items() if asked.get(key)})
    addresses = {name: asked[key] for key, name in _ADDRESSES.items() if asked.get(key)}
    return {**config, "IPAMConfig": addresses} if addresses else config


def write_attachments(value: Value, body: Body) -> None:
    """Write all endpoints into a create body; the container is created on the first network."""
    endpoints = {name: endpoint_config(attachment) for name, attachment in as_map(value).items()}
    if endpoints:
        body["NetworkingConfig"] = {"EndpointsConfig": endpoints}
        put(body, "HostConfig.NetworkMode", next(iter(endpoints)))


def leave_out_aliases(create: Body) -> None:
    """Remove the network aliases from a create body."""
    for endpoint in create["NetworkingConfig"].get("EndpointsConfig", {}).values():
        endpoint.pop("Aliases", None)


def split_attachments(create: Body) -> Mapping[str, Any]:
    """Convert a create body for engines before API 1.44; return the endpoints to connect afterwards.

    These engines take only one network on creation (moby#45906), and look for its MAC address elsewhere in the body
    (moby#45905).
    """
    endpoints = create["NetworkingConfig"].get("EndpointsConfig", {})
    later = {name: endpoints.pop(name) for name in list(endpoints)[1:]}
    for endpoint in endpoints.values():
        if "MacAddress" in endpoint:
            create["MacAddress"] = endpoint["MacAddress"]
    return later


def asks_for(key: str) -> Callable[[Value], bool]:
    """Return a test whether any of the attachments has this key."""
    return lambda value: any(key in as_map(attachment) for attachment in as_map(value).values())


def addresses_below_the_first(value: Value) -> bool:
    """Return whether a MAC address is requested on another network than the first."""
    return any("mac_address" in as_map(attachment) for attachment in list(as_map(value).values())[1:])


def read_attachments(inspect: Mapping[str, Any]) -> Value:
    """Read the networks that the container has joined, each with the aliases that the engine added."""
    networks = (inspect.get("NetworkSettings") or {}).get("Networks") or {}
    mode = _mode(inspect)
    own = (inspect["Id"][:12], inspect["Name"].lstrip("/"), (inspect.get("Config") or {}).get("Hostname") or "")
    joined = {name: _read(endpoint, own) for name, endpoint in networks.items() if name not in _MODES or name != mode}
    asked = (inspect.get("Config") or {}).get("MacAddress")
    return {name: {**read, "mac_address": asked} if asked and name == mode else read for name, read in joined.items()}


def _read(endpoint: Mapping[str, Any], automatic: tuple[str, ...]) -> Mapping[str, Value]:
    asked = endpoint.get("IPAMConfig") or {}
    read: dict[str, Value] = {"aliases": canonical(endpoint.get("Aliases") or ()), "automatic": automatic}
    read["hardware"] = endpoint.get("MacAddress") or None
    read.update({key: canonical(endpoint[name]) for key, (name, _) in _OPTIONS.items() if endpoint.get(name)})
    return {**read, **{key: asked[name] for key, name in _ADDRESSES.items() if asked.get(name)}}


def same_attachment(desired: Value, live: Value) -> bool:
    """Compare an attachment; aliases that the engine added count only if they were requested."""
    if not isinstance(desired, Mapping) or not isinstance(live, Mapping):
        return desired == live
    wanted, given, automatic = (
        set(_names(side, key)) for side, key in ((desired, "aliases"), (live, "aliases"), (live, "automatic"))
    )
    same_addresses = all(desired.get(key) == live.get(key) for key in _ADDRESSES)
    same_options = all(desired.get(key, usual) == live.get(key, usual) for key, (_, usual) in _OPTIONS.items())
    return (
        same_addresses and same_options and _same_mac(desired, live) and wanted <= given and given - wanted <= automatic
    )


def _same_mac(desired: Mapping[str, Value], live: Mapping[str, Value]) -> bool:
    """Compare a MAC address with the requested one, if the engine reports it, and with the actual one, if it matters.

    Up to API 1.53 a disconnect and reconnect from outside keeps the requested address, but loses the actual one
    (moby#48192).
    """
    wanted, asked, hardware = desired.get("mac_address"), live.get("mac_address"), live.get("hardware")
    if asked and asked != wanted:
        return False
    return wanted is None or hardware in (None, wanted)


def _names(attachment: Mapping[str, Value], key: str) -> tuple[Value, ...]:
    names = attachment.get(key)
    return names if isinstance(names, tuple) else ()


def write_mode(value: Value, body: Body) -> None:
    """Write the network mode."""
    put(body, "HostConfig.NetworkMode", value)


def read_mode(inspect: Mapping[str, Any]) -> Value:
    """Read the network mode; None if the container was disconnected from the bridge that its mode names."""
    mode, networks = _mode(inspect), (inspect.get("NetworkSettings") or {}).get("Networks")
    return None if mode == "bridge" and not networks else mode


def _mode(inspect: Mapping[str, Any]) -> str:
    """Return the network mode as it was set; the engine's `default` is its bridge."""
    mode = (inspect.get("HostConfig") or {}).get("NetworkMode")
    return "bridge" if mode in (None, "", "default") else str(mode)
