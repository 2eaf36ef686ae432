"""Execute one hook in a running container, line by line, until it ends."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from contextlib import closing

from runner.core.errors import EngineTimeout, StepFailed
from runner.core.exec_session import ExecSession, Program
from runner.core.gateway import Gateway
from runner.core.struct import MutableStruct, field
from runner.kinds.container.options.hooks import Hook
from runner.kinds.container.verbs.health import TAIL_LINES

_GLANCE = 200
"""Milliseconds between two looks at a silent hook, and at whether the run was interrupted."""
_LONGEST_LINE = 1 << 16

Watch = Callable[[str | None], None]
"""Takes each line of output, and None as a sign of life; may raise to leave the hook to itself."""


def exec_hook(gateway: Gateway, id: str, hook: Hook, *, timeout: float, watch: Watch) -> None:
    """Execute a hook; StepFailed if it exits with another code than 0 or takes too long, ProgramNotRun if it can't."""
    environment = tuple(f"{name}={value}" for name, value in hook.environment.items())
    program = Program(hook.command, hook.user, hook.working_dir, environment, privileged=hook.privileged)
    lines, until = _Lines(watch), time.monotonic() + timeout
    with closing(gateway.containers.open_exec(id, program)) as session:
        session.end_input()
        try:
            _read(session, lines, until)
            code = session.exit_code(within=max(until - time.monotonic(), 0.0))
        except EngineTimeout as error:
            message, help = f"did not exit within {timeout:g} s", "increase --timeout, or let the hook end sooner"
            raise StepFailed(message, help=help, output=lines.tail, code="hook-failed") from error
    lines.end()
    if code:
        raise StepFailed(f"exited with code {code}", output=lines.tail, exit_code=code, code="hook-failed")


def _read(session: ExecSession, lines: _Lines, until: float) -> None:
    """Read all output; EngineTimeout if it doesn't end in time."""
    poll = select.poll()
    poll.register(session.fileno(), select.POLLIN)
    while True:
        poll.poll(_GLANCE)
        pieces = session.receive()
        if pieces is None:
            return
        lines.watch(None)
        for _, content in pieces:
            lines.feed(content)
        if time.monotonic() > until:
            raise EngineTimeout("a hook is still at work")


class _Lines(MutableStruct):
    """Cuts output into lines, tells each, and keeps the last ones."""

    watch: Watch
    tail: tuple[str, ...] = ()
    begun: bytes = field(default=b"")

    def feed(self, content: bytes) -> None:
        *whole, self.begun = (self.begun + content).split(b"\n")
        for line in whole:
            self._tell(line)
        if len(self.begun) > _LONGEST_LINE:
            self.end()

    def end(self) -> None:
        if self.begun:
            self._tell(self.begun)
            self.begun = b""

    def _tell(self, line: bytes) -> None:
        text = line.decode(errors="replace").removesuffix("\r")
        self.tail = (*self.tail, text)[-TAIL_LINES:]
        self.watch(text)
