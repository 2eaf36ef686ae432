"""Diagnostics of the user's input: values, collected and shown all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from enum import Enum
from typing import TYPE_CHECKING

from runner.core.span import Span
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.codes import Code

_MOST_COMPARED = 200
_LONGEST_COMPARED = 100
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."


class Severity(Enum):
    """Errors stop the run, warnings don't."""

    ERROR = "error"
    WARNING = "warning"


class Related(Struct):
    """A second position that helps to understand the first one."""

    message: str
    span: Span


class Diagnostic(Struct):
    """One finding: a stable code, one terse phrase, its position and, if there is one, a fix."""

    code: Code
    message: str
    span: Span | None = None
    help: str | None = None
    related: tuple[Related, ...] = ()
    severity: Severity = Severity.ERROR
    hides_more: bool = False
    """True if it must be fixed before what follows it, or lies behind it, can be checked."""


def did_you_mean(word: str, known: Collection[str]) -> str | None:
    """Return the help line for a misspelt word, or None if no known word is close to it.

    A known word that is a part of it counts as close. In a large set, only words at edit distance one (insert, delete,
    replace or swap a letter) are considered: that lookup takes the same time whatever the size of the set.

    >>> did_you_mean("imgae", ["image", "command"])
    'did you mean "image"?'
    >>> did_you_mean("service_completed_successfully", ["started", "completed"])
    'did you mean "completed"?'
    >>> did_you_mean("web999x", {f"web{number}": None for number in range(1000)})
    'did you mean "web999"?'
    """
    if len(known) > _MOST_COMPARED or len(word) > _LONGEST_COMPARED:
        words = known if isinstance(known, Mapping | Set) else frozenset(known)
        close = next(filter(words.__contains__, _neighbours(word[:_LONGEST_COMPARED])), None)
    else:
        from difflib import get_close_matches

        part = next((one for one in word.replace("-", "_").split("_") if one in known), None)
        close = part or next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)
    return f'did you mean "{close}"?' if close is not None else None


def _neighbours(word: str) -> Iterator[str]:
    """Yield the words at edit distance one."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    yield from (head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1)
    yield from (head + tail[1:] for head, tail in halves if tail)
    yield from (head + letter + tail[cut:] for head, tail in halves for cut in (0, 1) for letter in _LETTERS)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by position, so that a reader can go through the file once."""
    return sorted(diagnostics, key=lambda d: (d.span is None, d.span and (d.span.file, d.span.start), d.code))
