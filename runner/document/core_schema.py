"""The core schema of YAML 1.2: types a plain scalar as number, boolean, null or string; independent of positions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from runner.core.lazy_pattern import lazy_pattern
from runner.core.values import is_decimal

Plain: TypeAlias = str | int | float | bool | None

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_STARTS_A_NUMBER = frozenset("+-.0123456789")
_DECIMAL = lazy_pattern(r"[-+]?[0-9]+")
_PREFIXED = lazy_pattern(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = lazy_pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_FINITE = lazy_pattern(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MAX_DIGITS = 1000
"""A longer row of digits is never meant as a number, and Python refuses to convert some thousands."""


def typed(text: str) -> Plain:
    """Return the typed value of a plain scalar.

    >>> [typed(text) for text in ("true", "no", "22:22", "0644", "0o17", "1.10", "1_000", "~")]
    [True, 'no', '22:22', 644, 15, 1.1, '1_000', None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS_A_NUMBER or len(text) > _MAX_DIGITS:
        return text
    if is_decimal(text) or _DECIMAL.fullmatch(text):
        return int(text)
    if _PREFIXED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _NO_FINITE.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text


def tagged(text: str, tag: str, typed: Callable[[str], Plain] = typed) -> Plain:
    """Return the value of a scalar with a core tag such as "int"; ValueError when it doesn't match the tag.

    `typed` returns that of a plain scalar.

    >>> tagged("8080", "str"), tagged("1", "float")
    ('8080', 1.0)
    """
    if tag == "str":
        return text
    value = typed(text)
    if tag == "null" and value is None:
        return None
    if tag == "bool" and isinstance(value, bool):
        return value
    if tag == "int" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if tag == "float" and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ValueError(tag)
