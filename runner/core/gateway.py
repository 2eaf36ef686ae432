"""What runner needs of an engine: a narrow door, so that only one room knows how it is opened.

Engine JSON goes in and out as the Engine API has it; every failure is one of `core.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from runner.core.state import Engine

if TYPE_CHECKING:
    from runner.core.build import BuildRequest
    from runner.core.event import StepStatus

EngineJSON: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProgressUpdate:
    """How far a pull or a build is: its current phase and, where they are known, bytes or steps.

    One without a phase only says that the work goes on.
    """

    phase: str = ""
    current: int | None = None
    total: int | None = None
    unit: str = "bytes"
    output: str | None = None
    """A line that the build's own instruction wrote."""
    status: StepStatus | None = None
    """Where the phase is, if it is a step of a build."""
    elapsed_ms: int | None = None
    """How long a step took that is done or failed."""
    done: bool = False
    """True when nothing of it is waited for any more."""


ProgressCallback: TypeAlias = Callable[[ProgressUpdate], None]


@dataclass(frozen=True, slots=True)
class EngineEvent:
    """Something that happened on the engine: to what (`id`), and the action in the engine's word."""

    type: str
    action: str
    id: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileToCopy:
    """A file for a container: where it goes, what is in it, its permission bits and its owner."""

    path: str
    content: bytes
    mode: int
    owner: tuple[int, int]
    """User and group by number."""


@dataclass(frozen=True, slots=True)
class ExecResult:
    """How a program in a container ended, and what it wrote to its two streams."""

    code: int
    output: bytes
    errors: bytes


@dataclass(frozen=True, slots=True)
class RegistryImage:
    """What a registry has under a name: one digest, and the platforms that it is made for."""

    digest: str
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimestampedLine:
    """A line that a container has written, and when: in nanoseconds since 1970, by the engine's clock."""

    moment: int
    line: str


class ImageArchive(Protocol):
    """One image without names, as a tar that every engine takes."""

    @property
    def size(self) -> int:
        """About how many bytes it has."""

    def chunks(self) -> Iterator[bytes]:
        """Yield it; RunnerError when it can't be read to its end."""


class Containers(Protocol):
    """The engine's containers; `ref` is an id or a name."""

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them, running or not, in the list's short form."""

    def inspect(self, ref: str) -> EngineJSON: ...
    def inspect_many(self, refs: Sequence[str]) -> Iterator[EngineJSON]:
        """Yield the documents of those that are still there, in order."""

    def create(self, name: str, body: EngineJSON, *, platform: str = "") -> str:
        """Create without starting; return the id. Refused when the image isn't of the platform.

        Refused as well when the engine would leave out a part of what is asked.
        """

    def put_file(self, ref: str, file: FileToCopy) -> None:
        """Write a file into a container that has not been started, with the folders that lead to it."""

    def get_file(self, ref: str, path: str) -> bytes:
        """Return a file of a container, which need not run; NotFound without one."""

    def start(self, ref: str) -> None: ...
    def stop(self, ref: str, grace: float) -> None:
        """Ask it to end and return when it has; the engine kills it after the grace period that it was made with.

        `grace` is that period in seconds: the answer is waited for so much longer.
        """

    def unpause(self, ref: str) -> None: ...
    def rename(self, ref: str, name: str) -> None: ...
    def update(self, ref: str, body: EngineJSON) -> None:
        """Change limits and restart policy in place."""

    def remove(self, ref: str, *, volumes: bool = False) -> None:
        """Kill and remove it, with its anonymous volumes if `volumes`; one that is gone is fine."""

    def exec(self, ref: str, argv: Sequence[str], *, timeout: float) -> ExecResult:
        """Run a program in a running container; Timeout when it has not ended `within` so many seconds.

        Of what it writes the first 16 MiB of each stream are kept.
        """

    def log_text(self, ref: str, *, since: str) -> Generator[str]:
        """Yield what it has written since a moment in RFC 3339, piece by piece."""

    def log_lines(
        self, ref: str, *, follow: bool = False, since: int | None = None, tail: int | None = None
    ) -> Iterator[TimestampedLine]:
        """Yield the lines that it has written to both streams, and with `follow` those to come, until it ends.

        Only those from a moment on, in nanoseconds, or so many of the last ones. Silence is no error: who follows does
        so in a thread of its own, and looks elsewhere whether the engine lives.
        """

    def stats(self, ref: str) -> EngineJSON:
        """Return what a running one uses, seen twice within about a second."""

    def last_lines(self, ref: str, lines: int) -> tuple[str, ...]:
        """Return the last lines of its output, without raising: no log is no lines."""


class Images(Protocol):
    """The engine's images; `ref` is an id, a tag or a digest reference."""

    def list(self) -> Sequence[EngineJSON]: ...
    def inspect(self, ref: str) -> EngineJSON: ...
    def history(self, ref: str) -> Sequence[EngineJSON]:
        """Return the instructions that made it, the newest first."""

    def pull(self, ref: str, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Pull one image; PullFailed, also when nothing comes of it for `patience` seconds."""

    def push(self, ref: str, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Push an image by one of its names; PushFailed, also when nothing comes of it for `patience` seconds."""

    def build(self, request: BuildRequest, name: str, watch: ProgressCallback) -> str:
        """Build under a name, and return the image's id."""

    def save(self, ref: str, *, idle_timeout: float) -> Iterator[bytes]:
        """Yield the archive of one image, as the engine gives it away; Timeout after so many seconds without a word."""

    def load(self, archive: ImageArchive, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Take one image in, which has no name yet; Timeout after so many seconds without a word."""

    def tag(self, ref: str, name: str) -> None: ...
    def remove(self, ref: str) -> None:
        """Remove a tag, and the image with its last one; one that is gone or in use is fine."""

    def registry_digest(self, ref: str) -> RegistryImage:
        """Ask the registry what it has under a name now."""


class Networks(Protocol):
    """The engine's networks."""

    def list(self) -> Sequence[EngineJSON]: ...
    def create(self, body: EngineJSON) -> str: ...
    def remove(self, ref: str) -> None:
        """Remove it; one that is gone is fine."""

    def connect(self, ref: str, container: str, endpoint: EngineJSON) -> None: ...
    def disconnect(self, ref: str, container: str) -> None:
        """Detach, whether it runs or not; what isn't attached is fine."""


class Volumes(Protocol):
    """The engine's volumes."""

    def list(self) -> Sequence[EngineJSON]: ...
    def create(self, body: EngineJSON) -> str: ...
    def remove(self, ref: str) -> None:
        """Remove it with its data; one that is gone is fine."""


class Gateway(Protocol):
    """One engine."""

    @property
    def containers(self) -> Containers: ...
    @property
    def images(self) -> Images: ...
    @property
    def networks(self) -> Networks: ...
    @property
    def volumes(self) -> Volumes: ...
    @property
    def address(self) -> str:
        """The URL that reaches it."""

    @property
    def shares_network(self) -> bool | None:
        """Whether it runs in this network namespace; None where that can't be found out."""

    @property
    def proxies(self) -> Mapping[str, str]:
        """The docker client's proxies for builds and containers on it, by variable; NoCredentials where unreadable."""

    def engine(self) -> Engine:
        """Ask what it is and which defaults it fills in."""

    def events(self, label: str) -> Iterator[EngineEvent]:
        """Follow what happens to everything that bears `label` ("key=value"), until the stream ends or is closed.

        The subscription stands when the call returns.
        """

    def close(self) -> None:
        """Let go of every connection; streams end."""
