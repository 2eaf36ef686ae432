"""A list or map without its invalid items, so that one error doesn't hide the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runner.core.struct import MutableStruct, field

Step = str | int


class Partial(MutableStruct):
    """A value of the file from which items are left out one by one.

    >>> ports = Partial(["80", "x", "443"], {1})
    >>> ports.value, ports.place(1)
    (['80', '443'], 2)
    """

    raw: Any
    left_out: set[Step] = field(default_factory=set)

    @property
    def value(self) -> Any:
        """The remaining value."""
        if not self.left_out:
            return self.raw
        if isinstance(self.raw, Mapping):
            return {key: item for key, item in self.raw.items() if key not in self.left_out}
        return [self.raw[index] for index in self._indexes()] if isinstance(self.raw, list) else self.raw

    def place(self, step: Step) -> Step:
        """Return the original index of a remaining item."""
        return list(self._indexes())[step] if isinstance(self.raw, list) and isinstance(step, int) else step

    def leave_out(self, step: Step) -> bool:
        """Leave out the item at an original index or key; False if there is none."""
        items: Iterable[Step] = range(len(self.raw)) if isinstance(self.raw, list) else self.raw
        if not isinstance(self.raw, list | Mapping) or step not in items or step in self.left_out:
            return False
        self.left_out.add(step)
        return True

    def _indexes(self) -> Iterable[int]:
        return (index for index in range(len(self.raw)) if index not in self.left_out)
