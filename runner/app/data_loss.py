"""Data that a plan destroys."""

from __future__ import annotations

from typing import Final

from runner.core.address import Address
from runner.core.plan import Plan, Reason
from runner.core.struct import Struct

_WAYS_OUT: Final = {
    Reason.ORPHAN: "to keep it, declare it again",
    Reason.REQUESTED: "to keep it, omit --volumes",
}
_CHANGED: Final = "to keep it, revert the change or use a new key"


class DataLoss(Struct):
    """The resources whose data would be destroyed, and how to keep it."""

    addresses: tuple[Address, ...]
    ways_out: tuple[str, ...]

    def __str__(self) -> str:
        return f"this destroys the data of {', '.join(map(str, self.addresses))}"

    @property
    def way_out(self) -> str:
        """Return how to keep the data."""
        return "; ".join(self.ways_out)


def find_data_loss(plan: Plan) -> DataLoss | None:
    """Return the data that a plan destroys; None if there is none."""
    changes = plan.destroys_data
    if not changes:
        return None
    ways = dict.fromkeys(_WAYS_OUT.get(change.reasons[0], _CHANGED) for change in changes)
    return DataLoss(tuple(change.address for change in changes), tuple(ways))
