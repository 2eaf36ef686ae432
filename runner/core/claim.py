"""What only one resource can have, such as a name or a host port, and who has it."""

from __future__ import annotations

from collections.abc import Iterable

from runner.core.struct import Struct, replace


class ExclusiveClaim(Struct):
    """A claim to something only one resource can have, such as a host port; `where` narrows it to one address."""

    what: str
    where: str = ""
    path: tuple[str | int, ...] = ()
    """Path from the resource's entry in the file to the key that makes the claim."""
    numbers: range | None = None
    """The numbers of a contiguous claim: `what` then has {} as their placeholder."""
    indexes: tuple[int, ...] = ()
    """For each of the numbers, the index of the item at `path` that claims it."""
    is_choice: bool = False
    """True if any one of the numbers is enough: they then all come from a single item."""

    def part(self, numbers: range) -> ExclusiveClaim:
        """Narrow the claim to some of its numbers."""
        if self.numbers is None:
            return self
        start = 0 if self.is_choice else numbers[0] - self.numbers[0]
        return replace(self, numbers=numbers, indexes=self.indexes[start : start + len(numbers)])

    @property
    def place(self) -> tuple[str | int, ...]:
        """Path from the resource's entry in the file to the first item that makes the claim."""
        return (*self.path, *self.indexes[:1])

    def __str__(self) -> str:
        """Name what is claimed.

        >>> str(ExclusiveClaim("host port {}/udp", numbers=range(5000, 5010)))
        'host port 5000-5009/udp'
        """
        if self.numbers is None:
            return self.what
        first, last = self.numbers[0], self.numbers[-1]
        return self.what.format(first if first == last else f"{first}-{last}")

    def is_beside(self, other: ExclusiveClaim) -> bool:
        """Tell whether two claims overlap in address: "" is any, 0.0.0.0 and :: are all of a family.

        >>> ExclusiveClaim("port 80", "0.0.0.0").is_beside(ExclusiveClaim("port 80", "127.0.0.1"))
        True
        >>> ExclusiveClaim("port 80", "::").is_beside(ExclusiveClaim("port 80", "127.0.0.1"))
        False
        """
        return _covers(self.where, other.where) or _covers(other.where, self.where)

    def taken_by(self, other: ExclusiveClaim) -> ExclusiveClaim | None:
        """Return the part of it that another claim overlaps."""
        if self.what != other.what or not self.is_beside(other):
            return None
        if self.numbers is None or other.numbers is None:
            return self
        shared = range(max(self.numbers.start, other.numbers.start), min(self.numbers.stop, other.numbers.stop))
        return self.part(shared) if shared else None

    def is_taken(self, others: Iterable[ExclusiveClaim]) -> bool:
        """Tell whether others conflict with it: any overlap does; for a choice, only if no number is left.

        >>> choice = ExclusiveClaim("port {}", numbers=range(80, 82), is_choice=True)
        >>> others = [range(80, 81)], [range(90)]
        >>> [choice.is_taken(ExclusiveClaim("port {}", numbers=one) for one in taken) for taken in others]
        [False, True]
        """
        parts = [part for other in others if (part := self.taken_by(other))]
        if not self.is_choice or self.numbers is None:
            return bool(parts)
        return len({number for part in parts for number in part.numbers or ()}) == len(self.numbers)


def _covers(wide: str, narrow: str) -> bool:
    if wide in ("", narrow):
        return True
    return wide == ("::" if ":" in narrow else "0.0.0.0") and narrow != ""


class Occupant(Struct):
    """The current holder of something claimable; `id` is the engine's, if the holder is an engine object."""

    claim: ExclusiveClaim
    who: str
    """Display name, such as: container "db"."""
    id: str | None = None
