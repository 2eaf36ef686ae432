"""What stands in Compose files themselves, by its place: texts before variables were filled in, and comments."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from runner.compose.reset import OVERRIDE, RESET
from runner.compose.yaml_scalars import typed
from runner.core.struct import MutableStruct, Struct, field
from runner.document.node_composer import Dialect, compose_stream
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode
from runner.document.source import Source

_DIALECT: Final = Dialect(typed, frozenset({RESET, OVERRIDE}), is_stream=True)

Place = tuple[str, int]
"""A file, and an offset in it."""


class Comment(Struct):
    """A comment and the place that it stands before, or beside."""

    place: Place
    lines: tuple[str, ...]
    column: int
    """From 1: where it begins; if it is beside something, where that does."""
    is_beside: bool = False


class Originals(MutableStruct):
    """The files of a project as they are written; each is parsed once."""

    _scalars: dict[str, Mapping[tuple[int, int], str]] = field(default_factory=dict)
    _sources: dict[str, Source] = field(default_factory=dict)
    _roots: dict[str, Sequence[Node]] = field(default_factory=dict)

    def text_at(self, node: Node) -> str | None:
        """Return the single value that is written at the place of a node, as it is without quotes; None for others."""
        file = node.source.file
        if file not in self._scalars:
            roots = self._parsed(node.source)
            self._scalars[file] = {(one.start, one.end): one.text for root in roots for one in _scalars(root)}
        return self._scalars[file].get((node.start, node.end))

    def comments(self, source: Source) -> Iterator[Comment]:
        """Yield the comments of a file, each with what it belongs to: a key or item on its line, else the next one."""
        roots = self._parsed(source)
        starts = sorted({at for root in roots for at in _starts(root)})
        inside = [(one.start, one.end) for root in roots for one in _scalars(root)]
        block: list[str] = []
        column = offset = 0
        for line in source.text.splitlines(keepends=True):
            stripped = line.strip()
            first = offset + len(line) - len(line.lstrip())
            if stripped.startswith("#") and not _is_inside(first, inside):
                column = column if block else first - offset + 1
                block.append(stripped)
            elif stripped:
                near = bisect_left(starts, offset)
                key = starts[near] if near < len(starts) and starts[near] < offset + len(line) else None
                if block:
                    yield Comment((source.file, offset if key is None else key), tuple(block), column)
                    block = []
                if key is not None and (beside := _beside(line, offset, inside)):
                    yield Comment((source.file, key), (beside,), key - offset + 1, is_beside=True)
            elif block:
                block.append("")
            offset += len(line)
        if any(block):
            yield Comment((source.file, offset), tuple(block), column)

    def _parsed(self, source: Source) -> Sequence[Node]:
        if source.file not in self._roots:
            self._roots[source.file] = compose_stream(source, [], _DIALECT).roots
        return self._roots[source.file]


def _scalars(node: Node) -> Iterator[ScalarNode]:
    match node:
        case ScalarNode():
            yield node
        case SequenceNode():
            for item in node.items:
                yield from _scalars(item)
        case MappingNode():
            for entry in node.entries.values():
                yield from _scalars(entry.value)


def _starts(node: Node) -> Iterator[int]:
    """Yield where each key and each item begins."""
    match node:
        case SequenceNode():
            for item in node.items:
                yield item.start
                yield from _starts(item)
        case MappingNode():
            for entry in node.entries.values():
                yield entry.key.start
                yield from _starts(entry.value)
        case ScalarNode():
            return


def _is_inside(at: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(start < at < end for start, end in ranges)


def _beside(line: str, offset: int, inside: list[tuple[int, int]]) -> str:
    """Return the comment at the end of a line; "" if there is none."""
    at = line.find(" #")
    while at >= 0:
        if not _is_inside(offset + at + 1, inside):
            return line[at + 1 :].strip()
        at = line.find(" #", at + 1)
    return ""
