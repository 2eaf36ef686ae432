"""Short forms into long ones: after this, a value has one form only, whatever was written. Values keep their places."""

from __future__ import annotations

from collections.abc import Iterable

from runner.compose.node_edit import mapping, scalar, sequence, with_value
from runner.compose.short.errors import ShortFormError
from runner.compose.table import COMPOSE
from runner.compose.table.form import Agents, Complete, Either, Form, Items, Named, Pairs, Record
from runner.core.diagnostic import Diagnostic
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode


def canonical(root: MappingNode, found: list[Diagnostic]) -> MappingNode:
    """Return a file in the long forms; lists of NAME=VALUE stay what they are."""
    return _Long(found).map(COMPOSE, root)


def with_defaults(root: MappingNode, found: list[Diagnostic]) -> MappingNode:
    """Return a project, merged of all files, with what the table says of values that were left out."""
    return _Defaults(found).map(COMPOSE, root)


class _Walk:
    """Changes values by their form, from the outside inwards."""

    def __init__(self, found: list[Diagnostic]) -> None:
        self._found = found

    def map(self, form: Form | None, node: MappingNode) -> MappingNode:
        changed: dict[str, Entry] = {}
        for name, one in node.entries.items():
            row = form.key(name) if isinstance(form, Record) else None
            inner = form.value if isinstance(form, Named) else row.form if row else None
            value = one.value if inner is None else self.value(inner, one.value)
            if value is not one.value:
                changed[name] = with_value(one, value)
        node = mapping(node, {**node.entries, **changed}) if changed else node
        return self._finished(form, node) if isinstance(form, Record) else node

    def value(self, form: Form, node: Node) -> Node:
        if isinstance(form, Either):
            form = form.record
        if isinstance(node, MappingNode) and isinstance(form, Record | Named):
            return self.map(form, node)
        if isinstance(node, SequenceNode) and isinstance(form, Items):
            items = [inner for item in node.items for inner in self.items(form, item)]
            same = len(items) == len(node.items) and all(a is b for a, b in zip(items, node.items, strict=True))
            return node if same else sequence(node, items)
        return node

    def items(self, form: Items, node: Node) -> Iterable[Node]:
        return (self.value(form.item, node),)

    def _finished(self, form: Record, node: MappingNode) -> MappingNode:
        raise NotImplementedError

    def _applied(self, change: Complete | None, node: MappingNode) -> MappingNode:
        try:
            return change(node) if change else node
        except ShortFormError as error:
            self._refuse(error, node)
            return node

    def _refuse(self, error: ShortFormError, node: Node) -> None:
        self._found.append(Diagnostic("compose-invalid", str(error), (error.node or node).span))


class _Long(_Walk):
    def value(self, form: Form, node: Node) -> Node:
        match form, node:
            case Record(short=short), ScalarNode(value=str()) if short is not None:
                node = self._expanded(form, node)[0]
            case Items(everything=short), ScalarNode(value="all") if short is not None:
                node = sequence(node, short(node))
            case Items(single=True, late=False), ScalarNode(is_null=False):
                node = sequence(node, [node])
            case Named(listed=True, value=Record() as record), SequenceNode():
                node = _named(record, node)
            case ((Pairs(needs_value=True) | Agents()), SequenceNode()):
                return self._pairs(form, node)
        return super().value(form, node)

    def items(self, form: Items, node: Node) -> Iterable[Node]:
        if form.drops_empty and _is_empty(node):
            return ()
        if form.short is None:
            return super().items(form, node)
        try:
            return [self.value(form.item, one) for one in form.short(node)]
        except ShortFormError as error:
            self._refuse(error, node)
            return ()

    def _expanded(self, form: Record, node: ScalarNode) -> tuple[Node, ...]:
        assert form.short is not None
        try:
            return form.short(node)
        except ShortFormError as error:
            self._refuse(error, node)
            return (node,)

    def _pairs(self, form: Form, node: SequenceNode) -> Node:
        entries: dict[str, Entry] = {}
        for item in node.items:
            name, equals, value = item.text.partition("=") if isinstance(item, ScalarNode) else ("", "", "")
            if not equals and not (isinstance(form, Agents) and name == "default"):
                self._refuse(ShortFormError(f'"{name}" has no value'), item)
                continue
            entries[name] = Entry(scalar(item, name), scalar(item, value if equals else None))
        return mapping(node, entries)

    def _finished(self, form: Record, node: MappingNode) -> MappingNode:
        return self._applied(form.complete, node)


class _Defaults(_Walk):
    def _finished(self, form: Record, node: MappingNode) -> MappingNode:
        return self._applied(form.default, node)


def _is_empty(node: Node) -> bool:
    """Tell whether an item says nothing."""
    return isinstance(node, ScalarNode) and node.text == ""


def _named(record: Record, node: SequenceNode) -> MappingNode:
    """Return a map of the names in a list, each with nothing, or with what is implied."""
    names = [item for item in node.items if isinstance(item, ScalarNode)]
    entries = {item.text: Entry(item, scalar(item, None) if record.nullable else mapping(item, {})) for item in names}
    return mapping(node, entries)
