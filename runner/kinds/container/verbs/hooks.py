"""Run a container's hooks after it was started, and before it is stopped.

Until its post_start hooks are done, a container that runner has started has a name with the suffix STARTING: whoever
finds one knows that a run was killed meanwhile, and completes the start. A container has hooks of its own only if
runner created or adopted it: `fields` are those it was observed with, or those of the file that it was created from.
"""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import Cancelled, EngineUnreachable, NotFound, ProgramNotRun, RunnerError, StepFailed
from runner.core.gateway import Gateway
from runner.core.progress_update import ProgressUpdate
from runner.core.task import Task
from runner.kinds.container.options.hooks import POST_START, PRE_STOP, Hook, hooks_in
from runner.kinds.container.options.lifecycle import STARTING
from runner.kinds.container.verbs.exec_hook import Watch, exec_hook
from runner.kinds.container.verbs.wait_ready import check_running

_CORRECT = "correct the command, or what it needs in the container"


def name_until_started(name: str, fields: Mapping[str, object]) -> str:
    """Return the name of a container until its post_start hooks are done; the final one without hooks."""
    return name + STARTING if fields.get(POST_START) else name


def mark_as_starting(task: Task, id: str, name: str, fields: Mapping[str, object]) -> None:
    """Give a container that is about to be started that name."""
    _rename(task.gateway, id, name_until_started(name, fields))


def complete_start(task: Task, id: str, name: str, fields: Mapping[str, object]) -> None:
    """Run the post_start hooks of a container that was just started, and give it its final name."""
    if fields.get(POST_START):
        run_post_start(task.gateway, id, fields, timeout=task.timeout, watch=_telling(task))
        _rename(task.gateway, id, name)


def run_post_start(gateway: Gateway, id: str, fields: Mapping[str, object], *, timeout: float, watch: Watch) -> None:
    """Run the post_start hooks of a container; StepFailed for the first that fails."""
    for hook in hooks_in(fields.get(POST_START)):
        try:
            exec_hook(gateway, id, hook, timeout=timeout, watch=watch)
        except (StepFailed, ProgramNotRun) as error:
            check_running(gateway, gateway.containers.inspect(id), None, fresh=False)
            raise StepFailed(
                _told(POST_START, hook, error),
                help=error.help or _CORRECT,
                output=error.output,
                code="hook-failed",
            ) from error


def run_pre_stop(task: Task, id: str, fields: Mapping[str, object]) -> None:
    """Run the pre_stop hooks of a container that is about to be stopped; warn of the first that fails."""
    hooks = hooks_in(fields.get(PRE_STOP))
    if hooks and _is_running(task.gateway, id):
        for hook in hooks:
            try:
                exec_hook(task.gateway, id, hook, timeout=task.timeout, watch=_telling(task))
            except (Cancelled, EngineUnreachable):
                raise
            except RunnerError as error:
                task.warn(_warning(task, hook, error))
                return


def _is_running(gateway: Gateway, id: str) -> bool:
    try:
        state = gateway.containers.inspect(id)["State"]
    except NotFound:
        return False
    return bool(state["Running"]) and not state.get("Paused") and not state.get("Restarting")


def _warning(task: Task, hook: Hook, error: RunnerError) -> Diagnostic:
    last = f": {error.output[-1]}" if error.output else ""
    message = f"{task.change.address}: {_told(PRE_STOP, hook, error)}{last}; it is stopped all the same"
    span = task.change.desired.span if task.change.desired else None
    return Diagnostic("hook-failed", message, span, error.help or _CORRECT, severity=Severity.WARNING)


def _told(key: str, hook: Hook, error: RunnerError) -> str:
    return f'{key} hook "{hook.shown}" {"" if isinstance(error, StepFailed) else "was not run: "}{error.message}'


def _telling(task: Task) -> Watch:
    return lambda line: task.report(ProgressUpdate(output=line))


def _rename(gateway: Gateway, id: str, name: str) -> None:
    """Rename a container, unless it already has the name: engines treat that as an error."""
    if gateway.containers.inspect(id)["Name"].lstrip("/") != name:
        gateway.containers.rename(id, name)
