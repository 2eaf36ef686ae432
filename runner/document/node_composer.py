"""Composition of a parser's events into a tree of nodes: anchors, tags, and limits against alias expansion.

Uses a stack of its own, so that no file, however deep, can exhaust Python's; independent of the meaning of keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.core.span import Span
from runner.core.struct import MutableStruct, Struct, field
from runner.document.core_schema import Plain, tagged, typed
from runner.document.mapping import extent, merge_mapping
from runner.document.nodes import Node, ScalarNode, SequenceNode
from runner.document.pyyaml import yaml
from runner.document.source import ReadError, Source
from runner.document.syntax import bounds, events
from runner.document.syntax_errors import MAX_DEPTH, too_deep

if TYPE_CHECKING:
    from runner.core.codes import Code

MAX_ALIASED = 100_000
"""Maximum nodes that all aliases of a file may expand to together."""
_CORE = "tag:yaml.org,2002:"
_TAGS = frozenset({"str", "int", "float", "bool", "null", "seq", "map"})


class Dialect(Struct):
    """What differs between languages that are written in YAML."""

    typed: Callable[[str], Plain] = typed
    """Returns the value of a plain scalar."""
    kept_tags: frozenset[str] = frozenset()
    """Tags of the language itself."""
    more_types: Mapping[str, Callable[[str], str]] = {}
    """Further types of YAML, by tag, and how a value of each is made; ValueError for a text that has none."""
    has_open_tags: bool = False
    """Whether other tags are let through, too; a scalar with a tag that isn't YAML's is a text."""
    is_stream: bool = False
    """Whether a file may have several documents."""


class Composed(Struct):
    """The documents of a file, without empty ones, and the tags that were kept, by node."""

    roots: list[Node]
    tags: dict[Node, str]


_PLAIN: Final = Dialect()


def compose(source: Source, found: list[Diagnostic]) -> Node | None:
    """Return the root of a file's only document, None for an empty file.

    Recoverable errors are added to `found`; ReadError is raised for the others.
    """
    roots = compose_stream(source, found, _PLAIN).roots
    return roots[0] if roots else None


def compose_stream(source: Source, found: list[Diagnostic], dialect: Dialect) -> Composed:
    """Return all documents of a file; errors as in `compose`."""
    return _Composer(source, found, dialect).run()


class _Open(MutableStruct, eq=False):
    """A collection whose end event hasn't come yet; a mapping's children alternate between keys and values."""

    event: yaml.CollectionStartEvent
    children: list[Node] = field(default_factory=list)


class _Composer:
    def __init__(self, source: Source, found: list[Diagnostic], dialect: Dialect) -> None:
        self._dialect = dialect
        self._source = source
        self._found = found
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | _Open] = {}
        self._texts: dict[str, tuple[str, Plain]] = {}
        """Every text, and its value where it is plain, once: many keys and values are the same in all entries."""
        self._aliased = 0
        self._roots: list[Node] = []
        self._tags: dict[Node, str] = {}

    def run(self) -> Composed:
        documents = 0
        for event in events(self._source):
            match event:
                case yaml.ScalarEvent():
                    self._add(self._scalar(event), event.anchor)
                case yaml.CollectionStartEvent():
                    self._begin(event)
                case yaml.CollectionEndEvent():
                    self._end(event)
                case yaml.AliasEvent():
                    self._add(self._alias(event), None)
                case yaml.DocumentStartEvent():
                    documents += 1
                    self._anchors.clear()
                    if documents > 1 and not self._dialect.is_stream:
                        self._report(
                            "multiple-documents",
                            "a second document starts here",
                            _span(self._source, event),
                            "put it in a separate file",
                            hides_more=True,
                        )
                        break
        return Composed(self._roots, self._tags)

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._roots.append(node)

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        opened = _Open(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = opened
        self._open.append(opened)
        self._bound_depth(0, event)
        expected = "map" if isinstance(event, yaml.MappingStartEvent) else "seq"
        if event.tag not in (None, "!", _CORE + expected) and not self._dialect.has_open_tags:
            self._refuse_tag(event, event.tag)

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        opened = self._open.pop()
        begin, children = opened.event, opened.children
        start, _ = bounds(begin)
        # The parser ends an indented collection where the next token starts, which is lines too late.
        end = bounds(event)[1] if begin.flow_style or not children else max(start, children[-1].end)
        node: Node
        if isinstance(begin, yaml.MappingStartEvent):
            node = merge_mapping(self._source, start, end, children, self._found)
        else:
            size, depth = extent(children)
            node = SequenceNode(self._source, start, end, tuple(children), size, depth)
        if begin.tag in self._dialect.kept_tags:
            self._tags[node] = begin.tag
        self._add(node, begin.anchor)

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        (start, end), tag = bounds(event), event.tag
        text, value = self._texts.get(event.value) or self._typed(event.value)
        plain = not event.style
        if tag is None:
            return ScalarNode(self._source, start, end, text, value if plain else text, plain)
        name = tag.removeprefix(_CORE)
        if self._dialect.has_open_tags and name not in _TAGS and name not in self._dialect.more_types:
            node = ScalarNode(self._source, start, end, text, text, plain, tagged=True)
            if tag in self._dialect.kept_tags:
                self._tags[node] = tag
            return node
        try:
            if name in self._dialect.more_types:
                text = value = self._dialect.more_types[name](text)
            else:
                value = tagged(text, "str" if tag == "!" else name, self._dialect.typed)
        except ValueError:
            self._refuse_tag(event, tag)
            return ScalarNode(self._source, start, end, text, text, plain, tagged=True, invalid=True)
        return ScalarNode(self._source, start, end, text, value, plain, tagged=True)

    def _typed(self, text: str) -> tuple[str, Plain]:
        found = self._texts[text] = text, self._dialect.typed(text)
        return found

    def _alias(self, event: yaml.AliasEvent) -> Node:
        name = str(event.anchor)
        target = self._anchors.get(name)
        if target is None or isinstance(target, _Open):
            return self._dangling(event, name, target)
        self._aliased += target.size
        if self._aliased > MAX_ALIASED:
            help = f"aliases may expand to at most {MAX_ALIASED} values"
            raise ReadError(Diagnostic("alias-bomb", "too many values by alias", _span(self._source, event), help))
        self._bound_depth(target.depth, event)
        if isinstance(target, ScalarNode) and self._expects_key():
            start, end = bounds(event)
            return ScalarNode(self._source, start, end, target.text, target.value, plain=False)
        return target

    def _dangling(self, event: yaml.AliasEvent, name: str, target: _Open | None) -> ScalarNode:
        span = _span(self._source, event)
        if target is None:
            help = did_you_mean(name, self._anchors)
            self._report("undefined-alias", f'no anchor "&{name}" before this alias', span, help)
        else:
            self._report("alias-cycle", f'"*{name}" refers to itself', span)
        start, end = bounds(event)
        return ScalarNode(self._source, start, end, f"*{name}", f"*{name}", invalid=True)

    def _expects_key(self) -> bool:
        if not self._open or not isinstance(self._open[-1].event, yaml.MappingStartEvent):
            return False
        return len(self._open[-1].children) % 2 == 0

    def _bound_depth(self, below: int, event: yaml.Event) -> None:
        if len(self._open) + below > MAX_DEPTH:
            raise ReadError(too_deep(_span(self._source, event)))

    def _refuse_tag(self, event: yaml.NodeEvent, tag: str) -> None:
        start, end = bounds(event)
        start = self._source.text.index("!", start)
        written = self._source.text[start:end].split(maxsplit=1)[0]
        span = self._source.span(start, start + len(written))
        known = _TAGS | self._dialect.more_types.keys()
        if tag.startswith(_CORE) and tag.removeprefix(_CORE) in known:
            self._report("tag-mismatch", f'value is not of type "{written}"', span)
        else:
            self._report("unknown-tag", f'unknown tag "{written}"', span)

    def _report(
        self, code: Code, message: str, span: Span, help: str | None = None, *, hides_more: bool = False
    ) -> None:
        self._found.append(Diagnostic(code, message, span, help, hides_more=hides_more))


def _span(source: Source, event: yaml.Event) -> Span:
    return source.span(*bounds(event))
