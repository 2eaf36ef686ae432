"""What the history tells of a run is what it did, not what it was to do."""

from __future__ import annotations

from pathlib import Path

from runner.app.history import PastChange, summarize
from runner.app.past_secrets import PastSecrets
from runner.app.workspace import Workspace
from runner.core.event import RunFinished
from runner.core.plan import Action, Change, Plan
from runner.core.redact import Redactor
from runner.core.resource_state import State
from runner.core.struct import replace
from runner.history.recorder import Recording, RunMetadata
from runner.history.store import EVENTS, PLAN, Header, list_runs
from runner.views.plan_json import plan_json
from tests.unit.views import plans
from tests.unit.views.streams import DB, STARTED, WEB, Stream

NOTHING = PastSecrets(frozenset(), Redactor(frozenset()))
"""Nothing is sensitive."""


def a_plan(**actions: Action) -> Plan:
    """A plan with an action for each of db and web."""
    return Plan("shop", plans.ENGINE, tuple(Change(one, actions[one.name], ()) for one in (DB, WEB)))


def subject(plan: Plan) -> RunMetadata:
    return RunMetadata(Header(changed=bool(plan.pending)), {PLAN: plan_json(plan)}, dict)


def test_a_change_that_turned_out_to_be_none_is_told_as_not_done(tmp_path: Path) -> None:
    plan = a_plan(db=Action.REPLACE, web=Action.REPLACE)
    stream = Stream().add(STARTED)
    for address, ending in ((DB, State.READY), (WEB, State.UNCHANGED)):
        stream.plan(address, Action.REPLACE, "replace").move(address, ending)
    stream.add(RunFinished("succeeded", {"ready": 1, "unchanged": 1}, 1000, 0))
    assert changes_of(tmp_path, stream, plan) == [
        PastChange(DB, Action.REPLACE, "replace", is_done=True),
        PastChange(WEB, Action.REPLACE, "replace", is_done=False),
    ]


def changes_of(root: Path, stream: Stream, plan: Plan) -> list[PastChange]:
    recording = Recording(lambda: root, subject(plan), print)
    for record in stream.records:
        recording.show(record)
    recording.close()
    (past,) = summarize(list_runs(root, "shop"), NOTHING, Workspace.for_user({}))
    return list(past.changes)


def test_where_everything_was_done_the_plan_tells_it_without_the_events(tmp_path: Path) -> None:
    plan = a_plan(db=Action.NOOP, web=Action.REPLACE)
    stream = Stream().add(STARTED, RunFinished("succeeded", {"ready": 1, "unchanged": 1}, 1000, 0))
    assert changes_of(tmp_path, stream, plan) == [PastChange(WEB, Action.REPLACE, "replace", is_done=True)]


def test_a_plan_that_was_made_again_under_the_lock_takes_the_place_of_the_first(tmp_path: Path) -> None:
    recording = Recording(lambda: tmp_path, subject(a_plan(db=Action.REPLACE, web=Action.REPLACE)), print)
    stream = Stream().add(STARTED, RunFinished("succeeded", {"unchanged": 2}, 1000, 0))
    recording.show(stream.records[0])
    recording.amend(subject(a_plan(db=Action.NOOP, web=Action.NOOP)))
    recording.show(stream.records[1])
    recording.close()
    (run,) = list_runs(tmp_path, "shop")
    assert not run.header.changed
    plan = run.plan()
    assert plan is not None
    assert not plan.pending


def test_a_record_that_is_broken_is_a_warning_with_its_code(tmp_path: Path) -> None:
    stream = Stream().add(STARTED, RunFinished("failed", {}, 1000, 1))
    changes_of(tmp_path, stream, a_plan(db=Action.NOOP, web=Action.REPLACE))
    (run,) = list_runs(tmp_path, "shop")
    (run.folder / EVENTS).write_text("no event\n")
    told: list[str] = []
    workspace = replace(Workspace.for_user({}), notify=told.append)
    (past,) = summarize([run], NOTHING, workspace)
    assert past.run.id == run.id
    assert [text.partition(": ")[0] for text in told] == ["warning[broken-record]"]
