"""The pages for people as tests see them: fenced blocks with their info strings, links and anchors."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^(?P<fence>`{3,})(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_ANCHOR = re.compile(r'<a (?:id|name)="([^"]+)"')
_LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")
_ATTRIBUTE = re.compile(r'\b(?:src|srcset|href)="(?!https?://|mailto:)([^"\s]+)"')


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its first word is the language, the others of its info string are `NAME=VALUE`."""

    page: Path
    line: int
    language: str
    text: str
    start: int
    """Where `text` begins in the page."""
    given: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it stands, as an editor takes it."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    text = page.read_text("utf-8")
    return [_block(page, text, found) for found in _FENCE.finditer(text)]


def _block(page: Path, text: str, found: re.Match[str]) -> Block:
    language, *words = shlex.split(found["info"]) or [""]
    given = dict(word.split("=", 1) for word in words)
    return Block(page, text.count("\n", 0, found.start()) + 1, language, found["text"], found.start("text"), given)


def links(page: Path) -> list[str]:
    """Return what a page links to, other sites left out: PATH, PATH#ANCHOR or #ANCHOR."""
    prose = _FENCE.sub("", page.read_text("utf-8"))
    return _LINK.findall(prose) + [target for word in _ATTRIBUTE.findall(prose) for target in [word.split()[0]]]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page, headings by GitHub's rules."""
    prose = _FENCE.sub("", page.read_text("utf-8"))
    names: set[str] = set(_ANCHOR.findall(prose))
    for heading in _HEADING.findall(prose):
        name, number = _slug(heading), 0
        while (numbered := f"{name}-{number}" if number else name) in names:
            number += 1
        names.add(numbered)
    return names


def _slug(heading: str) -> str:
    """Return the anchor of a heading.

    >>> _slug("`plan -o markdown`, and *more*"), _slug("See [docs](x.md)")
    ('plan--o-markdown-and-more', 'see-docs')
    """
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", words.replace("*", "").lower()).replace(" ", "-")
