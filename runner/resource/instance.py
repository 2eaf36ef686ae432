"""The containers of a workflow, wherever they run: what logs, exec and other programs' eyes see of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from runner.core.address import Address
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.engine_answers import TimestampedLine
    from runner.core.exec_session import ExecSession, Program


class Instance(Struct, order=True):
    """One container, running or not: of an engine, or of a task of a swarm."""

    address: Address
    id: str
    name: str = ""
    state: str = ""
    """As the engine names it: running, exited and so on."""
    node: str = ""
    """The host name of the node that it is on; empty where there is just one."""
    is_passing: bool = False
    """True if another one has taken its place, or is about to lose its own to it."""
    knows_secrets: bool = False
    """True if it was created with something sensitive."""
    is_elsewhere: bool = False
    """True if it runs where this engine doesn't reach it."""
    has_log: bool = True
    """False for what has never been created on any node, and so has not written anything."""

    @property
    def title(self) -> str:
        """Return what it is called in messages."""
        return f"{self.address} on {self.node}" if self.node else str(self.address)


class Instances(Protocol):
    """The containers of one workflow, through a gateway."""

    def list(self) -> list[Instance]:
        """Return all of them by address, running or not."""

    def starts(self) -> Iterator[Instance]:
        """Yield each that starts from now on, until the subscription ends; it is active when the call returns."""

    def log_lines(
        self,
        id: str,
        *,
        follow: bool = False,
        since: int | None = None,
        until: int | None = None,
        tail: int | None = None,
    ) -> Iterator[TimestampedLine]:
        """Yield the lines of the log of one, as `core.gateway.Containers.log_lines` does."""

    def open_exec(self, instance: Instance, program: Program) -> ExecSession:
        """Start a program in one that runs; ProgramNotRun where it can't be reached, or the engine refuses."""
