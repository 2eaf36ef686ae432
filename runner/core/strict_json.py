"""JSON from untrusted files and labels: parsed within limits, or rejected.

Rejected is what Python's parser accepts but runner never writes: NaN and Infinity, numbers beyond 64 bits, duplicate
keys, NUL, lone surrogates, and documents nested so deeply that they exhaust the stack.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from runner.core.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from runner.core.serialize import JSON

LARGEST: Final = 64 * 1024 * 1024
"""Maximum size of a document in memory, in bytes."""
DEEPEST: Final = 64
"""Maximum nesting of lists and objects; what runner writes itself has about ten."""

_LONGEST_MESSAGE: Final = 160
_LONGEST_NUMBER: Final = 40
_LARGEST_INTEGER: Final = 1 << 63
_FORBIDDEN: Final = lazy_pattern("[\x00\ud800-\udfff]")
_FORBIDDEN_BUT_BYTES: Final = lazy_pattern("[\x00\ud800-\udc7f\udd00-\udfff]")


class Malformed(ValueError):
    """A document that doesn't have the expected form; the message is one phrase, without its name."""

    def __init__(self, message: str) -> None:
        super().__init__(message if len(message) <= _LONGEST_MESSAGE else f"{message[: _LONGEST_MESSAGE - 3]}...")


def parse_json(content: bytes | str, *, most: int = LARGEST, file_names: bool = False) -> JSON:
    """Parse a JSON text; Malformed when it isn't JSON, or exceeds the limits.

    With `file_names`, strings may contain bytes that aren't UTF-8, as Python represents them in file names.
    """
    if len(content) > most:
        raise Malformed(f"larger than {most} bytes")
    try:
        text = content if isinstance(content, str) else content.decode()
        document = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_number,
        )
    except Malformed:
        raise
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    except RecursionError as error:
        raise Malformed("nested too deeply") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Malformed(f"not JSON: {error.msg.lower()} at {where}" if text.strip() else "empty") from error
    _check(document, _FORBIDDEN_BUT_BYTES if file_names else _FORBIDDEN)
    found: JSON = document
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a key is specified twice")
    return found


def _refuse_constant(word: str) -> None:
    raise Malformed(f"{word} is not a number")


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER or not -_LARGEST_INTEGER <= (number := int(digits)) < _LARGEST_INTEGER:
        raise Malformed("a number beyond 64 bits")
    return number


def _number(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise Malformed("a number beyond 64 bits")
    return number


def _check(document: Any, forbidden: re.Pattern[str]) -> None:
    """Reject deep nesting and forbidden characters; level by level, not by recursion."""
    level: list[Any] = [document]
    for _ in range(DEEPEST + 1):
        for value in level:
            for text in _texts(value):
                if (not text.isascii() and forbidden.search(text)) or "\0" in text:
                    raise Malformed("a string contains an invalid character")
        level = [item for value in level if isinstance(value, dict | list) for item in _items(value)]
        if not level:
            return
    raise Malformed("nested too deeply")


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, dict) else ()


def _items(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value
