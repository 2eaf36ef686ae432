"""A source file's text, with offsets converted to positions; independent of the format."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path

from runner.core.diagnostic import Diagnostic
from runner.core.lazy_pattern import lazy_pattern
from runner.core.phrase import reason_of
from runner.core.span import Position, Span
from runner.core.struct import Struct
from runner.document.root import Outside

MAX_BYTES = 10_000_000
"""More than anyone writes by hand; reading a device or a disk image by mistake stops here."""

_LINE_BREAK = lazy_pattern(r"\r\n|\n|\r")
_FORBIDDEN = lazy_pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""YAML's non-printable characters, a byte order mark that isn't at the start, and line breaks of YAML 1.1 only.

The set of allowed characters instead takes ten times as long to compile, 6 ms of every command.
"""
_BLANKS = str.maketrans("\t\n\r", "   ")
"""The characters that are forbidden to nobody although they aren't printable."""


class ReadError(Exception):
    """A file that can't be used at all; `diagnostic` has the reason."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Source(Struct, eq=False):
    """A file's text; `line_starts` has the offset of each line's first character."""

    file: str
    text: str
    line_starts: tuple[int, ...]

    @classmethod
    def of(cls, file: str, text: str) -> Source:
        """Index a text by its lines, delimited as in editors: by LF, CRLF or CR."""
        return cls(file, text, (0, *(match.end() for match in _LINE_BREAK.finditer(text))))

    @classmethod
    def decoded(cls, file: str, content: bytes) -> Source:
        """Decode a file's content, without a byte order mark; bytes that aren't UTF-8 become lone surrogates."""
        return cls.of(file, content.decode("utf-8", "surrogateescape").removeprefix("\ufeff"))

    def span(self, start: int, end: int) -> Span:
        """Return the span between two offsets, in characters from 0."""
        return Span(self.file, self._position(start), self._position(end))

    def _position(self, offset: int) -> Position:
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)


def read(file: str, read_file: Callable[[Path, int], bytes]) -> Source:
    """Return the source that `read_file` reads; raise ReadError, its diagnostic without a span, when it can't.

    Bytes that aren't UTF-8 become lone surrogates, so that `refuse_unprintable` can show them in their line.
    """
    try:
        content = read_file(Path(file), MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise ReadError(Diagnostic("file-missing", f'no such file "{file}"')) from None
    except IsADirectoryError:
        raise ReadError(Diagnostic("file-unreadable", f'"{file}" is a folder')) from None
    except Outside as error:
        help = f"only files below {error.root} are allowed"
        raise ReadError(Diagnostic("file-outside", f'"{file}" is outside the allowed folder', help=help)) from None
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "not a path"
        raise ReadError(Diagnostic("file-unreadable", f'can\'t read "{file}": {reason}')) from None
    if len(content) > MAX_BYTES:
        limit = f"at most {MAX_BYTES // 1_000_000} MB are read"
        raise ReadError(Diagnostic("file-too-large", f'"{file}" is too large', help=limit))
    return Source.decoded(file, content)


def refuse_unprintable(
    source: Source,
    forbidden: re.Pattern[str] = _FORBIDDEN,
    help: str = "write it as an escape in double quotes",
) -> None:
    """Raise ReadError at the first `forbidden` character: by default those that no YAML file should contain."""
    if source.text.translate(_BLANKS).isprintable():
        return
    match = forbidden.search(source.text)
    if match is None:
        return
    span = source.span(match.start(), match.end())
    code_point = ord(match[0])
    if 0xDC80 <= code_point <= 0xDCFF:
        message = f"byte 0x{code_point - 0xDC00:02x} is not UTF-8"
        raise ReadError(Diagnostic("not-utf8", message, span, help="save the file as UTF-8"))
    if "\0" in source.text[:4]:
        help = "save the file as UTF-8: it looks like UTF-16 or UTF-32"
    raise ReadError(Diagnostic("control-character", f"character U+{code_point:04X} is not allowed here", span, help))
