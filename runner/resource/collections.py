"""Codecs for lists and maps of plain values: environment, labels, hosts, ulimits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.scalars import SCALAR_SCHEMA, TEXT, parse_integer

NULLABLE_SCHEMA = {"type": ["string", "number", "boolean", "null"]}
_LIST_SCHEMA = {"type": "array", "items": SCALAR_SCHEMA}


def parse_pairs(raw: Any) -> dict[str, str | None]:
    """Read a map, or a list of NAME=VALUE; None where a name stands alone."""
    if isinstance(raw, Mapping):
        return {str(name): None if value is None else str(value) for name, value in raw.items()}
    pairs: dict[str, str | None] = {}
    for index, item in enumerate(raw):
        name, equals, value = str(item).partition("=")
        if not name:
            raise Invalid(f'no name before "=": "{item}"', path=(index,), help="write NAME=VALUE")
        pairs[name] = value if equals else None
    return pairs


def parse_map(raw: Any) -> dict[str, Value]:
    """Read a map of texts; a name that stands alone has the empty text."""
    return {name: value or "" for name, value in parse_pairs(raw).items()}


def parse_texts(raw: Any) -> tuple[str, ...]:
    """Read one text or a list of them, in order."""
    return tuple(str(item) for item in raw) if isinstance(raw, list | tuple) else (str(raw),)


def parse_capabilities(raw: Any) -> Value:
    """Read capability names; the engine takes them in any case, with and without the prefix.

    >>> parse_capabilities(["net_admin", "CAP_CHOWN"])
    ('CAP_CHOWN', 'CAP_NET_ADMIN')
    """
    names = {name.upper() for name in parse_texts(raw)}
    return tuple(sorted({name if name == "ALL" or name.startswith("CAP_") else f"CAP_{name}" for name in names}))


def parse_hosts(raw: Any) -> Value:
    """Read a map, or a list of HOST:ADDRESS or HOST=ADDRESS, as host → addresses, in byte order."""
    hosts: dict[str, set[str]] = {}
    listed = raw.items() if isinstance(raw, Mapping) else (_host_pair(item, index) for index, item in enumerate(raw))
    for host, addresses in listed:
        for address in addresses if isinstance(addresses, list | tuple) else [addresses]:
            hosts.setdefault(str(host), set()).add(str(address).strip("[]"))
    return {host: tuple(sorted(addresses)) for host, addresses in sorted(hosts.items())}


def _host_pair(item: Any, index: int) -> tuple[str, str]:
    match = re.fullmatch(r"([^:=]+)[:=](.+)", str(item))
    if match is None:
        raise Invalid(f'not a host with its address: "{item}"', path=(index,), help="write HOST:ADDRESS")
    return match[1], match[2]


def parse_ulimits(raw: Any) -> Value:
    """Read name → limit or {soft, hard}, as name → "soft:hard"."""
    return {str(name): _ulimit(name, limit) for name, limit in raw.items()}


def _ulimit(name: str, limit: Any) -> str:
    if not isinstance(limit, Mapping):
        soft = hard = limit
    else:
        try:
            soft, hard = limit["soft"], limit["hard"]
        except KeyError as missing:
            raise Invalid(f"{missing.args[0]} is missing", path=(name,), help="write both soft and hard") from missing
    try:
        return f"{parse_integer(soft)}:{parse_integer(hard)}"
    except Invalid as invalid:
        raise invalid.within(name) from None


def list_of(codec: Codec, phrase: str, *, ordered: bool = True) -> Codec:
    """Make a codec for a list of values that another codec reads; one value alone is a list of one."""

    def parse(raw: Any) -> Value:
        items = raw if isinstance(raw, list | tuple) else [raw]
        return collect([_at(index, codec.parse, item) for index, item in enumerate(items)], ordered=ordered)

    return Codec({"anyOf": [codec.schema, {"type": "array", "items": codec.schema}]}, phrase, parse)


def collect(values: list[Value], *, ordered: bool) -> tuple[Value, ...]:
    """Make the canonical list: as it stands, or as the set that it is, sorted."""
    return tuple(values if ordered else sorted(set(values), key=str))


def read_set(value: Any) -> Value:
    """Read the engine's list of what has no order."""
    return collect(list(value or ()), ordered=False)


def _at(index: int, parse: Callable[[Any], Value], item: Any) -> Value:
    try:
        return parse(item)
    except Invalid as invalid:
        raise invalid.within(index) from None


_PAIRS_SCHEMA = {"anyOf": [{"type": "object", "additionalProperties": NULLABLE_SCHEMA}, _LIST_SCHEMA]}

TEXTS = Codec({"anyOf": [SCALAR_SCHEMA, _LIST_SCHEMA]}, "a text or a list of texts", parse_texts)
TEXT_SET = list_of(TEXT, "a text or a list of texts", ordered=False)
MAP = Codec(_PAIRS_SCHEMA, "a map, or a list of NAME=VALUE", parse_map)
ENVIRONMENT = Codec(_PAIRS_SCHEMA, "a map, or a list of NAME=VALUE", parse_pairs)
CAPABILITIES = Codec(_LIST_SCHEMA, "a list of capabilities such as NET_ADMIN", parse_capabilities)
HOSTS = Codec(
    {"anyOf": [{"type": "object", "additionalProperties": {"anyOf": [SCALAR_SCHEMA, _LIST_SCHEMA]}}, _LIST_SCHEMA]},
    'a map, or a list such as "db:10.0.0.2"',
    parse_hosts,
)
ULIMITS = Codec(
    {
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                {"type": ["integer", "string"]},
                {
                    "type": "object",
                    "properties": {"soft": {"type": ["integer", "string"]}, "hard": {"type": ["integer", "string"]}},
                    "required": ["soft", "hard"],
                    "additionalProperties": False,
                },
            ]
        },
    },
    "a map of limits such as {nofile: 1024} or {nofile: {soft: 512, hard: 1024}}",
    parse_ulimits,
)
