"""runner exec: run a command in a running container."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from runner.app.exec import open_program, program_environment
from runner.app.exec_relay import Streams, relay
from runner.app.instances import find_instance, instances_of
from runner.app.run_by import run_by
from runner.app.source import Source
from runner.app.workflow_name import name_and_orchestrator
from runner.cli.refusal import Misuse
from runner.cli.session import CommandContext
from runner.core.exec_session import Program

if TYPE_CHECKING:
    from runner.core.exec_session import ExecSession


def run(
    address: str,
    command: tuple[str, ...],
    source: Source,
    context: CommandContext,
    user: str | None,
    workdir: str | None,
    env: tuple[str, ...],
    no_tty: bool,
) -> int:
    """Run the command, connected to the streams of this process, and return its exit code."""
    from runner.cli.terminal import terminal_size

    argv = _argv(command)
    streams = Streams(*(stream.fileno() for stream in (sys.stdin, sys.stdout, sys.stderr)))
    takes_terminal = not no_tty and sys.stdin.isatty() and sys.stdout.isatty()
    terminal = terminal_size(streams.output) if takes_terminal else None
    environment = tuple(program_environment(env, context.workspace.environ))
    program = Program(argv, user or "", workdir or "", environment, terminal)
    workflow, told = name_and_orchestrator(source, context.workspace)
    with context.engine() as gateway:
        instances = instances_of(gateway, workflow, run_by(gateway, workflow, told))
        container = find_instance(instances, workflow, address)
        with closing(open_program(instances, container, program)) as session:
            with _terminal(session, streams) if takes_terminal else _plain():
                relay(session, streams)
            return session.exit_code()


def _argv(command: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command, which may follow a --; an option of runner in its place is misplaced."""
    argv = command[1:] if command[:1] == ("--",) else command
    if not argv:
        raise Misuse("exec", "which command? Write it after the address, such as: runner exec web -- sh")
    if argv == command and argv[0].startswith("-"):
        raise Misuse("exec", f"options such as {argv[0]} come before the address, and the command after it")
    return argv


@contextmanager
def _terminal(session: ExecSession, streams: Streams) -> Iterator[None]:
    from runner.cli.terminal import raw, resizing

    with raw(streams.input), resizing(streams.output, session.resize):
        yield


@contextmanager
def _plain() -> Iterator[None]:
    yield
