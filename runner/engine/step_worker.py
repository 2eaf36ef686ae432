"""Runs one step in a worker thread: its outcome is reported, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import EngineError, RunnerError, StepFailed
from runner.core.plan import Action, Phase, Plan, Step
from runner.core.resource_state import State
from runner.core.state import Condition, Dependency
from runner.core.values import Marker
from runner.engine.task import RunContext, RunTask, Settled, StepEnded, Verified
from runner.resource.diff import diff_fields


def run_step(context: RunContext, step: Step) -> None:
    """Run a step and report its outcome, whatever happens."""
    task = RunTask(step.change, context, step.batch)
    try:
        with context.slot():
            made = context.done.get(step.change.address)
            if made is None and step.phase is Phase.APPLY:
                _meet_conditions(task)
            if made is not None:
                ended = StepEnded(step, made)
            elif _turns_out_unchanged(task, step):
                ended = StepEnded(step, task.observed.id, unchanged=True)
            else:
                ended = StepEnded(step, _carry_out(task, step))
    except RunnerError as error:
        ended = StepEnded(step, error=error)
    except Exception as error:
        ended = StepEnded(step, error=_internal(error))
    context.outbox.put(ended)


def _meet_conditions(task: RunTask) -> None:
    """Wait until dependencies meet conditions beyond existing."""
    task.context.watcher.raise_if_cancelled()
    for dependency in task.desired.depends_on:
        if not dependency.required and dependency.address in task.context.failed:
            _go_without(task, f"{dependency.address} failed")
            continue
        try:
            _meet(task, dependency)
        except (StepFailed, EngineError) as error:
            message = f"{dependency.address} {error.message}"
            if dependency.required:
                raise StepFailed(message, help=error.help, output=error.output) from error
            _go_without(task, message, error.help)


def _meet(task: RunTask, dependency: Dependency) -> None:
    attributes = task.context.attributes.get(dependency.address)
    if dependency.condition is Condition.EXISTS or attributes is None:
        return
    meet = task.context.catalog[dependency.address.kind].operations().wait_for
    timeout = task.timeout if dependency.timeout is None else dependency.timeout
    meet(task, task.context.declared.get(dependency.address), attributes["id"], dependency.condition, timeout)


def _go_without(task: RunTask, message: str, help: str | None = None) -> None:
    """Warn that a resource starts without a dependency that it does not require."""
    message, span = f"{task.change.address} starts without a dependency: {message}", task.desired.span
    task.warn(Diagnostic("optional-dependency", message, span, help, severity=Severity.WARNING))


def _turns_out_unchanged(task: RunTask, step: Step) -> bool:
    """Tell whether all values that were unknown at plan time turned out to be unchanged."""
    change = step.change
    if not change.diff or not all(isinstance(found.after, Marker) for found in change.diff):
        return False
    if step.phase is Phase.DELETE or change.action is not Action.REPLACE:
        return False
    if any(isinstance(value, Marker) for value in task.desired.fields.values()):
        return False
    rows = task.context.catalog[change.address.kind].compared
    return not diff_fields(rows, task.desired.fields, task.observed, partial(RunTask.attribute, task))


def verify(context: RunContext, step: Step, id: str) -> None:
    """Verify what a step created once more, and report the result."""
    look, ends = context.catalog[step.change.address.kind].operations().verify, [State.READY]
    task = RunTask(step.change, context)
    error = None if look is None else _attempt(context, lambda: ends.append(look(task, id)))
    context.outbox.put(Verified(step.change.address, ends[-1], error))


def settle(context: RunContext, step: Step, id: str, since: float) -> None:
    """Wait until what a step started counts as working, and report the result."""
    wait = context.catalog[step.change.address.kind].operations().settle
    error = (
        None
        if wait is None
        else _attempt(context, lambda: wait(RunTask(step.change, context), id, since), finishing=True)
    )
    context.outbox.put(Settled(step, id, error))


def _attempt(context: RunContext, call: Callable[[], None], *, finishing: bool = False) -> RunnerError | None:
    """Make a call in one of the run's slots; return the error it raised."""
    try:
        with context.slot(finishing=finishing):
            call()
    except RunnerError as failure:
        return failure
    except Exception as failure:
        return _internal(failure)
    return None


def _internal(failure: Exception) -> StepFailed:
    """Turn a bug into the failure of one step: the run must not hang on it."""
    return StepFailed(f"internal error: {failure!r}", help="please report it", code="internal-error")


def _carry_out(task: RunTask, step: Step) -> str | None:
    """Carry out one phase of a change; return the id of what it created, or left."""
    verbs = task.context.catalog[task.change.address.kind].operations()
    if step.phase is Phase.DELETE:
        return verbs.delete(task)
    by_action = {Action.CREATE: verbs.create, Action.UPDATE: verbs.update, Action.REPLACE: verbs.replace}
    return verbs.create(task) if _is_second_half(step, task.context.plan) else by_action[task.change.action](task)


def _is_second_half(step: Step, plan: Plan) -> bool:
    """Tell whether the step creates what an earlier step of the same change deleted."""
    return any(plan.steps[number].change is step.change for number in step.needs)
