"""Carrying out a plan: the lock, events to views and log, and interruption."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING, Any

import click

from runner import __version__
from runner.cli.echo import echo_line
from runner.app.failures_only import FailuresOnly
from runner.app.run_identity import actor, holder_of, new_run_id
from runner.cli.session import CommandContext
from runner.cli.signals import cancel_on_signal
from runner.core.event import Event, Level, RunStarted
from runner.core.gateway import Gateway
from runner.core.phrase import reason_of
from runner.core.plan import Plan
from runner.core.redact import Redactor
from runner.core.run_lock import Holder

if TYPE_CHECKING:
    from runner.engine.execute import Run
    from runner.engine.locked_run import LockedRun
    from runner.views.view import View


def carry_out(
    session: CommandContext,
    plan: Plan,
    gateway: Gateway,
    *,
    command: str,
    file: str | None,
    redactor: Redactor,
    again: Callable[[], Plan],
    lock_timeout: float,
    keep: Callable[[], View],
) -> int:
    """Run a plan to its end, show and log every event, and return the exit code.

    What changes something is planned `again` once the lock is held, which is waited for `lock_timeout` seconds.
    What `keep` returns puts the run on record: one that changes nothing only if it fails.
    """
    run_id = new_run_id()
    run = _run(session, plan, gateway, holder_of(command, run_id), again, lock_timeout)
    kept = keep() if plan.pending else FailuresOnly(keep)
    return _follow(session, run, plan, run_id, command=command, file=file, redactor=redactor, kept=kept)


def see_checks(
    session: CommandContext, plan: Plan, gateway: Gateway, *, file: str, redactor: Redactor, keep: Callable[[], View]
) -> int:
    """Ask the checks of a plan that changes nothing, and return the exit code; `keep` as for `carry_out`."""
    run, kept = _plain_run(session, plan, gateway), FailuresOnly(keep)
    return _follow(session, run, plan, new_run_id(), command="check", file=file, redactor=redactor, kept=kept)


def _follow(
    session: CommandContext,
    run: Run | LockedRun,
    plan: Plan,
    run_id: str,
    *,
    command: str,
    file: str | None,
    redactor: Redactor,
    kept: View,
) -> int:
    """Show and log every event of a run; what keeps it comes first: closed last, it may say something to no view."""
    from runner.log import Recorder

    recorder = Recorder(plan.workflow, run_id, redactor)
    with ExitStack() as stack:
        views = [stack.enter_context(closing(view)) for view in (kept, *_views(session, stack, run.cancel))]
        cancel_on_signal(run.cancel)
        events = _with_start(run.events(), plan, command, file)
        stack.callback(_end_in_order, run, events)
        code = 1
        for event in events:
            record = recorder.record(event)
            for view in views:
                view.show(record)
            code = getattr(event, "exit_code", code)
    return code


def _run(
    session: CommandContext,
    plan: Plan,
    gateway: Gateway,
    holder: Holder,
    again: Callable[[], Plan],
    lock_timeout: float,
) -> Run | LockedRun:
    """Return the run of a plan: under the lock, unless it changes nothing."""
    from runner.engine.lock import Lock
    from runner.engine.locked_run import LockedRun

    if not plan.pending:
        return _plain_run(session, plan, gateway)
    lock = Lock(gateway, plan.workflow, holder)
    return LockedRun(lock, lock_timeout, again, lambda plan: _plain_run(session, plan, gateway))


def _plain_run(session: CommandContext, plan: Plan, gateway: Gateway) -> Run:
    from runner.engine.execute import Run
    from runner.kinds import CATALOG
    from runner.kinds.check import run_check

    options = session.options
    return Run(plan, gateway, CATALOG, parallel=options.parallel, timeout=options.timeout, ask=run_check)


def _end_in_order(run: Run | LockedRun, rest: Iterator[Event]) -> None:
    """End a run to which nobody listens any more as an interrupted one: finish or undo, and give the lock back."""
    run.cancel()
    deque(rest, maxlen=0)


def _with_start(events: Iterator[Event], plan: Plan, command: str, file: str | None) -> Iterator[Event]:
    engine = plan.engine
    versions = {"runner": __version__, "engine": engine.version, "api": engine.api_version}
    yield RunStarted(command, versions, actor(), file, _commit(file))
    yield from events


def _commit(file: str | None) -> str | None:
    """Return the git commit that a file lies in, None where there is none."""
    from runner.app.git_commit import commit_of

    return commit_of(file) if file else None


def _views(session: CommandContext, stack: ExitStack, cancel: Callable[[], None]) -> Iterator[View]:
    """Yield who is shown the run; when whoever follows it has gone, it is to `cancel`."""
    from runner.views.fault_tolerant import FaultTolerantView

    yield FaultTolerantView(_console_view(session), at_once=lambda _error: cancel())
    path = session.options.log_file
    if path:
        from runner.log import JsonLog

        log = JsonLog(_log_stream(path, stack), Level(session.options.log_level))
        yield FaultTolerantView(
            log, in_the_end=lambda error: echo_line(f"warning: {_unwritable(path, error)}", err=True)
        )


def _console_view(session: CommandContext) -> View:
    if session.output == "json":
        from runner.log import JsonLog

        return JsonLog(sys.stdout)
    if session.output == "human":
        from runner.views.human import HumanView
        from runner.views.writer import wants_colour

        colour = wants_colour(sys.stderr, os.environ, session.options.no_color)
        return HumanView(sys.stdout, sys.stderr, colour=colour)
    from runner.views.heartbeat import SECONDS
    from runner.views.plain import PlainView

    return PlainView(sys.stdout, sys.stderr, heartbeat=SECONDS)


def _log_stream(path: str, stack: ExitStack) -> Any:
    try:
        stream = open(path, "a", encoding="utf-8")  # noqa: PTH123, SIM115 - "-" and devices are paths too
    except OSError as error:
        raise click.ClickException(_unwritable(path, error)) from error
    stack.callback(_close, stream)
    return stream


def _close(stream: Any) -> None:
    with suppress(OSError):  # what could not be written has been told
        stream.close()


def _unwritable(path: str, error: OSError) -> str:
    return f'cannot write the log file "{path}": {reason_of(error)}'
