"""Identifies processes of this machine by more than a pid, which gets reused; knows nothing of what they do."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from runner.core.struct import Struct

_PROC = Path("/proc")
_ENDED = ("Z", "X")
"""States of a process that has ended but has not been reaped."""


class Process(Struct):
    """A unique process: `place` is the pid namespace its pid belongs to, `started` its start time in clock ticks."""

    place: str
    pid: int
    started: str

    @property
    def is_known_dead(self) -> bool:
        """True only for a process of this pid namespace that has ended; for any other it is unknown."""
        return bool(self.place) and self.place == _here() and _start_of(self.pid) != self.started


def this_process(pid: int) -> Process:
    """Return the process that has this pid here and now; `place` is empty if the system doesn't expose it."""
    return Process(_here(), pid, _start_of(pid) or "")


@cache
def _here() -> str:
    """Identify the kernel boot and the pid namespace: hosts may share hostnames, namespaces share the kernel."""
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
    state, *rest = about.rpartition(")")[2].split()  # the name, in parentheses, may contain anything
    return None if state in _ENDED else rest[18]
