"""Renders a diagnostic with its source lines and a caret under the span; independent of files, colours and terminals.

workflow.yaml:12:7: error[unknown-key]: unknown key "imgae"
   |
12 |       imgae: nginx
   |       ^^^^^
   = help: did you mean "image"?
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, TypeAlias

from runner.core.diagnostic import Diagnostic
from runner.core.lazy_pattern import lazy_pattern
from runner.core.phrase import shortened
from runner.core.sanitize import on_one_line
from runner.core.span import Span
from runner.views.text_width import ELLIPSIS, cells

Role: TypeAlias = Literal[
    "path", "error", "warning", "code", "message", "gutter", "source", "caret", "help", "note", "newline"
]
Part: TypeAlias = tuple[Role, str]

_LINE_BREAK = lazy_pattern(r"\r\n|\n|\r")
_TAB = "    "
_MOST_CHARACTERS = 1000
"""How much of a line is used on both sides of a position: more than fits any width."""
_NEWLINE: Part = ("newline", "\n")


def render(diagnostic: Diagnostic, sources: Mapping[str, str], *, width: int = 100) -> str:
    """Return a diagnostic as plain text that fits `width` where lines can be truncated; no newline at the end."""
    return "".join(text for _, text in parts(diagnostic, sources, width=width)).removesuffix("\n")


def parts(diagnostic: Diagnostic, sources: Mapping[str, str], *, width: int = 100) -> Iterator[Part]:
    """Yield a diagnostic in pieces of one style each; `sources` has the text of each file that may be shown."""
    spans = [span for span in (diagnostic.span, *(related.span for related in diagnostic.related)) if span]
    margin = max((len(str(span.start.line)) for span in spans), default=0)
    severity = diagnostic.severity.value
    yield from _place(diagnostic.span)
    yield ("error" if severity == "error" else "warning"), severity
    yield "code", f"[{diagnostic.code}]"
    yield "message", f": {_printable(shortened(diagnostic.message))}"
    yield _NEWLINE
    yield from _excerpt(diagnostic.span, sources, margin, width)
    if diagnostic.help:
        yield "gutter", f"{'':{margin}} = "
        yield "help", f"help: {_printable(shortened(diagnostic.help))}"
        yield _NEWLINE
    for related in diagnostic.related:
        yield from _place(related.span)
        yield "note", f"note: {_printable(shortened(related.message))}"
        yield _NEWLINE
        yield from _excerpt(related.span, sources, margin, width)


def _place(span: Span | None) -> Iterator[Part]:
    if span is not None:
        yield "path", f"{_printable(str(span))}: "


def _excerpt(span: Span | None, sources: Mapping[str, str], margin: int, width: int) -> Iterator[Part]:
    """Yield the first line of a span and the caret below it; nothing if the line isn't known."""
    line = _line(span, sources) if span else None
    if span is None or line is None:
        return
    first = min(span.start.column - 1, len(line))
    last = span.end.column - 1 if span.end.line == span.start.line else len(line.rstrip())
    source, indent, length = _window(line, first, last, max(width - margin - 3, 20))
    yield "gutter", f"{'':{margin}} |"
    yield _NEWLINE
    yield "gutter", f"{span.start.line:{margin}} |{' ' if source else ''}"
    yield "source", source
    yield _NEWLINE
    yield "gutter", f"{'':{margin}} | "
    yield "caret", " " * indent + "^" * length
    yield _NEWLINE


def _line(span: Span, sources: Mapping[str, str]) -> str | None:
    lines = _lines(sources[span.file]) if span.file in sources else []
    return lines[span.start.line - 1] if span.start.line <= len(lines) else None


@lru_cache(maxsize=4)
def _lines(text: str) -> list[str]:
    """Split a file once for all findings in it."""
    return _LINE_BREAK.split(text)


def _window(line: str, first: int, last: int, width: int) -> tuple[str, int, int]:
    """Truncate a line to `width` cells around the characters from `first` to before `last`.

    Returns the text to show, and the caret's indent and length in cells.

    >>> _window("key: value", 5, 10, 40)
    ('key: value', 5, 5)
    >>> _window("a" * 30 + "bc" + "d" * 30, 30, 32, 20)
    ('…aaaaabcddddddddddd…', 6, 2)
    """
    skipped = max(0, first - _MOST_CHARACTERS)
    is_cut = len(line) > first + _MOST_CHARACTERS
    line, first, last = line[skipped : first + _MOST_CHARACTERS], first - skipped, last - skipped
    glyphs = [_glyph(char) for char in line]
    begin, end = 0, len(line)
    if sum(size for _, size in glyphs) > width:
        begin = _start_of_window(glyphs, first, width)
        room = width - 1 - (begin > 0)
        end = begin
        while end < len(line) and glyphs[end][1] <= room:
            room -= glyphs[end][1]
            end += 1
    head, tail = ELLIPSIS if begin or skipped else "", ELLIPSIS if end < len(line) or is_cut else ""
    shown = head + "".join(text for text, _ in glyphs[begin:end]) + tail
    indent = len(head) + sum(size for _, size in glyphs[begin:first])
    length = sum(size for _, size in glyphs[first : min(last, end)])
    return shown.rstrip(), indent, max(length, 1)


def _start_of_window(glyphs: list[tuple[str, int]], first: int, width: int) -> int:
    """Return the first character to show, so that a third of the window is the text before the caret."""
    if sum(size for _, size in glyphs[:first]) < width * 2 // 3:
        return 0
    start, lead = first, 0
    while start > 0 and lead + glyphs[start - 1][1] < width // 3:
        start -= 1
        lead += glyphs[start][1]
    return start


def _glyph(char: str) -> tuple[str, int]:
    """Return the text to show for a character, and its width in cells."""
    if char.isascii() and char.isprintable():
        return char, 1
    if char == "\t":
        return _TAB, len(_TAB)
    shown = on_one_line(char)
    return shown, cells(shown)


def _printable(text: str) -> str:
    """Keep a text on one line, and free of terminal commands."""
    return on_one_line(text)
