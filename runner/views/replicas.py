"""Replicas that are alike, folded into one entry of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner.core.struct import Struct
from runner.views.status_row import StatusRow


class Fold(Struct):
    """Replicas of one resource that fare alike, in order, and how many replicas there are in all."""

    rows: tuple[StatusRow, ...]
    of: int

    @property
    def first(self) -> StatusRow:
        """The one that stands for all."""
        return self.rows[0]

    @property
    def name(self) -> str:
        """Its address, with the number of replicas if there are several."""
        one = self.first.address
        if len(self.rows) == 1:
            return str(one)
        number = f"{len(self.rows)}" if len(self.rows) == self.of else f"{len(self.rows)} of {self.of}"
        return f"{one.kind}.{one.name} ({number})"

    @property
    def uptime(self) -> int | None:
        """For how many seconds all of them have been up."""
        known = [row.uptime for row in self.rows if row.uptime is not None]
        return min(known, default=None)

    @property
    def ports(self) -> tuple[str, ...]:
        """The published ports of all, as URLs where they have one."""
        return tuple(row.urls.get(port, port) for row in self.rows for port in row.ports)


def fold_replicas(rows: Sequence[StatusRow]) -> Iterator[Fold]:
    """Fold the replicas of each resource that are alike; each fold stands where its first replica did."""
    number: dict[tuple[str, str], int] = {}
    alike: dict[object, list[StatusRow]] = {}
    for row in rows:
        key = (row.address.kind, row.address.name)
        number[key] = number.get(key, 0) + 1
        alike.setdefault(_likeness(row), []).append(row)
    for folded in alike.values():
        address = folded[0].address
        yield Fold(tuple(folded), number[address.kind, address.name])


def unfolded(rows: Sequence[StatusRow]) -> Iterator[Fold]:
    """Give each replica an entry of its own."""
    return (Fold((row,), 1) for row in rows)


def _likeness(row: StatusRow) -> tuple[object, ...]:
    """Return what replicas have in common when they are folded."""
    one = row.address
    return (
        one.kind,
        one.name,
        row.sync,
        row.state,
        row.exit_code,
        row.restarts,
        row.image_id,
        row.image_name,
        row.owner,
        row.target,
    )
