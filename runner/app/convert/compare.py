"""Where what a written workflow declares is not what the Compose project does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from runner.app.convert.draft import Place
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.state import DesiredState, Resource
from runner.core.struct import field_names
from runner.kinds import SECTIONS


def differences(wanted: DesiredState, written: DesiredState) -> Iterator[Place]:
    """Yield the places at which two desired states differ, in names and declared values."""
    ours, theirs = _all(wanted), _all(written)
    for address in {**ours, **theirs}:
        one, other = ours.get(address), theirs.get(address)
        if one is None or other is None:
            yield _place(address, "")
        else:
            yield from (_place(address, key) for key in dict.fromkeys(_keys(one, other)))


def mistakes(found: Iterable[Diagnostic], text: str) -> Iterator[Place]:
    """Yield the places of findings in a written workflow."""
    places = list(_places_of_lines(text))
    for one in found:
        if one.span is not None and 0 < one.span.start.line <= len(places):
            yield places[one.span.start.line - 1]


def _all(state: DesiredState) -> dict[Address, Resource]:
    return {**state.resources, **{one.address: one for one in state.contents}}


def _place(address: Address, key: str) -> Place:
    section = SECTIONS[address.kind].section
    return section, address.name, key


def _keys(one: Resource, other: Resource) -> Iterator[str]:
    """Yield the keys of an entry whose meaning differs; "" where that can't be told."""
    if (one.engine_name, one.external) != (other.engine_name, other.external):
        yield ""
    for name in {**one.fields, **other.fields}:
        if one.fields.get(name) != other.fields.get(name):
            yield name.partition(".")[0]
    if one.settings != other.settings:
        yield from _settings(one.settings, other.settings)
    if _order(one) != _order(other):
        yield "depends_on"


def _settings(one: Any, other: Any) -> Iterator[str]:
    if type(one) is not type(other):
        yield ""
        return
    yield from (name for name in field_names(one) if getattr(one, name) != getattr(other, name))


def _order(resource: Resource) -> set[tuple[Any, ...]]:
    return {(one.address, one.condition, one.timeout, one.restart) for one in resource.depends_on}


def _places_of_lines(text: str) -> Iterator[Place]:
    """Yield where each line belongs, by its indentation, which is that of the writer."""
    section = name = key = ""
    for line in text.splitlines():
        word = line.strip().partition(":")[0].strip('"')
        indent = len(line) - len(line.lstrip())
        if word and not word.startswith("#"):
            if indent == 0:
                section, name, key = word, "", ""
            elif indent == 2:
                name, key = word, ""
            elif indent == 4:
                key = word
        yield section, name, key
