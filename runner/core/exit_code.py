"""The exit codes of every command: a contract with scripts, listed in docs/commands.md for each."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    OK = 0
    FAILED = 1
    INVALID = 2
    """The file or the command line can't be used."""
    UNREACHABLE = 3
    """No engine answers."""
    LOCKED = 4
    """Another run holds the lock."""
    ROLLED_BACK = 5
    """A replacement failed, and the previous one was restored."""
    CHANGES_PENDING = 10
    """Only of plan --detailed-exitcode."""
    INTERRUPTED = 130
