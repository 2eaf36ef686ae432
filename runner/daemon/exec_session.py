"""A session of a program in a container: one connection that the engine hands over to the program's streams."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from math import inf
from typing import Any, Final, TypeAlias

from runner.core.errors import EngineError, EngineTimeout, EngineUnreachable, ProgramNotRun
from runner.core.exec_session import NOT_EXECUTABLE, NOT_FOUND, NOT_RUN, Program, TerminalSize
from runner.daemon.http.api import Api, quote_path
from runner.daemon.http.errors import translate_errors
from runner.daemon.http.json_body import write_json
from runner.daemon.http.stream_frames import ERRORS, FrameBuffer
from runner.daemon.http.translate import translate
from runner.daemon.http.upgrade import upgrade

ExitCode: TypeAlias = Callable[[str, float], int]
"""Awaits the end of a program by its id, for so many seconds at most, and returns its exit code."""

_AT_ONCE: Final = 1 << 16
_NOT_STARTED: Final = (b"OCI runtime exec failed", b"unable to find user ", b"unable to find group ")
"""The beginnings of what an engine writes in place of the output of a program that it could not start."""
_CODES_OF_ENGINES: Final = (126, 127, 128)
"""The exit codes that engines give such a program."""
_LONGEST_REASON: Final = 1 << 14
_REASON_SECONDS: Final = 0.5
"""Seconds in which all of such a reason arrives, and the end of the connection behind it."""
_DETACH_KEYS: Final = "ctrl-\\,ctrl-],ctrl-^,ctrl-_"
"""In place of the engine's default, which keeps each Ctrl-P from shells and editors until the next key."""
_RESIZES, _PAUSE = 5, 0.05
"""How often a size is given to a terminal that isn't there yet, and the seconds between."""


def open_session(api: Api, ref: str, program: Program, exit_code: ExitCode) -> EngineExecSession:
    """Start a program in a container; `exit_code` awaits the end of one."""
    try:
        id = quote_path(api.post_json(f"/containers/{quote_path(ref)}/exec", _body(program))["Id"])
        with translate_errors(api.host):
            sock = api.connect_both_ways()
            try:
                upgrade(sock, f"{api.base}/exec/{id}/start", "tcp", _JSON, write_json(_start(program)))
                sock.setblocking(False)
            except BaseException:
                sock.close()
                raise
    except (EngineUnreachable, EngineTimeout):
        raise
    except EngineError as error:
        raise _not_run(error) from error
    return EngineExecSession(api, id, sock, program, exit_code)


_JSON: Final = (("Content-Type", "application/json"),)


def _body(program: Program) -> dict[str, Any]:
    return {
        "Cmd": list(program.argv),
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "DetachKeys": _DETACH_KEYS,
        "User": program.user,
        "WorkingDir": program.workdir,
        "Env": list(program.environment),
        "Privileged": program.privileged,
        **_terminal(program),
    }


def _start(program: Program) -> dict[str, Any]:
    return {"Detach": False, **_terminal(program)}


def _terminal(program: Program) -> dict[str, Any]:
    """Return the terminal as part of a request; engines before API 1.42 ignore its size."""
    return {"Tty": False} if program.terminal is None else {"Tty": True, "ConsoleSize": [*program.terminal]}


def _not_run(error: EngineError) -> ProgramNotRun:
    """Return the error for a program that the engine did not run, with docker's exit code for that."""
    message = error.message.replace(" in the image", " in the container")
    original = error.detail or error.message
    code = NOT_RUN
    if any(original.startswith(known.decode()) for known in _NOT_STARTED) or "exec: " in original:
        is_missing = message.startswith(("program ", "folder ")) and "not found" in message
        code = NOT_FOUND if is_missing else NOT_EXECUTABLE
    return ProgramNotRun(message, code)


Piece: TypeAlias = tuple[bool, bytes]
"""Output, and whether it is of stderr."""


def _joined(pieces: list[Piece]) -> bytes:
    return b"".join(content for _, content in pieces)


class EngineExecSession:
    """See `core.exec_session.ExecSession`."""

    def __init__(self, api: Api, id: str, sock: socket.socket, program: Program, exit_code: ExitCode) -> None:
        self._api = api
        self._id = id
        self._sock = sock
        self._frames = FrameBuffer() if program.terminal is None else None
        self._ask_code = exit_code
        self._code: int | None = None
        self._held: list[Piece] | None = []
        """The output that may be the engine's reason for not starting the program; None once there was other."""
        self._held_until = 0.0
        self._takes_input = True

    def fileno(self) -> int:
        """Return the descriptor of the connection."""
        return self._sock.fileno()

    def send(self, data: bytes) -> int:
        """Send input, as much as the connection takes."""
        if not self._takes_input:
            return len(data)
        try:
            return self._sock.send(data)
        except BlockingIOError:
            return 0
        except OSError:  # the program has ended: its output tells more
            self._takes_input = False
            return len(data)

    def end_input(self) -> None:
        """End the input."""
        self._takes_input = False
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)

    def receive(self) -> list[Piece] | None:
        """Return the output that has arrived; None at the end."""
        try:
            chunk = self._sock.recv(_AT_ONCE)
        except BlockingIOError:
            return self._overdue()
        except OSError:
            chunk = b""  # whether the engine is lost, asking for the exit code tells
        if chunk:
            return self._withheld(self._pieces(chunk))
        return self._rest() if self._held else None

    def _pieces(self, chunk: bytes) -> list[Piece]:
        if self._frames is None:
            return [(False, chunk)]
        return [(number == ERRORS, content) for number, content in self._frames.feed(chunk)]

    def _withheld(self, pieces: list[Piece]) -> list[Piece]:
        """Hold back what may be the reason why the program wasn't started, until its exit code is known."""
        if self._held is None or not pieces:
            return pieces
        if not self._held:
            self._held_until = time.monotonic() + _REASON_SECONDS
        self._held += pieces
        reason = _joined(self._held)
        begins_like_one = any(reason.startswith(known[: len(reason)]) for known in _NOT_STARTED)
        return [] if begins_like_one and len(reason) < _LONGEST_REASON else self._released()

    def _overdue(self) -> list[Piece]:
        """Return what was held back for too long to be a reason, such as the echo of the first key."""
        return self._released() if self._held and time.monotonic() > self._held_until else []

    def _released(self) -> list[Piece]:
        held, self._held = self._held or [], None
        return held

    def _rest(self) -> list[Piece]:
        """Return what was held back to the end; ProgramNotRun if it is the reason why there is no more."""
        held = self._released()
        if self.exit_code() in _CODES_OF_ENGINES:
            text = _joined(held).decode(errors="replace").strip()
            raise _not_run(translate(text) or EngineError(text))
        return held

    def resize(self, size: TerminalSize) -> None:
        """Change the terminal's size; retried while the program is being started."""
        query = {"h": size.rows, "w": size.columns}
        for _ in range(_RESIZES):
            try:
                self._api.post(f"/exec/{self._id}/resize", query=query)
            except EngineError:
                time.sleep(_PAUSE)
            else:
                return

    def exit_code(self, within: float = inf) -> int:
        """Await the program's end; return its exit code."""
        if self._code is None:
            self._code = self._ask_code(self._id, within)
        return self._code

    def close(self) -> None:
        """Close the connection."""
        self._sock.close()
