"""Where values become words: reasons, field values, amounts, times, transitions, outcomes; lays nothing out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from runner.core.event import Progress, RunFinished, RunStarted, State, Transition
from runner.core.plan import Change, Plan, Reason
from runner.core.values import Marker, Value
from runner.views.measure import ELLIPSIS, cut, printable

_LONG_ID: Final = re.compile(r"\b(sha256:)?([0-9a-f]{12})[0-9a-f]{52}\b")
_IRREGULAR: Final = {"build": "built", "run": "ran", "stop": "stopped"}
_RESULTS: Final = {
    "succeeded": "Done",
    "failed": "Failed",
    "cancelled": "Interrupted",
    "rolled_back": "Failed and rolled back",
    "refused": "Refused",
}
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


def counted(number: int, noun: str) -> str:
    """Put a number before a noun.

    >>> counted(1, "error"), counted(0, "warning")
    ('1 error', '0 warnings')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def done(verb: str) -> str:
    """Return a verb's past participle.

    >>> done("create"), done("pull"), done("build")
    ('created', 'pulled', 'built')
    """
    return _IRREGULAR.get(verb) or (f"{verb}d" if verb.endswith("e") else f"{verb}ed")


def verb_of(change: Change) -> str:
    """Return the kind's own word for a change, or the action's."""
    return change.verb or change.action.value


def reasons(why: Iterable[Reason]) -> str:
    """List reasons, the first one first."""
    return ", ".join(reason.value for reason in why)


def duration(milliseconds: int) -> str:
    """Write a stretch of time with the two units that matter.

    >>> [duration(ms) for ms in (0, 120, 1300, 60_000, 3_720_000, 90_000_000)]
    ['0s', '120ms', '1.3s', '1m00s', '1h02m', '1d01h']
    """
    seconds = milliseconds // 1000
    if seconds >= 86_400:
        return f"{seconds // 86_400}d{seconds % 86_400 // 3600:02}h"
    if seconds >= 3600:
        return f"{seconds // 3600}h{seconds % 3600 // 60:02}m"
    if seconds >= 60:
        return f"{seconds // 60}m{seconds % 60:02}s"
    if seconds:
        tenths = milliseconds % 1000 // 100
        return f"{seconds}.{tenths}s" if tenths else f"{seconds}s"
    return f"{milliseconds}ms" if milliseconds else "0s"


def size(amount: int) -> str:
    """Write a number of bytes in decimal multiples, as registries and docker do for transfers.

    >>> size(999), size(12_345_678)
    ('999 B', '12.3 MB')
    """
    if amount < 1000:
        return f"{amount} B"
    scaled, unit = amount / 1000, "kB"
    for larger in ("MB", "GB", "TB"):
        if scaled < 1000:
            break
        scaled, unit = scaled / 1000, larger
    return f"{scaled:.1f} {unit}"


def advance(progress: Progress) -> str:
    """Say how far a long step is.

    >>> from runner.core.address import Address
    >>> advance(Progress(Address("image", "web"), "pulling", 5_000_000, 20_000_000))
    'pulling 5.0 MB of 20.0 MB'
    """
    phase = printable(progress.phase)
    if progress.current is None:
        return phase
    if progress.unit != "bytes":
        of_all = "" if progress.total is None else f" of {progress.total}"
        return f"{phase} {progress.current}{of_all} {progress.unit}"
    of_all = "" if progress.total is None else f" of {size(progress.total)}"
    return f"{phase} {size(progress.current)}{of_all}"


def short_ids(text: str) -> str:
    """Cut every full id and digest in a text to its first 12 digits."""
    return _LONG_ID.sub(lambda match: f"{match[1] or ''}{match[2]}{ELLIPSIS}", text)


def short_id(id: str) -> str:
    """Return an id as people name it: its first 12 digits.

    >>> short_id("sha256:" + "1f" * 32)
    '1f1f1f1f1f1f'
    """
    return id.removeprefix("sha256:")[:12]


def value(given: Value | Marker, room: int = 40) -> str:
    """Write a field's value in at most `room` cells.

    >>> value("dev"), value(None), value(("a", 1)), value({"soft": 1024}), value("x" * 40, 10)
    ('"dev"', '(unset)', '["a", 1]', '{soft: 1024}', '"xxxxxxxx…')
    """
    return cut(_whole(given), room)


def _whole(given: Value | Marker) -> str:
    match given:
        case Marker():
            return given.value
        case None:
            return "(unset)"
        case Mapping():
            return "{" + ", ".join(f"{printable(key)}: {_whole(item)}" for key, item in given.items()) + "}"
        case tuple():
            return "[" + ", ".join(map(_whole, given)) + "]"
        case _:
            return printable(json.dumps(short_ids(given) if isinstance(given, str) else given, ensure_ascii=False))


def phrase(transition: Transition) -> str:
    """Say in a few words what a transition brought.

    >>> from runner.core.address import Address
    >>> from runner.core.plan import Action
    >>> web = Address("service", "web")
    >>> phrase(Transition(web, Action.CREATE, State.PENDING, State.SKIPPED, cause="service.db"))
    'skipped: needs service.db'
    """
    word = state(transition.after)
    if transition.attempt > 1:
        word = f"{word} (attempt {transition.attempt})"
    why = cause(transition)
    return f"{word}: {why}" if why else word


def cause(transition: Transition) -> str:
    """Say what made a transition so, or nothing."""
    if transition.cause is None:
        return ""
    given = short_ids(printable(transition.cause.replace("\n", " ")))
    return f"needs {given}" if transition.after in (State.SKIPPED, State.WAITING) else given


def state(which: State) -> str:
    """Return a state's word."""
    return which.value.replace("_", " ")


def to_do(plan: Plan) -> str:
    """Count what a plan would do, by verb and in its order, and what it leaves alone; problems first."""
    parts = [counted(len(plan.problems), "problem")] if plan.problems else []
    parts += [f"{number} to {verb}" for verb, number in Counter(map(verb_of, plan.pending)).items()]
    if unchanged := len(plan.changes) - len(plan.pending):
        parts.append(f"{unchanged} unchanged")
    return ", ".join(parts)


def started(event: RunStarted, workflow: str, run_id: str) -> str:
    """Say which run begins, on what, with which versions."""
    versions = ", ".join(f"{name} {version}" for name, version in event.versions.items())
    source = f" from {event.file}" if event.file else ""
    commit = f" at {event.commit[:12]}" if event.commit else ""
    return f"{event.command} {workflow}{source}{commit}: run {run_id} by {event.actor} ({versions})"


def outcome(finished: RunFinished) -> str:
    """Sum a run up: how it ended, how long it took, how many resources came to what."""
    counts = {which: finished.counts.get(which.value, 0) for which in _BY_WEIGHT}
    took = duration(finished.duration_ms)
    total = sum(counts.values())
    if finished.result == "succeeded" and total == counts[State.UNCHANGED]:
        return f"Nothing to do in {took}: {counted(total, 'resource')} unchanged"
    parts = [f"{number} {state(which)}" for which, number in counts.items() if number]
    said = f"{_RESULTS.get(finished.result, finished.result)} in {took}"
    return f"{said}: {', '.join(parts)}" if parts else said
