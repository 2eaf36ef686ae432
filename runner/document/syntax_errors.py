"""Translation of a YAML parser's errors into plain words; depends on PyYAML's phrases, not on its classes."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from runner.core.diagnostic import Diagnostic, Related
from runner.core.span import Span
from runner.core.struct import Struct
from runner.document.source import Source

CODE: Final = "yaml-syntax"
MAX_DEPTH = 100
"""Maximum nesting of collections, with aliases expanded."""
_REFERENCE_HELP = "quote ${...} inside [] and {}"


class Fault(Struct):
    """A parser's error: its phrase, its offset, and the offset where the construct began that was being parsed."""

    phrase: str
    offset: int
    context: int


class _Place(Enum):
    """Which of a fault's offsets is reported."""

    FAULT = auto()
    CONTEXT = auto()
    BACKSLASH = auto()
    """The last backslash before the fault: C and Python disagree by some characters after it."""


class _Rule(Struct):
    """The first rule whose pattern matches the phrase explains it; `{char}` is the character at the offset."""

    pattern: str
    message: str
    help: str | None = None
    place: _Place = _Place.FAULT
    related: str | None = None


_RULES = (
    _Rule(
        r"quoted scalar: found unexpected (end of stream|document)",
        "quote is not closed",
        place=_Place.CONTEXT,
    ),
    _Rule(
        r"escape|expected hexdecimal",
        "unknown escape in double quotes",
        'write "\\\\" for a backslash, or use single quotes',
        _Place.BACKSLASH,
    ),
    _Rule(
        r"mapping (values|keys) are not allowed|found unexpected ':'",
        'unexpected "{char}"',
        'quote values that contain ": ", and check the indentation',
    ),
    _Rule(
        r"sequence entries are not allowed",
        'unexpected "-"',
        "start a list on a line of its own, or quote the value",
    ),
    _Rule(
        r"could not find expected ':'",
        'expected ": " after this key',
        "write a colon, and a space after it",
        _Place.CONTEXT,
    ),
    _Rule(
        r"flow sequence: .*expected ',' or '\]'",
        'expected "," or "]"',
        related="the list starts here",
    ),
    _Rule(
        r"flow mapping: .*expected ',' or '\}'",
        'expected "," or "}}"',
        related="the mapping starts here",
    ),
    _Rule(
        r"node: .*expected (the )?node content",
        'unexpected "{char}"',
        "put a value that starts with it in quotes",
    ),
    _Rule(
        r"scanning an (alias|anchor)",
        '"{char}" is not a valid value',
        "put a value that starts with it in quotes",
        _Place.CONTEXT,
    ),
    _Rule(r"undefined tag handle", "unknown tag"),
    _Rule(r"a tag", "tag is not closed", place=_Place.CONTEXT),
    _Rule(r"a block scalar", 'unexpected text after "|" or ">"'),
    _Rule(r"incompatible YAML document", "unsupported YAML version", "remove the line"),
    _Rule(r"directive", "unknown directive", "remove the line", _Place.CONTEXT),
    _Rule(r"<document start>", "unexpected text after the document's end"),
    _Rule(r"", "not valid YAML"),
)


def too_deep(span: Span) -> Diagnostic:
    """Return the diagnostic of a span nested deeper than the limit."""
    return Diagnostic("too-deep", "nested too deep", span, f"at most {MAX_DEPTH} levels are read")


def explain(fault: Fault, source: Source) -> Diagnostic:
    """Turn a parser's error into a diagnostic."""
    if "nesting depth" in fault.phrase:  # PyYAML 6.0.4 has a depth limit of its own, and fails before any event
        return too_deep(source.span(fault.offset, fault.offset + 1))
    if re.search(r"cannot start any token|tab character", fault.phrase):
        return _stray_character(fault, source)
    if re.search(r"(block mapping|block collection): (expected <block end>|did not find)", fault.phrase):
        return _misfit(fault, source)
    rule = next(rule for rule in _RULES if re.search(rule.pattern, fault.phrase))
    offset = _offset(rule.place, fault, source)
    related = (Related(rule.related, source.span(fault.context, fault.context + 1)),) if rule.related else ()
    span = source.span(offset, offset + 1)
    char = source.text[offset : offset + 1]
    if not char and "{char}" in rule.message:
        return Diagnostic(CODE, "unexpected end of file", span)
    help = _REFERENCE_HELP if source.text[offset - 1 : offset + 1] == "${" else rule.help
    return Diagnostic(CODE, rule.message.format(char=char), span, help, related)


def _offset(place: _Place, fault: Fault, source: Source) -> int:
    match place:
        case _Place.CONTEXT:
            return fault.context
        case _Place.BACKSLASH:
            return source.text.rfind("\\", fault.context, fault.offset + 1)
        case _Place.FAULT:
            return fault.offset


def _stray_character(fault: Fault, source: Source) -> Diagnostic:
    char = source.text[fault.offset : fault.offset + 1]
    span = source.span(fault.offset, fault.offset + 1)
    if char == "\t":
        return Diagnostic(CODE, "tab used for indentation", span, help="indent with spaces")
    return Diagnostic(CODE, f'a value can\'t start with "{char}"', span, help="put the value in quotes")


def _misfit(fault: Fault, source: Source) -> Diagnostic:
    """Explain a line, or the rest of one, that doesn't fit the mapping or list that it is in."""
    what = "mapping" if "block mapping" in fault.phrase else "list"
    here, above = source.span(fault.offset, fault.offset + 1), source.span(fault.context, fault.context + 1)
    line_start = source.line_starts[here.start.line - 1]
    if source.text[line_start : fault.offset].strip(" "):
        return Diagnostic(CODE, "unexpected text after the value", here, help="put the whole value in quotes")
    related = (Related(f"the {what} starts here", above),)
    if here.start.column != above.start.column:
        return Diagnostic(CODE, "wrong indentation", here, f"start all entries of a {what} in the same column", related)
    entry = "a key" if what == "mapping" else '"- "'
    return Diagnostic(CODE, f"expected {entry}", here, related=related)
