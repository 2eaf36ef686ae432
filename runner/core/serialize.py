"""Serialization to JSON: one form for all writers. The schemas folder documents it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, TypeAlias

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.errors import RunnerError
from runner.core.event import DiagnosticEvent, Event, LogRecord, RunStarted, Transition
from runner.core.phrase import shortened
from runner.core.plan import FieldDiff
from runner.core.run_lock import Holder
from runner.core.sanitize import on_one_line
from runner.core.span import Span
from runner.core.struct import Struct, field_names
from runner.core.values import Marker

JSON: TypeAlias = "None | bool | int | float | str | list[JSON] | dict[str, JSON]"
JSONObject: TypeAlias = dict[str, JSON]

FORMAT_VERSION: Final = "1"
"""Incremented when a reader of the old format would misread the new one; new keys don't count."""


def json_line(document: Any) -> str:
    """Serialize a document on one line, readable, or all in ASCII if a terminal would interpret something in it.

    >>> json_line({"name": "é"}), json_line({"name": "é\\x9b2J"})
    ('{"name": "é"}', '{"name": "\\\\u00e9\\\\u009b2J"}')
    """
    text = json.dumps(document, ensure_ascii=False)
    return text if on_one_line(text) == text else json.dumps(document)


def to_json(record: LogRecord) -> JSONObject:
    """Serialize the record, header first, then the event's own keys, all of them always present."""
    return {
        "timestamp": timestamp(record.timestamp),
        "level": record.level.value,
        "event": record.event.name,
        "run_id": record.run_id,
        "seq": record.seq,
        "workflow": record.workflow,
        **_own_keys(record.event),
    }


def timestamp(moment: datetime) -> str:
    """Format an aware datetime as RFC 3339, in UTC and milliseconds.

    >>> timestamp(datetime(2026, 2, 3, 4, 5, 6, 789999, UTC))
    '2026-02-03T04:05:06.789Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def diff_json(diff: FieldDiff) -> JSONObject:
    """Serialize a field diff; a value not known yet is null, and flagged by `after_unknown`."""
    unknown = isinstance(diff.after, Marker)
    return {
        "path": diff.path,
        "before": to_plain(diff.before),
        "after": None if unknown else to_plain(diff.after),
        "after_unknown": unknown,
        "reason": diff.reason.value,
        "effect": diff.effect.name.lower(),
        "files": [{"fate": it.fate.value, "count": it.count, "first": [*it.first]} for it in diff.files],
        "is_digest": diff.is_digest,
        "details": [diff_json(detail) for detail in diff.details],
    }


def diagnostic_json(diagnostic: Diagnostic) -> JSONObject:
    """Serialize a diagnostic with its start position; null if it has none."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": shortened(diagnostic.message),
        **_place(diagnostic.span),
        "help": diagnostic.help and shortened(diagnostic.help),
        "related": [{"message": shortened(other.message), **_place(other.span)} for other in diagnostic.related],
    }


def error_json(error: RunnerError) -> JSONObject:
    """Serialize an error that ends a command."""
    return {"code": error.code, "message": shortened(error.message), "help": error.help and shortened(error.help)}


def to_plain(value: object) -> JSON:
    """Convert event and field values to JSON types; TypeError for anything else."""
    match value:
        case FieldDiff():
            return diff_json(value)
        case Holder():
            return _fields(value)
        case Address():
            return str(value)
        case Enum():
            return to_plain(value.value)
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {str(key): to_plain(item) for key, item in value.items()}
        case tuple() | list():
            return [to_plain(item) for item in value]
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _place(span: Span | None) -> JSONObject:
    if span is None:
        return {"file": None, "line": None, "column": None}
    return {"file": span.file, "line": span.start.line, "column": span.start.column}


def _own_keys(event: Event) -> JSONObject:
    match event:
        case DiagnosticEvent():
            return diagnostic_json(event.diagnostic)
        case RunStarted():
            return {"format_version": FORMAT_VERSION, **_fields(event)}
        case Transition():
            renamed = {"before": "from", "after": "to"}
            return {renamed.get(name, name): value for name, value in _fields(event).items()}
        case _:
            return _fields(event)


def _fields(value: Struct) -> JSONObject:
    return {name: to_plain(getattr(value, name)) for name in field_names(value)}
