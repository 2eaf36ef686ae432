"""A parsed file as a tree whose every node knows its place; knows neither YAML's grammar nor what the values mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from runner.core.span import Span
from runner.document.core_schema import Plain
from runner.document.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class ScalarNode:
    """A single value: its text after unquoting and unfolding, and what that means by the core schema.

    `plain` is true without quotes or block indicator; `tagged` when a tag decided the type.
    A `invalid` one stands where something was wrong, reported already.
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


@dataclass(frozen=True, slots=True, eq=False)
class SequenceNode:
    """A list; `size` counts all nodes in it with aliases written out, `depth` the collections below and with it."""

    source: Source
    start: int
    end: int
    items: tuple[Node, ...]
    size: int
    depth: int

    @property
    def span(self) -> Span:
        return self.source.span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Entry:
    """A mapping's key and value, both with their places."""

    key: ScalarNode
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class MappingNode:
    """A map from the keys' source text, merge keys resolved; `size` and `depth` as in SequenceNode."""

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
