"""What holds for the events of every run, whatever it did: the schema, the numbering, the state machine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from jsonschema import Draft202012Validator

from runner.core.resource_state import FINAL, State, may_follow

Event: TypeAlias = Mapping[str, Any]
_SCHEMAS = Path(__file__).parents[2] / "schemas"


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of one of the shipped schemas: "event" or "plan"."""
    return Draft202012Validator(json.loads((_SCHEMAS / f"{name}.schema.json").read_text()))


def read_log(path: Path) -> list[Event]:
    """Return the events of a log; none where there is no log, and half a line counts for nothing."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]


def _check_form(event: Event) -> None:
    """Hold an event against the schema; one of a form that passed before is not looked at again."""
    form = json.dumps(_form(event), sort_keys=True)
    if form not in _PASSED:
        validator("event").validate(event)
        _PASSED.add(form)


def _form(value: Any, key: str = "") -> Any:
    """Return the types that a value is made of, and the words where only some are allowed."""
    if isinstance(value, Mapping):
        return {name: _form(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(_form(item, key), sort_keys=True) for item in value})
    return value if key in _WORDS else type(value).__name__


_WORDS = ("event", "level", "action", "from", "to", "state", "result", "reason", "reasons", "effect", "severity")
"""Keys whose values come from a closed list."""
_PASSED: set[str] = set()


def check_run(events: list[Event], *, cut_short: bool = False, on_record: bool = False) -> None:
    """Assert that these are the events of one whole run, in order; one that was killed lacks its end.

    What is `on_record` lacks mere progress, so that its numbers have gaps.
    """
    for event in events:
        _check_form(event)
    numbers = [event["seq"] for event in events]
    whole = list(range(1, len(events) + 1))
    assert (numbers[0] == 1 and numbers == sorted(set(numbers))) if on_record else numbers == whole
    assert len({event["run_id"] for event in events}) == len({event["workflow"] for event in events}) == 1
    assert [event["timestamp"] for event in events] == sorted(event["timestamp"] for event in events)
    assert events[0]["event"] == "run.started"
    states = _last_states(events)
    if cut_short:
        return
    names = [event["event"] for event in events]
    assert names.index("run.finished") == len(names) - 1
    planned = {event["address"] for event in events if event["event"] == "plan.change"}
    assert planned <= states.keys()
    endless = {address: state.value for address, state in states.items() if state not in FINAL}
    assert not endless, f"these never ended: {endless}"
    checked = [event["state"] for event in events if event["event"] == "check.finished"]
    assert len(checked) >= names.count("check.started")
    assert events[-1]["counts"] == Counter([*(state.value for state in states.values()), *checked])


def _last_states(events: Iterable[Event]) -> dict[str, State]:
    """Follow every resource through its transitions; each must be a legal one."""
    states: dict[str, State] = {}
    for event in events:
        if event["event"] != "resource.transition":
            continue
        address, before, after = event["address"], State(event["from"]), State(event["to"])
        assert before is states.get(address, State.PENDING), f"{address} jumps: {event}"
        assert may_follow(before, after), f"{address}: {before.value} → {after.value}"
        states[address] = after
    return states
