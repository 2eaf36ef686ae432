"""Carry out a plan: with the lock, the record, events for views, and interruption."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from typing import TYPE_CHECKING

from runner import __version__
from runner.app.failures_only import FailuresOnly
from runner.app.run_identity import actor, holder_of, new_run_id
from runner.app.run_record import run_metadata, run_recorder
from runner.core.event import Event, RunStarted
from runner.core.exit_code import ExitCode
from runner.core.plan import Plan
from runner.core.struct import replace

if TYPE_CHECKING:
    from runner.app.frontend import Frontend
    from runner.app.request import RunRequest
    from runner.engine.execute import Run
    from runner.engine.locked_run import LockedRun
    from runner.history.recorder import Recording


def run_plan(request: RunRequest, frontend: Frontend, replan: Callable[[], Plan]) -> ExitCode:
    """Run a plan to its end, pass every event to the views, and return the exit code.

    A plan with changes is made again by `replan` once the lock is held, unless the engine tells that it hasn't changed
    since. A run that changes nothing is recorded only if it fails.
    """
    run_id = new_run_id()
    if not request.plan.pending:
        return _follow(request, frontend, _plain_run(request, request.plan), _failures_only(request), run_id)
    record = run_recorder(request)
    return _follow(request, frontend, _locked_run(request, run_id, replan, record), record, run_id)


def run_checks(request: RunRequest, frontend: Frontend) -> ExitCode:
    """Run the checks of a plan that changes nothing, and return the exit code."""
    return _follow(request, frontend, _plain_run(request, request.plan), _failures_only(request), new_run_id())


def _failures_only(request: RunRequest) -> FailuresOnly:
    return FailuresOnly(lambda: run_recorder(request))


def _follow(
    request: RunRequest, frontend: Frontend, run: Run | LockedRun, kept: Recording | FailuresOnly, run_id: str
) -> ExitCode:
    """Pass every event of a run to its record and the views; return the exit code.

    The record is opened first and closed last, when its warning can't disturb a view.
    """
    from runner.log import Recorder

    code = int(ExitCode.FAILED)
    recorder = Recorder(request.plan.workflow, run_id, request.workflow.redactor)
    with ExitStack() as stack:
        stack.enter_context(closing(kept))
        views = (kept, *stack.enter_context(frontend.views(run.cancel)))
        frontend.interruptible(run.cancel)
        events = _with_start(run.events(), request)
        stack.callback(_drain, run, events)
        for event in events:
            record = recorder.record(event)
            for view in views:
                view.show(record)
            code = getattr(event, "exit_code", code)
    return ExitCode(code)


def _locked_run(request: RunRequest, run_id: str, replan: Callable[[], Plan], record: Recording) -> LockedRun:
    from runner.engine.lock import Lock
    from runner.engine.locked_run import LockedRun
    from runner.kinds import orchestrator

    holder = holder_of(request.command, run_id, request.workspace.environ)
    store = orchestrator(request.workflow.desired.orchestrator).label_store(request.gateway)
    lock = Lock(store, request.plan.workflow, holder)

    def plan() -> Plan:
        tickets = lock.uncontended
        if tickets and store.is_unchanged(tickets):
            return request.plan
        made = replan()
        record.amend(run_metadata(replace(request, plan=made)))
        return made

    return LockedRun(lock, request.lock_timeout, plan, lambda plan: _plain_run(request, plan))


def _plain_run(request: RunRequest, plan: Plan) -> Run:
    from runner.engine.execute import Run
    from runner.kinds import orchestrator

    options, runs_it = request.engine, orchestrator(request.workflow.desired.orchestrator)
    return Run(
        plan,
        request.gateway,
        runs_it.catalog,
        events=partial(runs_it.events, request.gateway, plan.workflow),
        parallel=options.parallel,
        timeout=options.timeout,
        ask=runs_it.run_check,
        tidy=runs_it.tidy,
    )


def _drain(run: Run | LockedRun, rest: Iterator[Event]) -> None:
    """End an abandoned run like an interrupted one: finish or undo its steps, and release the lock."""
    run.cancel()
    deque(rest, maxlen=0)


def _with_start(events: Iterator[Event], request: RunRequest) -> Iterator[Event]:
    from runner.app.git_commit import commit_of

    engine, file, workspace = request.plan.engine, request.workflow.file, request.workspace
    versions = {"runner": __version__, "engine": engine.version, "api": engine.api_version}
    commit = commit_of(file, workspace.access.root) if file else None
    yield RunStarted(request.command, versions, actor(workspace.environ), file, commit, request.message)
    yield from events
