"""How values and forms are called in messages and in the reference of keys."""

from __future__ import annotations

from runner.compose.table.form import (
    Agents,
    Anything,
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
from runner.core.phrase import shortened
from runner.document.nodes import MappingNode, Node, SequenceNode

_LONGEST = 60


def expected(form: Form) -> str:
    """Complete "expected …".

    >>> expected(Items(item=Hosts())), expected(Pairs(listed=False))
    ('a list', 'a map of texts')
    """
    match form:
        case Scalar(phrase=phrase) | Record(phrase=phrase):
            return phrase
        case Items(everything=short) if short is not None:
            return '"all" or a list'
        case Items(single=True):
            return f"{expected(form.item)} or a list"
        case Items():
            return "a list"
        case Pairs(listed=True) | Hosts() | Agents():
            return "a map, or a list of NAME=VALUE"
        case Pairs():
            return "a map of texts"
        case Command() | Test():
            return "a command line or a list of arguments"
        case Named(listed=True):
            return "a map or a list of names"
        case Named():
            return "a map"
        case Either(scalar=scalar):
            return f"{scalar.phrase}, or a map"
        case Anything():
            return "anything"


def got(node: Node) -> str:
    """Say what stands there instead."""
    if isinstance(node, MappingNode):
        return "a map"
    if isinstance(node, SequenceNode):
        return "a list"
    if node.is_null:
        return "nothing"
    shown = shortened(node.text, _LONGEST)
    if isinstance(node.value, str):
        return f'the text "{shown}"' if type(node.value) is str else f'the date "{shown}"'
    kind = "" if isinstance(node.value, bool) else "the number "
    return f"{kind}{shortened(text(node.value), _LONGEST)}"
