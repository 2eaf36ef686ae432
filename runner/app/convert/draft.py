"""The text of a workflow file, made of what a Compose project was mapped to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from runner.app.convert.natural import Style, Values, in_order
from runner.app.convert.templates import undeclared
from runner.core.struct import MutableStruct, field
from runner.document.nodes import Entry, MappingNode
from runner.document.yaml_writer import Item, List, Map, Scalar, Written, text_scalar, yaml_text
from runner.resource.kind import Sections

_FIRST_TAKEN: Final = ("containers", "jobs")
"""The sections whose entries get the comments of a service first: others are made of the same service."""
_FIRST_KEYS: Final = ("image", "build", "reference")
_WRITTEN: Final = ("images", "networks", "volumes", "secrets", "configs", "containers", "jobs")

Place = tuple[str, str, str]
"""A section, an entry in it, and a key of the entry; "" stands for all of its keys."""


class Styles(MutableStruct):
    """How each key of each entry is written: as it reads best, unless that turned out not to say the same."""

    chosen: Counter[Place] = field(default_factory=Counter)

    def of(self, section: str, name: str, key: str) -> Style:
        """Return the style of a key."""
        return Style(min(max(self.chosen[section, name, key], self.chosen[section, name, ""]), Style.EXACT))

    def next(self, place: Place) -> bool:
        """Choose the next style for a place; False if there is none."""
        if self.of(*place) is Style.EXACT:
            return False
        self.chosen[place] = self.of(*place) + 1
        return True


class Draft(MutableStruct):
    """One workflow file, as it is written in some styles."""

    root: MappingNode
    sections: Sections
    values: Values
    styles: Styles
    sensitive: frozenset[str] = frozenset()
    """The names of the variables that secrets are made of."""

    def text(self, head: tuple[str, ...]) -> str:
        """Return the file, with comments before it."""
        written = {name: self._section(name) for name in (*_FIRST_TAKEN, *_WRITTEN) if name in self._entries}
        parts = {name: written[name] for name in _WRITTEN if name in written}
        top = {name: text_scalar(one.value.text) for name, one in self._scalars()}
        entries = [("version", Item(Scalar(1, "1"))), *((name, Item(one)) for name, one in top.items())]
        if variables := self._variables(Map(tuple(parts.items()))):
            entries.append(("variables", Item(variables)))
        lines = yaml_text(Map((*entries, *parts.items())), head)
        return lines + "".join(f"{line}\n" for line in self.values.comments.tail if line)

    @property
    def _entries(self) -> Mapping[str, Entry]:
        return self.root.entries

    def _scalars(self) -> Iterator[tuple[str, Entry]]:
        return ((name, one) for name, one in self._entries.items() if name == "name")

    def _section(self, name: str) -> Item:
        node = self._entries[name].value
        if not isinstance(node, MappingNode):
            return Item(self.values.written(node, name, Style.EXACT))
        order = _order(name, self.sections)
        return Item(Map(tuple((key, self._entry(name, key, one, order)) for key, one in node.entries.items())))

    def _entry(self, section: str, name: str, entry: Entry, order: Mapping[str, int]) -> Item:
        node = entry.value
        if not isinstance(node, MappingNode):
            written: Written = self.values.written(node, name, self.styles.of(section, name, ""))
        else:
            inside = in_order(node.entries, order)
            written = Map(tuple((key, self._key(section, name, key, one)) for key, one in inside))
        return self.values.comments.take(entry.key, Item(written))

    def _key(self, section: str, name: str, key: str, entry: Entry) -> Item:
        return self.values.item(entry.key, entry.value, key, self.styles.of(section, name, key), within=section)

    def _variables(self, root: Map) -> Map | None:
        """Return the declarations of variables that are used without a default: Compose's is the empty text."""
        used = dict.fromkeys(name for text in _texts(root) for name in undeclared(text))
        secret = Map((("sensitive", Item(Scalar(True, "true"))),))
        blank = Map((("default", Item(text_scalar(""))),))
        declared = {name: secret for name in sorted(self.sensitive)}
        declared |= {name: blank for name in used if name not in declared}
        return Map(tuple((name, Item(one)) for name, one in declared.items())) if declared else None


def _order(section: str, sections: Sections) -> dict[str, int]:
    """Return the order in which the language's reference has the keys of an entry; what it is made of comes first."""
    rows = next((one.rows for one in sections.values() if one.section == section), ())
    names = dict.fromkeys((*_FIRST_KEYS, *(row.name.partition(".")[0] for row in rows)))
    return {name: at for at, name in enumerate(names)}


def _texts(written: Written) -> Iterator[str]:
    match written:
        case Scalar(value=str(text)):
            yield text
        case List(items=items):
            for item in items:
                yield from _texts(item.value)
        case Map(entries=entries):
            for _, item in entries:
                yield from _texts(item.value)
