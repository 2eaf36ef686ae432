"""The interface to PyYAML: turns text into parser events, by libyaml where available; builds nothing itself.

Only the parser is used. PyYAML's own composer and resolver follow YAML 1.1, lose duplicate keys, recurse without a
limit and differ between C and Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runner.document.pyyaml import native_parser, yaml
from runner.document.source import ReadError, Source, refuse_unprintable
from runner.document.syntax_errors import Fault, explain


def events(source: Source) -> Iterator[yaml.Event]:
    """Yield the parser's events in order; raise ReadError at a syntax error."""
    refuse_unprintable(source)
    try:
        parser = native_parser(source.text) or _PureParser(source.text)
        yield from iter(parser.get_event, None)
    except yaml.MarkedYAMLError as error:
        raise ReadError(explain(_fault(error), source)) from None


def bounds(event: yaml.Event) -> tuple[int, int]:
    """Return the offsets of an event's start and end."""
    start, end = event.start_mark, event.end_mark
    return start.index if start else 0, end.index if end else 0


def _fault(error: yaml.MarkedYAMLError) -> Fault:
    context, problem = error.context_mark, error.problem_mark
    if problem is None:
        problem = context
    offset = problem.index if problem else 0
    return Fault(f"{error.context or ''}: {error.problem or ''}", offset, context.index if context else offset)


class _PureParser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's pure Python parser, adapted to libyaml where the two differ on files that people write."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)

    def scan_to_next_token(self) -> None:
        """Skip tabs too, where they can't be taken for indentation."""
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()

    def scan_plain_spaces(self, indent: int, start_mark: Any) -> Any:
        """Treat tabs between words as blanks."""
        blanks = 0
        while self.peek(blanks) in " \t":
            blanks += 1
        if "\t" not in self.prefix(blanks):
            return super().scan_plain_spaces(indent, start_mark)
        text = self.prefix(blanks)
        self.forward(blanks)
        return super().scan_plain_spaces(indent, start_mark) if self.peek() in "\r\n" else [text]

    def scan_flow_scalar_non_spaces(self, double: Any, start_mark: Any) -> Any:
        """Reject escapes of invalid code points."""
        try:
            chunks = super().scan_flow_scalar_non_spaces(double, start_mark)
            "".join(chunks).encode()
        except ValueError:
            problem = "found invalid Unicode character escape code"
            raise yaml.scanner.ScannerError(
                "while scanning a quoted scalar", start_mark, problem, self.get_mark()
            ) from None
        return chunks
