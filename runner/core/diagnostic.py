"""What is wrong with what the user wrote: a value, collected and shown all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from runner.core.span import Span


class Severity(Enum):
    """Errors stop the run, warnings don't."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that helps to understand the first one."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a stable code, one terse phrase, its place and, where there is one, a way out."""

    code: str
    message: str
    span: Span | None = None
    help: str | None = None
    related: tuple[Related, ...] = ()
    severity: Severity = Severity.ERROR


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the help line for a misspelt word, or None when nothing known is close to it.

    >>> did_you_mean("imgae", ["image", "command"])
    'did you mean "image"?'
    """
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else None


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by place, so that a reader can go through the file once."""
    return sorted(diagnostics, key=lambda d: (d.span is None, d.span and (d.span.file, d.span.start), d.code))
