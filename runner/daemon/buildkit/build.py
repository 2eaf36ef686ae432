"""A build by the engine's BuildKit, from opening the connection to the image's digest."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from hashlib import sha256
from queue import Empty, SimpleQueue
from socket import gethostname
from typing import Final

from runner.core.build import BuildRequest
from runner.core.errors import EngineError, EngineTimeout, EngineUnreachable
from runner.core.progress_update import ProgressCallback, ProgressUpdate
from runner.daemon.buildkit import connect as dial
from runner.daemon.buildkit import solve
from runner.daemon.buildkit.build_errors import build_error, is_disconnect
from runner.daemon.buildkit.connect import Connector
from runner.daemon.buildkit.connection import Connection
from runner.daemon.buildkit.file_sources import Folder, Text
from runner.daemon.buildkit.file_sync import FileSync, Source
from runner.daemon.buildkit.progress import Steps
from runner.daemon.buildkit.rpc_call import OK, ClientCall, Status
from runner.daemon.buildkit.session import Session, SessionOptions
from runner.daemon.buildkit.session_services import Credentials
from runner.daemon.buildkit.solve import Exporter
from runner.daemon.buildkit.status import read_status

_TICK: Final = 0.5
"""Seconds without a message after which `watch` is called, which may raise to stop."""
_LAST_WORDS: Final = 2.0
"""Seconds to wait for progress messages after the build's own response."""
_SIGN_OF_LIFE: Final = 30.0
"""Idle timeout of each connection in seconds: every five the engine checks a session's health, and is pinged itself."""
_DIGEST: Final = "containerimage.digest"


def build(way: Connector, request: BuildRequest, name: str, watch: ProgressCallback, credentials: Credentials) -> str:
    """Build an image under a name, and return the digest under which the engine stores it.

    Raises BuildFailed with the part of the Dockerfile that failed, EngineUnreachable when the engine went away,
    NoBuildKit when it has none. An exception from `watch` cancels the build on the engine.
    """
    offer = _offer(request, credentials)
    with ExitStack() as opened:
        control = dial.open_control(way)
        opened.callback(control.close)
        session = Session(partial(dial.open_session, way, control), offer)
        opened.callback(session.close)
        try:
            answer = _Work(control, session, watch).run(request, solve.exporter(way, request, name))
        except EngineError as error:
            if offer.files.failure is not None:
                raise offer.files.failure from error
            raise
    digest = solve.read_solved(answer).get(_DIGEST)
    if digest is None:
        raise EngineError("the build finished without an image")
    return digest


def _offer(request: BuildRequest, credentials: Credentials) -> SessionOptions:
    """Collect what the session offers to the build."""
    folders: dict[str, Source] = {name: Folder(context) for name, context in request.named_contexts.items()}
    folders[solve.CONTEXT] = Folder(request.context)
    folders[solve.DOCKERFILE] = Text(solve.FILE_NAME, request.text)
    place = f"{gethostname()}:{request.context.root}"
    return SessionOptions(
        key=sha256(os.fsencode(place)).hexdigest(),
        files=FileSync(folders),
        credentials=credentials,
        secrets=request.secrets,
        agents=request.agents,
    )


class _Work:
    """One running build; the responses to its calls are queued and handled in the caller's thread."""

    def __init__(self, control: Connection, session: Session, watch: ProgressCallback) -> None:
        self._control = control
        self._session = session
        self._watch = watch
        self._steps = Steps()
        self._received: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._answer = b""
        self._outcome: Status | None = None
        self._has_told_all = False

    def run(self, request: BuildRequest, exporter: Exporter) -> bytes:
        """Build, and return the engine's response."""
        id = secrets.token_hex(16)
        self._ask(solve.SOLVE, solve.write_solve(id, self._session.id, request, exporter), self._take_answer)
        self._ask(solve.STATUS, solve.write_status(id), self._take_report)
        self._hear_out()
        assert self._outcome is not None
        if self._outcome.code != OK and (self._is_cut_off or is_disconnect(self._outcome)):
            raise EngineUnreachable(f"lost the connection to the engine during a build: {self._outcome.message}")
        if self._outcome.code != OK:
            raise build_error(self._outcome, request.dockerfile, self._steps.failed, self._steps.tail)
        return self._answer

    def _ask(self, path: str, message: bytes, take: Callable[[bytes | Status], None]) -> None:
        self._control.call(path, ClientCall(message, lambda message: self._received.put(partial(take, message))))

    def _take_answer(self, message: bytes | Status) -> None:
        if isinstance(message, Status):
            self._outcome = message
        else:
            self._answer = message

    def _take_report(self, message: bytes | Status) -> None:
        if isinstance(message, Status):
            self._has_told_all = True
            return
        for news in read_status(message):
            for advance in self._steps.take(news):
                self._watch(advance)

    def _hear_out(self) -> None:
        """Handle messages until the build has ended and its progress is complete."""
        last = None
        while self._outcome is None or not self._has_told_all:
            if self._outcome is not None:
                last = last or time.monotonic() + _LAST_WORDS
                if time.monotonic() > last:
                    return
            try:
                take = self._received.get(timeout=_TICK)
            except Empty:
                self._watch(ProgressUpdate())
                self._require_life()
            else:
                take()

    @property
    def _is_cut_off(self) -> bool:
        """True when a connection was lost: any failure of the build is then only a consequence of that."""
        return not (self._control.is_open and self._session.is_open)

    def _require_life(self) -> None:
        """Raise EngineUnreachable when a connection is lost, EngineTimeout when the engine is silent for too long."""
        if self._outcome is None and self._is_cut_off:
            raise EngineUnreachable("lost the connection to the engine during a build")
        last_heard = min(self._control.last_heard, self._session.last_heard)
        if self._outcome is None and time.monotonic() - last_heard > _SIGN_OF_LIFE:
            message = f"no response from the engine for {_SIGN_OF_LIFE:g} s during a build"
            raise EngineTimeout(message, help="check whether it is overloaded or stopped")
