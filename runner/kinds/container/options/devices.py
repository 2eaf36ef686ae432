"""Devices of the host that a container may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.lazy_pattern import lazy_pattern
from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import list_of
from runner.resource.engine_json import at
from runner.resource.field import Field
from runner.resource.scalars import SCALAR_SCHEMA, matching, normalize_path, parse_integer, without_null
from runner.resource.service_binding import no_place

_PERMISSIONS = lazy_pattern(r"(?=[rwm]{1,3}\Z)(?!.*(.).*\1)[rwm]+")
_ALL_PERMISSIONS = "rwm"
_RULE_PARTS = 3
_PATH = r"/[^:]*(?::[0-9a-f][^:]*)*"
"""A path may have colons before a number, as in /dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0."""
_DEVICE = lazy_pattern(rf"(?P<host>{_PATH})(?::(?P<inside>{_PATH}))?(?::(?P<permissions>[^:/]*))?")


def parse_devices(raw: Any) -> Value:
    """Read a list of HOST[:CONTAINER[:PERMISSIONS]] as container → "host:permissions".

    >>> parse_devices(["/dev/fuse", "/dev/null:/dev/nothing:wr"])
    {'/dev/fuse': '/dev/fuse:rwm', '/dev/nothing': '/dev/null:rw'}
    >>> parse_devices(["/dev/serial/by-path/pci-0000:00:14.0:/dev/tty0"])
    {'/dev/tty0': '/dev/serial/by-path/pci-0000:00:14.0:rwm'}
    """
    devices: dict[str, Value] = {}
    for index, item in enumerate(raw):
        parts = _DEVICE.fullmatch(without_null(str(item), index))
        host, inside, permissions = (parts["host"], parts["inside"], parts["permissions"]) if parts else ("", "", "")
        inside, permissions = inside or host, permissions or _ALL_PERMISSIONS
        if parts is None or not _PERMISSIONS.fullmatch(permissions):
            help = "write HOST[:CONTAINER[:PERMISSIONS]], such as /dev/fuse or /dev/sda:/dev/disk:r"
            raise Invalid(f'not a device: "{item}"', path=(index,), help=help)
        if normalize_path(inside) in devices:
            raise Invalid(f'two devices at "{inside}"', path=(index,), help="use a different path for each")
        devices[normalize_path(inside)] = f"{normalize_path(host)}:{_in_order(permissions)}"
    return devices


def _in_order(permissions: str) -> str:
    return "".join(sorted(permissions, key=_ALL_PERMISSIONS.index))


def _write_devices(value: Any) -> list[dict[str, str]]:
    """Write container → "host:permissions"."""
    devices = {inside: device.rpartition(":") for inside, device in value.items()}
    return [
        {"PathOnHost": host, "PathInContainer": inside, "CgroupPermissions": permissions}
        for inside, (host, _, permissions) in devices.items()
    ]


def _read_devices(value: Any) -> Value:
    """Read devices as container → "host:permissions"."""
    return {
        device["PathInContainer"]: f"{device['PathOnHost']}:{_in_order(device['CgroupPermissions'])}"
        for device in value or ()
    }


_REQUEST = {"driver": "Driver", "count": "Count", "device_ids": "DeviceIDs", "capabilities": "Capabilities"}
_EVERY_ONE = -1


def parse_gpus(raw: Any) -> Value:
    """Parse "all", a number, or a list of device requests.

    >>> parse_gpus("all")
    ({'count': -1, 'capabilities': ('gpu',)},)
    """
    if isinstance(raw, list | tuple):
        return tuple(_request(item, index) for index, item in enumerate(raw))
    return (_request({"count": raw}),)


def _request(given: Mapping[str, Any], *place: int) -> Value:
    if "count" in given and "device_ids" in given:
        raise Invalid('"count" conflicts with "device_ids"', path=(*place, "count"), help="set one of them")
    capabilities = {"gpu", *(str(capability) for capability in given.get("capabilities", ()))}
    which: dict[str, Value] = {"count": _count(given.get("count", "all"), place)}
    if "device_ids" in given:
        if not given["device_ids"]:
            raise Invalid("no devices", path=(*place, "device_ids"), help="list device IDs, or omit it")
        which = {"device_ids": tuple(str(id) for id in given["device_ids"])}
    driver = {"driver": str(given["driver"])} if "driver" in given else {}
    return {**driver, **which, "capabilities": tuple(sorted(capabilities))}


def _count(raw: Any, place: tuple[int, ...]) -> int:
    if str(raw) == "all":
        return _EVERY_ONE
    try:
        count = parse_integer(raw)
    except Invalid:
        count = 0
    if count < 1:
        raise Invalid(f'not a number of GPUs: "{raw}"', path=place, help="write all, or a whole number from 1")
    return count


def _write_gpus(value: Any) -> list[dict[str, Any]]:
    """Write device requests; capabilities are alternatives, each a list of capabilities that are needed together."""
    return [
        {_REQUEST[key]: [list(part)] if key == "capabilities" else part for key, part in request.items()}
        for request in value
    ]


def _read_gpus(value: Any) -> Value:
    """Read device requests."""
    return tuple(_read_request(request) for request in value or ())


def _read_request(request: Mapping[str, Any]) -> Value:
    found = {key: request[name] for key, name in _REQUEST.items() if request.get(name)}
    capabilities = {name for together in request.get("Capabilities") or () for name in together}
    ids = {"device_ids": tuple(found["device_ids"])} if "device_ids" in found else {}
    return {**found, **ids, "capabilities": tuple(sorted(capabilities))}


def _clean_rule(rule: str) -> str:
    sort, numbers, permissions = rule.split()
    return f"{sort} {numbers} {_in_order(permissions)}"


def _read_rules(rules: Any) -> Value:
    """Read device rules; others may have written the permissions in any order."""
    return tuple(_clean_rule(rule) if len(rule.split()) == _RULE_PARTS else rule for rule in rules or ())


_TEXTS_SCHEMA = {"type": "array", "items": SCALAR_SCHEMA}
DEVICES_LIST = Codec(_TEXTS_SCHEMA, "a list of devices such as /dev/fuse", parse_devices)
DEVICE_RULES = list_of(
    matching(r"[abc] (\d+|\*):(\d+|\*) [rwm]{1,3}", "a rule such as c 1:3 rw", clean=_clean_rule), "a list of rules"
)
GPUS = Codec(
    {
        "anyOf": [
            {"type": ["integer", "string"]},
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "driver": SCALAR_SCHEMA,
                        "count": {"type": ["integer", "string"]},
                        "device_ids": _TEXTS_SCHEMA,
                        "capabilities": _TEXTS_SCHEMA,
                    },
                    "additionalProperties": False,
                },
            },
        ]
    },
    "all, a number, or a list such as [{device_ids: [0]}]",
    parse_gpus,
)

DEVICES = (
    Field(
        name="devices",
        codec=DEVICES_LIST,
        doc="Host devices to add, as HOST[:CONTAINER[:PERMISSIONS]].",
        examples=(["/dev/zero:/dev/nil"], ["/dev/zero:/dev/nil:r"]),
        bind=at("HostConfig.Devices", encode=_write_devices, decode=_read_devices),
        merged_by_key=True,
        service=no_place("run the file on one engine; a bind mount of a device lacks the permission to use it"),
    ),
    Field(
        name="device_cgroup_rules",
        codec=DEVICE_RULES,
        doc="Device cgroup rules, as TYPE MAJOR:MINOR PERMISSIONS.",
        examples=(["c 1:3 rw"], ["c 1:3 rw", "a 7:* rwm"]),
        bind=at("HostConfig.DeviceCgroupRules", encode=list, decode=_read_rules),
        service=no_place(),
    ),
    Field(
        name="gpus",
        codec=GPUS,
        doc="GPUs to add: all, a number, or a list of requests.",
        examples=("all", [{"driver": "nvidia", "device_ids": ["0"], "capabilities": ["utility"]}]),
        bind=at("HostConfig.DeviceRequests", encode=_write_gpus, decode=_read_gpus),
        service=no_place("make it the default runtime of nodes with GPUs, and choose these by place.constraints"),
    ),
)
