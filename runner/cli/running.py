"""Carrying out a plan: consent, events to views and log, and interruption."""

from __future__ import annotations

import getpass
import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any

import click

from runner import __version__
from runner.cli.session import Session
from runner.core.event import Event, Level, RunStarted
from runner.core.gateway import Gateway
from runner.core.plan import Plan, Reason
from runner.core.redact import Redactor

if TYPE_CHECKING:
    from runner.views.view import View

INTERRUPTED = 130


_WAYS_OUT = {
    Reason.ORPHAN: "to keep it, declare it again",
    Reason.REQUESTED: "to keep it, leave out --volumes",
}
_CHANGED = "to keep it, undo the change, or give the new one another key"


def consent(plan: Plan, *, yes: bool) -> None:
    """Ask before data is destroyed; without a terminal to ask on, only --yes will do."""
    if not plan.destroys_data or yes:
        return
    doomed = ", ".join(str(change.address) for change in plan.destroys_data)
    ways = dict.fromkeys(_WAYS_OUT.get(change.reasons[0], _CHANGED) for change in plan.destroys_data)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(f"this destroys the data of {doomed}; say --yes if that is meant; {'; '.join(ways)}")
    click.echo(f"This destroys the data of {doomed}; {'; '.join(ways)}.", err=True)
    if not click.confirm("Go on?", err=True):
        raise click.Abort


def carry_out(
    session: Session, plan: Plan, gateway: Gateway, *, command: str, file: str | None, redactor: Redactor
) -> int:
    """Run a plan to its end, show and log every event, and return the exit code."""
    from runner.engine.execute import Run
    from runner.kinds import CATALOG
    from runner.log import Recorder

    options = session.options
    run = Run(plan, gateway, CATALOG, parallel=options.parallel, timeout=options.timeout)
    recorder = Recorder(plan.workflow, _run_id(), redactor)
    with ExitStack() as stack:
        views = [stack.enter_context(closing(view)) for view in _views(session, stack)]
        stack.enter_context(_interruptible(run.cancel))
        code = 1
        for event in _with_start(run.events(), plan, command, file):
            record = recorder.record(event)
            for view in views:
                view.show(record)
            code = getattr(event, "exit_code", code)
    return code


def _run_id() -> str:
    return secrets.token_hex(6)


def _with_start(events: Iterator[Event], plan: Plan, command: str, file: str | None) -> Iterator[Event]:
    engine = plan.engine
    versions = {"runner": __version__, "engine": engine.version, "api": engine.api_version}
    yield RunStarted(command, versions, _actor(), file, _commit(file))
    yield from events


def _actor() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in many containers
        name = str(os.getuid())
    return f"{name}@{os.uname().nodename}"


def _commit(file: str | None) -> str | None:
    """Return the git commit that a file lies in, None where there is none."""
    from runner.cli.commit import commit_of

    return commit_of(file) if file else None


def _views(session: Session, stack: ExitStack) -> Iterator[View]:
    options = session.options
    if session.output == "json":
        from runner.log import JsonLog

        yield JsonLog(sys.stdout)
    elif session.output == "human":
        from runner.views.human import HumanView
        from runner.views.ink import wants_colour

        yield HumanView(sys.stdout, sys.stderr, colour=wants_colour(sys.stderr, os.environ, options.no_color))
    else:
        from runner.views.plain import PlainView

        yield PlainView(sys.stdout, sys.stderr)
    if options.log_file:
        from runner.log import JsonLog

        yield JsonLog(_log_stream(options.log_file, stack), Level(options.log_level))


def _log_stream(path: str, stack: ExitStack) -> Any:
    try:
        return stack.enter_context(open(path, "a", encoding="utf-8"))  # noqa: PTH123 - "-" and devices are paths too
    except OSError as error:
        raise click.UsageError(
            f'cannot write the log file "{path}": {(error.strerror or str(error)).lower()}'
        ) from error


@contextmanager
def _interruptible(cancel: Callable[[], None]) -> Iterator[None]:
    """Let the first SIGINT or SIGTERM end the run in order, and the second at once."""
    interrupted = False

    def handle(_signal: int, _frame: object) -> None:
        nonlocal interrupted
        if interrupted:
            os.write(2, b"\nstopped at once: the next apply puts in order what was left half-done\n")
            os._exit(INTERRUPTED)
        interrupted = True
        cancel()

    previous = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
