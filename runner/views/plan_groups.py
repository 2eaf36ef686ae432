"""Equal changes of resources with numbered names, as one: "svc-00 … svc-39: 40 to create"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from runner.core.lazy_pattern import lazy_pattern
from runner.core.plan import Action, Change
from runner.core.struct import Struct
from runner.views.formatting import verb_of
from runner.views.text_width import ELLIPSIS

_NUMBER: Final = lazy_pattern(r"[0-9]+")
_FEWEST: Final = 3
"""Two names take no more room than their range, unless the same differences follow each."""


class ChangeGroup(Struct):
    """Changes that differ only in a number in their address; most groups have one."""

    changes: tuple[Change, ...]

    @property
    def change(self) -> Change:
        """The first change: the others are equal to it but for their address."""
        return self.changes[0]

    @property
    def name(self) -> str:
        """The address, or the first and the last one."""
        first, last = self.changes[0].address, self.changes[-1].address
        if first == last:
            return str(first)
        between = f" {ELLIPSIS} " if len(self.changes) > 2 else ", "
        return f"{first}{between}{str(last).removeprefix(f'{last.kind}.')}"

    @property
    def verb(self) -> str:
        """What is done, with how many if there are several."""
        verb = verb_of(self.change)
        return f"{len(self.changes)} to {verb}" if len(self.changes) > 1 else verb


def grouped(changes: Iterable[Change]) -> Iterator[ChangeGroup]:
    """Fold equal changes, at the place of the first one; two of a sort stay apart."""
    found: dict[tuple[object, ...], list[list[Change]]] = {}
    order: list[list[Change]] = []
    for change in changes:
        alike = found.setdefault(_sort_of(change), [])
        group = next((group for group in alike if _are_equal(group[0], change)), None)
        if group is None:
            group = []
            alike.append(group)
            order.append(group)
        group.append(change)
    for group in order:
        if len(group) >= _FEWEST or group[0].diff:
            yield ChangeGroup(tuple(group))
        else:
            yield from apart(group)


def apart(changes: Iterable[Change]) -> Iterator[ChangeGroup]:
    """Return each change as a group of its own."""
    return (ChangeGroup((change,)) for change in changes)


def _sort_of(change: Change) -> tuple[object, ...]:
    stem = _NUMBER.sub("#", change.address.name)
    return change.address.kind, stem, change.action, change.verb, change.reasons


def _are_equal(one: Change, other: Change) -> bool:
    """Return whether two changes of a sort may be told as one: what has data or a conflict of its own may not."""
    if one.action is Action.NOOP or one.retains or other.retains or one.destroys_data or other.destroys_data:
        return False
    return one.diff == other.diff and one.pace == other.pace and one.name_conflict == other.name_conflict
