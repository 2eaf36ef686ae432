"""Variables, quotes and escapes in the words of a Dockerfile.

This module expands one word at a time; it doesn't know the word's position or the source of its variables.
"""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.lazy_pattern import lazy_pattern

_NAME = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_]*")
_MODIFIER = lazy_pattern(r":?[-+?]")


class _Malformed(Exception):
    """A quote or brace that is not closed, or an unknown modifier."""


def expand(word: str, scope: Mapping[str, str | None], escape: str = "\\") -> str | None:
    """Expand variables and remove quotes; None if the result is unknown.

    A name missing in `scope` is unset, which equals empty; one mapped to None has an unknown value.

    >>> expand("${REGISTRY:-docker.io}/'$a'${TAG+:}$TAG", {"TAG": "1"})
    'docker.io/$a:1'
    """
    try:
        return _Expansion(word, scope, escape).read()
    except (_Malformed, RecursionError):
        return None


class _Expansion:
    """One pass over a word; the result is None as soon as a part of it is unknown."""

    def __init__(self, word: str, scope: Mapping[str, str | None], escape: str) -> None:
        self._word = word
        self._scope = scope
        self._escape = escape
        self._at = 0

    def read(self, end: str = "") -> str | None:
        """Read up to and including the character `end`, or to the end of the word."""
        parts: list[str | None] = []
        while self._at < len(self._word):
            character = self._next()
            if character == end:
                break
            if character == "'" and end != '"':
                parts.append(self._literal())
            elif character == '"':
                parts.append(self.read('"'))
            elif character == "$":
                parts.append(self._variable())
            else:
                parts.append(self._next() if character == self._escape else character)
        else:
            if end:
                raise _Malformed
        known = [part for part in parts if part is not None]
        return "".join(known) if len(known) == len(parts) else None

    def _next(self) -> str:
        self._at += 1
        return self._word[self._at - 1 : self._at]

    def _literal(self) -> str:
        text, quote, _ = self._word[self._at :].partition("'")
        if not quote:
            raise _Malformed
        self._at += len(text) + 1
        return text

    def _variable(self) -> str | None:
        braced = self._word.startswith("{", self._at)
        name = _NAME.match(self._word, self._at + braced)
        if not name:
            if braced:
                raise _Malformed
            return "$"
        self._at = name.end()
        return self._modified(name[0]) if braced else self._scope.get(name[0], "")

    def _modified(self, name: str) -> str | None:
        """Finish `${name`: with its closing brace, or with a modifier and its word."""
        modifier = _MODIFIER.match(self._word, self._at)
        value = self._scope.get(name, "")
        if not modifier:
            if self._next() != "}":
                raise _Malformed
            return value
        self._at = modifier.end()
        alternative = self.read("}")
        if name in self._scope and value is None:
            return None
        is_set = bool(value) if modifier[0].startswith(":") else name in self._scope
        if modifier[0].endswith("+"):
            return alternative if is_set else ""
        if modifier[0].endswith("?") and not is_set:
            return None
        return value if is_set else alternative
