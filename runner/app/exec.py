"""Run a program in a running container of a workflow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from runner.core.errors import ProgramNotRun, UsageError
from runner.core.exec_session import NOT_RUN

if TYPE_CHECKING:
    from runner.core.exec_session import ExecSession, Program
    from runner.resource.instance import Instance, Instances


def open_program(instances: Instances, container: Instance, program: Program) -> ExecSession:
    """Start a program in a container; ProgramNotRun where that isn't running, or the engine refuses."""
    if container.state != "running":
        message, is_job = f"{container.address} is not running ({container.state})", container.address.kind == "job"
        raise ProgramNotRun(message, NOT_RUN, help=None if is_job else "start it with: runner apply")
    return instances.open_exec(container, program)


def program_environment(given: Iterable[str], environ: Mapping[str, str]) -> Iterator[str]:
    """Yield variables as NAME=VALUE; one without a value has that of the environment, and is left out without one.

    UsageError for one without a name.
    """
    for text in given:
        name, equals, _ = text.partition("=")
        if not name:
            raise UsageError(f'--env "{text}": write NAME=VALUE, or NAME for the value here')
        if equals:
            yield text
        elif name in environ:
            yield f"{name}={environ[name]}"
