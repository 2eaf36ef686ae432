"""The comments of Compose files, given to what is written in place of what they stood at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from runner.app.convert.originals import Comment, Place
from runner.core.struct import replace
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode
from runner.document.yaml_writer import Item


class Comments:
    """Comments by the places of keys and items that are written; each is given away once."""

    def __init__(self, comments: Iterable[Comment], root: Node) -> None:
        """Move each comment to the next place that is written, if its own isn't."""
        self._above: dict[Place, list[str]] = {}
        self._beside: dict[Place, str] = {}
        self.tail: list[str] = []
        """What stands behind everything that is written."""
        self._written = _places(root)
        for comment in comments:
            self._settle(comment)

    def _settle(self, comment: Comment) -> None:
        file, at = comment.place
        places = self._written.get(file, ())
        index = bisect_left(places, at)
        if index == len(places):
            self.tail += comment.lines
        elif comment.is_beside and places[index] == at and comment.place not in self._beside:
            self._beside[comment.place] = comment.lines[0]
        else:
            self._above.setdefault((file, places[index]), []).extend(comment.lines)

    def add(self, file: str, at: int, line: str) -> None:
        """Add a line above what is written nearest before an offset; in the end if there is nothing."""
        places = self._written.get(file, ())
        index = bisect_right(places, at) - 1
        if index < 0:
            self.tail.append(line)
        else:
            self._above.setdefault((file, places[index]), []).append(line)

    def take(self, place: Node, item: Item) -> Item:
        """Return what is written at a place with the comments of that place."""
        key = place.source.file, place.start
        above, beside = self._above.pop(key, []), self._beside.pop(key, "")
        return replace(item, above=(*_trimmed(above), *item.above), beside=beside or item.beside)


def _trimmed(lines: Sequence[str]) -> Sequence[str]:
    """Return lines without empty ones at the beginning and the end."""
    filled = [at for at, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else ()


def _places(root: Node) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    _collect(root, found)
    return {file: sorted(places) for file, places in found.items()}


def _collect(node: Node, found: dict[str, set[int]]) -> None:
    match node:
        case MappingNode():
            for entry in node.entries.values():
                found.setdefault(entry.key.source.file, set()).add(entry.key.start)
                _collect(entry.value, found)
        case SequenceNode():
            for item in node.items:
                found.setdefault(item.source.file, set()).add(item.start)
                _collect(item, found)
        case ScalarNode():
            return
