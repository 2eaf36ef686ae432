"""Codecs for lists and maps of plain values: environment, labels, capabilities, ulimits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runner.core.diagnostic import did_you_mean
from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.scalars import SCALAR_SCHEMA, parse_integer, without_null

NULLABLE_SCHEMA = {"type": ["string", "number", "boolean", "null"]}
_LIST_SCHEMA = {"type": "array", "items": SCALAR_SCHEMA}

_LIMITS = (
    "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
    "rttime", "sigpending", "stack",
)  # fmt: skip
_UNLIMITED = -1
_CAPABILITIES = (
    "ALL", "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN",
    "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE",
    "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST",
    "NET_RAW", "PERFMON", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT",
    "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG",
    "WAKE_ALARM",
)  # fmt: skip
"""As of Linux 5.9; capabilities(7)."""


def parse_pairs(raw: Any) -> dict[str, str | None]:
    """Parse a map, or a list of NAME=VALUE; None for a name without a value."""
    if isinstance(raw, Mapping):
        if "" in raw:
            raise Invalid("an empty name", path=("",), help="write NAME: VALUE")
        return {str(name): None if value is None else str(value) for name, value in raw.items()}
    pairs: dict[str, str | None] = {}
    for index, item in enumerate(raw):
        name, equals, value = str(item).partition("=")
        if not name:
            raise Invalid(f'no name before "=": "{item}"', path=(index,), help="write NAME=VALUE")
        pairs[name] = value if equals else None
    return pairs


def parse_map(raw: Any) -> dict[str, Value]:
    """Parse a map of strings; a name without a value gets the empty string."""
    return {name: value or "" for name, value in parse_pairs(raw).items()}


def parse_options(raw: Any) -> dict[str, Value]:
    """Parse a map of strings as parse_map does; names and values must not contain null characters."""
    options = parse_map(raw)
    for name, text in options.items():
        without_null(f"{name}{text}", *_place(raw, name))
    return options


def parse_environment(raw: Any) -> dict[str, Value]:
    """Parse a map of variables, or a list of NAME=VALUE; None for a name without a value."""
    pairs = parse_pairs(raw)
    for name, value in pairs.items():
        without_null(f"{name}{value}", *_place(raw, name))
        if "=" in name:
            raise Invalid(f'not the name of a variable: "{name}"', path=(name,), help='a name can\'t have a "=" in it')
    return dict(pairs)


def parse_environment_with_secrets(raw: Any) -> dict[str, Value]:
    """Parse what parse_environment does, and {secret: KEY} as the value of a variable.

    >>> parse_environment_with_secrets({"MODE": "a", "PASSWORD": {"secret": "db"}})
    {'MODE': 'a', 'PASSWORD': {'secret': 'db'}}
    """
    if not isinstance(raw, Mapping):
        return parse_environment(raw)
    secrets = {name: given for name, given in raw.items() if isinstance(given, Mapping)}
    parsed = parse_environment({name: None if name in secrets else given for name, given in raw.items()})
    return {name: {"secret": _key_of(secrets[name], name)} if name in secrets else one for name, one in parsed.items()}


def _key_of(given: Mapping[str, Any], name: str) -> str:
    key = str(given["secret"])
    if not key:
        raise Invalid("an empty name", path=(name, "secret"), help="write the key of a secret")
    return key


def _place(raw: Any, name: str) -> tuple[str, ...]:
    return (name,) if isinstance(raw, Mapping) else ()


def parse_texts(raw: Any) -> tuple[str, ...]:
    """Parse one string or a list of strings, in order."""
    return tuple(str(item) for item in raw) if isinstance(raw, list | tuple) else (str(raw),)


def parse_capabilities(raw: Any) -> Value:
    """Parse capability names; the engine accepts them in any case, with and without the prefix.

    >>> parse_capabilities(["net_admin", "CAP_CHOWN"])
    ('CAP_CHOWN', 'CAP_NET_ADMIN')
    """
    names = parse_texts(raw)
    for index, name in enumerate(names):
        bare = name.upper().removeprefix("CAP_")
        if bare not in _CAPABILITIES:
            help = did_you_mean(bare, _CAPABILITIES) or "write a name such as NET_ADMIN, or ALL"
            raise Invalid(f'unknown capability "{name}"', path=(index,), help=help)
    return read_capabilities(names)


def read_capabilities(names: Any) -> Value:
    """Normalize capability names, including unknown ones."""
    capitals = {str(name).upper() for name in names or ()}
    return tuple(sorted({name if name == "ALL" or name.startswith("CAP_") else f"CAP_{name}" for name in capitals}))


def parse_ulimits(raw: Any) -> Value:
    """Parse name → limit or {soft, hard}, as name → "soft:hard"."""
    return {str(name): _ulimit(name, limit) for name, limit in raw.items()}


def _ulimit(name: str, limit: Any) -> str:
    if name.lower() not in _LIMITS:
        help = did_you_mean(name, _LIMITS) or f"one of {', '.join(_LIMITS)}"
        raise Invalid(f'unknown limit "{name}"', path=(name,), help=help)
    if not isinstance(limit, Mapping):
        soft = hard = limit
    else:
        try:
            soft, hard = limit["soft"], limit["hard"]
        except KeyError as missing:
            raise Invalid(f"{missing.args[0]} is missing", path=(name,), help="write both soft and hard") from missing
    try:
        return _soft_and_hard(parse_integer(soft), parse_integer(hard))
    except Invalid as invalid:
        raise invalid.within(name) from None


def _soft_and_hard(soft: int, hard: int) -> str:
    if min(soft, hard) < _UNLIMITED:
        raise Invalid(f"not a limit: {min(soft, hard)}", help=f"write a number from 0, or {_UNLIMITED} for no limit")
    if hard != _UNLIMITED and (soft > hard or soft == _UNLIMITED):
        raise Invalid(f"the soft limit {soft} is above the hard limit {hard}", help="raise hard, or lower soft")
    return f"{soft}:{hard}"


def list_of(codec: Codec, phrase: str, *, ordered: bool = True) -> Codec:
    """Make a codec for a list of values of another codec; a single value is a list of one."""

    def parse(raw: Any) -> Value:
        items = raw if isinstance(raw, list | tuple) else [raw]
        return collect([_at(index, codec.parse, item) for index, item in enumerate(items)], ordered=ordered)

    return Codec({"anyOf": [codec.schema, {"type": "array", "items": codec.schema}]}, phrase, parse)


def collect(values: list[Value], *, ordered: bool) -> tuple[Value, ...]:
    """Make the canonical list: in order, or as a sorted set."""
    return tuple(values if ordered else sorted(set(values), key=str))


def read_set(value: Any) -> Value:
    """Read an unordered list of the engine."""
    return collect(list(value or ()), ordered=False)


def _at(index: int, parse: Callable[[Any], Value], item: Any) -> Value:
    try:
        return parse(item)
    except Invalid as invalid:
        raise invalid.within(index) from None


_PAIRS_SCHEMA = {"anyOf": [{"type": "object", "additionalProperties": NULLABLE_SCHEMA}, _LIST_SCHEMA]}

TEXTS = Codec({"anyOf": [SCALAR_SCHEMA, _LIST_SCHEMA]}, "a string or a list of strings", parse_texts)
MAP = Codec(_PAIRS_SCHEMA, "a map, or a list of NAME=VALUE", parse_options)
ENVIRONMENT = Codec(_PAIRS_SCHEMA, "a map, or a list of NAME=VALUE", parse_environment)
_SECRET = {
    "type": "object",
    "properties": {"secret": SCALAR_SCHEMA},
    "required": ["secret"],
    "additionalProperties": False,
}
ENVIRONMENT_WITH_SECRETS = Codec(
    {
        "anyOf": [
            {"type": "object", "additionalProperties": {"anyOf": [NULLABLE_SCHEMA, _SECRET]}},
            _LIST_SCHEMA,
        ]
    },
    "a map, or a list of NAME=VALUE",
    parse_environment_with_secrets,
)
CAPABILITIES = Codec(_LIST_SCHEMA, "a list of capabilities such as NET_ADMIN", parse_capabilities)
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
