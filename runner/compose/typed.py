"""Values in Compose's types: numbers, sizes and durations of one spelling, maps for lists of NAME=VALUE."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from runner.compose.node_edit import entry, mapping, scalar, sequence, with_value
from runner.compose.phrases import got
from runner.compose.shape import cast
from runner.compose.shell_words import split
from runner.compose.short.errors import ShortFormError
from runner.compose.short.hosts import agents, hosts
from runner.compose.table import COMPOSE
from runner.compose.table.form import (
    Agents,
    Command,
    Either,
    Form,
    Hosts,
    Items,
    Named,
    Pairs,
    Record,
    Scalar,
    Test,
)
from runner.compose.values import text
from runner.core.diagnostic import Diagnostic
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode


def typed(root: MappingNode, found: list[Diagnostic]) -> MappingNode:
    """Return a project, which is in the long forms, with the types of Compose; a value that has none is reported."""
    made = _Typed(found).value(COMPOSE, root)
    assert isinstance(made, MappingNode)
    return made


class _Typed:
    """Each function returns None for a value that says nothing."""

    def __init__(self, found: list[Diagnostic]) -> None:
        self._found = found

    def value(self, form: Form, node: Node) -> Node | None:
        match form, node:
            case Scalar(), ScalarNode():
                return self._scalar(form, node)
            case Either(), ScalarNode():
                return self._scalar(form.scalar, node)
            case Either(), MappingNode():
                return self._record(form.record, node)
            case Record(), MappingNode():
                return self._record(form, node)
            case Named(), MappingNode():
                return self._named(form, node)
            case Items(late=True), ScalarNode(is_null=False):
                return self._items(form, sequence(node, [node]))
            case Items(), SequenceNode():
                return self._items(form, node)
            case Pairs(), (MappingNode() | SequenceNode()):
                return _pairs(form, node)
            case ((Hosts() | Agents()), _):
                return self._read(hosts if isinstance(form, Hosts) else agents, node)
            case ((Command() | Test()), _):
                return self._command(form, node)
        return node

    def _scalar(self, form: Scalar, node: ScalarNode) -> Node | None:
        if node.is_null:
            return None
        try:
            value = form.read(cast(form, node.value))
        except ValueError as error:
            self._report(f"expected {error}, got {got(node)}", node)
            return None
        if not value and not form.kept:
            return None
        return node if value is node.value else scalar(node, value)

    def _record(self, form: Record, node: MappingNode) -> Node | None:
        entries: dict[str, Entry] = {}
        for name, one in node.entries.items():
            row = form.key(name)
            if row is None:
                if name.startswith("x-"):
                    entries[name] = one
                continue
            value = self.value(row.form, one.value)
            if value is not None and not (isinstance(value, ScalarNode) and value.is_null):
                entries[name] = with_value(one, value)
        for row in form.keys:
            if row.zero is not None and row.name not in entries:
                entries[row.name] = entry(node, row.name, scalar(node, row.zero))
        return mapping(node, entries)

    def _named(self, form: Named, node: MappingNode) -> Node | None:
        entries: dict[str, Entry] = {}
        for name, one in node.entries.items():
            value = self.value(form.value, one.value)
            entries[name] = with_value(one, _nothing(form.value, one.value) if value is None else value)
        return mapping(node, entries) if entries else None

    def _items(self, form: Items, node: SequenceNode) -> Node | None:
        made = [(item, self.value(form.item, item)) for item in node.items]
        items = [scalar(item, "") if value is None else value for item, value in made]
        return sequence(node, items) if items else None

    def _command(self, form: Command | Test, node: Node) -> Node | None:
        if isinstance(node, SequenceNode):
            return None if isinstance(form, Test) and not node.items else node
        if not isinstance(node, ScalarNode) or node.is_null:
            return None
        if isinstance(form, Test):
            return sequence(node, [scalar(node, "CMD-SHELL"), node])
        try:
            return sequence(node, [scalar(node, word) for word in split(node.text)])
        except ValueError as error:
            self._report(f"expected {error}", node)
            return None

    def _read(self, read: Callable[[Node], Iterable[Node]], node: Node) -> Node | None:
        try:
            items = tuple(read(node))
        except ShortFormError as error:
            self._report(str(error), error.node or node)
            return None
        return sequence(node, items) if items else None

    def _report(self, message: str, node: Node) -> None:
        self._found.append(Diagnostic("compose-invalid", message, node.span))


def _nothing(form: Form, place: Node) -> Node:
    """Return what stands for the value of a name that has none: a limit of 0 is one in all its parts."""
    if not isinstance(form, Either):
        return scalar(place, None)
    return mapping(place, {key.name: entry(place, key.name, scalar(place, 0)) for key in form.record.keys})


def _pairs(form: Pairs, node: MappingNode | SequenceNode) -> Node | None:
    """Return a map of texts; a name without a value gets what the row says."""
    entries: dict[str, Entry] = {}
    if isinstance(node, MappingNode):
        for name, one in node.entries.items():
            if isinstance(one.value, ScalarNode):
                entries[name] = with_value(one, _pair(form, one.value, None if one.value.is_null else one.value.value))
    else:
        for item in node.items:
            if isinstance(item, ScalarNode):
                name, equals, value = item.text.partition("=")
                entries[name] = entry(item, name, _pair(form, item, value if equals else None))
    return mapping(node, entries) if entries else None


def _pair(form: Pairs, place: ScalarNode, value: object) -> ScalarNode:
    if value is None:
        return scalar(place, form.empty)
    written = text(value)  # type: ignore[arg-type] # a scalar's value
    return place if written is place.value else scalar(place, written)
