"""Whether a file has the shape that the table tells: keys that exist, and values of their types; all errors at once."""

from __future__ import annotations

from runner.compose import values
from runner.compose.phrases import expected, got
from runner.compose.table import COMPOSE
from runner.compose.table.form import (
    Agents,
    Cast,
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
    Type,
)
from runner.core.diagnostic import Diagnostic, Related, did_you_mean
from runner.core.lazy_pattern import lazy_pattern
from runner.document.core_schema import Plain
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode

_TEXT = Scalar(phrase="a text", types=(Type.TEXT,), read=values.text)
_QUOTABLE = (values.text, values.size)
"""What makes sense of a number that is written as a text."""
_FEW = 10
"""So many keys, at the most, are listed in help."""
_NUMBER_OR_TEXT = (Type.TEXT, Type.NUMBER)


def check_shape(root: MappingNode, found: list[Diagnostic]) -> None:
    """Report what has another shape than the table tells, in the forms as they are written."""
    _Shape(found).value(COMPOSE, root)


def cast(form: Scalar, value: Plain) -> Plain:
    """Turn a text into the type that its row is cast to; ValueError if it isn't one.

    >>> number = Scalar(phrase="a number", types=(Type.NUMBER,), read=values.integer, cast=Cast.INTEGER)
    >>> cast(number, "12"), cast(number, None), cast(number, 1.5)
    (12, None, 1.5)
    """
    if not isinstance(value, str) or form.cast is None:
        return value
    if form.cast is Cast.BOOLEAN:
        return values.flag(value)
    return values.integer(value) if form.cast is Cast.INTEGER else values.real(value)


class _Shape:
    def __init__(self, found: list[Diagnostic]) -> None:
        self._found = found

    def value(self, form: Form, node: Node) -> None:
        match form:
            case Scalar():
                self._scalar(form, node)
            case Record():
                self._record(form, node)
            case Items():
                self._items(form, node)
            case Named():
                self._named(form, node)
            case Pairs():
                self._pairs(form, node)
            case Hosts() | Agents():
                self._hosts(form, node)
            case Command() | Test():
                self._command(form, node)
            case Either():
                self._either(form, node)

    def _scalar(self, form: Scalar, node: Node) -> None:
        if not isinstance(node, ScalarNode):
            self._refuse(form, node)
            return
        try:
            value = cast(form, node.value)
        except ValueError:
            self._refuse(form, node)
            return
        if not _is_of(form.types, value) or not _is_allowed(form, value):
            self._refuse(form, node, _scalar_help(form, node, value))

    def _record(self, form: Record, node: Node) -> None:
        if isinstance(node, ScalarNode) and (
            (node.is_null and form.nullable) or (form.short is not None and isinstance(node.value, str))
        ):
            return
        if not isinstance(node, MappingNode):
            self._refuse(form, node)
            return
        for name, one in node.entries.items():
            row = form.key(name)
            if row is not None:
                self.value(row.form, one.value)
            elif form.closed and not (form.extensions and name.startswith("x-")):
                self._report(f'unknown key "{name}"', one.key, _known_keys(form, name))
        for key in form.keys:
            if key.required and key.name not in node.entries:
                self._report(f'"{key.name}" is missing', node)

    def _items(self, form: Items, node: Node) -> None:
        if form.single and isinstance(node, ScalarNode) and not isinstance(form.item, Record):
            self.value(form.item, node)
            return
        if form.single and isinstance(node, ScalarNode) and isinstance(node.value, str):
            return
        if form.everything is not None and isinstance(node, ScalarNode) and node.value == "all":
            return
        if not isinstance(node, SequenceNode):
            self._refuse(form, node)
            return
        for item in node.items:
            if form.short is not None and isinstance(item, ScalarNode) and _is_of(_NUMBER_OR_TEXT, item.value):
                continue
            self.value(form.item, item)
        if form.distinct:
            self._distinct(node)

    def _distinct(self, node: SequenceNode) -> None:
        """Report an item that is there twice; the same number is the same however it is written."""
        first: dict[object, Node] = {}
        for item in node.items:
            key = _comparable(item)
            if key in first:
                self._report(f"{got(item)} is there twice", item, related=(Related("first", first[key].span),))
            first.setdefault(key, item)

    def _named(self, form: Named, node: Node) -> None:
        if form.listed and isinstance(node, SequenceNode):
            self._items(Items(item=_TEXT), node)
            return
        if not isinstance(node, MappingNode):
            self._refuse(form, node)
            return
        pattern = lazy_pattern(form.pattern)
        for name, one in node.entries.items():
            if not form.strict or pattern.fullmatch(name):
                self.value(form.value, one.value)
            else:
                self._report(f'"{name}" is not a name', one.key, "names consist of letters, digits, dots, _ and -")

    def _pairs(self, form: Pairs, node: Node) -> None:
        if form.listed and isinstance(node, SequenceNode):
            self._items(Items(item=_TEXT), node)
            return
        if not isinstance(node, MappingNode):
            self._refuse(form, node)
            return
        for name, one in node.entries.items():
            value = one.value
            if not name:
                self._report("a name is missing", one.key)
            elif not isinstance(value, ScalarNode) or not _is_of(form.types, value.value):
                self._report(f"expected {' or '.join(kind.value for kind in form.types)}, got {got(value)}", value)

    def _hosts(self, form: Hosts | Agents, node: Node) -> None:
        if isinstance(node, SequenceNode):
            self._items(Items(item=_TEXT), node)
            return
        if isinstance(form, Agents) or not isinstance(node, MappingNode):
            self._pairs(Pairs(), node)
            return
        for one in node.entries.values():
            self._items(Items(item=_TEXT, single=True, distinct=False), one.value)

    def _command(self, form: Command | Test, node: Node) -> None:
        if isinstance(node, ScalarNode) and node.is_null and isinstance(form, Command):
            return
        self._items(Items(item=_TEXT, single=True, distinct=False), node)

    def _either(self, form: Either, node: Node) -> None:
        if isinstance(node, MappingNode):
            self._record(form.record, node)
            return
        if not isinstance(node, ScalarNode):
            self._refuse(form, node)
            return
        self._scalar(form.scalar, node)

    def _refuse(self, form: Form, node: Node, help: str | None = None) -> None:
        if not (isinstance(node, ScalarNode) and node.invalid):
            self._report(f"expected {expected(form)}, got {got(node)}", node, help)

    def _report(self, message: str, node: Node, help: str | None = None, related: tuple[Related, ...] = ()) -> None:
        self._found.append(Diagnostic("compose-invalid", message, node.span, help, related))


def _known_keys(form: Record, name: str) -> str | None:
    """Return the key that was meant, else all of them if they are few."""
    known = [key.name for key in form.keys]
    return did_you_mean(name, known) or (f"known keys: {', '.join(known)}" if len(known) <= _FEW else None)


def _scalar_help(form: Scalar, node: ScalarNode, value: Plain) -> str | None:
    """Say what was meant, or how to make a text of a number."""
    if form.choices:
        return did_you_mean(node.text, form.choices)
    is_text = form.read in _QUOTABLE and Type.TEXT in form.types
    return "put it in quotes" if is_text and isinstance(value, int | float) else None


def _is_of(types: tuple[Type, ...], value: Plain) -> bool:
    if value is None:
        return Type.NULL in types
    if isinstance(value, bool):
        return Type.BOOLEAN in types
    if isinstance(value, str):
        return Type.TEXT in types and type(value) is str
    if Type.NUMBER in types:
        return True
    return Type.INTEGER in types and float(value).is_integer()


def _is_allowed(form: Scalar, value: Plain) -> bool:
    if form.choices and value not in form.choices:
        return False
    if form.pattern is not None and isinstance(value, str) and not lazy_pattern(form.pattern).search(value):
        return False
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return (form.least is None or value >= form.least) and (form.most is None or value <= form.most)


def _comparable(node: Node) -> object:
    if isinstance(node, ScalarNode):
        return type(node.value) is bool, node.value
    if isinstance(node, SequenceNode):
        return tuple(map(_comparable, node.items))
    return frozenset((name, _comparable(one.value)) for name, one in node.entries.items())
