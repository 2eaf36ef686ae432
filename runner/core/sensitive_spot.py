"""Positions of sensitive values in files, so that diagnostics there don't quote them, however short they are.

Elsewhere a short value can't be masked: masking it in an unrelated message would reveal it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from runner.core.lazy_pattern import lazy_pattern
from runner.core.sensitive import MASK
from runner.core.span import Span
from runner.core.struct import Struct

_QUOTED = lazy_pattern(r'"[^"]*"')


class SensitiveSpot(Struct):
    """A span of a file, and the strings in it that must not be shown."""

    span: Span
    texts: frozenset[str]
    is_around: bool = False
    """True for the entry around the value: messages there may be about another value."""

    def covers(self, span: Span) -> bool:
        """Tell whether a diagnostic's position is inside."""
        return self.span.file == span.file and self.span.start <= span.start < self.span.end

    def mask(self, message: str) -> str:
        """Redact the strings where a message here quotes them, refers to them or suggests to set them.

        >>> from runner.core.span import Position
        >>> spot = SensitiveSpot(Span("f", Position(1, 1), Position(1, 9)), frozenset({"a", "73"}))
        >>> spot.mask('not a size: "73", container.73, set it: a=... runner')
        'not a size: "***", container.***, set it: ***=... runner'
        """
        words = "|".join(map(re.escape, sorted(filter(None, self.texts), key=len, reverse=True)))
        if not words:
            return message
        word = rf"(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9])"
        quoted = re.compile(word if self.is_around else words)
        message = _QUOTED.sub(lambda found: f'"{MASK}"' if quoted.search(found[0]) else found[0], message)
        return re.sub(rf"(?:(?<=[a-z]\.)|(?<=/)){word}|{word}(?==)", MASK, message)


def masked_at(span: Span | None, message: str, spots: Iterable[SensitiveSpot]) -> str:
    """Return the message of a diagnostic, redacted by the spots that cover its position."""
    for spot in spots:
        if span is not None and spot.covers(span):
            message = spot.mask(message)
    return message
