"""Formatting of values: reasons, field values, amounts, times; knows no events and no layout."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Final

from runner.core.lazy_pattern import lazy_pattern
from runner.core.plan import Change, Pace, Plan, Reason
from runner.core.values import Marker, Value
from runner.views.text_width import ELLIPSIS, cells, cut, printable

_LONG_ID: Final = lazy_pattern(r"\b(sha256:)?([0-9a-f]{12})[0-9a-f]{52}\b")
_BEFORE_A_DIFFERENCE: Final = 8
"""How many cells of the common part of two texts are shown before the difference."""
_IRREGULAR: Final = {"build": "built", "run": "ran", "stop": "stopped", "tag": "tagged"}
_DOUBLED: Final = ("run", "stop", "tag")


def pluralize(number: int, noun: str) -> str:
    """Return a number with a noun, in the plural unless it is 1.

    >>> pluralize(1, "error"), pluralize(0, "warning")
    ('1 error', '0 warnings')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def past_participle(verb: str) -> str:
    """Return a verb's past participle, or those of several.

    >>> past_participle("create"), past_participle("pull"), past_participle("build and push")
    ('created', 'pulled', 'built and pushed')
    """
    return " and ".join(
        _IRREGULAR.get(one) or (f"{one}d" if one.endswith("e") else f"{one}ed") for one in verb.split(" and ")
    )


def present_participle(verb: str) -> str:
    """Return a verb's present participle, or those of several.

    >>> present_participle("create"), present_participle("run"), present_participle("build and push")
    ('creating', 'running', 'building and pushing')
    """
    return " and ".join(
        f"{one}{one[-1]}ing" if one in _DOUBLED else f"{one.removesuffix('e')}ing" for one in verb.split(" and ")
    )


def listed(items: Sequence[str], most: int) -> str:
    """List items, and count those beyond `most`.

    >>> listed(["a", "b"], 3), listed(["a", "b", "c", "d"], 3)
    ('a, b', 'a, b, c and 1 more')
    """
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def verb_of(change: Change) -> str:
    """Return the kind's own verb for a change, else the action's."""
    return change.verb or change.action.value


def reasons(why: Iterable[Reason]) -> str:
    """List reasons, the first one first."""
    return ", ".join(reason.value for reason in why)


def duration(milliseconds: int) -> str:
    """Format a duration with its two most significant units.

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
    """Format a number of bytes in decimal multiples, as registries and docker do for transfers.

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


def memory(amount: int) -> str:
    """Format a number of bytes in binary multiples, as for memory limits.

    >>> memory(1000), memory(67_108_864)
    ('1000 B', '64.0 MiB')
    """
    scaled, unit = float(amount), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if scaled < 1024:
            break
        scaled, unit = scaled / 1024, larger
    return f"{amount} B" if unit == "B" else f"{scaled:.1f} {unit}"


def short_ids(text: str) -> str:
    """Shorten every full id and digest in a text to its first 12 digits."""
    return _LONG_ID.sub(lambda match: f"{match[1] or ''}{match[2]}{ELLIPSIS}", text)


def short_id(id: str) -> str:
    """Return a short id: the first 12 digits.

    >>> short_id("sha256:" + "1f" * 32)
    '1f1f1f1f1f1f'
    """
    return id.removeprefix("sha256:")[:12]


def before_and_after(before: Value | Marker, after: Value | Marker, room: int) -> tuple[str, str]:
    """Format two values of a field in `room` cells; if they must be truncated, their difference stays visible.

    >>> before_and_after(None, "dev", 40), before_and_after("x" * 40 + "1", "x" * 40 + "2", 24)
    (('(unset)', '"dev"'), ('…xxxxxxxxx1"', '…xxxxxxxxx2"'))
    """
    old, new = value(before), value(after)
    if cells(old) + cells(new) > room:
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
        start = min(alike - min(_BEFORE_A_DIFFERENCE, room // 4), max(len(old), len(new)) - room // 2 + 1)
        if start > 1:
            old, new = ELLIPSIS + old[start:], ELLIPSIS + new[start:]
    old = cut(old, max(room // 2, room - cells(new)))
    return old, cut(new, room - cells(old))


def value(given: Value | Marker) -> str:
    """Format the value of a field.

    >>> value("dev"), value(None), value(("a", 1)), value({"soft": 1024})
    ('"dev"', '(unset)', '["a", 1]', '{soft: 1024}')
    """
    match given:
        case Marker():
            return given.value
        case None:
            return "(unset)"
        case Mapping():
            return "{" + ", ".join(f"{printable(key)}: {value(item)}" for key, item in given.items()) + "}"
        case tuple():
            return "[" + ", ".join(map(value, given)) + "]"
        case _:
            return printable(json.dumps(short_ids(given) if isinstance(given, str) else given, ensure_ascii=False))


def pace(told: Pace) -> str:
    """Say how many tasks are replaced at a time.

    >>> pace(Pace(2, 3)), pace(Pace(1)), pace(Pace(None, 3)), pace(Pace(4, 3))
    ('2 of 3 at a time', 'one at a time', 'all at once', 'all at once')
    """
    if told.at_once is None or (told.of is not None and told.at_once >= told.of > 1):
        return "all at once"
    if told.of is None or told.of <= 1:
        return "one at a time" if told.at_once == 1 else f"{told.at_once} at a time"
    return f"{told.at_once} of {told.of} at a time"


def plan_summary(plan: Plan) -> str:
    """Count what a plan would do, by verb in the plan's order, and what is unchanged; problems first."""
    parts = [pluralize(len(plan.problems), "problem")] if plan.problems else []
    parts += [f"{number} to {verb}" for verb, number in Counter(map(verb_of, plan.pending)).items()]
    if unchanged := len(plan.changes) - len(plan.pending):
        parts.append(f"{unchanged} unchanged")
    return ", ".join(parts)
