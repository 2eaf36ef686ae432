"""The canonical form of a project as YAML, as `docker compose config` prints it, dollars doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from typing import Any

from runner.compose.output import YAML, Printed, printed
from runner.compose.values import text
from runner.compose.yaml_scalars import typed
from runner.core.lazy_pattern import lazy_pattern
from runner.document.nodes import MappingNode
from runner.document.pyyaml import yaml

_WORDS = frozenset({"y", "yes", "on", "n", "no", "off"})
_SPELLINGS = (str.lower, str.capitalize, str.upper)
_SIXTIES = lazy_pattern(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_MERGE = "<<"


def to_yaml(root: MappingNode, shown: Callable[[str], str] = str) -> str:
    """Return a project as YAML, as `docker compose config` prints it; `shown` returns what may be shown of a text."""
    events = [yaml.StreamStartEvent(), yaml.DocumentStartEvent(), *_events(printed(root, YAML))]
    events += [yaml.DocumentEndEvent(), yaml.StreamEndEvent()]
    written = yaml.emit(events, Dumper=_emitter(), indent=2, width=inf, allow_unicode=True)
    return shown(str(written)).replace("$", "$$")


def _emitter() -> Any:
    """Return PyYAML's emitter, but with the items of lists indented, and nothing as a key like any other."""

    class Indented(yaml.emitter.Emitter):
        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

        def check_simple_key(self) -> bool:
            return getattr(self.event, "value", None) == "" or bool(super().check_simple_key())

    return Indented


def _events(value: Printed) -> Iterator[Any]:
    if isinstance(value, dict):
        yield yaml.MappingStartEvent(None, None, True, flow_style=not value)
        for name, inner in value.items():
            yield _scalar(name)
            yield from _events(inner)
        yield yaml.MappingEndEvent()
    elif isinstance(value, list):
        yield yaml.SequenceStartEvent(None, None, True, flow_style=not value)
        for inner in value:
            yield from _events(inner)
        yield yaml.SequenceEndEvent()
    else:
        yield _scalar(value)


def _scalar(value: object) -> Any:
    if isinstance(value, str):
        style = "|" if "\n" in value else None if is_plain(value) else '"'
        return yaml.ScalarEvent(None, None, (style is None, True), value, style=style)
    written = "null" if value is None else text(value)  # type: ignore[arg-type] # a plain value
    return yaml.ScalarEvent(None, None, (True, True), written)


def is_plain(written: str) -> bool:
    """Tell whether a text would still be a text without quotes, to readers of older YAML, too.

    >>> [is_plain(written) for written in ("web", "1.5", "yes", "Null", "10:20", "2020-01-01", "<<", "")]
    [True, False, False, False, False, False, False, False]
    """
    if written in {spell(word) for word in _WORDS for spell in _SPELLINGS} or written == _MERGE:
        return False
    return type(typed(written)) is str and not _SIXTIES.fullmatch(written)
