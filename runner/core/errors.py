"""The errors that runner raises.

RunnerError
├── DiagnosedError          carries findings with their places (exit 1)
│   └── InvalidInput        the file can't be used (exit 2)
├── UsageError              the command line asks for what can't be done (exit 2)
├── UnusableFile            a file that runner reads back is damaged, forged or foreign; names the file (exit 2)
├── Cancelled               the user or a signal ended the run (exit 130)
├── Locked                  another run holds the workflow's lock (exit 4)
├── CredentialsError        the credentials of docker login can't be read (exit 1)
├── StepFailed              a resource could not be brought to its desired state (exit 1)
│   ├── RolledBack          and the old one is back in service (exit 5)
│   ├── WaitTimeout         a wait timed out
│   └── ProbeFailed         an attempt of a probe failed; it may be retried
└── EngineError             the engine rejected the request, or failed
    ├── EngineUnreachable   no answer at all (exit 3)
    ├── NotFound            404
    ├── Conflict            409, or a name that is taken
    │   ├── OutOfSequence   an object of a swarm has changed since the version that the request names
    │   └── InUse           an object of a swarm can't be removed while a service has it
    ├── Rejected            400 and 403: the engine won't do this
    ├── EngineTimeout       no answer within the timeout
    ├── ProgramNotRun       a program could not be run in a container (exit 125, 126 or 127)
    ├── BuildFailed         a build instruction failed
    ├── PullFailed          an image could not be pulled
    └── PushFailed          an image could not be pushed
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from runner.core.diagnostic import Diagnostic
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.codes import Code


class About(Struct):
    """What in the file an error is about: the first of these keys that the entry has, and the item under it."""

    keys: tuple[str, ...]
    """Keys of the language, dotted if nested."""
    value: str = ""


class RunnerError(Exception):
    """The base class: a terse message and, if there is one, a fix."""

    usual_code: ClassVar[Code | None] = None
    """The code of errors of this class that are raised without one; None: that of the cause."""

    def __init__(
        self,
        message: str,
        *,
        help: str | None = None,
        output: tuple[str, ...] = (),
        about: About | None = None,
        detail: str | None = None,
        code: Code | None = None,
        exit_code: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.output = output
        """The last lines of the failed resource's own output."""
        self.about = about
        self.detail = detail
        """The engine's own message, where `message` paraphrases it."""
        self._code = code
        self.exit_code = exit_code
        """How the resource's own program ended, if that is what failed."""

    @property
    def code(self) -> Code:
        """Return the code that explains it: its own or a cause's, else the usual one of its class or a cause's.

        What was said of one error tells more than what is true of all errors of a class.
        """
        chain = tuple(origins(self))
        codes = (*(error._code for error in chain), *(error.usual_code for error in chain))
        return next(filter(None, codes), "step-failed")


def origins(error: BaseException | None) -> Iterator[RunnerError]:
    """Yield an error and its causes, the last one first; a cycle of causes ends the iteration.

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


class DiagnosedError(RunnerError):
    """A failure with findings, which carry their places in files."""

    def __init__(self, message: str, diagnostics: list[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
        super().__init__(message, code=diagnostics[0].code if diagnostics else None)
        self.diagnostics = diagnostics
        self.sources = sources or {}
        """The texts of the files that the findings point into, by file."""


class InvalidInput(DiagnosedError):
    """What the user wrote can't be used; every finding at once."""

    def __init__(self, diagnostics: list[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
        super().__init__(diagnostics[0].message if diagnostics else "invalid input", diagnostics, sources)


class UsageError(RunnerError):
    """What was asked for can't be done: it contradicts itself, or names what doesn't exist."""

    usual_code = "usage"


class UnusableFile(RunnerError):
    """A file that runner reads back is damaged, forged, too large, or may have been written by someone else.

    `what` completes a sentence that starts with the file's name.
    """

    def __init__(self, path: object, what: str, *, code: Code, help: str | None = None) -> None:
        super().__init__(f'"{path}" {what}', help=help, code=code)


class Cancelled(RunnerError):
    """The run was interrupted."""

    usual_code = "interrupted"


class Locked(RunnerError):
    """Another run holds the workflow's lock."""

    usual_code = "locked"


class CredentialsError(RunnerError):
    """The credentials of docker login, or the helper that stores them, can't be read."""

    usual_code = "credentials"


class StepFailed(RunnerError):
    """A resource could not be brought to its desired state."""


class RolledBack(StepFailed):
    """A replacement failed, and the old resource is back."""


class WaitTimeout(StepFailed):
    """A resource did not meet the awaited condition within the timeout."""

    usual_code = "wait-timeout"


class ProbeFailed(StepFailed):
    """An attempt of a probe failed; the message completes a sentence that starts with the probe's name."""

    usual_code = "probe-failed"


class EngineError(RunnerError):
    """The engine rejected the request, or failed."""

    usual_code: ClassVar[Code | None] = "engine-error"


class EngineUnreachable(EngineError):
    """No engine answers."""

    usual_code = "engine-unreachable"


class NotFound(EngineError):
    """The engine has no such object."""

    usual_code = "not-found"


class Conflict(EngineError):
    """The request conflicts with the engine's state: a name is taken, an object is in use."""

    usual_code = "engine-conflict"


class OutOfSequence(Conflict):
    """An object of a swarm has changed since the version that the request names."""


class InUse(Conflict):
    """An object of a swarm can't be removed while a service has it."""


class Rejected(EngineError):
    """The engine won't execute the request as given."""

    usual_code = "engine-rejected"


class EngineTimeout(EngineError):
    """The engine did not answer within the timeout."""

    usual_code = "engine-timeout"


class ProgramNotRun(EngineError):
    """A program was not run in a container; `exit_code` is the one that docker has for that."""

    usual_code = "program-not-run"

    def __init__(self, message: str, exit_code: int, *, help: str | None = None) -> None:
        # The code that explains the exit codes, whatever the engine's reason.
        super().__init__(message, help=help, code=self.usual_code, exit_code=exit_code)


class BuildFailed(EngineError):
    """A build instruction failed."""

    usual_code = "build-failed"


class PullFailed(EngineError):
    """An image could not be pulled from its registry."""

    usual_code = "pull-failed"


class PushFailed(EngineError):
    """An image could not be pushed to its registry."""

    usual_code = "push-failed"
