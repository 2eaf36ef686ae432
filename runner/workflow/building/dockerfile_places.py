"""Where a Dockerfile names images, to the character, so that others can be put in their place.

Instructions come without their places: they are searched for in the text, and the find is proved by reading it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from runner.core.build import Dockerfile, Named
from runner.workflow.building.dockerfile_syntax import frontend


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the instruction that begins at a line: as it is written after a `mark`, and what it comes to.

    None for `name` when only the builder can tell.
    """

    line: int
    mark: str
    raw: str
    name: str | None


def places(text: str, mentions: Sequence[Mention], read: Callable[[str], list[str | None]]) -> tuple[Named, ...]:
    """Find where mentions stand; nothing when one can't be found for sure. `read` returns all names of a text."""
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    found = [_find(text, starts[mention.line - 1], mention) for mention in mentions]
    named = tuple(sorted((place for place in found if place), key=lambda place: place.start))
    if len({place.start for place in named}) < len(mentions) or not _is_proved(text, named, read):
        return ()
    reader, at = frontend(text)
    return (Named(reader, at, at + len(reader)), *named) if reader else named


def _find(text: str, start: int, mention: Mention) -> Named | None:
    raw = re.escape(mention.raw)
    if mention.mark:
        pattern = rf"(?<![\w-]){re.escape(mention.mark)}({raw})(?=[\s,'\"]|$)"
    else:
        pattern = rf"(?<=\s)({raw})(?=\s|$)"
    match = re.compile(pattern).search(text, start)
    return Named(mention.name or "", *match.span(1)) if match else None


def _is_proved(text: str, named: tuple[Named, ...], read: Callable[[str], list[str | None]]) -> bool:
    """Tell whether a text with other names in these places, each its own, is one of exactly those names."""
    others = tuple(Named(f"other.invalid/{number}", place.start, place.end) for number, place in enumerate(named))
    marked = Dockerfile("", text, named=others).with_images({place.image: place.image for place in others})
    return sorted(map(str, read(marked))) == sorted(place.image for place in others)
