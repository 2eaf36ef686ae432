"""The engine API that runner needs: a narrow interface, so that only one package knows how the engine is reached.

Requests and responses are Engine API JSON; every failure is one of `core.errors`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from runner.core.engine import Engine
from runner.core.engine_answers import (
    EngineEvent,
    EngineJSON,
    ExecResult,
    FileToCopy,
    RegistryImage,
    TimestampedLine,
)

if TYPE_CHECKING:
    from runner.core.build import BuildRequest
    from runner.core.engine_report import EngineReport
    from runner.core.exec_session import ExecSession, Program
    from runner.core.progress_update import ProgressCallback
    from runner.core.swarm import Swarm


class ImageArchive(Protocol):
    """One untagged image, as a tar that every engine can load."""

    @property
    def size(self) -> int:
        """Approximate size in bytes."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the archive piece by piece; RunnerError when it can't be read to the end."""


class Containers(Protocol):
    """The engine's containers; `ref` is an id or a name."""

    def list(self) -> Sequence[EngineJSON]:
        """Return all containers, running or not, in the short form of the list endpoint."""

    def inspect(self, ref: str) -> EngineJSON:
        """Return the document of one; NotFound without it."""

    def inspect_many(self, refs: Sequence[str]) -> Iterator[EngineJSON]:
        """Yield the inspect documents of those that still exist, in order."""

    def create(self, name: str, body: EngineJSON, *, platform: str = "") -> str:
        """Create without starting; return the id.

        Rejected when the image isn't of the platform, and when the engine would ignore a part of the request.
        """

    def put_file(self, ref: str, file: FileToCopy) -> None:
        """Write a file into a container that was never started, creating missing parent folders."""

    def get_file(self, ref: str, path: str) -> bytes:
        """Return a file of a container, running or not; NotFound if it doesn't exist."""

    def start(self, ref: str) -> None:
        """Start it."""

    def stop(self, ref: str, grace: float) -> None:
        """Stop it and return once it has exited; the engine kills it after the grace period set at creation.

        `grace` is that period in seconds: the request timeout is extended by it.
        """

    def restart(self, ref: str, grace: float) -> None:
        """Stop it as `stop` does, and start it again; start it if it isn't running."""

    def was_stopped(self, inspect: EngineJSON) -> bool | None:
        """Return whether one that has exited, by its document, was sent a signal before; None if that isn't known."""

    def unpause(self, ref: str) -> None:
        """Resume its processes."""

    def rename(self, ref: str, name: str) -> None:
        """Give it another name; Conflict when that is taken."""

    def update(self, ref: str, body: EngineJSON) -> None:
        """Update limits and restart policy in place."""

    def remove(self, ref: str, *, volumes: bool = False) -> None:
        """Kill and remove it, with its anonymous volumes if `volumes`; idempotent if it is already gone."""

    def exec(self, ref: str, argv: Sequence[str], *, timeout: float) -> ExecResult:
        """Run a program in a running container; EngineTimeout when it has not exited within `timeout` seconds.

        The first 16 MiB of each output stream are kept.
        """

    def open_exec(self, ref: str, program: Program) -> ExecSession:
        """Run a program in a running container, connected to this process; ProgramNotRun when it is refused."""

    def log_text(self, ref: str, *, since: str) -> Generator[str]:
        """Yield its log since a timestamp in RFC 3339, chunk by chunk."""

    def log_lines(
        self,
        ref: str,
        *,
        follow: bool = False,
        since: int | None = None,
        until: int | None = None,
        tail: int | None = None,
    ) -> Iterator[TimestampedLine]:
        """Yield the log lines of both streams; with `follow`, also new ones until it exits.

        `since` and `until` are timestamps in nanoseconds, `tail` limits to the last lines. No idle time ends it.
        """

    def stats(self, ref: str) -> EngineJSON:
        """Return the resource usage of a running container, from two samples about a second apart."""

    def last_lines(self, ref: str, lines: int) -> tuple[str, ...]:
        """Return the last lines of its log; never raises: without a log, no lines."""


class Images(Protocol):
    """The engine's images; `ref` is an id, a tag or a digest reference."""

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them, in the list's short form."""

    def inspect(self, ref: str) -> EngineJSON:
        """Return the document of one; NotFound without it."""

    def config(self, id: str) -> EngineJSON:
        """Return what one, by its id, sets for its containers; NotFound without it."""

    def history(self, ref: str) -> Sequence[EngineJSON]:
        """Return its layer history, newest first."""

    def pull(self, ref: str, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Pull one image; PullFailed, also after `idle_timeout` seconds without progress."""

    def push(self, ref: str, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Push an image under one of its names; PushFailed, also after `idle_timeout` seconds without progress."""

    def build(self, request: BuildRequest, name: str, watch: ProgressCallback) -> str:
        """Build and tag an image; return its id."""

    def save(self, ref: str, *, idle_timeout: float) -> Iterator[bytes]:
        """Yield the archive of one image as the engine exports it; EngineTimeout after `idle_timeout` seconds idle."""

    def load(self, archive: ImageArchive, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Load one untagged image; EngineTimeout after `idle_timeout` seconds without progress."""

    def tag(self, ref: str, name: str) -> None:
        """Give an image another name."""

    def remove(self, ref: str) -> None:
        """Remove a tag, and the image with its last tag; idempotent if it is gone or in use."""

    def registry_digest(self, ref: str) -> RegistryImage:
        """Resolve a name at its registry to the current digest."""


class Networks(Protocol):
    """The engine's networks."""

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them."""

    def inspect(self, ref: str) -> EngineJSON:
        """Return one; NotFound without it. No list has a swarm's own networks `bridge` and `host`."""

    def create(self, body: EngineJSON) -> str:
        """Create one; return its id."""

    def remove(self, ref: str) -> None:
        """Remove it; idempotent if it is already gone. InUse while a service of the swarm is on it."""

    def connect(self, ref: str, container: str, endpoint: EngineJSON) -> None:
        """Attach a container to it, with an endpoint's configuration."""

    def disconnect(self, ref: str, container: str) -> None:
        """Detach a container, running or not; idempotent if it isn't attached."""


class Volumes(Protocol):
    """The engine's volumes."""

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them."""

    def create(self, body: EngineJSON) -> str:
        """Create one; return its name."""

    def remove(self, ref: str) -> None:
        """Remove it with its data; idempotent if it is already gone."""


class Gateway(Protocol):
    """One engine."""

    @property
    def containers(self) -> Containers:
        """Return the containers of the engine."""

    @property
    def images(self) -> Images:
        """Return its images."""

    @property
    def networks(self) -> Networks:
        """Return its networks."""

    @property
    def volumes(self) -> Volumes:
        """Return its volumes."""

    @property
    def swarm(self) -> Swarm:
        """Return the swarm that the engine may manage; its calls fail if it doesn't."""

    @property
    def address(self) -> str:
        """The engine's URL."""

    @property
    def shares_network(self) -> bool | None:
        """Whether the engine runs in this network namespace; None where that can't be determined."""

    @property
    def proxies(self) -> Mapping[str, str]:
        """The docker client's proxies for builds and containers, by variable; CredentialsError if unreadable."""

    def engine(self) -> Engine:
        """Fetch the engine's version, capabilities and defaults."""

    def report(self) -> EngineReport:
        """Ask for the engine's state and that of its host, at this moment."""

    def ask_ahead(self) -> None:
        """Ask side by side for what an observation needs: the next call for each uses its answer."""

    def is_unchanged(self, own: Sequence[str]) -> bool:
        """Return whether the creation of some volumes is all that happened between first contact and the last of them.

        False where that can't be told for sure.
        """

    def events(self, label: str) -> Iterator[EngineEvent]:
        """Stream the events of everything labelled `label` ("key=value"), until the stream ends or is closed.

        The subscription is active when the call returns.
        """

    def close(self) -> None:
        """Close all connections; open streams end."""
