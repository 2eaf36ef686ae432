"""The comments of Compose files, given to what is written in place of what they stood at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from runner.app.convert.originals import Comment, Place
from runner.core.span import Span
from runner.core.struct import replace
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode
from runner.document.yaml_writer import Item


class Comments:
    """Comments by the places of keys and items that are written; each is given away once."""

    def __init__(self, comments: Iterable[Comment], root: Node) -> None:
        """Move each comment to the next place that is written, if its own isn't."""
        self._above: dict[Place, list[str]] = {}
        self._beside: dict[Place, str] = {}
        self._below: dict[Place, list[str]] = {}
        self.tail: list[str] = []
        """What stands behind everything that is written."""
        self._written: dict[str, list[int]] = {}
        self._lines: dict[str, list[tuple[int, int]]] = {}
        """Of each file where something begins that is written, by line and column."""
        self._columns: dict[Place, int] = {}
        for file, nodes in _places(root).items():
            starts = {at: nodes[at].span.start for at in sorted(nodes)}
            self._written[file] = list(starts)
            self._lines[file] = [(start.line, start.column) for start in starts.values()]
            self._columns |= {(file, at): start.column for at, start in starts.items()}
        for comment in comments:
            self._settle(comment)

    def _settle(self, comment: Comment) -> None:
        file, at = comment.place
        places = self._written.get(file, ())
        index = bisect_left(places, at)
        is_there = index < len(places) and places[index] == at
        if is_there and comment.is_beside:
            self._beside[comment.place] = comment.lines[0]
        elif index < len(places) and not comment.is_beside and self._columns[file, places[index]] >= comment.column:
            self._above.setdefault((file, places[index]), []).extend(comment.lines)
        else:
            self._put_below(file, index, comment.column, comment.lines)

    def _put_below(self, file: str, index: int, column: int, lines: Sequence[str]) -> None:
        """Put lines below the last thing before a place that is not further inside; in the end if there is none."""
        outside = (at for at in reversed(self._written.get(file, [])[:index]) if self._columns[file, at] <= column)
        place = next(outside, None)
        self.tail.extend(lines) if place is None else self._below.setdefault((file, place), []).extend(lines)

    def add(self, span: Span, line: str) -> None:
        """Add a line below what is written before a position, and not further inside."""
        index = bisect_right(self._lines.get(span.file, ()), (span.start.line, span.start.column))
        self._put_below(span.file, index, span.start.column, (line,))

    def take(self, place: Node, item: Item) -> Item:
        """Return what is written at a place with the comments of that place."""
        key = place.source.file, place.start
        above, below = (_trimmed(lines.pop(key, [])) for lines in (self._above, self._below))
        beside = self._beside.pop(key, "") or item.beside
        return replace(item, above=(*above, *item.above), beside=beside, below=(*item.below, *below))


def _trimmed(lines: Sequence[str]) -> Sequence[str]:
    """Return lines without empty ones at the beginning and the end."""
    filled = [at for at, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else ()


def _places(root: Node) -> dict[str, dict[int, Node]]:
    """Return every key and item that is written, by its file and offset."""
    found: dict[str, dict[int, Node]] = {}
    for node in _written(root):
        found.setdefault(node.source.file, {}).setdefault(node.start, node)
    return found


def _written(node: Node) -> Iterator[Node]:
    match node:
        case MappingNode():
            for entry in node.entries.values():
                yield entry.key
                yield from _written(entry.value)
        case SequenceNode():
            for item in node.items:
                yield item
                yield from _written(item)
        case ScalarNode():
            return
