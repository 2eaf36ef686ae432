"""A workflow file as plain data with the position of every value; independent of YAML and of the keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from runner.core.sensitive_spot import SensitiveSpot
from runner.core.span import Span
from runner.core.struct import Struct, field, replace
from runner.document.include import Unread
from runner.document.interpolate import Interpolated
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from runner.document.variables import Variable

Path: TypeAlias = tuple[str | int, ...]


class Document(Struct):
    """A parsed workflow: `data` has it typed, interpolated and without the keys that only control parsing.

    A path leads from the root by keys and list indexes. Relative paths in a value are resolved against the folder of
    the value's file: ``Path(document.span_of(path).file).parent``.
    """

    data: Mapping[str, Any]
    root: MappingNode
    filled: Mapping[ScalarNode, Interpolated]
    """The result of interpolation, by scalar."""
    invalid: frozenset[Path]
    """Paths of placeholders for values that were in error: not worth another check."""
    sensitive: frozenset[str]
    """The texts that must not appear in any log, plan, label or message."""
    sensitive_paths: frozenset[Path]
    """Paths of values that contain a sensitive variable."""
    secret_files: frozenset[str]
    """The names of the files that contain a sensitive value literally."""
    sources: Mapping[str, str]
    """The text of each file that excerpts may be shown of."""
    variables: Mapping[str, Variable]
    """Every variable that is declared or used, with its value."""
    declared: frozenset[str] = frozenset()
    """The names of those that are declared."""
    unread: Unread = field(default_factory=Unread)
    """Included files that couldn't be read: what seems to be missing may be declared there."""
    unquoted: frozenset[str] = frozenset()
    """The files of which nothing may be shown."""

    @property
    def sensitive_names(self) -> frozenset[str]:
        """The names of the variables that are declared sensitive."""
        return frozenset(name for name, variable in self.variables.items() if variable.sensitive)

    def with_data(self, more: Mapping[str, Any]) -> Document:
        """Return it with other top-level values, which have no position in the file."""
        return replace(self, data={**self.data, **more}) if more else self

    def declared_values(self) -> dict[str, str | None]:
        """Return the value of each declared variable; None if it has none, or one that is refused."""
        found = {name: self.variables[name] for name in self.declared}
        return {name: None if one.refused else one.value for name, one in found.items()}

    def sensitive_spots(self) -> Iterator[SensitiveSpot]:
        """Yield the spans of sensitive values: of the values themselves, and of the keys around them."""
        for path in self.sensitive_paths:
            texts = frozenset(filter(str(self.textual(path)).__contains__, self.sensitive))
            yield from (SensitiveSpot(span, texts) for span in (self.span_of(path), self.key_span_of(path)))
            around = (path[:end] for end in range(2, len(path)))
            yield from (SensitiveSpot(self.key_span_of(one), texts, is_around=True) for one in around)

    def value(self, path: Path) -> Any:
        """Return the typed data at a path; LookupError when there is none."""
        self._node(path)
        value: Any = self.data
        for step in path:
            value = value[step]
        return value

    def textual(self, path: Path) -> Any:
        """Return the data at a path with every scalar but null as its source text; LookupError when there is none."""
        return self._textual(self._node(path))

    def masked(self, path: Path) -> Any:
        """Return the data at a path as `textual` does, with the values of sensitive variables masked."""
        return self._textual(self._node(path), masked=True)

    def span_of(self, path: Path) -> Span:
        """Return the span of a value, or of its nearest ancestor when the value doesn't exist."""
        return self._nearest(path)[1].span

    def file_of(self, path: Path) -> str:
        """Return the file that a value, or its nearest ancestor, was read from."""
        return self._nearest(path)[1].source.file

    def key_span_of(self, path: Path) -> Span:
        """Return the span of a mapping's key or a list's item, or of the nearest ancestor when it doesn't exist."""
        key, node = self._nearest(path)
        return key.span if key else node.span

    def _node(self, path: Path) -> Node:
        node: Node = self.root
        for step in path:
            if isinstance(node, MappingNode) and isinstance(step, str) and step in node.entries:
                node = node.entries[step].value
            elif isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.items):
                node = node.items[step]
            else:
                raise KeyError(path)
        return node

    def _nearest(self, path: Path) -> tuple[ScalarNode | None, Node]:
        """Return key and value at a path, or at its nearest ancestor when it doesn't exist."""
        found: tuple[ScalarNode | None, Node] = None, self.root
        for step in path:
            entry = _child(found[1], step)
            if entry is None:
                break
            found = entry
        return found

    def _textual(self, node: Node, *, masked: bool = False) -> Any:
        match node:
            case ScalarNode():  # most nodes, so this comes first
                filled = self.filled.get(node)
                if filled is not None:
                    return filled.masked if masked and filled.masked is not None else filled.text
                return None if node.value is None else node.text
            case SequenceNode():
                return [self._textual(item, masked=masked) for item in node.items]
            case MappingNode():
                return {name: self._textual(entry.value, masked=masked) for name, entry in without_extensions(node)}


def without_extensions(node: MappingNode) -> Iterator[tuple[str, Entry]]:
    """Yield a mapping's entries without the `x-*` keys, which the language ignores everywhere."""
    return ((name, entry) for name, entry in node.entries.items() if not name.startswith("x-"))


def _child(node: Node, step: str | int) -> tuple[ScalarNode | None, Node] | None:
    if isinstance(node, MappingNode) and isinstance(step, str):
        entry = node.entries.get(step)
        return (entry.key, entry.value) if entry else None
    if isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.items):
        return None, node.items[step]
    return None
