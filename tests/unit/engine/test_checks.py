"""The order and the end of checks, whatever it is that they ask."""

from __future__ import annotations

from queue import SimpleQueue
from threading import Event as Signal
from threading import Timer

import pytest

from runner.core.address import Address
from runner.core.errors import ProbeFailed, StepFailed
from runner.core.event import CheckFinished, CheckStarted
from runner.core.resource_state import State
from runner.core.settings import CheckTiming
from runner.core.state import Dependency, Resource
from runner.engine.check_runner import run_checks

MILLISECOND = 1_000_000


def check(name: str, *after: str, timeout: int = 200) -> Resource:
    return Resource(
        Address("check", name),
        "",
        settings=CheckTiming(timeout=timeout * MILLISECOND, interval=10 * MILLISECOND),
        depends_on=tuple(Dependency(Address("check", base)) for base in after),
    )


class Asked:
    """Holds for each check from its n-th asking on; never for those without a number."""

    def __init__(self, **holds_at: int) -> None:
        self.holds_at = holds_at
        self.times: dict[str, int] = {}

    def __call__(self, resource: Resource) -> None:
        name = resource.address.name
        self.times[name] = self.times.get(name, 0) + 1
        if self.times[name] < self.holds_at.get(name, 10_000):
            raise ProbeFailed("is not so", help="wait")


def ends(*checks: Resource, ask: Asked, stop: Signal | None = None) -> dict[str, CheckFinished]:
    events = list(run_checks(checks, ask, (stop or Signal()).is_set, SimpleQueue()))
    ended = [event for event in events if isinstance(event, CheckFinished)]
    begun = [event.address for event in events if isinstance(event, CheckStarted)]
    assert len({end.address for end in ended}) == len(ended) == len(checks), "each ends once"
    assert set(begun) == {end.address for end in ended if end.state is not State.SKIPPED}
    return {end.address.name: end for end in ended}


def test_a_check_is_asked_again_until_it_holds() -> None:
    ended = ends(check("page"), ask=Asked(page=3))
    assert (ended["page"].state, ended["page"].attempt) == (State.SUCCEEDED, 3)


def test_a_check_that_does_not_hold_in_time_has_failed_with_the_last_answer() -> None:
    ended = ends(check("page", timeout=50), ask=Asked())["page"]
    assert (ended.state, ended.cause, ended.help) == (State.FAILED, "is not so, for 0.05 s", "wait")
    assert 50 <= ended.elapsed_ms < 1000


def test_a_check_is_asked_once_more_when_its_time_is_up() -> None:
    timing = CheckTiming(timeout=100 * MILLISECOND, interval=60_000_000_000)
    late = Resource(Address("check", "late"), "", settings=timing)
    ended = ends(late, ask=Asked(late=2))["late"]
    assert (ended.state, ended.attempt) == (State.SUCCEEDED, 2)
    assert 100 <= ended.elapsed_ms < 10_000


def test_what_rests_on_a_failed_check_is_skipped_and_the_rest_is_asked() -> None:
    checks = [check("last", "middle"), check("middle", "first"), check("first", timeout=20), check("other")]
    ended = ends(*checks, ask=Asked(other=1))
    assert {name: end.state for name, end in ended.items()} == {
        "first": State.FAILED,
        "middle": State.SKIPPED,
        "last": State.SKIPPED,
        "other": State.SUCCEEDED,
    }
    assert (ended["middle"].cause, ended["last"].cause) == ("check.first", "check.middle")


def test_what_can_never_hold_fails_at_once() -> None:
    def ask(_resource: Resource) -> None:
        raise StepFailed("cannot be asked")

    (end,) = (
        event
        for event in run_checks([check("page", timeout=60_000)], ask, Signal().is_set, SimpleQueue())
        if event.name != "check.started"
    )
    assert isinstance(end, CheckFinished)
    assert (end.state, end.cause) == (State.FAILED, "cannot be asked")


def test_an_interrupted_check_is_cancelled() -> None:
    stop = Signal()
    Timer(0.1, stop.set).start()
    ended = ends(check("page", timeout=60_000), check("next", "page"), ask=Asked(), stop=stop)
    assert {name: end.state for name, end in ended.items()} == {"page": State.CANCELLED, "next": State.SKIPPED}


def test_a_bug_in_asking_ends_the_check_and_not_the_run() -> None:
    def ask(_resource: Resource) -> None:
        raise KeyError("oops")

    end = list(run_checks([check("page")], ask, Signal().is_set, SimpleQueue()))[-1]
    assert isinstance(end, CheckFinished)
    assert (end.state, end.help) == (State.FAILED, "please report it")


@pytest.mark.parametrize("number", [1, 40])
def test_any_number_of_checks_ends(number: int) -> None:
    names = [f"c{index}" for index in range(number)]
    ended = ends(*(check(name) for name in names), ask=Asked(**dict.fromkeys(names, 2)))
    assert {end.state for end in ended.values()} == {State.SUCCEEDED}
