"""Event messages: transitions, progress, the lock, the rollback, outcomes; no layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runner.core.address import Address
from runner.core.event import CheckFinished, Progress, RunFinished, RunStarted, StepStatus, Transition
from runner.core.resource_state import State
from runner.core.rollback_events import RollbackFinished, RollbackStarted, RollbackStep
from runner.core.run_lock import LockAcquired, LockBroken, LockReleased, LockWaiting
from runner.views.formatting import duration, listed, pluralize, present_participle, short_ids, size
from runner.views.text_width import printable

UNFINISHED: Final = "unfinished"
"""In place of the result of a run whose end was never recorded."""
NO_RESULT: Final = f"{UNFINISHED}: no result recorded"
_RESULTS: Final = {
    "succeeded": "Done",
    "failed": "Failed",
    "cancelled": "Interrupted",
    "rolled_back": "Failed and rolled back",
    "refused": "Refused",
}
_WORTH_TELLING_MS: Final = 50
_NO_MORE_THAN_DONE: Final = ("exists", "strongest", "done")
_BY_WEIGHT: Final = (
    State.FAILED,
    State.ROLLED_BACK,
    State.CANCELLED,
    State.SKIPPED,
    State.READY,
    State.SUCCEEDED,
    State.REMOVED,
    State.UNCHANGED,
)


def describe_progress(progress: Progress) -> str:
    """Return the progress of a long step.

    >>> from runner.core.address import Address
    >>> describe_progress(Progress(Address("image", "web"), "pulling", 5_000_000, 20_000_000))
    'pulling 5.0 MB of 20.0 MB'
    """
    phase = printable(progress.phase)
    if progress.status in (StepStatus.DONE, StepStatus.FAILED) and progress.elapsed_ms is not None:
        return f"{phase} {progress.status.value} in {duration(progress.elapsed_ms)}"
    if progress.status not in (None, StepStatus.RUNNING):
        return f"{phase} {progress.status.value}"
    if progress.current is None:
        return phase
    if progress.unit == "steps" and progress.total is not None:
        return f"[{progress.current}/{progress.total}] {phase}"
    if progress.unit != "bytes":
        of_all = "" if progress.total is None else f" of {progress.total}"
        return f"{phase} {progress.current}{of_all} {progress.unit}"
    of_all = "" if progress.total is None else f" of {size(progress.total)}"
    return f"{phase} {size(progress.current)}{of_all}"


def describe_phase(progress: Progress) -> str:
    """Return which phase of a step begins, without amounts.

    >>> from runner.core.address import Address
    >>> web, db = Address("service", "web"), Address("service", "db")
    >>> describe_phase(Progress(web, "until healthy", awaits="healthy"))
    'waiting until healthy'
    >>> describe_phase(Progress(web, "until healthy", awaits="healthy", of=db))
    'waiting for service.db healthy'
    """
    if progress.awaits is None or progress.done:
        return printable(progress.phase)
    return f"waiting for {progress.of} {progress.awaits}" if progress.of else f"waiting {printable(progress.phase)}"


def describe_transition(transition: Transition) -> str:
    """Return a short message for a transition.

    >>> from runner.core.address import Address
    >>> from runner.core.plan import Action
    >>> web = Address("service", "web")
    >>> describe_transition(Transition(web, Action.CREATE, State.PENDING, State.SKIPPED, cause="service.db"))
    'skipped: needs service.db'
    """
    if transition.after is State.WAITING and transition.waits_for:
        needs = [needed(address, condition) for address, condition in transition.waits_for.items()]
        return f"waiting for {listed(needs, 3)}"
    word = labelled_state(transition)
    if transition.attempt > 1:
        word = f"{word} (attempt {transition.attempt})"
    why = cause(transition)
    return f"{word}: {why}" if why else word


def describe_check(check: CheckFinished) -> str:
    """Return a short message for the result of a check."""
    why, word = cause_text(check.cause, check.state), labelled_state(check)
    return f"{word}: {why}" if why else word


def cause(transition: Transition) -> str:
    """Return the cause of a transition, or nothing."""
    return cause_text(transition.cause, transition.after)


def cause_text(cause: str | None, after: State) -> str:
    """Return the text for what led to a state, or nothing."""
    if cause is None:
        return ""
    given = short_ids(printable(cause.replace("\n", " ")))
    return f"needs {given}" if after in (State.SKIPPED, State.WAITING) else given


def needed(address: Address | str, condition: str) -> str:
    """Return a resource with the condition that it must meet, if that is more than to be done.

    >>> needed("service.db", "healthy"), needed("image.web", "exists")
    ('service.db healthy', 'image.web')
    """
    return f"{address}" if condition in _NO_MORE_THAN_DONE else f"{address} {condition}"


def interrupted(cause: str, working: Sequence[tuple[Address, str]]) -> str:
    """Return that a run was interrupted, and what it still finishes: addresses with what is done to them.

    >>> interrupted("interrupted", [("service.web", "replace")])
    'interrupted: finishing service.web (replacing)'
    """
    doing = [f"{address} ({present_participle(verb)})" if verb else f"{address}" for address, verb in working]
    return f"{cause}: finishing {listed(doing, 3)}" if doing else f"{cause}: ending the run"


def state(which: State) -> str:
    """Return the word for a state."""
    return which.value.replace("_", " ")


def labelled_state(event: Transition | CheckFinished) -> str:
    """Return the word for the state that a resource is in; if it failed, with the code that explains it."""
    after = event.after if isinstance(event, Transition) else event.state
    has_failed = after in (State.FAILED, State.ROLLED_BACK)
    return f"{state(after)}[{event.code}]" if event.code and has_failed else state(after)


def started(event: RunStarted, workflow: str, run_id: str) -> str:
    """Return which run begins, on what, with which versions."""
    versions = ", ".join(f"{name} {version}" for name, version in event.versions.items())
    source = f" from {event.file}" if event.file else ""
    commit = f" at {event.commit[:12]}" if event.commit else ""
    why = f": {printable(event.message)}" if event.message else ""
    return f"{event.command} {workflow}{source}{commit}: run {run_id} by {event.actor} ({versions}){why}"


def lock(event: LockWaiting | LockBroken | LockAcquired | LockReleased) -> str:
    """Return the message for an event of the lock.

    >>> lock(LockAcquired(waited_ms=0)), lock(LockReleased(held_ms=1300))
    ('lock acquired', 'lock released after 1.3s')
    """
    match event:
        case LockWaiting():
            return f"waiting for the lock of {printable(str(event.holder))}"
        case LockBroken():
            return f"removed the stale lock of {printable(str(event.holder))}: {event.cause}"
        case LockAcquired():
            return f"lock acquired after {duration(event.waited_ms)}" if event.waited_ms >= 1000 else "lock acquired"
        case LockReleased():
            return f"lock released after {duration(event.held_ms)}"


def rollback(event: RollbackStarted | RollbackStep | RollbackFinished) -> str:
    """Return the message for an event of the rollback.

    >>> rollback(RollbackStarted("interrupted", ()))
    'interrupted: rolling back all changes'
    >>> rollback(RollbackFinished({}, 1300))
    'rolled back after 1.3s: all changes reverted, except data written to volumes'
    """
    match event:
        case RollbackStarted():
            why = event.cause if event.cause in ("interrupted", "lock lost") else f"{event.cause} failed"
            return f"{why}: rolling back all changes"
        case RollbackStep():
            return f"{event.address} rolling back"
        case RollbackFinished() if event.left:
            left = "; ".join(f"{address}: {printable(why)}" for address, why in event.left.items())
            return f"rollback incomplete: {short_ids(left)}"
        case RollbackFinished():
            return (
                f"rolled back after {duration(event.duration_ms)}: all changes reverted, except data written to volumes"
            )


def _proof(finished: RunFinished) -> str:
    """Return what of a run's duration went into watching what was started, if that is worth telling."""
    if finished.watched_ms < _WORTH_TELLING_MS:
        return ""
    names = {address.name for address in finished.watched}
    who = names.pop() if len(names) == 1 else pluralize(len(names), "resource")
    return f", {finished.watched_ms / 1000:.1f}s of it watching {who} run"


def outcome(finished: RunFinished) -> str:
    """Summarize a run: its result, its duration and what of it was proof, and the number of resources per state.

    >>> from runner.core.address import Address
    >>> outcome(RunFinished("succeeded", {"ready": 1}, 1600, 0, 1000, (Address("job", "web"),)))
    'Done in 1.6s, 1.0s of it watching web run: 1 ready'
    """
    counts = {which: finished.counts.get(which.value, 0) for which in _BY_WEIGHT}
    took = duration(finished.duration_ms) + _proof(finished)
    total = sum(counts.values())
    if finished.result == "succeeded" and total == counts[State.UNCHANGED]:
        return f"Done in {took}: {pluralize(total, 'resource')} unchanged"
    parts = [f"{number} {state(which)}" for which, number in counts.items() if number]
    text = f"{_RESULTS.get(finished.result, finished.result)} in {took}"
    return f"{text}: {', '.join(parts)}" if parts else text
