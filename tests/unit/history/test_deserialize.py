"""What is written of a run can be read back as it was."""

from __future__ import annotations

import json

import pytest

from runner.core.address import Address
from runner.core.event import LogRecord
from runner.core.plan import Plan
from runner.core.serialize import to_json
from runner.core.state import Condition, Dependency
from runner.history.deserialize import read_line, read_order, read_plan
from runner.views.plan import plan_lines
from runner.views.plan_json import plan_json
from tests.unit.views import plans, streams


def _there_and_back(record: LogRecord) -> LogRecord | None:
    return read_line(json.dumps(to_json(record)))


def test_every_event_comes_back_and_is_written_the_same_again() -> None:
    records = streams.Stream().add(*streams.all_events()).records
    for record in records:
        back = _there_and_back(record)
        assert back is not None
        assert to_json(back) == to_json(record)
        assert type(back.event) is type(record.event)


@pytest.mark.parametrize("make", [streams.first_apply, streams.failed, streams.rolled_back, streams.interrupted])
def test_whole_runs_come_back_equal(make) -> None:
    for record in make():
        back = _there_and_back(record)
        assert back is not None
        assert to_json(back) == to_json(record)


def test_an_event_of_a_newer_version_is_passed_over() -> None:
    raw = to_json(streams.first_apply()[0])
    assert read_line(json.dumps({**raw, "event": "weather.changed"})) is None


def test_a_plan_reads_the_same_as_when_it_was_made() -> None:
    plan = plans.mixed()
    back = read_plan(json.loads(json.dumps(plan_json(plan))))
    assert isinstance(back, Plan)
    assert list(plan_lines(back)) == list(plan_lines(plan))


def test_the_order_of_a_plan_is_what_its_steps_and_dependencies_say() -> None:
    step = {"half": "apply"}
    raw = {
        **plan_json(plans.mixed()),
        "steps": [
            {"number": 0, "address": "image.web", "needs": [], **step},
            {"number": 1, "address": "container.web", "needs": [0], "half": "delete"},
            {"number": 2, "address": "container.web", "needs": [1], **step},
        ],
        "checks": [{"address": "check.page", "depends_on": [{"address": "container.web", "condition": "ready"}]}],
    }
    order = read_order(json.loads(json.dumps(raw)))
    web = Address("container", "web")
    assert order.awaited == {Address("image", "web"): frozenset(), web: {Address("image", "web")}}
    assert order.dependencies[Address("check", "page")] == (Dependency(web, Condition.READY),)


def test_a_plan_recorded_by_an_older_version_has_no_order() -> None:
    raw = plan_json(plans.mixed())
    old = {key: value for key, value in raw.items() if key not in ("steps", "checks")}
    old["changes"] = [{**change, "depends_on": []} for change in raw["changes"]]
    assert read_order(old).awaited == {}
