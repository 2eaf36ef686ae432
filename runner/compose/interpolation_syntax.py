"""The grammar of `$NAME` and `${NAME}` in Compose files: text to text, or why not; independent of nodes.

Where a reference ends is decided as in Compose: one with an operator reaches to the last brace of its line, and is then
cut where the braces of `${` balance. So a brace after a default is text, and a default may have references of its own.
Apart from `document/interpolation_syntax.py`, which refuses what Compose lets through and keeps parts for later.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import MutableStruct, Struct, field

Lookup: TypeAlias = Callable[[str], "str | None"]

MAX_NESTING = 50
_REFERENCE = lazy_pattern(
    r"\$(?:(?P<dollar>\$)|(?P<named>[_a-zA-Z][_a-zA-Z0-9]*)"
    r"|\{(?:(?P<braced>[_a-zA-Z][_a-zA-Z0-9]*)(?:(?P<operator>:?[-+?])|\}))?)"
)
_BRACE = lazy_pattern(r"\$\{|\}")


class Mistake(Struct):
    """Why a text can't be interpolated: a reference that has no value, or one that isn't well-formed (no name)."""

    message: str
    at: int
    name: str | None = None


class Substitution(MutableStruct):
    """The result of one text, and the names in it that have no value, with their offsets."""

    text: str = ""
    mistakes: list[Mistake] = field(default_factory=list)
    undefined: dict[str, int] = field(default_factory=dict)


def substitute(text: str, lookup: Lookup) -> Substitution:
    """Replace all references in a text; `$$` becomes a dollar, and a dollar before anything else stays.

    >>> values = {"A": "a", "EMPTY": ""}.get
    >>> substitute("$A ${A}b ${EMPTY:-c} ${EMPTY-d} ${NO:-x${A}y}} $$A $1 ${A:+e}", values).text
    'a ab c  xay} $A $1 e'
    >>> substitute("${A", values).mistakes[0].message, substitute("${NO:?is asked}", values).mistakes[0].message
    ('invalid reference', 'is asked')
    """
    result = Substitution()
    result.text = _Text(text, 0, 0, lookup, result).replaced()
    return result


class _Text:
    """A text or an operand in it; `offset` is where it begins in the whole."""

    def __init__(self, text: str, offset: int, depth: int, lookup: Lookup, result: Substitution) -> None:
        self._text = text
        self._offset = offset
        self._depth = depth
        self._lookup = lookup
        self._result = result
        self._line_end = self._last_brace = -1

    def replaced(self) -> str:
        """Return the text with its references replaced, up to the first that isn't well-formed."""
        pieces: list[str] = []
        at = 0
        while (found := _REFERENCE.search(self._text, at)) is not None:
            pieces.append(self._text[at : found.start()])
            end = self._end(found)
            if end is None:
                self._result.mistakes.append(Mistake("invalid reference", self._offset + found.start()))
                break
            at = end
            pieces.append("$" if found["dollar"] else self._value(found, at))
        pieces.append(self._text[at:])
        return "".join(pieces)

    def _end(self, found: re.Match[str]) -> int | None:
        """Return where a reference ends, None for one that isn't well-formed."""
        if not found["operator"]:
            return None if found[0].endswith("{") or (found["braced"] and found[0][-1] != "}") else found.end()
        if self._depth >= MAX_NESTING:
            return None
        if found.end() > self._line_end:  # lines are short, or looked through once
            self._line_end = self._text.find("\n", found.end())
            self._line_end = len(self._text) if self._line_end < 0 else self._line_end
            self._last_brace = self._text.rfind("}", found.end(), self._line_end)
        if self._last_brace < found.end():
            return None
        return self._closing(found.end(), self._last_brace + 1)

    def _closing(self, start: int, end: int) -> int:
        """Return where the braces are balanced again, `end` if they never are."""
        opened = 1
        for brace in _BRACE.finditer(self._text, start, end):
            opened += 1 if brace[0] == "${" else -1
            if opened == 0:
                return brace.end()
        return end

    def _value(self, found: re.Match[str], end: int) -> str:
        name, operator = found["named"] or found["braced"], found["operator"]
        at = self._offset + found.start()
        value = self._lookup(name)
        if not operator:
            if value is None:
                self._result.undefined.setdefault(name, at)
            return value or ""
        written = self._text[found.end() : end - 1]
        # The operand is looked at even where it isn't used, as Compose does: a mistake in it is one anyway.
        offset = self._offset + found.end()
        operand = _Text(written, offset, self._depth + 1, self._lookup, self._result).replaced()
        is_set = value is not None and (value != "" or operator[0] != ":")
        if operator[-1] == "+":
            return operand if is_set else value or ""
        if not is_set and operator[-1] == "?":
            # As it is written: with its references replaced, it could reveal a secret.
            self._result.mistakes.append(Mistake(written, at, name))
        return value or "" if is_set or operator[-1] == "?" else operand
