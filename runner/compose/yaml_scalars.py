"""The values of plain scalars as Compose's YAML parser types them: 1.2's words, but 1.1's numbers and dates."""

from __future__ import annotations

from base64 import b64decode
from datetime import date
from math import inf, isinf

from runner.core.lazy_pattern import lazy_pattern
from runner.document.core_schema import Plain

_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_STARTS_A_NUMBER = frozenset("+-.0123456789")
_INTEGER = lazy_pattern(
    r"[-+]?(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<binary>[01]+)|0[oO]?(?P<octal>[0-7]+)|(?P<decimal>0|[1-9][0-9]*))"
)
_FLOAT = lazy_pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DATE = lazy_pattern(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?:[Tt](?P<time>[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?)(?P<zone>Z|[-+][0-9]{2}:[0-9]{2}))"
    r"| (?P<plain>[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?))?"
)
_BASES = {"hex": 16, "binary": 2, "octal": 8, "decimal": 10}
_LEAST, _MOST = -(1 << 63), (1 << 64) - 1
_MAX_DIGITS = 1000


class Moment(str):
    """A date or a time, which is no text to Compose: only an extension may have one."""

    __slots__ = ()


def typed(text: str) -> Plain:
    """Return the typed value of a plain scalar.

    >>> [typed(text) for text in ("true", "no", "22:22", "0644", "0o17", "1.10", "1_000", "~", "08", "1e3")]
    [True, 'no', '22:22', 420, 15, 1.1, 1000, None, 8.0, 1000.0]
    >>> type(typed("2020-01-02")).__name__, typed("0x1F"), typed("-"), typed("1.2.3")
    ('Moment', 31, '-', '1.2.3')
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS_A_NUMBER or len(text) > _MAX_DIGITS:
        return text
    if _is_date(text):
        return Moment(text)
    number = _number(text.replace("_", ""))
    return text if number is None else number


def binary(text: str) -> str:
    """Return the text that base64 stands for; ValueError for what is no base64.

    >>> binary("aGVs\\nbG8=")
    'hello'
    """
    return b64decode(text.replace("\n", "").replace("\r", ""), validate=True).decode("utf-8", "replace")


def moment(text: str) -> Moment:
    """Return a date or a time; ValueError for anything else."""
    if not _is_date(text):
        raise ValueError("a date")
    return Moment(text)


def _number(text: str) -> int | float | None:
    integer = _INTEGER.fullmatch(text)
    if integer is not None:
        base = integer.lastgroup or "decimal"
        value = int(integer[base], _BASES[base])
        value = -value if text.startswith("-") else value
        if _LEAST <= value <= _MOST:
            return value
    fraction = float(text) if _FLOAT.fullmatch(text) else inf
    return None if isinf(fraction) else fraction


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    try:
        date(int(found["year"]) or 4, int(found["month"]), int(found["day"]))
    except ValueError:
        return False
    hours = (found["time"] or found["plain"] or "0:0:0").split(":")
    return int(hours[0]) < 24 and int(hours[1]) < 60 and float(hours[2]) < 60
