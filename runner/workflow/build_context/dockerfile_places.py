"""The exact positions of image names in a Dockerfile, so that other names can be substituted.

Instructions are parsed without positions: names are searched in the text, and the result is verified by parsing again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from runner.core.build import Dockerfile, ImageMention
from runner.core.struct import Struct
from runner.workflow.build_context.dockerfile_syntax import frontend


class Mention(Struct):
    """A name in the instruction that begins at a line: as written after a `mark`, and as expanded.

    `name` is None if only the builder can expand it.
    """

    line: int
    mark: str
    raw: str
    name: str | None


def places(text: str, mentions: Sequence[Mention], read: Callable[[str], list[str | None]]) -> tuple[ImageMention, ...]:
    """Return the positions of mentions; empty if one is uncertain. `read` returns all names in a text."""
    named = _found(text, mentions)
    if named is None or not _is_proved(text, named, read):
        return ()
    reader, at = frontend(text)
    return (ImageMention(reader, at, at + len(reader)), *named) if reader else named


def _found(text: str, mentions: Sequence[Mention]) -> tuple[ImageMention, ...] | None:
    """Search each mention after the previous one and above the next one's line, so that no text is read twice."""
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    ends = {one.line: starts[other.line - 1] for one, other in pairwise(mentions) if other.line > one.line}
    found, at = list[ImageMention](), 0
    for mention in mentions:
        at = max(at, starts[mention.line - 1])
        place = _find(text, at, ends.get(mention.line, len(text)), mention)
        if place is None:
            return None
        found.append(place)
        at = place.end
    return tuple(found)


def _find(text: str, start: int, end: int, mention: Mention) -> ImageMention | None:
    raw = re.escape(mention.raw)
    if mention.mark:
        pattern = rf"(?<![\w-]){re.escape(mention.mark)}({raw})(?=[\s,'\"]|$)"
    else:
        pattern = rf"(?<=\s)({raw})(?=\s|$)"
    match = re.compile(pattern).search(text, start, end)
    return ImageMention(mention.name or "", *match.span(1)) if match else None


def _is_proved(text: str, named: tuple[ImageMention, ...], read: Callable[[str], list[str | None]]) -> bool:
    """Return whether substituting a unique name at each position yields exactly these names when parsed."""
    others = tuple(
        ImageMention(f"other.invalid/{number}", place.start, place.end) for number, place in enumerate(named)
    )
    marked = Dockerfile("", text, named=others).with_images({place.image: place.image for place in others})
    return sorted(map(str, read(marked))) == sorted(place.image for place in others)
