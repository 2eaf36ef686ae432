"""What a probe asks and of whom, and how its answers are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from runner.core.errors import ProbeFailed, StepFailed
from runner.core.phrase import reason_of
from runner.core.regex import Regex

if TYPE_CHECKING:
    from runner.core.gateway import EngineJSON, Gateway

PROBE_SECONDS = 5.0
"""How long a single question may take, with all of its answer."""
PROGRAM_SECONDS = 30.0
"""How long a program may take that somebody gave for a question, where they gave it no timeout."""
MOST_BYTES = 16 * 1024 * 1024
"""How much of an answer is read."""
PORTS = {"http": 80, "https": 443}
"""Where a URL leads that names no port."""


@dataclass(frozen=True, slots=True)
class ProbeTarget:
    """A running container that is asked, and the engine that it runs on."""

    gateway: Gateway
    inspect: EngineJSON

    @property
    def id(self) -> str:
        """The container's id."""
        return str(self.inspect["Id"])


@dataclass(frozen=True, slots=True)
class Http:
    """Ask for a page; without a `status` any below 400 will do."""

    url: str
    status: int | None = None
    contains: str | None = None
    json: Any = None
    """What the answer must have at least: of a map the keys that are given, all else as it is."""


@dataclass(frozen=True, slots=True)
class Tcp:
    """See whether something listens on a port."""

    port: int
    host: str = "localhost"


@dataclass(frozen=True, slots=True)
class Exec:
    """Run a program in the container."""

    argv: tuple[str, ...]
    exit_code: int = 0
    contains: str | None = None
    within: float = PROGRAM_SECONDS
    """Seconds that it may take."""


@dataclass(frozen=True, slots=True)
class Log:
    """Look for a regular expression in what the container has written since it started."""

    pattern: Regex


class Unreached(ProbeFailed):
    """Nobody could be connected to over one way; another one may lead there."""


class NoClient(StepFailed):
    """A container has no program that could ask."""


Probe: TypeAlias = Http | Tcp | Exec | Log


def require_text(wanted: str | None, text: str) -> None:
    """Raise Unmet unless the text contains what is wanted."""
    if wanted is not None and wanted not in text:
        raise ProbeFailed(f'answered without "{wanted}": {first_line(text)}')


def reason(error: OSError) -> str:
    """Say why a connection failed."""
    return "does not answer in time" if isinstance(error, TimeoutError) else reason_of(error)


def first_line(text: str) -> str:
    """Return what of an answer is shown."""
    line = next(filter(None, map(str.strip, text.splitlines())), "nothing")
    return line if len(line) <= 80 else f"{line[:77]}..."
