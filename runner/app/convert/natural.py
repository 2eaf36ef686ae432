"""Values of a workflow as people write them: with their variables, in short forms, with relative paths."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from enum import IntEnum
from functools import partial
from typing import Final, TypeAlias

from runner.app.convert.comments import Comments
from runner.app.convert.originals import Originals
from runner.app.convert.short_forms import short_form
from runner.app.convert.templates import as_template, escaped, has_references
from runner.compose.node_edit import child
from runner.core.struct import Struct, field
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from runner.document.yaml_writer import Item, List, Map, Scalar, Written, text_scalar

_SIZES: Final = frozenset(("shm_size", "memory", "memory_reservation", "memory_swap", "size"))
"""Keys whose value has a unit in the file, and is a number of bytes in the model."""
_PATHS: Final = frozenset(("context", "source", "file", "build"))
"""Keys whose value may be a path."""
_LINES: Final = frozenset(("command", "entrypoint", "test", "cap_add", "cap_drop", "dns", "networks", "group_add"))
"""Lists that are written on one line."""
_SHORT_ITEMS: Final = frozenset(("ports", "devices"))
"""Lists whose items have short forms that are the same in both languages."""
_LONG_ITEMS: Final = frozenset(("ports", "volumes", "secrets", "configs", "devices", "gpus"))
"""Lists that are not made of a single value."""
_GRANTS: Final = ("secrets", "configs")
_OF_DESKTOPS: Final = ("cached", "delegated", "consistent")
"""Modes of mounts that have no effect anywhere but on desktops of old, and are dropped."""


class Style(IntEnum):
    """How a value is written, the most readable first; each is tried if what the former ones say isn't the same."""

    AS_WRITTEN = 0
    """As in the Compose file: with variables, and in the form that was chosen there."""
    SHORT = 1
    """With variables filled in, in short forms."""
    EXACT = 2
    """Every detail by name."""


StyleOf: TypeAlias = Callable[[str], Style]
"""The style of what has a name in a value; of the value itself by the name ""."""


class Values(Struct):
    """What writes the values of one workflow."""

    originals: Originals
    comments: Comments
    project: str
    """The project's folder, absolute."""
    folder: str
    """The folder of the file that is written, absolute."""
    filled_in: list[Node] = field(default_factory=list)
    """What is written with values in place of variables."""

    def item(self, place: Node, node: Node, key: str, styles: StyleOf, within: str = "") -> Item:
        """Return a value with the comments at its place; `within` is the key of the list or map that it is in."""
        return self.comments.take(place, Item(self.written(node, key, styles, within, place)))

    def written(self, node: Node, key: str, styles: StyleOf, within: str = "", place: Node | None = None) -> Written:
        """Return a value in its style; `place` is that of its key."""
        style = styles("")
        if style is Style.AS_WRITTEN and (original := self._original(node, key, within, place)) is not None:
            return text_scalar(original)
        if style is not Style.AS_WRITTEN and has_references(self.originals.text_at(node) or ""):
            self.filled_in.append(node)
        if isinstance(node, ScalarNode):
            return self._scalar(node, key, style)
        if style is not Style.EXACT and (short := short_form(node, key, within)) is not None:
            return self._short(short, "context" if key == "build" else key, styles)
        return self._list(node, key, styles) if isinstance(node, SequenceNode) else self._map(node, key, styles)

    def _original(self, node: Node, key: str, within: str, place: Node | None) -> str | None:
        """Return what is written in the file, if that is shorter, or has variables; None if it isn't a single value."""
        text = self.originals.text_at(node)
        if text is None or text == "":
            return None
        if isinstance(node, MappingNode):
            return _short_item(text, node, within)
        if isinstance(node, SequenceNode):
            return None if key in _LONG_ITEMS else as_template(text)
        if not has_references(text):
            return text if key in _SIZES else None
        if place is not None and node is not place and place.start == node.start:  # an item of a list became a map
            sign = ":" if within == "extra_hosts" and "=" not in text else "="
            text = text.partition(sign)[2].strip()
        return as_template(text)

    def _scalar(self, node: ScalarNode, key: str, style: Style) -> Scalar:
        if not isinstance(node.value, str):
            return Scalar(node.value, node.text)
        text = self._relative(node.text) if key in _PATHS and style is not Style.EXACT else node.text
        return text_scalar(escaped(text))

    def _relative(self, text: str) -> str:
        """Return an absolute path in or near the project's folder as one from the folder of the file."""
        if not text.startswith("/"):
            return text
        near = os.path.relpath(text, self.folder)
        if os.path.commonpath((text, self.project)) == self.project:
            return near if near.split("/")[0] in (".", "..") else f"./{near}"
        is_close = near.startswith("../") and not near.startswith("../../../")
        return near if is_close else text

    def _short(self, short: Node | str, key: str, styles: StyleOf) -> Written:
        if isinstance(short, str):
            return text_scalar(escaped(self._short_mount(short)))
        return self._list(short, key, styles) if isinstance(short, SequenceNode) else self.written(short, key, styles)

    def _short_mount(self, text: str) -> str:
        source, colon, rest = text.partition(":")
        return f"{self._relative(source)}{colon}{rest}" if colon else text

    def _list(self, node: SequenceNode, key: str, styles: StyleOf) -> List:
        items: list[Item] = []
        last: tuple[int, int] | None = None
        for one in node.items:
            place = one.start, one.end
            item = self.item(one, one, "", partial(_inner, styles, _target(one)), within=key)
            # Several of what one short form stands for, such as a range of ports, are written as that, once.
            if not (items and place == last and item.value == items[-1].value):
                items.append(item)
            last = place
        return List(tuple(items), short=key in _LINES)

    def _map(self, node: MappingNode, key: str, styles: StyleOf) -> Map:
        entries = ((name, self._entry(name, one, key, styles)) for name, one in node.entries.items())
        return Map(tuple(entries))

    def _entry(self, name: str, entry: Entry, within: str, styles: StyleOf) -> Item:
        return self.item(entry.key, entry.value, name, partial(_inner, styles, name), within=within)


def _inner(styles: StyleOf, name: str, _inside: str) -> Style:
    """Return the style of a name in a value, and of all that is in it."""
    return styles(name)


def _target(node: Node) -> str:
    """Return the path that a mount is known by; "" for anything else."""
    target = child(node, "target")
    return target.text if isinstance(target, ScalarNode) else ""


def _short_item(text: str, node: MappingNode, within: str) -> str | None:
    """Return the short form that is written in a list; None if it is none, or means something else here."""
    if within == "volumes":
        if not (_target(node) in text or has_references(text)):
            return None
        for mode in _OF_DESKTOPS:
            text = text.removesuffix(f":{mode}").replace(f",{mode}", "").replace(f":{mode},", ":")
        return as_template(text)
    is_plain = within in _GRANTS and node.entries.keys() == {"source"}
    return as_template(text) if is_plain or within in _SHORT_ITEMS else None


def in_order(entries: Mapping[str, Entry], order: Mapping[str, int]) -> list[tuple[str, Entry]]:
    """Return entries in the order of the language's reference; unknown ones come last."""
    return sorted(entries.items(), key=lambda one: order.get(one[0], len(order)))
