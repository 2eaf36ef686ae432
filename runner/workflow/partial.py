"""What is left of a list or a map without its wrong items, so that one mistake doesn't hide the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Step = str | int


@dataclass(slots=True)
class Partial:
    """A value as the file has it, of which items are left out one by one.

    >>> ports = Partial(["80", "x", "443"], {1})
    >>> ports.value, ports.place(1)
    (['80', '443'], 2)
    """

    raw: Any
    left_out: set[Step] = field(default_factory=set)

    @property
    def value(self) -> Any:
        """What is left."""
        if not self.left_out:
            return self.raw
        if isinstance(self.raw, Mapping):
            return {key: item for key, item in self.raw.items() if key not in self.left_out}
        return [self.raw[index] for index in self._indexes()] if isinstance(self.raw, list) else self.raw

    def place(self, step: Step) -> Step:
        """Return where an item of what is left stands in the whole."""
        return list(self._indexes())[step] if isinstance(self.raw, list) and isinstance(step, int) else step

    def leave_out(self, step: Step) -> bool:
        """Leave out the item at a place of the whole; False when there is none."""
        items: Iterable[Step] = range(len(self.raw)) if isinstance(self.raw, list) else self.raw
        if not isinstance(self.raw, list | Mapping) or step not in items or step in self.left_out:
            return False
        self.left_out.add(step)
        return True

    def _indexes(self) -> Iterable[int]:
        return (index for index in range(len(self.raw)) if index not in self.left_out)
