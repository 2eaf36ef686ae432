"""The reference page of all keys as Markdown, from the sections' tables and the head's schema.

Like the schema it contains only what the tables say; it knows no kind by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.plan import Effect
from runner.resource.codec import EXPECTED
from runner.resource.field import Field, Setting
from runner.resource.kind import Section, Sections
from runner.resource.requirements import Requirement
from runner.resource.schema import HEAD
from runner.resource.service_binding import InService, NotInService, service_of

_INTRODUCTION = """\
# All keys of a workflow file

Made by `make schemas` from the tables that runner uses; do not edit it.

A dot denotes nesting: `limits.memory` is `memory` inside of `limits`. Keys that begin with `x-` are allowed anywhere
and are ignored. Examples of single keys are written as JSON, which is YAML too. Examples by task, such as a database
with a migration, are in [docs/examples.md](../docs/examples.md).

**Default** applies when the key is omitted. **A change** is what a new value does to an existing resource:
it is updated *in place*, or *replaced*; *unset* is the effect of removing the key, where it differs.
A key with `–` there only configures runner: changing it does not affect the resource.

**In a service** is for files with `engine: swarm`: where the value lies in the service's spec, what a change does, and
what else is different. *Rolled* means that tasks start anew, a few at a time. *No* comes before the reason why a
service can't have it, and a key with `–` there configures runner on a swarm, too."""

_HEADING = ("key", "meaning", "value", "default", "a change", "example")
_IN_SERVICE = "in a service"
_COST = {Effect.UPDATE: "in place", Effect.ROLL: "rolled", Effect.REPLACE: "replaced"}
_NONE = "–"


def reference_page(sections: Sections, examples: Mapping[str, str]) -> str:
    """Generate the whole page; `examples` has a workflow file for each section, and for the `top-level` keys."""
    head = _table(("key", "meaning", "value", "example"), (_head_row(name, HEAD[name]) for name in HEAD))
    top = ("## Top-level keys", _example(examples["top-level"]), head)
    parts = (_section(section, examples[section.section]) for section in sections.values())
    return "\n\n".join((_INTRODUCTION, *top, *parts)) + "\n"


def _example(text: str) -> str:
    return f"```yaml\n{text.rstrip()}\n```"


def _section(section: Section, example: str) -> str:
    parts = [f"## {section.section}", section.doc, _example(example)]
    if section.keeps_data:
        parts.append("Where a change says *replaced*, data would be lost: confirmation is required.")
    is_service = any(row.service for row in section.rows)
    heading = (*_HEADING, _IN_SERVICE) if is_service else _HEADING
    rows = ((*_row(row), _in_service(row)) if is_service else _row(row) for row in section.rows)
    parts.append(_table(heading, rows))
    parts += [f"`{key}` may also be a single value: its `{meant}`." for key, meant in section.shorthand.items()]
    return "\n\n".join(parts)


def _table(heading: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heading, ("---",) * len(heading), *rows))


def _head_row(name: str, schema: Mapping[str, Any]) -> tuple[str, ...]:
    return _code(name), _text(schema["description"]), _text(schema[EXPECTED]), _code(_flow(schema["examples"][0]))


def _row(row: Field | Setting) -> tuple[str, ...]:
    example = _code(_flow(row.examples[0])) if row.examples else _NONE
    meaning, value = _text(" ".join((row.doc, *_needs(row)))), _text(row.codec.expects)
    return _code(row.name), meaning, value, _default(row), _change(row), example


def _needs(row: Field | Setting) -> Iterator[str]:
    """Yield the engine requirements of the key, and of parts of its value."""
    for requirement in row.keys:
        yield from _need(requirement, "" if requirement is row else f" for {requirement.name}")


def _need(requirement: Requirement, part: str) -> Iterator[str]:
    if requirement.needs_api:
        yield f"Needs version {requirement.needs_api} of the engine's API{part}."
    if requirement.needs_feature:
        yield f"Needs an engine that supports it{part} ({requirement.needs_feature.value})."


def _default(row: Field | Setting) -> str:
    if isinstance(row, Setting):
        return "required" if row.required else _NONE
    usual = "" if row.default.value is None else _code(_flow(row.codec.show(row.default.value)))
    if row.default.source:
        return f"the {row.default.source}'s, usually {usual}" if usual else f"the {row.default.source}'s"
    return usual or "none"


def _change(row: Field | Setting) -> str:
    if isinstance(row, Setting):
        return row.cost or _NONE
    unset = "" if row.on_unset is row.on_change else f"; unset: {_COST[row.on_unset]}"
    return _COST[row.on_change] + unset


def _in_service(row: Field | Setting) -> str:
    """Tell what becomes of a key where a swarm runs the entry."""
    service = service_of(row)
    if isinstance(service, InService):
        place = _code(service.bind.path) if service.bind.path else "a label"
        return " ".join((f"{place}, {_COST[service.on_change]}.", *_in_detail(row, service)))
    if isinstance(service, NotInService):
        return _text(f"no: it {service.reason}; {service.help}")
    return _text(service.note) if service and service.note else _NONE


def _in_detail(row: Field | Setting, service: InService) -> Iterator[str]:
    """Yield which managers keep a row of a service, and what is different there, each as a sentence."""
    if service.needs_api:
        yield f"Needs version {service.needs_api} of the managers' API."
    for part in service.parts:
        yield _text(f"Needs version {part.needs_api} of the managers' API for {part.name}.")
    if service.default not in (None, False):
        yield f"Default: {_code(_flow(row.codec.show(service.default)))}."
    if service.note:
        yield _text(service.note)


def _flow(value: Any) -> str:
    """Write a value on one line, as JSON.

    >>> _flow({"ports": ["80:80"]})
    '{"ports": ["80:80"]}'
    """
    return json.dumps(value, ensure_ascii=False)


def _code(text: str) -> str:
    """Format a text as code in a table cell; a bar would end the cell even there."""
    return f"`{_bars_kept(text)}`"


def _text(text: str) -> str:
    """Escape prose for a table cell, where an angle bracket would start a tag and a star emphasis."""
    return _bars_kept(text).replace("<", "&lt;").replace("*", "\\*")


def _bars_kept(text: str) -> str:
    return text.replace("|", "\\|")
