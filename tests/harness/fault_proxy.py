"""A socket in front of an engine's own, where chosen calls of its API go wrong; and what is alike for any HTTP server.

It takes one call a connection, and runs in a thread of its own:

    with FaultProxy(socket, engine.url) as proxy:
        proxy.break_with(Fault("error", path="/containers/create"))
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import ssl
import struct
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Literal, Self

_VERSION = re.compile(r"^/v\d+\.\d+(?=/)")
_CHUNK = 1 << 16
LARGEST_HEAD = 1 << 20
_FOR_EVER = 3600.0
_TLS = b"\x16"
"""How a client begins that would speak TLS."""
_TRIAL = "HEAD /_ping "
"""How a connection over ssh begins; the call follows on the same one."""

Action = Literal[
    "delay", "error", "drop", "lose", "truncate", "stall", "hang", "hang_after", "kill", "kill_after", "signal", "do"
]
"""What happens to a call:

delay       it is handed on so many `seconds` later        error       answered with `status`, never handed on
drop        hung up on, never handed on                    lose        carried out, then hung up on
truncate    the answer ends after so many `bytes`          stall       nothing more comes after so many `bytes`
hang        never handed on, never answered                hang_after  carried out, never answered
kill        who calls is killed, nothing is carried out    kill_after  carried out, then who calls is killed
do          `deed` is done first
signal      handed on, and so many `seconds` later who calls is sent each of `signals`
"""
SIGNALS_APART = 0.05
"""Seconds."""


@dataclass(slots=True)
class Fault:
    """What goes wrong with calls whose method and path match.

    It begins with the `nth` such call, and happens so many `times`; 0 is always.
    """

    action: Action
    path: str = ""
    """A regular expression, sought in the path and query without the version."""
    method: str = ".*"
    nth: int = 1
    times: int = 1
    seconds: float = 1.0
    status: int = 500
    message: str = "injected fault"
    code: str = "UNKNOWN"
    """What a registry calls it."""
    bytes: int = 100
    signals: tuple[signal.Signals, ...] = (signal.SIGKILL,)
    deed: Callable[[], None] = lambda: None
    seen: int = 0
    used: int = 0

    def words(self) -> str:
        """Say so in JSON, as an engine would and as a registry would."""
        return json.dumps({"message": self.message, "errors": [{"code": self.code, "message": self.message}]})

    def strikes(self, method: str, path: str) -> bool:
        """Tell whether it is this call's turn, and count it."""
        if not (re.fullmatch(self.method, method) and re.search(self.path, path)):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.times and self.used >= self.times):
            return False
        self.used += 1
        return True


@dataclass(slots=True)
class Call:
    """One call as it came: "POST /containers/create?name=web", from which process, and what was done to it."""

    what: str
    pid: int
    fault: str | None = None


class _HangUp(Exception):
    """The connection ends here."""


class _SpeaksTls(Exception):
    """A client would speak TLS: engines do so first with any registry."""


class Proxy(ABC):
    """What stands in front of a server and hands calls on, or not; `calls` is all that was asked."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.calls: list[Call] = []
        self._loop = asyncio.new_event_loop()
        self._thread: Thread | None = None

    @abstractmethod
    async def _listen(self) -> asyncio.Server:
        """Begin to take calls, in the proxy's own thread."""

    @abstractmethod
    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection to the server."""

    def break_with(self, *faults: Fault) -> None:
        """Let these faults happen from now on, and none of those before; forget what was called."""
        self.faults, self.calls = list(faults), []

    def __enter__(self) -> Self:
        listening = Event()
        self._thread = Thread(target=self._run, args=(listening,), name="fault-proxy", daemon=True)
        self._thread.start()
        assert listening.wait(5), "the proxy did not start"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self, listening: Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(self._listen())
        listening.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(_HangUp, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            try:
                await self._take(reader, writer)
            except _SpeaksTls:
                writer.write(_head("HTTP/1.0 400 Bad Request", ["Connection: close"]))  # as servers without TLS do
        with suppress(OSError):
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one call, and hand it on or not."""
        line, headers = await _read_head(reader)
        while line.startswith(_TRIAL):
            writer.write(_head("HTTP/1.1 200 OK", ["Content-Length: 0"]))
            line, headers = await _read_head(reader)
        method, target, _protocol = line.split(" ", 2)
        path = _VERSION.sub("", target)
        fault = next((fault for fault in self.faults if fault.strikes(method, path)), None)
        call = Call(f"{method} {path}", _pid_of(writer), fault.action if fault else None)
        self.calls.append(call)
        if fault is not None:
            await _before(fault, call, headers, reader, writer)
        upstream, to_engine = await self._dial()
        try:
            to_engine.write(_head(line, _closing(headers)))
            feed = asyncio.ensure_future(_pump(reader, to_engine))
            if fault is not None and fault.action == "signal":
                self._loop.create_task(_send(fault, call))
            try:
                await _answer(fault, call, upstream, writer)
            finally:
                feed.cancel()
        finally:
            to_engine.close()


class FaultProxy(Proxy):
    """Listens at `path` for an engine at a `unix://` URL."""

    def __init__(self, path: Path, engine: str) -> None:
        super().__init__()
        self.path = path
        self.engine = engine

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"unix://{self.path}"

    def __exit__(self, *how: object) -> None:
        super().__exit__(*how)
        self.path.unlink(missing_ok=True)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_unix_server(self._serve, str(self.path), limit=LARGEST_HEAD)

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(self.engine.removeprefix("unix://"))


class TcpFaultProxy(FaultProxy):
    """Listens on a TCP socket for an engine at a `unix://` URL, with TLS if there is a context."""

    def __init__(self, listener: socket.socket, engine: str, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(Path(), engine)
        self._listener = listener
        self._tls = tls

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"

    def __exit__(self, *how: object) -> None:
        Proxy.__exit__(self, *how)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, sock=self._listener, ssl=self._tls, limit=LARGEST_HEAD)


async def _before(
    fault: Fault, call: Call, headers: list[str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Do what happens before the engine hears of a call."""
    match fault.action:
        case "delay":
            await asyncio.sleep(fault.seconds)
        case "do":
            await asyncio.get_running_loop().run_in_executor(None, fault.deed)
        case "drop":
            raise _HangUp
        case "hang":
            await asyncio.sleep(_FOR_EVER)
        case "kill":
            _kill(call)
        case "error":
            await reader.readexactly(_length(headers))
            head = [f"HTTP/1.1 {fault.status} Injected", "Content-Type: application/json", "Connection: close"]
            body = fault.words().encode()
            writer.write(_head(head[0], [*head[1:], f"Content-Length: {len(body)}"]) + body)
            await writer.drain()
            raise _HangUp


async def _answer(
    fault: Fault | None, call: Call, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Hand the engine's answer back, or do what happens after it."""
    line, headers = await _read_head(upstream)
    if fault is not None and fault.action in ("lose", "hang_after", "kill_after"):
        if " 101 " not in line and not any("chunked" in header.lower() for header in headers):
            await upstream.read(-1)  # the engine has done it when it has said all
        await _after(fault, call)
    if fault is not None and fault.action in ("truncate", "stall"):
        await _send_part(_head(line, headers), upstream, writer, fault.bytes)
        if fault.action == "stall":
            await asyncio.sleep(_FOR_EVER)
        raise _HangUp
    writer.write(_head(line, headers))
    await _pump(upstream, writer)


async def _send_part(head: bytes, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter, bytes: int) -> None:
    """Hand on so much of an answer, as it comes."""
    part = head
    while part and bytes > 0:
        writer.write(part[:bytes])
        await writer.drain()
        bytes -= len(part)
        part = await upstream.read(_CHUNK) if bytes > 0 else b""


async def _after(fault: Fault, call: Call) -> None:
    if fault.action == "kill_after":
        _kill(call)
    if fault.action == "hang_after":
        await asyncio.sleep(_FOR_EVER)
    raise _HangUp


async def _send(fault: Fault, call: Call) -> None:
    await asyncio.sleep(fault.seconds)
    for number in fault.signals:
        with suppress(ProcessLookupError):
            os.kill(call.pid, number)
        await asyncio.sleep(SIGNALS_APART)


def _kill(call: Call) -> None:
    os.kill(call.pid, signal.SIGKILL)
    raise _HangUp


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, list[str]]:
    """Return the first line and the headers."""
    first = await reader.readexactly(1)
    if first == _TLS:
        raise _SpeaksTls
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *headers = head.removesuffix("\r\n\r\n").split("\r\n")
    return line, headers


def _head(line: str, headers: list[str]) -> bytes:
    return ("\r\n".join([line, *headers]) + "\r\n\r\n").encode("latin-1")


def _closing(headers: list[str]) -> list[str]:
    """Ask the engine to close the connection after its answer, unless it is to become something else."""
    if any(re.match(r"connection:.*upgrade", header, re.IGNORECASE) for header in headers):
        return headers
    return [*(header for header in headers if not header.lower().startswith("connection:")), "Connection: close"]


def _length(headers: list[str]) -> int:
    lengths = (header.partition(":")[2] for header in headers if header.lower().startswith("content-length:"))
    return int(next(lengths, "0"))


def _pid_of(writer: asyncio.StreamWriter) -> int:
    peer = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", peer)[0])


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    drain: Callable[[], Awaitable[None]] = writer.drain
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await drain()
    if writer.can_write_eof():
        with suppress(OSError):
            writer.write_eof()
