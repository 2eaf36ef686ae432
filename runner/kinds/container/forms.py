"""The few forms in which the language and the engine write a container's options differently."""

from __future__ import annotations

import math
import posixpath
import signal
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from runner.core.values import Value
from runner.resource.body import Body, frozen, put
from runner.resource.codec import LATER, Codec, Invalid
from runner.resource.collections import collect, parse_capabilities
from runner.resource.mounts import read_mounts, write_mounts
from runner.resource.ports import read_bindings, write_bindings
from runner.resource.scalars import SCALAR_SCHEMA, parse_size, show_size

SECOND = 1_000_000_000

# --- texts and lists


def write_image(value: Value, body: Body) -> None:
    """Name the image in the create body."""
    put(body, "Config.Image", value)


def words(value: Any) -> Value:
    """Read an argument list; one that was cleared reads as empty."""
    return () if not value or list(value) == [""] else tuple(value)


def text(value: Any) -> Value:
    """Read a text; none is empty."""
    return value or ""


def pairs(value: Any) -> list[str]:
    """Write a map as NAME=VALUE."""
    return [f"{name}={text}" for name, text in value.items()]


def unpair(value: Any) -> Value:
    """Read NAME=VALUE as a map."""
    return {name: text for name, _, text in (item.partition("=") for item in value or ())}


def capabilities(value: Any) -> Value:
    """Read capabilities; the engine keeps them as they were sent."""
    return parse_capabilities(value or [])


def same_path(desired: Value, live: Value) -> bool:
    """Compare folders; none given is the root."""
    return posixpath.normpath(str(desired or "/")) == posixpath.normpath(str(live or "/"))


def same_signal(desired: Value, live: Value) -> bool:
    """Compare signals, by name with and without SIG or by number."""
    return _signal(desired) == _signal(live)


def _signal(value: Value) -> str:
    name = str(value or "SIGTERM").upper()
    if name.isdigit():
        try:
            return signal.Signals(int(name)).name
        except ValueError:
            return name
    return name if name.startswith("SIG") else f"SIG{name}"


# --- numbers


def none_if_zero(value: Any) -> Value:
    """Read a number where zero means that nothing was set."""
    return value or None


def none_unless_positive(value: Any) -> Value:
    """Read a number where zero and less mean that there is no limit."""
    return value if value and value > 0 else None


def pids(value: Any) -> int:
    """Write a limit on processes; no limit is -1, also to the update call, where 0 would change nothing."""
    return int(value) if value else -1


def same_pids(desired: Value, live: Value) -> bool:
    """Compare limits on processes; -1 is none."""
    return none_unless_positive(desired) == none_unless_positive(live)


def whole_seconds(value: Any) -> int:
    """Write nanoseconds as the whole seconds that the engine counts, rounded up."""
    return math.ceil(int(value) / SECOND)


def from_seconds(value: Any) -> Value:
    """Read whole seconds as nanoseconds."""
    return None if value is None else int(value) * SECOND


def same_seconds(desired: Value, live: Value) -> bool:
    """Compare durations by the whole seconds that the engine keeps."""
    return desired == live or (isinstance(desired, int) and from_seconds(whole_seconds(desired)) == live)


def parse_cpus(raw: Any) -> int:
    """Read a number of processors in billionths."""
    try:
        cpus = Decimal(str(raw).strip())
    except InvalidOperation as error:
        raise Invalid(f'not a number of processors: "{raw}"', help="write a number such as 0.5") from error
    if not (cpus.is_finite() and cpus > 0):
        raise Invalid(f'not a number of processors: "{raw}"', help="it must be more than 0")
    return int((cpus * SECOND).to_integral_value())


def show_cpus(value: Value) -> Value:
    """Write billionths of a processor as a number of them."""
    return value / SECOND if isinstance(value, int) else value


def parse_cpuset(raw: Any) -> str:
    """Read a set of processors, as the list of each of them."""
    try:
        return _spread(str(raw))
    except ValueError as error:
        raise Invalid(f'not a set of processors: "{raw}"', help='write numbers and ranges, such as "0-2,4"') from error


def _spread(cpus: str) -> str:
    numbers: set[int] = set()
    for part in filter(None, cpus.replace(" ", "").split(",")):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return ",".join(map(str, sorted(numbers)))


def read_cpuset(value: Any) -> Value:
    """Read a set of processors, however it was written."""
    return _spread(value) if value else None


def parse_swap(raw: Any) -> int:
    """Read a size, or -1 for no bound."""
    return -1 if str(raw).strip() == "-1" else parse_size(raw)


CPUS = Codec({"type": ["number", "string"]}, "a number of processors such as 0.5", parse_cpus, show_cpus)
CPUSET = Codec(SCALAR_SCHEMA, 'processors such as "0-1"', parse_cpuset)
SWAP = Codec({"type": ["number", "string"]}, "a size such as 128m, or -1", parse_swap, show_size)


# --- restart, health, state


def write_restart(value: Any) -> dict[str, Any]:
    """Write a restart policy."""
    name, _, count = str(value).partition(":")
    return {"Name": name, "MaximumRetryCount": int(count or 0)}


def read_restart(value: Any) -> Value:
    """Read a restart policy; none at all is "no"."""
    policy = value or {}
    name, count = policy.get("Name") or "no", policy.get("MaximumRetryCount") or 0
    return f"{name}:{count}" if name == "on-failure" and count else name


def parse_health_test(raw: Any) -> Value:
    """Read a health test; a text is for a shell."""
    if not isinstance(raw, list | tuple):
        return ("CMD-SHELL", str(raw))
    if not raw or str(raw[0]) not in ("CMD", "CMD-SHELL", "NONE"):
        raise Invalid("a list must begin with CMD, CMD-SHELL or NONE", help='write ["CMD", "true"], or a text')
    return tuple(str(word) for word in raw)


def read_health_test(value: Any) -> Value:
    """Read a health test; one that is switched off reads as such."""
    return tuple(value) if value else ("NONE",)


HEALTH_TEST = Codec(
    {"anyOf": [SCALAR_SCHEMA, {"type": "array", "items": SCALAR_SCHEMA}]},
    'a command such as ["CMD", "true"]',
    parse_health_test,
)


def read_state(inspect: Mapping[str, Any]) -> Value:
    """Read whether it runs; one that is just being started again counts as running."""
    status = inspect["State"]["Status"]
    return "running" if status == "restarting" else status


# --- ulimits, hosts


def write_ulimits(value: Any) -> list[dict[str, Any]]:
    """Write name → "soft:hard"."""
    limits = {name: limit.partition(":") for name, limit in value.items()}
    return [{"Name": name, "Soft": int(soft), "Hard": int(hard)} for name, (soft, _, hard) in limits.items()]


def read_ulimits(value: Any) -> Value:
    """Read limits as name → "soft:hard"."""
    return {limit["Name"]: f"{limit['Soft']}:{limit['Hard']}" for limit in value or ()}


def write_hosts(value: Any) -> list[str]:
    """Write host → addresses as the engine's list."""
    return [f"{host}:{address}" for host, addresses in value.items() for address in addresses]


def read_hosts(value: Any) -> Value:
    """Read the engine's list as host → addresses."""
    hosts: dict[str, list[Value]] = {}
    for item in value or ():
        host, _, address = item.partition(":")
        hosts.setdefault(host, []).append(address.strip("[]"))
    return {host: collect(addresses, ordered=False) for host, addresses in hosts.items()}


# --- ports


def write_ports(value: Value, body: Body) -> None:
    """Publish ports; the engine wants each exposed as well."""
    bindings = write_bindings(value)
    put(body, "HostConfig.PortBindings", bindings)
    _expose(body, bindings)


def _expose(body: Body, names: Mapping[str, Any]) -> None:
    body.setdefault("Config", {}).setdefault("ExposedPorts", {}).update({name: {} for name in names})


def read_ports(inspect: Mapping[str, Any]) -> Value:
    """Read what was asked to be published, whether it runs or not."""
    return read_bindings((inspect.get("HostConfig") or {}).get("PortBindings"))


def write_exposed(value: Value, body: Body) -> None:
    """Expose ports without publishing them."""
    _expose(body, value if isinstance(value, Mapping) else {})


def read_exposed(inspect: Mapping[str, Any]) -> Value:
    """Read exposed ports; published ones are among them."""
    return dict.fromkeys((inspect.get("Config") or {}).get("ExposedPorts") or {}, True)


# --- mounts


def write_volumes(value: Value, body: Body) -> None:
    """Write mounts."""
    write_mounts(value, body.setdefault("HostConfig", {}))


def read_volumes(inspect: Mapping[str, Any]) -> Value:
    """Read mounts."""
    return dict(read_mounts(inspect.get("HostConfig") or {}))


# --- networks


def parse_networks(raw: Any) -> Value:
    """Read a list of networks, or a map with what is asked of each."""
    if not isinstance(raw, Mapping):
        return {str(name): {} for name in raw}
    return {str(name): _parse_endpoint(given or {}) for name, given in raw.items()}


def _parse_endpoint(given: Mapping[str, Any]) -> Mapping[str, Value]:
    endpoint = {key: str(given[key]) for key in ("ipv4_address", "ipv6_address") if key in given}
    aliases = tuple(dict.fromkeys(str(alias) for alias in given.get("aliases", ())))
    return {**endpoint, **({"aliases": aliases} if aliases else {})}


_ENDPOINT_SCHEMA = {
    "type": ["object", "null"],
    "properties": {
        "aliases": {"type": "array", "items": SCALAR_SCHEMA},
        "ipv4_address": {"type": "string"},
        "ipv6_address": {"type": "string"},
    },
    "additionalProperties": False,
    LATER: ["mac_address", "priority"],
}


def show_networks(value: Value) -> Value:
    """Write each network with what was asked of it, and nothing that the engine adds."""
    if not isinstance(value, Mapping):
        return value
    return {name: _show_endpoint(endpoint) for name, endpoint in value.items()}


def _show_endpoint(endpoint: Value) -> Value:
    if not isinstance(endpoint, Mapping):
        return endpoint
    automatic = endpoint.get("automatic") or ()
    assert isinstance(automatic, tuple)
    aliases = endpoint.get("aliases") or ()
    assert isinstance(aliases, tuple)
    shown = {key: given for key, given in endpoint.items() if key.endswith("_address")}
    named = tuple(alias for alias in aliases if alias not in automatic)
    return {**shown, "aliases": named} if named else shown or "attached"


NETWORKS = Codec(
    {
        "anyOf": [
            {"type": "array", "items": SCALAR_SCHEMA},
            {"type": "object", "additionalProperties": _ENDPOINT_SCHEMA},
        ]
    },
    "a list of networks, or a map from network to its aliases and addresses",
    parse_networks,
    show_networks,
)


def endpoint_config(endpoint: Value) -> dict[str, Any]:
    """Write what is asked of one network."""
    asked = endpoint if isinstance(endpoint, Mapping) else {}
    addresses = {"IPv4Address": asked.get("ipv4_address"), "IPv6Address": asked.get("ipv6_address")}
    given = {key: address for key, address in addresses.items() if address}
    config: dict[str, Any] = {"Aliases": list(asked.get("aliases") or ())}  # type: ignore[arg-type]
    return {**config, "IPAMConfig": given} if given else config


def write_networks(value: Value, body: Body) -> None:
    """Join the first network at creation: engines before API 1.44 take no more than one there."""
    for name, endpoint in list(value.items())[:1] if isinstance(value, Mapping) else ():
        put(body, "HostConfig.NetworkMode", name)
        body["NetworkingConfig"] = {"EndpointsConfig": {name: endpoint_config(endpoint)}}


def read_networks(inspect: Mapping[str, Any]) -> Value:
    """Read the attachments, each with the names that the engine gave it by itself."""
    networks = (inspect.get("NetworkSettings") or {}).get("Networks") or {}
    own = (inspect["Id"][:12], inspect["Name"].lstrip("/"), (inspect.get("Config") or {}).get("Hostname") or "")
    return {name: _read_endpoint(endpoint, own) for name, endpoint in networks.items()}


def _read_endpoint(endpoint: Mapping[str, Any], automatic: tuple[str, ...]) -> Value:
    asked = endpoint.get("IPAMConfig") or {}
    read: dict[str, Value] = {"aliases": frozen(endpoint.get("Aliases") or ()), "automatic": automatic}
    for key, name in (("ipv4_address", "IPv4Address"), ("ipv6_address", "IPv6Address")):
        if asked.get(name):
            read[key] = asked[name]
    return read


def same_endpoint(desired: Value, live: Value) -> bool:
    """Compare an attachment; the engine's own names don't count unless they were asked for."""
    if not isinstance(desired, Mapping) or not isinstance(live, Mapping):
        return desired == live
    wanted, given, automatic = (
        _names(side, key) for side, key in ((desired, "aliases"), (live, "aliases"), (live, "automatic"))
    )
    same_addresses = all(desired.get(key) == live.get(key) for key in ("ipv4_address", "ipv6_address"))
    return same_addresses and wanted <= given and given - wanted <= automatic


def _names(side: Mapping[str, Value], key: str) -> set[Value]:
    names = side.get(key) or ()
    return set(names) if isinstance(names, tuple) else set()


def network_mode(value: Any) -> Value:
    """Read the mode; the engine's word for "as usual" is its bridge."""
    return "bridge" if value in (None, "", "default") else value
