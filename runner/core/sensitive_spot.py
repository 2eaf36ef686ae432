"""Places in files where sensitive values are, so that findings there don't quote them, however short they are.

Elsewhere a short value can't be masked: a word of a message that has nothing to do with it would give it away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from runner.core.sensitive import MASK
from runner.core.span import Span

_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class SensitiveSpot:
    """A stretch of a file, and the texts in it that must not be shown."""

    span: Span
    texts: frozenset[str]
    is_around: bool = False
    """True for the entry around the value: what is said there may be about another one."""

    def covers(self, span: Span) -> bool:
        """Tell whether a finding begins in the stretch."""
        return self.span.file == span.file and self.span.start <= span.start < self.span.end

    def mask(self, message: str) -> str:
        """Take out of a message here what it quotes, refers to or would have set of the texts.

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
    """Return the message of a finding without what is sensitive where it begins."""
    for spot in spots:
        if span is not None and spot.covers(span):
            message = spot.mask(message)
    return message
