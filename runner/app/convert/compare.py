"""Where what a written workflow declares is not what the Compose project does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runner.app.convert.draft import Place
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.settings import Settings
from runner.core.state import DesiredState, Resource
from runner.core.struct import field_names
from runner.kinds import SECTIONS


def differences(wanted: DesiredState, written: DesiredState) -> Iterator[Place]:
    """Yield the places at which two desired states differ, in names and declared values."""
    ours, theirs = _all(wanted), _all(written)
    for address in {**ours, **theirs}:
        one, other = ours.get(address), theirs.get(address)
        section = SECTIONS[address.kind].section
        if one is None or other is None:
            yield section, address.name, "", ""
        else:
            yield from ((section, address.name, *keys) for keys in _keys(one, other))


def mistakes(found: Iterable[Diagnostic], text: str) -> Iterator[Place]:
    """Yield the places of findings in a written workflow."""
    places = list(_places_of_lines(text))
    for one in found:
        if one.span is not None and 0 < one.span.start.line <= len(places):
            yield places[one.span.start.line - 1]


def _all(state: DesiredState) -> dict[Address, Resource]:
    return {**state.resources, **{one.address: one for one in state.contents}}


def _keys(one: Resource, other: Resource) -> Iterator[tuple[str, str]]:
    """Yield the keys of an entry, and the names in their values, that differ in meaning; "" for all of them."""
    if (one.engine_name, one.external) != (other.engine_name, other.external):
        yield "", ""
    for name in {**one.fields, **other.fields}:
        key, _, inner = name.partition(".")
        yield from ((key, inner or part) for part in _parts(one.fields.get(name), other.fields.get(name)))
    yield from ((name, "") for name in _settings(one.settings, other.settings))
    if _order(one) != _order(other):
        yield "depends_on", ""


def _parts(one: object, other: object) -> Iterator[str]:
    """Yield the names whose values differ in two maps; "" for other values."""
    if one == other:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        yield from (str(name) for name in {**one, **other} if one.get(name) != other.get(name))
    else:
        yield ""


def _settings(one: Settings, other: Settings) -> Iterator[str]:
    """Yield the settings that differ; "" for those of different kinds."""
    if type(one) is not type(other):
        yield ""
        return
    yield from (name for name in field_names(one) if getattr(one, name) != getattr(other, name))


def _order(resource: Resource) -> set[tuple[object, ...]]:
    return {(one.address, one.condition, one.timeout, one.restart) for one in resource.depends_on}


def _places_of_lines(text: str) -> Iterator[Place]:
    """Yield where each line belongs, by its indentation, which is that of the writer."""
    steps = ["", "", "", ""]
    for line in text.splitlines():
        word = line.strip().partition(":")[0].strip('"')
        level = (len(line) - len(line.lstrip())) // 2
        if word and not word.startswith("#") and level < len(steps):
            steps[level:] = [word, *[""] * (len(steps) - level - 1)]
            if word.startswith("- "):
                steps[level] = ""
        yield steps[0], steps[1], steps[2], steps[3]
