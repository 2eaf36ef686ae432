"""How a container ended: in words, and with what helps against it."""

from __future__ import annotations

import signal
from typing import Final

from runner.core.codes import Code
from runner.core.engine_answers import EngineJSON
from runner.core.errors import StepFailed
from runner.core.gateway import Gateway
from runner.kinds.container.verbs.health import TAIL_LINES
from runner.resource.scalars import show_size

AS_A_JOB: Final = "containers must keep running; declare programs that exit as jobs"
_MORE_MEMORY: Final = "raise limits.memory, or reduce its memory usage"
_KILLED: Final = 128 + signal.SIGKILL
_MEANINGS: Final = {
    126: ("command not executable", "make the file executable in the image, or run it with an interpreter"),
    127: ("command not found", "fix command or entrypoint, or use an image that contains what they call"),
    _KILLED: ("SIGKILL", "it was killed from outside: by docker kill, or by an engine's host that ran out of memory"),
    128 + signal.SIGTERM: ("SIGTERM", "it was stopped from outside: by docker stop, or by a program in it"),
    128 + signal.SIGSEGV: ("SIGSEGV: invalid memory access", None),
    128 + signal.SIGABRT: ("SIGABRT: it gave up", None),
    128 + signal.SIGILL: (
        "SIGILL: invalid instruction",
        "check that the image is for the processor of the engine's host",
    ),
}
"""Exit codes of shells and engines: what they stand for, and what helps."""


def failed_exit(
    gateway: Gateway,
    inspect: EngineJSON,
    *,
    is_looping: bool = False,
    help: str | None = None,
    code: Code = "container-exited",
) -> StepFailed:
    """Return the error for a container that should not have exited like that, with its last output.

    `help` is what helps where nothing better is known.
    """
    message, better_help = exit_message("keeps restarting, last exited" if is_looping else "exited", inspect)
    output = gateway.containers.last_lines(inspect["Id"], TAIL_LINES)
    return StepFailed(message, help=better_help or help, output=output, exit_code=last_exit_code(inspect), code=code)


def last_exit_code(inspect: EngineJSON) -> int | None:
    """Return the code with which a container exited; None for one that is up again: its engine no longer tells."""
    state = inspect["State"]
    return None if state["Running"] and not state.get("Restarting") else int(state["ExitCode"])


def exit_message(what: str, inspect: EngineJSON) -> tuple[str, str | None]:
    """Return how a container ended, and what helps; `what` begins the sentence."""
    state, code = inspect["State"], last_exit_code(inspect)
    if code is None:
        return "keeps restarting", None
    if state.get("OOMKilled"):
        killed = f"{what.removesuffix('exited')}killed" if code == _KILLED else f"{what} with code {code}"
        return f"{killed}: out of memory; {_memory_limit(inspect)}", _MORE_MEMORY
    if state.get("Error"):
        return f"{what} with code {code}: {state['Error']}", None
    return exit_meaning(code, what)


def exit_meaning(code: int, what: str = "exited") -> tuple[str, str | None]:
    """Return an exit code in words, and what helps; `what` begins the sentence."""
    meaning, help = _MEANINGS.get(code, ("", None))
    return f"{what} with code {code}{f' ({meaning})' if meaning else ''}", help


def _memory_limit(inspect: EngineJSON) -> str:
    limit = inspect["HostConfig"].get("Memory")
    return f"limits.memory is {show_size(limit)}" if limit else "limits.memory is not set: its host had none left"
