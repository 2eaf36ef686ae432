"""Codecs for scalars: strings, numbers, sizes, durations, command lines."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from runner.core.lazy_pattern import lazy_pattern
from runner.core.phrase import uncapitalized
from runner.core.values import Value
from runner.resource.codec import BOOLEAN_TEXT, INTEGER_TEXT, WHOLE_VARIABLE, Codec, Invalid

SCALAR_SCHEMA = {"type": ["string", "number", "boolean"]}
"""For strings: any plain scalar is accepted, and taken by its source text."""

CONTROL = r"\x00-\x1f\x7f"
"""Control characters, for use inside a regular expression's character class: invisible, and in no name."""

_SIZE = lazy_pattern(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>[kmgtp]?)(i?b)?", re.IGNORECASE | re.ASCII)
_SIZE_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_DURATION = lazy_pattern(r"(?:\d++(?:\.\d++)?(?:h|ms|m|s|us))++", re.ASCII)
_DURATION_PARTS = lazy_pattern(r"(\d+(?:\.\d+)?)(h|ms|m|s|us)", re.ASCII)

SECOND = 1_000_000_000
MILLISECOND = 1_000_000
"""In nanoseconds, the unit of all durations."""

LARGEST = 2**63 - 1
"""The largest integer that engines accept."""

_DURATION_NS = {"h": 3600 * SECOND, "m": 60 * SECOND, "s": SECOND, "ms": MILLISECOND, "us": 1_000}


def parse_size(raw: str | int) -> int:
    """Parse a size in bytes; units are binary multiples, as in Docker.

    >>> parse_size("64m"), parse_size("1.5g"), parse_size("100")
    (67108864, 1610612736, 100)
    """
    match = _SIZE.fullmatch(str(raw).strip())
    if match is None:
        raise Invalid(f'not a size: "{raw}"', help="write bytes, or a number with k, m, g or t, such as 64m")
    power: int = 1024 ** _SIZE_POWERS[match["unit"].lower()]
    size = within_bounds(Decimal(match["number"]) * power, raw)
    if not size:  # the engine would treat it as unset
        raise Invalid(f'size must be positive: "{raw}"', help="it must be at least one byte; omit it for no limit")
    return size


def show_size(value: Value) -> Value:
    """Write bytes in the largest unit that divides them.

    >>> show_size(67108864), show_size(100)
    ('64m', 100)
    """
    if not isinstance(value, int) or value <= 0:
        return value
    for unit in "tgmk":
        scale = 1024 ** _SIZE_POWERS[unit]
        if value % scale == 0:
            return f"{value // scale}{unit}"
    return value


def parse_duration(raw: str | int | float) -> int:
    """Parse a duration in nanoseconds; a bare number is in seconds.

    >>> parse_duration("1h30m"), parse_duration("250ms"), parse_duration("2")
    (5400000000000, 250000000, 2000000000)
    """
    text = str(raw).strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return within_bounds(Decimal(text) * SECOND, raw)
    if not _DURATION.fullmatch(text):
        raise Invalid(f'not a duration: "{raw}"', help="write seconds, or a number with its unit, such as 30s or 1m30s")
    parts = _DURATION_PARTS.findall(text)
    return within_bounds(sum(Decimal(number) * _DURATION_NS[unit] for number, unit in parts), raw)


def show_duration(value: Value) -> Value:
    """Write nanoseconds with units.

    >>> show_duration(90_000_000_000), show_duration(250_000_000)
    ('1m30s', '250ms')
    """
    if not isinstance(value, int) or value <= 0:
        return "0s" if value == 0 else value
    parts, rest = [], value
    for unit in ("h", "m", "s", "ms", "us"):
        count, rest = divmod(rest, _DURATION_NS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def parse_integer(raw: Any) -> int:
    """Parse an integer.

    >>> parse_integer("+12")
    12
    """
    text = str(Decimal(raw) if isinstance(raw, int) else raw).strip()  # str() alone rejects thousands of digits
    if isinstance(raw, bool) or not re.fullmatch(r"[-+]?[0-9]+", text):
        raise Invalid(f'not a whole number: "{raw}"')
    return within_bounds(Decimal(text), text)


def within_bounds(number: Decimal | int, raw: object) -> int:
    """Return the integer part of a number that was written as `raw`; Invalid when it is too large for engines."""
    if not -LARGEST <= number <= LARGEST:
        raise Invalid(f'too large: "{raw}"', help=f"the largest number is {LARGEST}")
    return int(number)


def parse_boolean(raw: Any) -> bool:
    """Parse a boolean, typed or as YAML 1.2 writes it."""
    if isinstance(raw, bool):
        return raw
    if str(raw).lower() in ("true", "false"):
        return str(raw).lower() == "true"
    raise Invalid(f'not a boolean: "{raw}"', help="write true or false")


def parse_text(raw: Any) -> str:
    """Return a string unchanged."""
    return str(raw)


def normalize_path(path: str) -> str:
    """Normalize an absolute path as the engine does: without dots, doubled and trailing slashes.

    >>> normalize_path("//var/./www/")
    '/var/www'
    """
    return posixpath.normpath("/" + path.lstrip("/"))


def parse_argv(raw: Any) -> tuple[str, ...]:
    """Split a command as a shell would, or take a list as it is; no shell is run."""
    if isinstance(raw, list | tuple):
        return tuple(without_null(str(word), index) for index, word in enumerate(raw))
    import shlex

    try:
        return tuple(shlex.split(without_null(str(raw))))
    except ValueError as error:
        message = f"cannot be split into words: {uncapitalized(str(error))}"
        raise Invalid(message, help="close the quote, or write a list") from error


def without_null(text: str, *place: str | int) -> str:
    """Return a string that can be passed to a process; Invalid, at `place`, if it contains a null character."""
    if "\0" in text:
        raise Invalid("a null character in a string", path=place, help="remove it: processes cannot receive it")
    return text


def show_argv(value: Value) -> Value:
    """Write an argument list as one line."""
    if not isinstance(value, tuple):
        return value
    import shlex

    return shlex.join(map(str, value))


def integer(minimum: int | None = None, maximum: int | None = None, *, phrase: str = "a whole number") -> Codec:
    """Make a codec for integers between bounds, both inclusive."""
    schema: dict[str, Any] = {"type": ["integer", "string"], "pattern": INTEGER_TEXT}
    if minimum is not None:
        schema["minimum"] = minimum
    if maximum is not None:
        schema["maximum"] = maximum

    def parse(raw: Any) -> int:
        number = parse_integer(raw)
        if minimum is not None and number < minimum:  # the schema checks numbers, but can't check strings
            raise Invalid(f"must be at least {minimum}, got {number}")
        if maximum is not None and number > maximum:
            raise Invalid(f"must be at most {maximum}, got {number}")
        return number

    return Codec(schema, phrase, parse, from_source_text=False)


def choice(*words: str) -> Codec:
    """Make a codec for an enum."""
    listed = ", ".join(words[:-1]) + f" or {words[-1]}"

    def parse(raw: Any) -> str:
        if str(raw) not in words:
            raise Invalid(f'unknown value "{raw}"', help=f"one of {listed}")
        return str(raw)

    schema = {"anyOf": [{"enum": list(words)}, {"type": "string", "pattern": WHOLE_VARIABLE}]}
    return Codec(schema, listed, parse)


def matching(pattern: str, phrase: str, *, clean: Callable[[str], str] = str) -> Codec:
    """Make a codec for strings that match a pattern."""
    form = lazy_pattern(pattern)

    def parse(raw: Any) -> str:
        if not form.fullmatch(str(raw)):
            raise Invalid(f'expected {phrase}, got "{raw}"')
        return clean(str(raw))

    return Codec(SCALAR_SCHEMA, phrase, parse)


def word(phrase: str) -> Codec:
    """Make a codec for a word without control characters: the engine treats an empty one as unset."""
    return matching(rf"[^\s{CONTROL}]+", phrase)


TEXT = Codec(SCALAR_SCHEMA, "a string", parse_text)
BOOLEAN = Codec(
    {"type": ["boolean", "string"], "pattern": BOOLEAN_TEXT}, "true or false", parse_boolean, from_source_text=False
)
SIZE = Codec({"type": ["string", "number"]}, "a size such as 64m", parse_size, show_size)
DURATION = Codec({"type": ["string", "number"]}, "a duration such as 30s", parse_duration, show_duration)
ARGV = Codec(
    {"anyOf": [SCALAR_SCHEMA, {"type": "array", "items": SCALAR_SCHEMA}]},
    "a command line, or a list of its words",
    parse_argv,
    show_argv,
)
