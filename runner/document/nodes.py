"""A parsed file as a tree of nodes with spans; independent of YAML's grammar and of the meaning of values.

A node never leads back to itself, so that the search for cyclic garbage can leave all of them out (`gc=False`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeAlias

from runner.core.span import Span
from runner.core.struct import Struct
from runner.document.core_schema import Plain
from runner.document.source import Source


class ScalarNode(Struct, eq=False, gc=False):
    """A single value: its text after unquoting and unfolding, and its value by the core schema.

    `plain` is true without quotes or block indicator; `tagged` when a tag determined the type. An `invalid` scalar
    stands in for an erroneous value, which has been reported.
    """

    size: ClassVar[int] = 1
    depth: ClassVar[int] = 0

    source: Source
    start: int
    end: int
    text: str
    value: Plain
    plain: bool = True
    tagged: bool = False
    invalid: bool = False

    @property
    def span(self) -> Span:
        return self.source.span(self.start, self.end)

    @property
    def is_null(self) -> bool:
        return self.value is None


class SequenceNode(Struct, eq=False, gc=False):
    """A list; `size` counts all nodes in it with aliases expanded, `depth` the nested collections including itself."""

    source: Source
    start: int
    end: int
    items: tuple[Node, ...]
    size: int
    depth: int

    @property
    def span(self) -> Span:
        return self.source.span(self.start, self.end)


class Entry(Struct, gc=False):
    """A mapping's key and value, both with their spans."""

    key: ScalarNode
    value: Node


class MappingNode(Struct, eq=False, gc=False):
    """A mapping by the keys' source text, merge keys resolved; `size` and `depth` as in SequenceNode."""

    source: Source
    start: int
    end: int
    entries: Mapping[str, Entry]
    size: int
    depth: int

    @property
    def span(self) -> Span:
        return self.source.span(self.start, self.end)


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode
