"""The text of a workflow file, made of what a Compose project was mapped to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from runner.app.convert.env_files import ENV_FILE, from_files, with_env_files
from runner.app.convert.natural import Style, StyleOf, Values, in_order
from runner.app.convert.templates import mentioned, undeclared
from runner.core.struct import MutableStruct, field, replace
from runner.document.nodes import Entry, MappingNode, ScalarNode
from runner.document.yaml_writer import Item, List, Map, Scalar, Written, text_scalar, yaml_text
from runner.resource.field import Setting
from runner.resource.kind import Sections

_FIRST_TAKEN: Final = ("containers", "jobs")
"""The sections whose entries get the comments of a service first: others are made of the same service."""
_FIRST_KEYS: Final = ("image", "build", "reference")
_WRITTEN: Final = ("images", "networks", "volumes", "secrets", "configs", "containers", "jobs")

Place = tuple[str, str, str, str]
"""A section, an entry in it, a key of the entry, and a name in the value; "" stands for all of them."""


class Styles(MutableStruct):
    """How each key of each entry is written: as it reads best, unless that turned out not to say the same."""

    chosen: Counter[Place] = field(default_factory=Counter)

    def of(self, section: str, name: str, key: str, inner: str = "") -> Style:
        """Return the style of a place: that of itself, or of what it is in."""
        around = ((section, name, "", ""), (section, name, key, ""), (section, name, key, inner))
        return Style(min(max(self.chosen[place] for place in around), Style.EXACT))

    def next(self, place: Place) -> bool:
        """Choose the next style for a place, else for what it is in; False if there is none."""
        section, name, key, _ = place
        for one in dict.fromkeys((place, (section, name, key, ""), (section, name, "", ""))):
            if self.of(*one) is not Style.EXACT:
                self.chosen[one] = self.of(*one) + 1
                return True
        return False

    def within(self, section: str, name: str, key: str) -> StyleOf:
        """Return the style of each name in the value of a key; that of the value itself by the name ""."""
        return lambda inner: self.of(section, name, key, inner)


class Draft(MutableStruct):
    """One workflow file, as it is written in some styles."""

    root: MappingNode
    sections: Sections
    values: Values
    styles: Styles
    sensitive: frozenset[str] = frozenset()
    """The names of the variables that secrets are made of."""
    called_sensitive: frozenset[str] = frozenset()
    """Those that are sensitive wherever a text refers to them."""

    def text(self, head: tuple[str, ...]) -> str:
        """Return the file, with comments before it."""
        order = [name for name in dict.fromkeys((*_FIRST_TAKEN, *_WRITTEN)) if name in self.root.entries]
        written = {name: self._section(name, self.root.entries[name]) for name in order}
        parts = tuple((name, written[name]) for name in _WRITTEN if name in written)
        entries = [("version", Item(Scalar(1, "1"))), ("name", Item(text_scalar(_text(self.root, "name"))))]
        if "engine" in self.root.entries:
            entries.append(("engine", Item(text_scalar(_text(self.root, "engine")))))
        if variables := self._variables(Map(parts)):
            entries.append(("variables", Item(variables)))
        lines = yaml_text(Map((*entries, *parts)), head)
        return lines + "".join(f"{line}\n" for line in self.values.comments.tail if line)

    def _section(self, name: str, entry: Entry) -> Item:
        assert isinstance(entry.value, MappingNode)
        order = _order(name, self.sections)
        inside = [(key, self._entry(name, key, one, order)) for key, one in entry.value.entries.items()]
        apart = [(key, _apart(item) if at else item) for at, (key, item) in enumerate(inside)]
        is_long = any(isinstance(item.value, Map) and item.value.entries for _, item in inside)
        return _apart(self.values.comments.take(entry.key, Item(Map(tuple(apart if is_long else inside)))))

    def _entry(self, section: str, name: str, entry: Entry, order: Mapping[str, int]) -> Item:
        node = entry.value
        if not isinstance(node, MappingNode):
            written: Written = self.values.written(node, name, self.styles.within(section, name, ""))
        else:
            inside = in_order(self._keys(section, name, node), order)
            written = Map(tuple((key, self._key(section, name, key, one)) for key, one in inside))
        return self.values.comments.take(entry.key, Item(written))

    def _keys(self, section: str, name: str, node: MappingNode) -> Mapping[str, Entry]:
        """Return the keys of an entry; with its env files, as long as these say the same."""
        styles = {self.styles.of(section, name, key) for key in (ENV_FILE, "environment")}
        if styles == {Style.AS_WRITTEN}:
            return with_env_files(node, self.values.originals)
        self.values.filled_in.extend(from_files(node, self.values.originals))
        return node.entries

    def _key(self, section: str, name: str, key: str, entry: Entry) -> Item:
        return self.values.item(entry.key, entry.value, key, self.styles.within(section, name, key))

    def _variables(self, root: Map) -> Map | None:
        """Return the declarations of variables that are used without a default: Compose's is the empty text."""
        used = dict.fromkeys(name for text in _texts(root) for name in undeclared(text))
        secret = Map((("sensitive", Item(Scalar(True, "true"))),), short=True)
        blank = Map((("default", Item(text_scalar(""))),), short=True)
        called = self.called_sensitive.intersection(name for text in _texts(root) for name in mentioned(text))
        declared = dict.fromkeys(sorted(self.sensitive | called), secret)
        declared |= {name: blank for name in used if name not in declared}
        return Map(tuple((name, Item(one)) for name, one in declared.items())) if declared else None


def _apart(item: Item) -> Item:
    """Return a value with an empty line before it."""
    return replace(item, above=("", *item.above))


def _text(root: MappingNode, key: str) -> str:
    value = root.entries[key].value
    assert isinstance(value, ScalarNode)
    return value.text


def _order(section: str, sections: Sections) -> dict[str, int]:
    """Return the order in which the language's reference has the keys of an entry; what it is made of comes first."""
    rows = next((one.rows for one in sections.values() if one.section == section), ())
    late = [row for row in rows if isinstance(row, Setting) and row.swarm_only]
    keys = (row.name.partition(".")[0] for row in (*(one for one in rows if one not in late), *late))
    names = dict.fromkeys((*_FIRST_KEYS, *keys))
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
