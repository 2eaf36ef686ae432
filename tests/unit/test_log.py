"""Records and their JSON Lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import get_args

import pytest
from jsonschema import Draft202012Validator, ValidationError

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.event import DiagnosticEvent, Event, Level, LogRecord, Output, Progress, RunFinished, Transition
from runner.core.plan import Action
from runner.core.redact import Redactor
from runner.core.resource_state import State
from runner.core.serialize import to_json
from runner.log import JsonLog, Recorder, level_of
from tests.unit.views.streams import STREAMS, failed

WEB = Address("service", "web")
SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "event.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def all_records() -> list[LogRecord]:
    return [record for stream in STREAMS.values() for record in stream()]


def logged(records: list[LogRecord], threshold: Level = Level.DEBUG) -> list[dict]:
    stream = StringIO()
    log = JsonLog(stream, threshold)
    for record in records:
        log.show(record)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_event_keeps_to_the_schema():
    for entry in logged(all_records()):
        VALIDATOR.validate(entry)


def test_the_recorded_runs_hold_an_event_of_each_kind():
    assert {type(record.event) for record in all_records()} == set(get_args(Event))


@pytest.mark.parametrize("record", failed()[:3], ids=lambda record: record.event.name)
def test_the_event_schema_is_closed_and_wants_every_key(record: LogRecord):
    entry = to_json(record)
    with pytest.raises(ValidationError):
        VALIDATOR.validate({**entry, "surprise": 1})
    for key in entry:
        with pytest.raises(ValidationError):
            VALIDATOR.validate({name: value for name, value in entry.items() if name != key})


def test_records_are_numbered_from_1_without_gaps_and_belong_to_their_run():
    records = failed()
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    assert {(record.workflow, record.run_id) for record in records} == {("shop", "20260304T120304-9f2c")}


def test_a_record_bears_the_time_in_utc_by_default():
    before = datetime.now(UTC)
    record = Recorder("shop", "run").record(Output(WEB, "hello"))
    assert before <= record.timestamp <= datetime.now(UTC)
    assert to_json(record)["timestamp"].endswith("Z")


def test_nothing_sensitive_gets_into_a_record():
    recorder = Recorder("shop", "run", Redactor(frozenset({"hunter2"})))
    assert recorder.record(Output(WEB, "the password is hunter2")).event == Output(WEB, "the password is ***")


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (Progress(WEB, "pulling"), Level.DEBUG),
        (Output(WEB, "hello"), Level.INFO),
        (Transition(WEB, Action.CREATE, State.PENDING, State.CREATING), Level.INFO),
        (Transition(WEB, Action.CREATE, State.PENDING, State.SKIPPED), Level.WARNING),
        (Transition(WEB, Action.CREATE, State.CREATING, State.FAILED), Level.ERROR),
        (DiagnosticEvent(Diagnostic("code", "message", severity=Severity.WARNING)), Level.WARNING),
        (DiagnosticEvent(Diagnostic("code", "message")), Level.ERROR),
        (RunFinished("succeeded", {}, 1, 0), Level.INFO),
        (RunFinished("cancelled", {}, 1, 130), Level.WARNING),
        (RunFinished("failed", {}, 1, 1), Level.ERROR),
    ],
)
def test_how_loud_an_event_is(event: Event, level: Level):
    assert level_of(event) is level


@pytest.mark.parametrize("threshold", Level)
def test_the_threshold_keeps_what_is_quieter_out(threshold: Level):
    order = [level.value for level in Level]
    levels = {entry["level"] for entry in logged(all_records(), threshold)}
    assert levels == set(order[order.index(threshold.value) :])


def test_a_line_is_ascii_and_starts_with_its_stamp():
    stream = StringIO()
    JsonLog(stream).show(Recorder("shop", "run").record(Output(WEB, "日本 \udcff")))
    assert stream.getvalue().isascii()
    assert list(json.loads(stream.getvalue()))[:6] == ["timestamp", "level", "event", "run_id", "seq", "workflow"]


def test_every_line_is_flushed_before_the_next_thing_happens():
    flushed: list[str] = []

    class Stream(StringIO):
        def flush(self) -> None:
            flushed.append(self.getvalue())

    log = JsonLog(Stream())
    for record in failed()[:3]:
        log.show(record)
        assert flushed[-1].count("\n") == record.seq
