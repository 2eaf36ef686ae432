"""Files of KEY=VALUE lines, as env files and `.env` have them; values are taken as they are, without interpolation."""

from __future__ import annotations

import re

from runner.core.diagnostic import Diagnostic
from runner.document.source import Source

_SKIPPED = re.compile(r"(?:\s+|#[^\r\n]*)*")
_NAME = re.compile(r"(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*")
_COMMENT = re.compile(r"(?:^|[ \t])#.*")
_QUOTED = re.compile(r"""[ \t]*(?:'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)")""", re.DOTALL)
_OPENED = re.compile(r"""[ \t]*['"]""")
_REST = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_LINE = re.compile(r"[^\r\n]*")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}
_CODE = "dotenv-syntax"


def parse_dotenv(text: str, file: str) -> tuple[dict[str, str | None], list[Diagnostic]]:
    r"""Read KEY=VALUE lines; a bare KEY is None, the last of two equal keys wins.

    Comments, blank lines, an `export` before the key and quotes are understood. Inside double
    quotes \n, \r, \t, \", \\ and \$ are escapes, and a quoted value may go over several lines.

    >>> parse_dotenv("A=1 # one\nexport B='x y'\nC", ".env")
    ({'A': '1', 'B': 'x y', 'C': None}, [])
    """
    return _Parser(Source.of(file, text)).run()


class _Parser:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._at = 0
        self._values: dict[str, str | None] = {}
        self._found: list[Diagnostic] = []

    def run(self) -> tuple[dict[str, str | None], list[Diagnostic]]:
        while self._skip() < len(self._text):
            self._line()
        return self._values, self._found

    def _skip(self) -> int:
        self._at = _end(_SKIPPED, self._text, self._at)
        return self._at

    def _line(self) -> None:
        name = _NAME.match(self._text, self._at)
        if name is None:
            self._refuse("expected KEY=VALUE", self._at)
            return
        self._at = name.end()
        if self._text.startswith("=", self._at):
            self._at += 1
            self._value(name["name"])
        elif _REST.match(self._text, self._at):
            self._values[name["name"]] = None
            self._at = _end(_LINE, self._text, self._at)
        else:
            self._refuse('expected "=" after the key', self._at)

    def _value(self, name: str) -> None:
        quoted = _QUOTED.match(self._text, self._at)
        if quoted is not None:
            self._at = quoted.end()
            if not _REST.match(self._text, self._at):
                self._refuse("unexpected text after the closing quote", self._at)
                return
            single = quoted["single"]
            self._values[name] = single if single is not None else _ESCAPE.sub(_unescape, quoted["double"])
            self._at = _end(_LINE, self._text, self._at)
        elif opened := _OPENED.match(self._text, self._at):
            self._refuse("quote is never closed", opened.end() - 1)
        else:
            start, self._at = self._at, _end(_LINE, self._text, self._at)
            self._values[name] = _COMMENT.sub("", self._text[start : self._at]).strip()

    def _refuse(self, message: str, start: int) -> None:
        """Report the rest of the line, and go on after it."""
        self._at = _end(_LINE, self._text, start)
        self._found.append(Diagnostic(_CODE, message, self._source.span(start, self._at)))


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _unescape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[1], match[0])
