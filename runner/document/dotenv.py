"""The one parser of NAME=VALUE lines, for env files and `.env`.

docs/env-files.md has the rules as a table. Values are literal: nothing is interpolated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import MutableStruct, Struct, field
from runner.document.source import ReadError, Source, refuse_unprintable

Lookup: TypeAlias = Callable[[str], "str | None"]
"""Returns the value of a variable in the caller's environment."""

_SKIPPED = lazy_pattern(r"(?:\s+|#[^\r\n]*)*")
_NAME = lazy_pattern(r"(?:export[ \t]+)?(?P<name>[\w.\[\]-]+)[ \t]*")
_COMMENT = lazy_pattern(r"[ \t]#.*")
_QUOTED = lazy_pattern(r"""[ \t]*(?:'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)")""", re.DOTALL)
_OPENED = lazy_pattern(r"""[ \t]*['"]""")
_REST = lazy_pattern(r"[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_LINE = lazy_pattern(r"[^\r\n]*")
_ESCAPE = lazy_pattern(r"\\(0[0-7]{1,3}|.)", re.DOTALL)
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\", "$": "$"}
_REFERENCE = lazy_pattern(r"\$\{[^}\r\n]*\}?")
_ESCAPED_OR_REFERENCE = lazy_pattern(r"\\.|\$\{[^}\r\n]*\}?", re.DOTALL)
_FORBIDDEN = lazy_pattern("[\x00\udc80-\udcff]")
"""Characters that can't be in a process's environment, and bytes that aren't UTF-8."""
_CODE: Final = "dotenv-syntax"


class Dotenv(Struct):
    """The values in a file, and the errors in it."""

    values: Mapping[str, str]
    found: list[Diagnostic]
    unfilled: Mapping[str, Diagnostic]
    """By name, the warning that a value contains ${...}, which stays literal; none for a value in single quotes."""


def parse_dotenv(source: Source, lookup: Lookup) -> Dotenv:
    r"""Parse NAME=VALUE lines; the last of two equal names wins, and a bare name takes the value of `lookup`, if any.

    >>> parse_dotenv(Source.of(".env", "A=#1 # one\nexport B='x y'\nC\nD"), {"C": "3"}.get).values
    {'A': '#1', 'B': 'x y', 'C': '3'}
    """
    try:
        refuse_unprintable(source, _FORBIDDEN, help="remove it: not allowed in variables")
    except ReadError as error:
        return Dotenv({}, [error.diagnostic], {})
    parser = _Parser(source, lookup)
    parser.run()
    return Dotenv(parser.values, parser.found, parser.unfilled)


class _Parser(MutableStruct):
    source: Source
    lookup: Lookup
    values: dict[str, str] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    unfilled: dict[str, Diagnostic] = field(default_factory=dict)
    _at: int = 0

    def run(self) -> None:
        while self._skip() < len(self.source.text):
            self._line()

    def _skip(self) -> int:
        self._at = _end(_SKIPPED, self.source.text, self._at)
        return self._at

    def _line(self) -> None:
        text = self.source.text
        name = _NAME.match(text, self._at)
        if name is None:
            self._refuse("expected KEY=VALUE", self._at)
            return
        self._at = name.end()
        if text.startswith("=", self._at):
            self._at += 1
            self._value(name["name"])
        elif _REST.match(text, self._at):
            given = self.lookup(name["name"])
            if given is not None:
                self._set(name["name"], given)
            self._at = _end(_LINE, text, self._at)
        else:
            self._refuse('expected "=" after the key', self._at)

    def _value(self, name: str) -> None:
        start, quoted = self._at, _QUOTED.match(self.source.text, self._at)
        if quoted is not None:
            self._at = quoted.end()
            if not _REST.match(self.source.text, self._at):
                self._refuse("unexpected text after the closing quote", self._at)
                return
            self._set(name, _unquoted(quoted))
            self._at = _end(_LINE, self.source.text, self._at)
        elif opened := _OPENED.match(self.source.text, self._at):
            self._refuse("quote is not closed", opened.end() - 1)
            return
        else:
            self._at = _end(_LINE, self.source.text, self._at)
            self._set(name, _COMMENT.sub("", self.source.text[start : self._at]).strip())
        if quoted is None or quoted["single"] is None:
            self._look_for_references(name, start, quoted.end() if quoted else self._at, escapes=quoted is not None)

    def _set(self, name: str, value: str) -> None:
        self.values[name] = value
        self.unfilled.pop(name, None)

    def _look_for_references(self, name: str, start: int, end: int, *, escapes: bool) -> None:
        """Warn of what looks like interpolation; the message can't quote it, since it may be part of a secret."""
        pattern = _ESCAPED_OR_REFERENCE if escapes else _REFERENCE
        found = (one for one in pattern.finditer(self.source.text, start, end) if one[0].startswith("$"))
        reference = next(found, None)
        if reference is not None and "${" in self.values[name]:
            self.unfilled[name] = Diagnostic(
                "not-interpolated",
                f'"{name}" contains ${{...}} literally: env files are not interpolated',
                self.source.span(reference.start(), reference.end()),
                "write the value itself, or use single quotes if intended",
                severity=Severity.WARNING,
            )

    def _refuse(self, message: str, start: int) -> None:
        """Report the rest of the line as an error, and continue after it."""
        self._at = _end(_LINE, self.source.text, start)
        self.found.append(Diagnostic(_CODE, message, self.source.span(start, self._at)))


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _unquoted(quoted: re.Match[str]) -> str:
    """Return the content of quotes: CRLF counts as LF, and within single quotes only these can be escaped."""
    if quoted["single"] is not None:
        return quoted["single"].replace("\r\n", "\n").replace("\\'", "'")
    return _ESCAPE.sub(_unescape, quoted["double"].replace("\r\n", "\n"))


def _unescape(match: re.Match[str]) -> str:
    octal = match[1].removeprefix("0")
    if match[1].startswith("0") and octal and 0 < int(octal, 8) < 256:
        return chr(int(octal, 8))
    return _ESCAPES.get(match[1], match[0])
