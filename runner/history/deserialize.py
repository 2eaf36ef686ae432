"""Deserialization of records and plans from JSON, the inverse of `core.serialize`, so that views can show them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast, get_args

from runner.core.address import Address
from runner.core.decode import Special, shaped
from runner.core.diagnostic import Diagnostic, Related, Severity
from runner.core.engine import Engine
from runner.core.event import DiagnosticEvent, Event, Level, LogRecord, Transition
from runner.core.file_changes import FileChange
from runner.core.plan import Action, Change, Effect, FieldDiff, Plan, Reason
from runner.core.plan_order import PlanOrder
from runner.core.span import Position, Span
from runner.core.state import Condition, Dependency
from runner.core.strict_json import parse_json
from runner.core.struct import Struct
from runner.core.values import UNKNOWN, Value

if TYPE_CHECKING:
    from runner.core.codes import Code

LONGEST_LINE: Final = 16 * 1024 * 1024
"""Maximum bytes of one event."""

_EVENTS: Final = {event.name: event for event in get_args(Event)}


class _Stamp(Struct):
    """The keys that every line of a log has."""

    timestamp: datetime
    level: Level
    event: str
    run_id: str
    seq: int
    workflow: str


class _Place(Struct):
    file: str | None
    line: int | None
    column: int | None

    @property
    def span(self) -> Span | None:
        if self.file is None or self.line is None or self.column is None:
            return None
        start = Position(self.line, self.column)
        return Span(self.file, start, start)


class _Related(_Place):
    message: str


class _Finding(_Place):
    code: str
    severity: Severity
    message: str
    help: str | None
    related: tuple[_Related, ...]


class _Diff(Struct):
    path: str
    before: Any
    after: Any
    after_unknown: bool
    reason: Reason
    effect: str
    files: tuple[FileChange, ...] = ()
    is_digest: bool = False
    details: tuple[FieldDiff, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for an unknown effect."""
        if self.effect.upper() not in Effect.__members__:
            raise ValueError("unknown effect")


class _Engine(Struct):
    name: str
    version: str
    api_version: str


class _Dependency(Struct):
    address: Address
    condition: Condition


class _Check(Struct):
    address: Address
    depends_on: tuple[_Dependency, ...] = ()


class _Step(Struct):
    number: int
    address: Address
    needs: tuple[int, ...]


class _Change(Struct):
    address: Address
    action: Action
    verb: str
    reasons: tuple[Reason, ...]
    diff: tuple[FieldDiff, ...]
    destroys_data: bool
    depends_on: tuple[_Dependency, ...] = ()


class StoredPlan(Struct):
    """A plan as `views.plan_json` writes it, as far as it is shown again."""

    workflow: str
    engine: _Engine
    changes: tuple[_Change, ...]
    steps: tuple[_Step, ...] = ()
    checks: tuple[_Check, ...] = ()


def read_line(line: str | bytes) -> LogRecord | None:
    """Parse a line of a log; return None for an event that this version doesn't know. Raises Malformed."""
    raw = parse_json(line, most=LONGEST_LINE, file_names=True)
    stamp: _Stamp = shaped(_Stamp, raw)
    kind = _EVENTS.get(stamp.event)
    if kind is None:
        return None
    event = (
        DiagnosticEvent(_diagnostic(raw))
        if kind is DiagnosticEvent
        else shaped(kind, _renamed(kind, raw), special=_SPECIAL)
    )
    return LogRecord(event, stamp.seq, stamp.timestamp, stamp.run_id, stamp.workflow, stamp.level)


def read_plan(raw: Any) -> Plan:
    """Return a plan as far as its JSON describes it: enough to be shown, not to be applied. Raises Malformed."""
    plan: StoredPlan = shaped(StoredPlan, raw, special=_SPECIAL)
    engine = Engine(plan.engine.name, plan.engine.version, plan.engine.api_version, os="", architecture="")
    changes = (
        Change(one.address, one.action, one.reasons, one.diff, one.verb, destroys_data=one.destroys_data)
        for one in plan.changes
    )
    return Plan(plan.workflow, engine, tuple(changes), problems=())


def read_order(raw: Any) -> PlanOrder:
    """Return the order that a plan's JSON prescribes. Raises Malformed."""
    plan: StoredPlan = shaped(StoredPlan, raw, special=_SPECIAL)
    address_of = {step.number: step.address for step in plan.steps}
    awaited: dict[Address, frozenset[Address]] = {}
    for step in plan.steps:
        others = frozenset(address_of[number] for number in step.needs if number in address_of) - {step.address}
        awaited[step.address] = awaited.get(step.address, frozenset()) | others
    declared = [(change.address, change.depends_on) for change in plan.changes]
    declared += [(check.address, check.depends_on) for check in plan.checks]
    dependencies = {
        address: tuple(Dependency(one.address, one.condition) for one in needed) for address, needed in declared
    }
    return PlanOrder(dependencies, awaited)


def _renamed(kind: type[Any], raw: Any) -> Any:
    """Rename an event's keys to its fields' names."""
    return {**raw, "before": raw.get("from"), "after": raw.get("to")} if kind is Transition else raw


def _diagnostic(raw: Any) -> Diagnostic:
    found: _Finding = shaped(_Finding, raw)
    related = (Related(other.message, span) for other in found.related if (span := other.span) is not None)
    code = cast("Code", found.code)  # another version of runner may have had others
    return Diagnostic(code, found.message, found.span, found.help, tuple(related), found.severity)


def _diff(raw: Any, place: str) -> FieldDiff:
    found: _Diff = shaped(_Diff, raw, place, _SPECIAL)
    after = UNKNOWN if found.after_unknown else _plain(found.after)
    effect = Effect[found.effect.upper()]
    return FieldDiff(
        found.path,
        _plain(found.before),
        after,
        found.reason,
        effect,
        found.files,
        is_digest=found.is_digest,
        details=found.details,
    )


def _plain(raw: Any) -> Value:
    if isinstance(raw, list):
        return tuple(map(_plain, raw))
    return {key: _plain(item) for key, item in raw.items()} if isinstance(raw, dict) else cast("Value", raw)


_SPECIAL: Final[Special] = {FieldDiff: _diff}
