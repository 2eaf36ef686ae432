"""The colours of the dependency graph: one for each kind, and one for what each state of a resource means."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

from runner.core.struct import Struct


class Shades(Struct):
    """A colour on a light ground, and the same on a dark one."""

    light: str
    dark: str


KIND_SHADES: Final = (
    Shades("#6b635f", "#b3aaa5"),
    Shades("#3d8535", "#74c46b"),
    Shades("#8a6d0f", "#d9b84a"),
    Shades("#2f7f7a", "#62c4bd"),
    Shades("#97588e", "#d49fcd"),
    Shades("#3f6fa5", "#7fb0e6"),
    Shades("#b8620a", "#f5a354"),
    Shades("#b8437f", "#f08dbc"),
)
"""Outlines, one for each kind; a test checks that there are enough."""


class Tone(Enum):
    """What a state means to whoever looks: the shades of the box, and of the word in it."""

    GOOD = (Shades("#dff3df", "#12351a"), Shades("#17612a", "#7ee08f"))
    CHANGE = (Shades("#fff0c2", "#3d2f05"), Shades("#7a5200", "#f0c75e"))
    REPLACE = (Shades("#f3e3fb", "#38204a"), Shades("#74308f", "#d9a8f0"))
    BAD = (Shades("#ffe1de", "#4a1815"), Shades("#a3211a", "#ff9c94"))
    BUSY = (Shades("#dcecfd", "#12304f"), Shades("#175a9c", "#86c1fa"))
    QUIET = (Shades("#eeeff1", "#23282f"), Shades("#565d66", "#a9b1bb"))

    @property
    def fill(self) -> Shades:
        """The shades of the box."""
        return self.value[0]

    @property
    def ink(self) -> Shades:
        """The shades of the word."""
        return self.value[1]


STATES: Final = {
    "failed": Tone.BAD,
    "unhealthy": Tone.BAD,
    "dead": Tone.BAD,
    "exited": Tone.BAD,
    "missing": Tone.BAD,
    "taken": Tone.BAD,
    "delete": Tone.BAD,
    "rolled_back": Tone.CHANGE,
    "cancelled": Tone.CHANGE,
    "skipped": Tone.CHANGE,
    "drifted": Tone.CHANGE,
    "orphan": Tone.CHANGE,
    "paused": Tone.CHANGE,
    "replace": Tone.REPLACE,
    "update": Tone.CHANGE,
    "create": Tone.GOOD,
    "restarting": Tone.CHANGE,
    "starting": Tone.BUSY,
    "removed": Tone.QUIET,
    "running": Tone.GOOD,
    "healthy": Tone.GOOD,
    "succeeded": Tone.GOOD,
    "completed": Tone.GOOD,
    "ready": Tone.GOOD,
    "in sync": Tone.GOOD,
    "no-op": Tone.QUIET,
    "unchanged": Tone.QUIET,
}
"""The words of plans, of runs and of engines, the most notable first: it stands for the replicas of one entry."""

_SPELT: Final = {"no-op": "unchanged"}
_OTHER: Final = Tone.QUIET


def kind_shades(kinds: Iterable[str]) -> dict[str, Shades]:
    """Return the colour of each kind, given all there are: the same in every graph."""
    return dict(zip(kinds, KIND_SHADES, strict=False))


def tone_of(state: str) -> Tone:
    """Return what a state means; for a word that isn't known, nothing in particular."""
    return STATES.get(state, _OTHER)


def state_text(state: str) -> str:
    """Return a state as it is shown.

    >>> state_text("rolled_back"), state_text("no-op")
    ('rolled back', 'unchanged')
    """
    return _SPELT.get(state, state.replace("_", " "))


def most_notable(states: Iterable[str]) -> str:
    """Return the state to show for several replicas; "" for none.

    >>> most_notable(["healthy", "unhealthy"]), most_notable([])
    ('unhealthy', '')
    """
    order = {state: rank for rank, state in enumerate(STATES)}
    return min(states, key=lambda state: order.get(state, len(order)), default="")
