"""The timeline of a run: stages, and what waited for what."""

from __future__ import annotations

from runner.core.address import Address
from runner.core.event import CheckFinished, CheckStarted, LogRecord, Progress
from runner.core.plan import Action, Reason
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackStarted, RollbackStep
from runner.views.page.timeline import Bar, Stage
from tests.unit.views.page.pages import report
from tests.unit.views.streams import DB, IMAGE, MIGRATE, NETWORK, STARTED, WEB, Stream, first_apply, interrupted, undone

PAGE = Address("check", "page")


def bars(records: list[LogRecord]) -> dict[Address, Bar]:
    return {bar.address: bar for bar in report(records).timeline.bars}


def stages(records: list[LogRecord], address: Address) -> list[tuple[str, int]]:
    """The stages of a resource, with their lengths in seconds."""
    return [(one.stage.value, one.duration // 1000) for one in bars(records)[address].segments]


def path(records: list[LogRecord]) -> list[str]:
    return [str(link.address) for link in report(records).path]


def test_each_resource_has_its_stages_one_after_another() -> None:
    assert stages(first_apply(), WEB) == [("queued", 1), ("waiting", 15), ("creating", 1), ("starting", 1)]
    assert stages(first_apply(), MIGRATE) == [("queued", 13), ("running", 2)]


def test_bars_are_in_the_order_in_which_work_began() -> None:
    begins = [bar.begin for bar in report(first_apply()).timeline.bars]
    assert begins == sorted(begins)


def test_what_is_ready_is_so_from_when_others_could_go_on_until_the_run_has_verified_it() -> None:
    stream = Stream().add(STARTED).plan(DB, Action.CREATE, "create", Reason.MISSING)
    stream.move(DB, State.CREATING, State.STARTING, State.RUNNING)
    stream.add(Progress(DB, "is healthy", done=True), Progress(DB, "done", done=True)).move(DB, State.READY)
    records = stream.finish("succeeded", 0, {"ready": 1})
    told = [("queued", 1), ("creating", 1), ("starting", 1), ("becoming ready", 1), ("ready", 2)]
    assert stages(records, DB) == told
    assert bars(records)[DB].worked == 3000


def test_a_resource_that_is_undone_says_so() -> None:
    assert [stage for stage, _ in stages(undone(), NETWORK)][-1] == "rolling back"


def test_bars_of_a_run_that_never_ended_end_with_its_last_record() -> None:
    records = first_apply()[:18]
    assert bars(records)[IMAGE].segments[-1].end == report(records).timeline.duration
    assert report(records).result == "unfinished"


def test_what_never_began_only_waited() -> None:
    bar = bars(interrupted())[WEB]
    assert not bar.has_worked
    assert {segment.stage for segment in bar.segments} == {Stage.QUEUED}


def test_the_critical_path_leads_from_what_was_waited_for_to_what_ended_last() -> None:
    assert path(first_apply()) == ["image.web", "container.web"]


def test_a_dependency_that_only_has_to_run_is_on_the_path_until_it_does() -> None:
    stream = Stream().add(STARTED)
    for address in (DB, WEB):
        stream.plan(address, Action.CREATE, "create", Reason.MISSING)
    stream.move(WEB, State.WAITING).move(DB, State.CREATING, State.STARTING, State.RUNNING)
    stream.move(WEB, State.CREATING, State.STARTING).move(DB, State.READY).move(WEB, State.READY)
    found = report(stream.finish("succeeded", 0, {"ready": 2})).path
    assert [str(link.address) for link in found] == ["container.db", "container.web"]
    assert found[0].end == found[1].begin - 1000


def test_checks_wait_for_everything() -> None:
    stream = Stream().add(STARTED).plan(NETWORK, Action.CREATE, "create", Reason.MISSING)
    stream.move(NETWORK, State.CREATING, State.READY).add(CheckStarted(PAGE))
    stream.add(CheckFinished(PAGE, State.SUCCEEDED, attempt=1, elapsed_ms=1000))
    assert path(stream.finish("succeeded", 0, {"ready": 1})) == ["network.default", "check.page"]


def test_the_path_of_a_rollback_ends_at_the_failure() -> None:
    stream = Stream().add(STARTED).plan(IMAGE, Action.CREATE, "build", Reason.MISSING)
    stream.plan(WEB, Action.CREATE, "create", Reason.MISSING)
    stream.move(WEB, State.WAITING).move(IMAGE, State.BUILDING).add(Progress(IMAGE, "done", done=True))
    stream.move(WEB, State.CREATING, State.FAILED, cause="no such file")
    stream.add(RollbackStarted(str(WEB), (IMAGE,)), RollbackStep(IMAGE))
    stream.move(IMAGE, State.ROLLED_BACK)
    found = report(stream.finish("rolled_back", 5, {"failed": 1, "rolled_back": 1}))
    assert [str(link.address) for link in found.path] == ["image.web", "container.web"]
    assert [bar.address for bar in found.failures] == [WEB], "what was only undone is no failure of its own"


def test_the_path_leads_through_what_turned_out_to_be_unchanged() -> None:
    stream = Stream().add(STARTED)
    for address in (IMAGE, DB, WEB):
        stream.plan(address, Action.REPLACE, "replace", Reason.IMAGE)
    stream.move(DB, State.WAITING).move(WEB, State.WAITING)
    stream.move(NETWORK, State.CREATING, State.READY)
    stream.move(DB, State.UNCHANGED).move(WEB, State.CREATING, State.READY)
    assert path(stream.finish("succeeded", 0, {"ready": 2, "unchanged": 1})) == ["network.default", "container.web"]


def test_what_waited_for_a_free_slot_follows_what_freed_it() -> None:
    stream = Stream(step=0.1).add(STARTED)
    for address in (NETWORK, DB, WEB):
        stream.plan(address, Action.CREATE, "create", Reason.MISSING)
    stream.move(IMAGE, State.CREATING, State.READY)
    for address in (NETWORK, DB, WEB):
        stream.move(address, State.CREATING).add(*[STARTED] * 5).move(address, State.READY)
    found = report(stream.finish("succeeded", 0, {"ready": 4}), order=None).path
    assert [(str(link.address), link.took_slot) for link in found][-2:] == [
        ("container.db", True),
        ("container.web", True),
    ]


def test_without_an_order_the_path_is_what_ended_last() -> None:
    found = report(first_apply(), order=None).path
    assert found[-1].address == WEB
