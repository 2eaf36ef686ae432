"""A program in a running container, connected to this process while it runs."""

from __future__ import annotations

from math import inf
from typing import Final, NamedTuple, Protocol

from runner.core.struct import Struct

NOT_RUN: Final = 125
"""The exit code, as docker's, where a program was not run; its own are passed on."""
NOT_EXECUTABLE: Final = 126
NOT_FOUND: Final = 127


class TerminalSize(NamedTuple):
    """The size of a terminal in cells."""

    rows: int
    columns: int


class Program(Struct):
    """A program to run in a container; what is empty is as the container has it."""

    argv: tuple[str, ...]
    user: str = ""
    workdir: str = ""
    environment: tuple[str, ...] = ()
    """Each as NAME=VALUE."""
    terminal: TerminalSize | None = None
    """The size of the terminal that it gets; None: it gets none."""
    privileged: bool = False


class ExecSession(Protocol):
    """The connection to a running program; nothing but `resize` and `exit_code` blocks for long."""

    def fileno(self) -> int:
        """Return the descriptor to wait on: readable when `receive`, writable when `send` has something to do."""

    def send(self, data: bytes) -> int:
        """Send input; return how many bytes were taken. All are, and lost, once the program takes no more input."""

    def end_input(self) -> None:
        """End the program's input."""

    def receive(self) -> list[tuple[bool, bytes]] | None:
        """Return the output that has arrived, each piece with whether it is of stderr; None at its end.

        Also to be called now and then without a sign of output: a little may have been held back. Raises ProgramNotRun
        when the engine could not start the program.
        """

    def resize(self, size: TerminalSize) -> None:
        """Change the size of the program's terminal; a program that has ended has none."""

    def exit_code(self, within: float = inf) -> int:
        """Return the exit code, once the program has ended: it may close its output long before.

        Raises EngineUnreachable when the engine is lost, EngineTimeout after `within` seconds.
        """

    def close(self) -> None:
        """Close the connection; the program goes on if it hasn't ended."""
