"""Probes, their targets, and how their results are reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from runner.core.errors import ProbeFailed, StepFailed
from runner.core.phrase import reason_of
from runner.core.regex import Regex
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway

PROBE_SECONDS = 5.0
"""Seconds that a single probe may take, including its whole response."""
PROGRAM_SECONDS = 30.0
"""Seconds that a probe's program may take if the file sets no timeout."""
MOST_BYTES = 16 * 1024 * 1024
"""How much of a response is read."""
PORTS = {"http": 80, "https": 443}
"""The default port of a URL by scheme."""


class ProbeTarget(Struct):
    """A running container to probe, and the engine that it runs on."""

    gateway: Gateway
    inspect: EngineJSON

    @property
    def id(self) -> str:
        """The container's id."""
        return str(self.inspect["Id"])


class Http(Struct):
    """Request a page; without a `status` any below 400 is accepted."""

    url: str
    status: int | None = None
    contains: str | None = None
    json: Any = None
    """The expected JSON: of a map only the given keys count, everything else must be equal."""


class Tcp(Struct):
    """Check that something listens on a port."""

    port: int
    host: str = "localhost"


class Exec(Struct):
    """Run a program in the container."""

    argv: tuple[str, ...]
    exit_code: int = 0
    contains: str | None = None
    within: float = PROGRAM_SECONDS
    """Seconds that it may take."""


class Log(Struct):
    """Search the container's log since its start for a regular expression."""

    pattern: Regex


class Unreached(ProbeFailed):
    """No connection at one address; another address may still work."""


class NoClient(StepFailed):
    """The container has no program for the probe."""


Probe: TypeAlias = Http | Tcp | Exec | Log


def require_text(wanted: str | None, text: str) -> None:
    """Raise ProbeFailed unless the text contains the expected one."""
    if wanted is not None and wanted not in text:
        raise ProbeFailed(f'response does not contain "{wanted}": {first_line(text)}')


def reason(error: OSError) -> str:
    """Return why a connection failed."""
    return "does not respond in time" if isinstance(error, TimeoutError) else reason_of(error)


def first_line(text: str) -> str:
    """Return the part of a response that is shown."""
    line = next(filter(None, map(str.strip, text.splitlines())), "nothing")
    return line if len(line) <= 80 else f"{line[:77]}..."
