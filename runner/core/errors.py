"""What can go wrong on the engine's side.

RunnerError
├── InvalidInput            the file or the command line; carries diagnostics (exit 2)
├── UnusableFile            what runner reads back is damaged, forged or foreign; names the file (exit 2)
├── Cancelled               the user or a signal ended the run (exit 130)
├── Locked                  another run changes the workflow (exit 4)
├── NoCredentials           what docker login left can't be read (exit 1)
├── StepFailed              a resource did not come out as wanted (exit 1)
│   ├── RolledBack          and the old one serves again (exit 5)
│   ├── NotInTime           it did not within the time it had
│   └── Unmet               what was asked for is not so yet; it may be asked again
└── EngineError             the engine refused or failed
    ├── EngineUnreachable   no answer at all (exit 3)
    ├── NotFound            404
    ├── Conflict            409, or a name that is taken
    ├── Refused             400 and 403: the engine won't do this
    ├── Timeout             no answer within the deadline
    ├── BuildFailed         a build's own instruction failed
    ├── PullFailed          an image could not be had
    └── PushFailed          an image could not be brought to its registry
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runner.core.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class About:
    """What in the file an error is about: the first of these keys that the entry has, and the item under it."""

    keys: tuple[str, ...]
    """Keys of the language, dotted where they are nested."""
    value: str = ""


class RunnerError(Exception):
    """The root: a terse message and, where there is one, a way out."""

    def __init__(
        self,
        message: str,
        *,
        help: str | None = None,
        output: tuple[str, ...] = (),
        about: About | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.output = output
        """The last lines that the failed thing itself wrote."""
        self.about = about
        self.detail = detail
        """The engine's own words, where the message says them in other ones."""


def origins(error: BaseException | None) -> Iterator[RunnerError]:
    """Yield an error and those that led to it, the last one first; nothing keeps causes from going round in a circle.

    >>> error = RunnerError("is its own cause")
    >>> error.__cause__ = error
    >>> [str(one) for one in origins(error)]
    ['is its own cause']
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, RunnerError):
            yield error
        error = error.__cause__


class InvalidInput(RunnerError):
    """What the user wrote can't be used; every finding at once."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__(diagnostics[0].message if diagnostics else "invalid input")
        self.diagnostics = diagnostics


class UnusableFile(RunnerError):
    """A file that runner reads back is damaged, forged, too large, or can have been written by somebody else.

    `what` goes on from its name.
    """

    def __init__(self, path: object, what: str, *, help: str | None = None) -> None:
        super().__init__(f'"{path}" {what}', help=help)


class Cancelled(RunnerError):
    """The run was interrupted."""


class Locked(RunnerError):
    """Another run changes the workflow just now."""


class CredentialsError(RunnerError):
    """What docker login left, or a program that keeps it, can't be read."""


class StepFailed(RunnerError):
    """A resource did not come out as wanted."""


class RolledBack(StepFailed):
    """A replacement did not come out as wanted, and the old one is back."""


class WaitTimeout(StepFailed):
    """A resource did not come to what was waited for within the time it had."""


class ProbeFailed(StepFailed):
    """What was asked for is not so yet; the message reads on from the name of what was asked."""


class EngineError(RunnerError):
    """The engine refused or failed."""


class EngineUnreachable(EngineError):
    """No engine answers."""


class NotFound(EngineError):
    """The engine knows no such thing."""


class Conflict(EngineError):
    """The engine's state stands against it: a name taken, a thing in use."""


class Rejected(EngineError):
    """The engine won't do what was asked, as asked."""


class EngineTimeout(EngineError):
    """The engine did not answer in time."""


class BuildFailed(EngineError):
    """An image's own instruction failed."""


class PullFailed(EngineError):
    """An image could not be had from its registry."""


class PushFailed(EngineError):
    """An image could not be brought to its registry."""
