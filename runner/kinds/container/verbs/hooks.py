"""Run a container's hooks after it was started, and before it is stopped.

Until its post_start hooks are done, a container that runner has started has a name with the suffix STARTING: whoever
finds one knows that a run was killed meanwhile, and completes the start. A container has hooks of its own only if
runner created or adopted it: `fields` are those it was observed with, or those of the file that it was created from.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Final

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import Cancelled, Conflict, EngineUnreachable, NotFound, ProgramNotRun, RunnerError, StepFailed
from runner.core.gateway import Gateway
from runner.core.progress_update import ProgressUpdate
from runner.core.sensitive import is_sensitive
from runner.core.task import Task
from runner.kinds.container.names import STARTING
from runner.kinds.container.options.hooks import POST_START, PRE_STOP, Hook, recorded_hooks
from runner.kinds.container.verbs.exec_hook import Watch, exec_hook
from runner.kinds.container.verbs.exits import failed_exit
from runner.kinds.container.verbs.naming import rename

_CORRECT = "correct the command, or what it needs in the container"
_OF_ITS_OWN: Final = range(1, 128)
"""Codes with which a hook failed by itself; above them are signals, and what engines say of programs that can't run."""
_NOTICED: Final = 1.0
"""Seconds within which an engine knows that a container has ended, after its hook was."""
_GLANCE: Final = 0.05
_ENDS_EARLY = "it must keep running until its post_start hooks are done"


def name_until_started(name: str, fields: Mapping[str, object]) -> str:
    """Return the name of a container until its post_start hooks are done; the final one without hooks."""
    return name + STARTING if fields.get(POST_START) else name


def mark_as_starting(task: Task, id: str, name: str, fields: Mapping[str, object]) -> None:
    """Give a container that is about to be started that name, unless it was observed with it."""
    wanted = name_until_started(name, fields)
    if task.observed.engine_name != wanted:
        rename(task, id, wanted)


def complete_start(task: Task, id: str, name: str, fields: Mapping[str, object], *, watch: Watch | None = None) -> None:
    """Run the post_start hooks of a container that was just started, and give it its final name."""
    if fields.get(POST_START):
        run_post_start(task, id, fields, watch=watch or _telling(task))
        rename(task, id, name)


def run_post_start(task: Task, id: str, fields: Mapping[str, object], *, watch: Watch) -> None:
    """Run the post_start hooks of a container; StepFailed for the first that fails."""
    for number, hook in _hooks(task, POST_START, fields):
        try:
            exec_hook(task.gateway, id, hook, timeout=task.timeout, watch=watch)
        except (StepFailed, ProgramNotRun, Conflict) as error:
            _check_alive(task.gateway, id, was_cut=(error.exit_code or 0) not in _OF_ITS_OWN)
            message = f"failed in its {_called(task, POST_START, number, hook)}, which {_outcome(error)}"
            help = error.help or _CORRECT
            raise StepFailed(message, help=help, output=error.output, code="hook-failed") from error


def _check_alive(gateway: Gateway, id: str, *, was_cut: bool) -> None:
    """Raise StepFailed if a container itself has ended, also well, rather than its hook failed.

    A hook that `was_cut` short may have been so by that end, which the engine tells a moment later.
    """
    until = time.monotonic() + (_NOTICED if was_cut else 0)
    while True:
        inspect = gateway.containers.inspect(id)
        is_looping = bool(inspect["State"].get("Restarting"))
        if is_looping or not inspect["State"]["Running"]:
            raise failed_exit(gateway, inspect, is_looping=is_looping, help=_ENDS_EARLY)
        if time.monotonic() >= until:
            return
        time.sleep(_GLANCE)


def run_pre_stop(task: Task, id: str, fields: Mapping[str, object]) -> None:
    """Run the pre_stop hooks of a container that is about to be stopped; warn of the first that fails."""
    if not fields.get(PRE_STOP) or not _is_running(task.gateway, id):
        return
    for number, hook in _hooks(task, PRE_STOP, fields):
        try:
            exec_hook(task.gateway, id, hook, timeout=task.timeout, watch=_telling(task))
        except (Cancelled, EngineUnreachable):
            raise
        except RunnerError as error:
            last = f": {error.output[-1]}" if error.output else ""
            _warn(task, f"{_called(task, PRE_STOP, number, hook)} {_outcome(error)}{last}; it is stopped all the same")
            return


def _hooks(task: Task, key: str, fields: Mapping[str, object]) -> Iterator[tuple[int, Hook]]:
    """Yield the hooks, numbered; warn of one that isn't known any more."""
    desired = task.change.desired
    declared = desired.fields.get(key) if desired else None
    for number, hook in enumerate(recorded_hooks(fields.get(key), declared), 1):
        if hook is not None:
            yield number, hook
        else:
            _warn(
                task, f"{key} hook {number} is not run: it had something sensitive, of which only a digest is recorded"
            )


def _is_running(gateway: Gateway, id: str) -> bool:
    try:
        state = gateway.containers.inspect(id)["State"]
    except NotFound:
        return False
    return bool(state["Running"]) and not state.get("Paused") and not state.get("Restarting")


def _warn(task: Task, message: str) -> None:
    span = task.change.desired.span if task.change.desired else None
    told = f"{task.change.address}: {message}"
    task.warn(Diagnostic("hook-failed", told, span, _CORRECT, severity=Severity.WARNING))


def _called(task: Task, key: str, number: int, hook: Hook) -> str:
    """Name a hook by its command, unless that may have something sensitive."""
    hidden = is_sensitive(key, task.change.sensitive_places)
    return f"{key} hook {number}" if hidden else f'{key} hook "{hook.shown}"'


def _outcome(error: RunnerError) -> str:
    return error.message if isinstance(error, StepFailed) else f"was not run: {error.message}"


def in_silence(_line: str | None) -> None:
    """Watch the hooks of a run that is taken back: nobody follows their output, and no interruption ends them."""


def _telling(task: Task) -> Watch:
    return lambda line: task.report(ProgressUpdate(output=line))
