"""JSON comparison: where a response differs from what is expected, and whether waiting may still change that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.struct import Struct

_MISSING = object()
_MOST_SHOWN = 3
_LONGEST = 60
_LIST, _MAP = _MANY = ("a list", "a map")
_TYPES: Mapping[type, str] = {
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "true or false",
    list: _LIST,
    tuple: _LIST,
    dict: _MAP,
}


class Mismatch(Struct):
    """One path at which a response isn't as expected, such as `db.hosts[0]`; the whole response has the empty path."""

    path: str
    wanted: Any
    found: Any

    @property
    def is_final(self) -> bool:
        """Whether waiting can't change it: a value of another type stays so, unless it is still empty.

        Where a list or a map is expected, a single value such as "starting" may still be replaced by it.
        """
        wanted, found = _type(self.wanted), _type(self.found)
        if wanted is None or found is None or wanted == found or (wanted in _MANY and found not in _MANY):
            return False
        return bool(self.found) or _spelt(self.wanted) == _spelt(self.found)

    def __str__(self) -> str:
        """Return what was found and what was expected, as JSON, so that 1.0 and "1.0" can be distinguished."""
        found = "is missing" if self.found is _MISSING else f"is {_shown(self.found)}"
        name = self.path or "the answer"
        types = f" ({_type(self.wanted)}, not {_type(self.found)})" if self.is_final else ""
        return f"{name} {found}, expected {_shown(self.wanted)}{types}"


def mismatches(wanted: Any, found: Any, path: str = "") -> Iterator[Mismatch]:
    """Yield where JSON lacks what is expected: of maps only the expected keys count, everything else must be equal.

    >>> [str(one) for one in mismatches({"db": {"up": True}, "v": "1"}, {"db": {"up": False}, "v": "1", "more": 1})]
    ['db.up is false, expected true']
    >>> [str(one) for one in mismatches([1, "1.0"], [1, 1.0])]
    ['[1] is 1.0, expected "1.0" (a string, not a number)']
    """
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for key, value in wanted.items():
            yield from mismatches(value, found.get(key, _MISSING), f"{path}.{key}" if path else str(key))
    elif isinstance(wanted, list | tuple) and isinstance(found, list) and len(wanted) == len(found):
        for index, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from mismatches(one, other, f"{path}[{index}]")
    elif _type(wanted) != _type(found) or wanted != found:
        yield Mismatch(path, wanted, found)


def describe(found: list[Mismatch]) -> str:
    """Return mismatches in one line, the final ones first."""
    ordered = sorted(found, key=lambda mismatch: not mismatch.is_final)
    more = len(ordered) - _MOST_SHOWN
    return "; ".join(map(str, ordered[:_MOST_SHOWN])) + (f"; and {more} more" if more > 0 else "")


def _type(value: Any) -> str | None:
    """Return the name of a value's type; None for a value that is null or missing."""
    return _TYPES.get(type(value))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=list)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _spelt(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=list)
