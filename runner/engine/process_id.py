"""Processes of this machine by more than a number that is given out again; knows nothing of what they do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
_ENDED = ("Z", "X")
"""States of a process that has ended and that nobody has asked about yet."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process for good: `place` is where its number means something, `started` when it did, in clock ticks."""

    place: str
    pid: int
    started: str

    @property
    def is_known_dead(self) -> bool:
        """True only for a process of this place that has ended; of another place nobody can tell."""
        return bool(self.place) and self.place == _here() and _start_of(self.pid) != self.started


def this_process(pid: int) -> Process:
    """Return the process that has this number here and now; without a place where the system doesn't tell."""
    return Process(_here(), pid, _start_of(pid) or "")


@cache
def _here() -> str:
    """Name the boot of a kernel and the namespace in it: hosts may share their names, containers the kernel."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _start_of(pid: int) -> str | None:
    try:
        about = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    state, *rest = about.rpartition(")")[2].split()  # its name, in brackets, may hold anything
    return None if state in _ENDED else rest[18]
