"""Markdown in which foreign texts stay texts: they are only ever quoted as code, inline or in a fenced block."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from runner.core.lazy_pattern import lazy_pattern
from runner.core.sanitize import on_one_line
from runner.views.text_width import cut

MOST_CHARACTERS: Final = 50_000
"""Of a plan: GitHub takes comments of 65,536 characters, and the result of a run is in the same one."""

_HARMLESS: Final = lazy_pattern(r"[A-Za-z0-9\x80-\U0010ffff][A-Za-z0-9 ./:@=,+_\[\]()\x80-\U0010ffff-]*(?<! )")
_SPECIAL: Final = lazy_pattern(r"[!-/:-@\[-`{-~]")
_SPECIAL_IN_HTML: Final = lazy_pattern("[&<>\"'`@]")
_FENCES: Final = lazy_pattern(r"`{3,}")
_MOST_OF_A_NAME: Final = 100
_MOST_OF_A_LINE: Final = 320


def code(text: str) -> str:
    """Quote a text inline, so that nothing in it is Markdown, HTML, the end of a cell, or somebody's name.

    >>> code("job.web[2]"), code("a`|<b>")
    ('`job.web[2]`', '<code>a&#96;&#124;&#60;b&#62;</code>')
    """
    text = cut(on_one_line(text), _MOST_OF_A_NAME)
    is_harmless = _HARMLESS.fullmatch(text) is not None
    return f"`{text}`" if is_harmless else f"<code>{_as_references(_SPECIAL, text)}</code>"


def html_code(text: str) -> str:
    """Quote a text where no Markdown is read, such as in a summary."""
    return f"<code>{_as_references(_SPECIAL_IN_HTML, cut(on_one_line(text), _MOST_OF_A_NAME))}</code>"


def _as_references(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: f"&#{ord(found[0])};", text)


def fenced(lines: Iterable[str], language: str = "") -> Iterator[str]:
    """Yield lines as a block of code, with a fence that is longer than any in them.

    >>> list(fenced(["a", "```", "b"], "diff"))
    ['````diff', 'a', '```', 'b', '````']
    """
    shown = [cut(on_one_line(line), _MOST_OF_A_LINE).rstrip() for line in lines]
    longest = max((len(run) for line in shown for run in _FENCES.findall(line)), default=2)
    fence = "`" * (longest + 1)
    yield f"{fence}{language}"
    yield from shown
    yield fence


def folded(summary: str, block: Iterable[str]) -> Iterator[str]:
    """Yield a block that is shown when its summary, which is HTML, is clicked."""
    yield f"<details><summary>{summary}</summary>"
    yield ""
    yield from block
    yield ""
    yield "</details>"


def table_row(*cells: str) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(cells)} |"
