"""Records and plans out of their JSON form: the way back from `core.wire`, for views to be shown them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Related, Severity
from runner.core.event import Event, Finding, Level, Record
from runner.core.files import Fate, FileChange
from runner.core.plan import Action, Change, Effect, FieldDiff, Plan, Reason
from runner.core.span import Position, Span
from runner.core.state import Engine
from runner.core.values import UNKNOWN, Value

_EVENTS: Final = {event.name: event for event in get_args(Event)}
_RENAMED: Final = {"before": "from", "after": "to"}


def read_record(raw: Mapping[str, Any]) -> Record | None:
    """Return what a line of a log says; None for an event that this version doesn't know."""
    kind = _EVENTS.get(raw["event"])
    if kind is None:
        return None
    event = Finding(_diagnostic(raw)) if kind is Finding else _event(kind, raw)
    moment = datetime.fromisoformat(raw["timestamp"])
    return Record(event, raw["seq"], moment, raw["run_id"], raw["workflow"], Level(raw["level"]))


def read_plan(raw: Mapping[str, Any]) -> Plan:
    """Return a plan as far as its JSON tells of it: enough to be shown, not to be carried out."""
    known = raw["engine"]
    engine = Engine(known["name"], known["version"], known["api_version"], os="", architecture="")
    return Plan(raw["workflow"], engine, tuple(map(_change, raw["changes"])), problems=())


def _change(raw: Mapping[str, Any]) -> Change:
    return Change(
        Address.parse(raw["address"]),
        Action(raw["action"]),
        tuple(map(Reason, raw["reasons"])),
        tuple(map(_diff, raw["diff"])),
        raw["verb"],
        destroys_data=raw["destroys_data"],
    )


def _event(kind: type[Any], raw: Mapping[str, Any]) -> Any:
    hints = get_type_hints(kind)
    given = {row.name: raw.get(row.name, raw.get(_RENAMED.get(row.name, row.name))) for row in fields(kind)}
    return kind(**{name: _value(hints[name], value) for name, value in given.items()})


def _value(hint: Any, raw: Any) -> Any:
    """Read a value of an event's field by the field's type."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return None if raw is None else _value(next(one for one in get_args(hint) if one is not NoneType), raw)
    if origin is tuple:
        return tuple(_value(get_args(hint)[0], item) for item in raw)
    if hint is Address:
        return Address.parse(raw)
    if hint is FieldDiff:
        return _diff(raw)
    return hint(raw) if isinstance(hint, type) and issubclass(hint, Enum) else raw


def _diff(raw: Mapping[str, Any]) -> FieldDiff:
    after = UNKNOWN if raw["after_unknown"] else _plain(raw["after"])
    effect = Effect[raw["effect"].upper()]
    files = tuple(FileChange(Fate(it["fate"]), it["count"], tuple(it["first"])) for it in raw.get("files", ()))
    return FieldDiff(raw["path"], _plain(raw["before"]), after, Reason(raw["reason"]), effect, files)


def _plain(raw: Any) -> Value:
    if isinstance(raw, list):
        return tuple(map(_plain, raw))
    return {key: _plain(item) for key, item in raw.items()} if isinstance(raw, dict) else raw


def _diagnostic(raw: Mapping[str, Any]) -> Diagnostic:
    related = (Related(other["message"], span) for other in raw["related"] if (span := _span(other)) is not None)
    severity = Severity(raw["severity"])
    return Diagnostic(raw["code"], raw["message"], _span(raw), raw["help"], tuple(related), severity)


def _span(raw: Mapping[str, Any]) -> Span | None:
    if raw["file"] is None:
        return None
    start = Position(raw["line"], raw["column"])
    return Span(raw["file"], start, start)
