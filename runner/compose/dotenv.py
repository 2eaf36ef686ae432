"""Compose's own reading of NAME=VALUE lines, for `.env`, env files and label files.

Unlike runner's env files they are interpolated: by the caller's variables, then by what stands above in the file.
"""

from __future__ import annotations

import re

from runner.compose.interpolation_syntax import Lookup, substitute
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.lazy_pattern import lazy_pattern
from runner.document.source import ReadError, Source, refuse_unprintable

_SKIPPED = lazy_pattern(r"(?:\s+|#[^\n]*)*")
_EXPORT = lazy_pattern(r"export\s+")
_NAME = lazy_pattern(r"(?P<name>[^=:\n]*)(?P<end>[=:\n])")
_BLANKS = lazy_pattern("[\t\v\f\r \x85\xa0]*")
_STRANGE = lazy_pattern("[^\\w.\\[\\]\t\v\f\r \x85\xa0-]")
_LINE = lazy_pattern(r"[^\n]*")
_QUOTED = lazy_pattern(r"""'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)\"""", re.DOTALL)
_ESCAPE = lazy_pattern(r'\\(?:[abcfnrtv$"\\]|0[0-9]{0,3})')
_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    '"': '"',
    "\\": "\\",
    "$": "$$",
}
_UNDECODED = lazy_pattern("[\udc80-\udcff]")
_OCTAL = lazy_pattern(r"[0-3][0-7]{2}")


def parse_dotenv(source: Source, values: dict[str, str], lookup: Lookup, found: list[Diagnostic]) -> None:
    r"""Add the values of NAME=VALUE lines to `values`; a bare name takes the value of `lookup`, if any.

    >>> values, found = {}, []
    >>> parse_dotenv(Source.of(".env", "A=1 # one\nB: \"x\\n$A${C}\"\nC='$A'\nC\n"), values, {"C": "c"}.get, found)
    >>> values, found
    ({'A': '1', 'B': 'x\n1c', 'C': 'c'}, [])
    """
    _Parser(source, values, lookup, found).run()


def parse_raw(source: Source, values: dict[str, str], lookup: Lookup, found: list[Diagnostic]) -> None:
    """Add the values of lines as they are, quotes, dollars and comments behind them included (`format: raw`)."""
    try:
        refuse_unprintable(source, _UNDECODED)
    except ReadError as error:
        found.append(error.diagnostic)
        return
    for found_line in _LINE.finditer(source.text):
        start, end = found_line.span()
        line = found_line[0].removesuffix("\r").lstrip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not name or any(char.isspace() for char in name):
            found.append(Diagnostic("dotenv-syntax", "expected NAME=VALUE", source.span(start, end)))
        elif equals:
            values[name] = value
        elif (given := lookup(name)) is not None:
            values[name] = given


class _Parser:
    def __init__(self, source: Source, values: dict[str, str], lookup: Lookup, found: list[Diagnostic]) -> None:
        self._source = source
        self._text = source.text
        self._values = values
        self._lookup = lookup
        self._found = found
        self._at = 0

    def run(self) -> None:
        while self._skip(_SKIPPED) < len(self._text):
            self._statement()

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._at

    def _statement(self) -> None:
        self._skip(_EXPORT)
        start = self._skip(_BLANKS)
        named = _NAME.match(self._text, start)
        name = named["name"].rstrip() if named else ""
        strange = _STRANGE.search(self._text, start, named.end("name") if named else len(self._text))
        if strange is not None or " " in name:
            self._refuse("expected NAME=VALUE", start)
            return
        # A last line without "=" and line break is the value of a variable without a name, to Compose.
        self._at = named.end() if named else start
        if named and named["end"] == "\n":
            if (given := self._lookup(name)) is not None:
                self._values[name] = given
            return
        self._skip(_BLANKS)
        start = self._at
        value = self._value()
        if value is not None:
            self._values[name] = self._decoded(value, start)

    def _value(self) -> str | None:
        start = self._at
        quoted = _QUOTED.match(self._text, start)
        if quoted is not None:
            self._at = quoted.end()
            if quoted["single"] is not None:
                return quoted["single"].replace("\\'", "'")
            return self._filled(_ESCAPE.sub(_unescape, quoted["double"]), start)
        if self._text[start : start + 1] in ("'", '"'):
            self._refuse("quote is not closed", start)
            return None
        line = self._text[start : self._skip(_LINE)]
        return self._filled(line.partition(" #")[0].rstrip(), start)

    def _filled(self, value: str, start: int) -> str | None:
        """Return a value with its references replaced; messages don't quote it, since it may be secret."""
        if "$" not in value:
            return value
        result = substitute(value, self._find)
        for name in result.undefined:
            message = f'variable "{name}" has no value: it is blank'
            span = self._source.span(start, self._at)
            self._found.append(Diagnostic("missing-variable", message, span, severity=Severity.WARNING))
        for mistake in result.mistakes[:1]:
            span = self._source.span(start, self._at)
            if mistake.name is None:
                help = 'write "$$" for a dollar, or use single quotes'
                self._found.append(Diagnostic("interpolation", mistake.message, span, help))
            else:
                message = f'variable "{mistake.name}" has no value'
                self._found.append(Diagnostic("missing-variable", message, span, mistake.message or None))
        return None if result.mistakes else result.text

    def _decoded(self, value: str, start: int) -> str:
        """Return a value as the engine would get it from Compose, where it has bytes that aren't UTF-8."""
        decoded = readable(value)
        if decoded != value:
            message, help = "bytes that are not UTF-8 become U+FFFD", "save the file as UTF-8"
            span = self._source.span(start, self._at)
            self._found.append(Diagnostic("not-utf8", message, span, help, severity=Severity.WARNING))
        return decoded

    def _find(self, name: str) -> str | None:
        given = self._lookup(name)
        return self._values.get(name) if given is None else given

    def _refuse(self, message: str, start: int) -> None:
        """Report the rest of the line as an error, and continue after it."""
        self._at = start
        end = self._skip(_LINE)
        self._found.append(Diagnostic("dotenv-syntax", message, self._source.span(start, end)))


def readable(text: str) -> str:
    """Return a text with U+FFFD for each byte that isn't UTF-8, as Go writes it.

    >>> readable("caf\\udce9")
    'caf\ufffd'
    """
    return text if text.isascii() else _UNDECODED.sub("\ufffd", text)


def _unescape(match: re.Match[str]) -> str:
    """Return what an escape stands for; an octal one that isn't of three digits loses its zero, as in Compose."""
    code = match[0][1:]
    if code[0] == "0":
        octal = code[1:]
        return chr(int(octal, 8)) if _OCTAL.fullmatch(octal) else f"\\{octal}"
    return _ESCAPES.get(code, match[0])
