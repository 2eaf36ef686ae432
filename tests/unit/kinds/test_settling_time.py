"""When a container has settled: by the engine's own clock where it is this machine's, by ours elsewhere."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from runner.core.engine import Capabilities, Engine
from runner.core.task import Task
from runner.kinds.container.verbs.settling import Settling


def settling(seconds_since_answer: float, *, on_this_machine: bool) -> Settling:
    capabilities = Capabilities(on_this_machine=on_this_machine)
    engine = Engine(
        name="Docker", version="1", api_version="1.41", os="linux", architecture="x", capabilities=capabilities
    )
    task = cast("Task", SimpleNamespace(engine=engine))
    return Settling(task, time.monotonic() - seconds_since_answer, 1.0)


def started(seconds_ago: float) -> dict[str, Any]:
    moment = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return {"State": {"StartedAt": moment.isoformat()}}


def test_the_time_before_the_engine_answered_counts() -> None:
    assert settling(0.5, on_this_machine=True).is_over(started(1.05))
    assert not settling(0.5, on_this_machine=True).is_over(started(0.9))


def test_the_clock_of_another_machine_says_nothing() -> None:
    assert not settling(0.5, on_this_machine=False).is_over(started(30))
    assert settling(1.05, on_this_machine=False).is_over(started(-30))


def test_a_clock_that_was_set_proves_nothing() -> None:
    lasting = settling(0.2, on_this_machine=True)
    lasting.settle = 5.0

    assert not lasting.is_over(started(3600))


@pytest.mark.parametrize("on_this_machine", [True, False])
def test_the_next_look_is_when_it_will_have_settled(on_this_machine: bool) -> None:
    one = settling(0.4, on_this_machine=on_this_machine)

    assert not one.is_over(started(0.4))
    assert one.until_next_look() == pytest.approx(0.6, abs=0.05)
