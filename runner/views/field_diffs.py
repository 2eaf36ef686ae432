"""What differs in one resource, field by field: by their names, and texts as a few of their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from runner.core.plan import Action, Change, Effect, FieldDiff
from runner.core.sensitive import MASK
from runner.core.struct import Struct, replace
from runner.views.changed_files import changed_files
from runner.views.formatting import before_and_after
from runner.views.lines import Line, aligned, indented, text_of, truncate, wrap_line
from runner.views.text_diff import GAP, MOST_LINES, TextDiff, text_diff
from runner.views.text_width import cells, printable

UNKNOWN_BEFORE: Final = "changed (before: unknown here)"
MOST_FIELDS: Final = 50
"""How many differences of one resource are shown."""

_ARROW: Final = " → "
_INDENT: Final = 4
_LEAST_ROOM: Final = 20
_MOST_ROOM: Final = 72
"""A wider column would separate the reason too far from the path on narrow output."""
_BESIDE: Final = 80
FORCES, _REPLACES, _NARROW = "# forces replacement", "# replaces", 96
_ROLES: Final = {"+": "create", "-": "delete", " ": "quiet"}


class Difference(Struct):
    """One field that differs; one whose value is a text of several lines has their difference."""

    diff: FieldDiff
    forces: bool
    """True if it is why the resource is replaced."""
    text: TextDiff | None = None


def differences(change: Change) -> Iterator[Difference]:
    """Yield what differs, with the content behind digests in their place."""
    replaces = change.action is Action.REPLACE and change.verb in ("", Action.REPLACE.value)
    for diff in change.diff:
        for shown in diff.details or (diff,):
            found = _item_of_text(shown)
            yield Difference(found, replaces and diff.effect is Effect.REPLACE, text_diff(found.before, found.after))


def _item_of_text(diff: FieldDiff) -> FieldDiff:
    """Return the only item of a list that differs if that is a text of several lines, such as a script."""
    before, after = diff.before, diff.after
    if not isinstance(before, tuple) or not isinstance(after, tuple) or len(before) != len(after):
        return diff
    unlike = [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    if len(unlike) != 1 or text_diff(before[unlike[0]], after[unlike[0]]) is None:
        return diff
    return replace(diff, path=f"{diff.path}[{unlike[0]}]", before=before[unlike[0]], after=after[unlike[0]])


def is_unknown(diff: FieldDiff) -> bool:
    """Return whether all that is known of a difference is that there is one: both sides are digests."""
    sides = (diff.before, diff.after)
    return diff.is_digest and None not in sides and MASK not in sides


def difference_lines(change: Change, width: int) -> Iterator[Line]:
    """Yield the lines of what differs, at most `width` cells wide if the names allow it."""
    found = list(differences(change))
    shown = found[:MOST_FIELDS]
    for one, rows in zip(shown, _rows(shown, width), strict=True):
        yield from rows
        if one.text is not None:
            yield from indented(text_lines(one.text, width - _INDENT), _INDENT)
    if (left := len(found) - len(shown)) > 0:
        yield (("quiet", f"and {left} more; use -o json to see all"),)


def _rows(shown: Sequence[Difference], width: int) -> Iterator[Iterable[Line]]:
    """Yield the lines of each difference: path, values and note beside each other; the values below if it is narrow."""
    mark = FORCES if width >= _NARROW else _REPLACES
    notes = [_note(one, mark) for one in shown]
    paths = max((cells(one.diff.path) for one in shown), default=0)
    beside = max((cells(text_of(note)) for note in notes), default=0)
    room = width - paths - beside - len("  " + _ARROW + "  ")
    if room >= _LEAST_ROOM:
        most = max(_MOST_ROOM, width - _BESIDE)
        cells_of_rows = [
            [(("", one.diff.path),), _way(one, room, most), note] for one, note in zip(shown, notes, strict=True)
        ]
        yield from ([row] for row in aligned(cells_of_rows))
    else:
        room = max(width - _INDENT - len(_ARROW), _LEAST_ROOM)
        for one, note in zip(shown, notes, strict=True):
            first: Line = (("", one.diff.path), ("", "  "), *note)
            yield (*wrap_line(first, width), (("", " " * _INDENT), *_way(one, room, _MOST_ROOM)))


def _note(one: Difference, mark: str) -> Line:
    why: Line = (("quiet", one.diff.reason.value),)
    return (*why, ("", "  "), ("replace", mark)) if one.forces else why


def _way(one: Difference, room: int, most: int) -> Line:
    """Return the change of a value in `room` cells, and in no more than `most`."""
    diff = one.diff
    if diff.files:
        return (("", changed_files(diff.files, room)),)
    if one.text is not None:
        return truncate((("", one.text.summary),), room)
    if is_unknown(diff):
        return truncate((("", UNKNOWN_BEFORE),), room)
    before, after = before_and_after(diff.before, diff.after, min(room, most))
    return (("delete", before), ("", _ARROW), ("create", after))


def text_lines(text: TextDiff, width: int) -> Iterator[Line]:
    """Yield the first lines of a text's difference, and how many there are besides."""
    for mark, line in text.lines[:MOST_LINES]:
        shown: Line = (("quiet", GAP),) if mark == GAP else ((_ROLES[mark], f"{mark} {printable(line)}"),)
        yield truncate(shown, width)
    if left := sum(1 for mark, _ in text.lines[MOST_LINES:] if mark != GAP):
        yield (("quiet", f"… {left} more"),)
