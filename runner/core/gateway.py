"""What runner needs of an engine: a narrow door, so that only one room knows how it is opened.

Engine JSON goes in and out as the Engine API has it; every failure is one of `core.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from runner.core.build import BuildRequest
from runner.core.state import Engine

EngineJSON: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a pull or a build is: its current phase and, where they are known, bytes or steps.

    One without a phase only says that the work goes on.
    """

    phase: str = ""
    current: int | None = None
    total: int | None = None
    unit: str = "bytes"
    output: str | None = None
    """A line that the build's own instruction wrote."""


Watch: TypeAlias = Callable[[Advance], None]


@dataclass(frozen=True, slots=True)
class EngineEvent:
    """Something that happened on the engine: to what (`id`), and the action in the engine's word."""

    type: str
    action: str
    id: str
    attributes: Mapping[str, str]


class Containers(Protocol):
    """The engine's containers; `ref` is an id or a name."""

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them, running or not, in the list's short form."""

    def inspect(self, ref: str) -> EngineJSON: ...
    def create(self, name: str, body: EngineJSON, *, platform: str = "") -> str:
        """Create without starting; return the id. Refused when the image isn't of the platform.

        Refused as well when the engine would leave out a part of what is asked.
        """

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

    def tail(self, ref: str, lines: int) -> tuple[str, ...]:
        """Return the last lines of its output, without raising: no log is no lines."""


class Images(Protocol):
    """The engine's images; `ref` is an id, a tag or a digest reference."""

    def list(self) -> Sequence[EngineJSON]: ...
    def inspect(self, ref: str) -> EngineJSON: ...
    def pull(self, ref: str, watch: Watch) -> None: ...
    def build(self, request: BuildRequest, watch: Watch) -> str:
        """Build and return the image's id; the image has no name yet."""

    def tag(self, ref: str, name: str) -> None: ...
    def remove(self, ref: str) -> None:
        """Remove a tag, and the image with its last one; one that is gone or in use is fine."""

    def registry_digest(self, ref: str) -> str:
        """Ask the registry which digest the tag has now."""


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

    def engine(self) -> Engine:
        """Ask what it is and which defaults it fills in."""

    def events(self, label: str) -> Iterator[EngineEvent]:
        """Follow what happens to everything that bears `label` ("key=value"), until the stream ends or is closed.

        The subscription stands when the call returns.
        """

    def close(self) -> None:
        """Let go of every connection; streams end."""
