"""Findings as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runner.core.diagnostic import Diagnostic, in_order
from runner.core.phrase import shortened
from runner.views.diagnostics import total
from runner.views.lines import text_of
from runner.views.markdown import fenced

_MOST_SHOWN: Final = 20


def findings_markdown(found: Sequence[Diagnostic]) -> Iterator[str]:
    """Yield the lines of findings: how many there are, and the first of them."""
    if not found:
        return
    yield ""
    yield f"**{text_of(total(found))}**"
    yield ""
    yield from fenced(line for one in in_order(found)[:_MOST_SHOWN] for line in _lines(one))
    if (left := len(found) - _MOST_SHOWN) > 0:
        yield f"_and {left} more_"


def _lines(one: Diagnostic) -> Iterator[str]:
    place = f"{one.span}: " if one.span else ""
    yield f"{place}{one.severity.value}[{one.code}]: {shortened(one.message)}"
    if one.help:
        yield f"  = help: {shortened(one.help)}"
