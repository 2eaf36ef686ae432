"""HTTP/2 on one socket, driven by a thread of its own: gRPC calls that this side makes, or serves.

The protocol's state machine is the `h2` package's; this module adds the socket and the flow control. Only the
connection's thread touches the state machine; other threads queue their requests for it.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, TypeAlias

from h2 import events
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from runner.daemon.buildkit.grpc_stream import CONTENT, LOST, Headers, Pairs, Stream, by_name, read_status, write_status
from runner.daemon.buildkit.rpc_call import CANCELLED, UNAVAILABLE, RpcCall, RpcError, Status

Service: TypeAlias = Callable[[str, Headers], RpcCall]
"""Makes the RpcCall for an incoming call, by its path and headers; RpcError rejects the call."""

_STREAM_WINDOW: Final = 1 << 20
_WINDOW: Final = 8 << 20
_READY: Final = 4 << 20
"""Bytes that are buffered for the socket while it hasn't taken the previous ones."""
_AT_ONCE: Final = 1 << 18
"""Bytes that are read from the socket, or written to it, at a time."""
_TICK: Final = 5.0
"""Seconds after which the thread wakes up unasked, and a silent server is pinged."""
_ARE_YOU_THERE: Final = b"are you?"
"""The payload of a ping has eight bytes."""
_NOT_NOW: Final = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Connection:
    """One side of a connection: the client's, or the server's when it is given a service."""

    def __init__(self, sock: socket.socket, service: Service | None = None) -> None:
        """Take over a connected socket; it is closed with the connection."""
        self.last_heard = time.monotonic()
        """When the other side last sent anything, on the monotonic clock."""
        self._last_asked = self.last_heard
        self.is_open = True
        self._sock = sock
        self._service = service
        self._h2 = _begin_http2(is_client=service is None)
        self._streams: dict[int, Stream] = {}
        self._ready = bytearray()
        self._word: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._waker, self._woken = socket.socketpair()
        self._thread = Thread(target=self._run, name="buildkit", daemon=True)
        self._thread.start()

    def call(self, path: str, exchange: RpcCall, headers: Pairs | None = None) -> None:
        """Start a call to the other side, from any thread."""
        self._leave_word(lambda: self._call(path, exchange, headers or []))

    def wake(self) -> None:
        """Notify the connection, from any thread, that a call has something to send."""
        with suppress(OSError):
            self._waker.send(b"\0")

    def close(self) -> None:
        """Close the connection with all its calls, from any other thread."""
        self._leave_word(self._stop)
        self._thread.join(_TICK)
        self._waker.close()

    def _leave_word(self, word: Callable[[], None]) -> None:
        self._word.put(word)
        self.wake()
        if not self.is_open:  # its thread may have emptied the queue for the last time
            self._follow_word()

    def _follow_word(self) -> bool:
        """Run the requests that other threads have queued; return False when one of them was to close."""
        with suppress(Empty):
            while True:
                self._word.get_nowait()()
        return self.is_open

    def _stop(self) -> None:
        self.is_open = False

    def _call(self, path: str, exchange: RpcCall, headers: Pairs) -> None:
        if not self.is_open:
            exchange.close(LOST)
            return
        stream = Stream(self._h2.get_next_available_stream_id(), exchange)
        pseudo = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost")]
        self._send_headers(stream, [*pseudo, ("te", "trailers"), *CONTENT, *headers])
        self._streams[stream.id] = stream

    def _run(self) -> None:
        lost = LOST
        try:
            self._serve()
        except (OSError, ProtocolError) as error:
            lost = Status(UNAVAILABLE, str(error) or LOST.message)
        finally:
            self.is_open = False
            for stream in self._streams.values():
                stream.exchange.close(lost)
            self._follow_word()
            self._sock.close()
            self._woken.close()

    def _serve(self) -> None:
        self._sock.setblocking(False)
        self._woken.setblocking(False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._sock, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while self._follow_word():
                self._make_ready()
                writing = selectors.EVENT_WRITE if self._ready else 0
                selector.modify(self._sock, selectors.EVENT_READ | writing)
                selector.select(_TICK)
                with suppress(*_NOT_NOW):
                    self._woken.recv(_AT_ONCE)
                self._send()
                self._receive()
                self._ask_for_life()

    def _ask_for_life(self) -> None:
        """Ping a server that has been silent for a while: a call in progress may have nothing to report for hours."""
        now = time.monotonic()
        if self._service is None and now - max(self.last_heard, self._last_asked) > _TICK:
            self._last_asked = now
            self._h2.ping(_ARE_YOU_THERE)

    def _send(self) -> None:
        with suppress(*_NOT_NOW):
            while self._ready:
                sent = self._sock.send(memoryview(self._ready)[:_AT_ONCE])
                del self._ready[:sent]

    def _receive(self) -> None:
        """Read all that has arrived; TLS may buffer some that no selector sees."""
        with suppress(*_NOT_NOW):
            while self.is_open:
                data = self._sock.recv(_AT_ONCE)
                if not data:
                    raise ConnectionResetError("the engine closed the connection")
                self.last_heard = time.monotonic()
                for event in self._h2.receive_data(data):
                    self._take(event)

    def _take(self, event: events.Event) -> None:
        """Handle an event of the other side."""
        match event:
            case events.ConnectionTerminated():
                raise ConnectionResetError("the engine closed the connection")
            case events.RequestReceived():
                self._accept(event)
            case events.DataReceived():
                self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        stream = self._streams.get(getattr(event, "stream_id", None) or 0)
        if stream is not None:
            self._take_for(stream, event)

    def _take_for(self, stream: Stream, event: events.Event) -> None:
        match event:
            case events.DataReceived():
                stream.arrive(event.data)
            case events.ResponseReceived() | events.TrailersReceived():
                stream.status = read_status(by_name(_texts(event.headers))) or stream.status
            case events.StreamReset():
                self._forget(stream, Status(CANCELLED, "the call was reset"))
            case events.StreamEnded() if self._service is None:
                self._forget(stream, stream.status)

    def _accept(self, event: events.RequestReceived) -> None:
        headers = by_name(_texts(event.headers))
        assert self._service is not None
        try:
            exchange = self._service(headers[":path"][0], headers)
        except RpcError as refused:
            exchange = RpcCall()
            exchange.ended = refused.status
        self._streams[event.stream_id] = Stream(event.stream_id, exchange)

    def _forget(self, stream: Stream, status: Status) -> None:
        del self._streams[stream.id]
        stream.exchange.close(status)

    def _make_ready(self) -> None:
        """Fill the send buffer with the calls' messages, as far as the flow-control windows allow."""
        for stream in list(self._streams.values()):
            while len(self._ready) < _READY and self._make_frame(stream):
                self._ready += self._h2.data_to_send()
            if stream.is_ending:
                self._end(stream)
        self._ready += self._h2.data_to_send()

    def _make_frame(self, stream: Stream) -> bool:
        """Make one DATA frame of a call; return False when there is nothing to send now."""
        window = min(self._h2.local_flow_control_window(stream.id), self._h2.max_outbound_frame_size)
        if stream.is_done or window <= 0 or not (data := stream.leave(window)):
            return False
        if not stream.has_headers:
            self._send_headers(stream, [(":status", "200"), *CONTENT])
        self._h2.send_data(stream.id, data)
        return True

    def _end(self, stream: Stream) -> None:
        """End this side of a call; a call that it serves is over then."""
        stream.is_done = True
        status = stream.exchange.ended
        if self._service is None or status is None:
            self._h2.end_stream(stream.id)
            return
        head = [] if stream.has_headers else [(":status", "200"), *CONTENT]
        self._send_headers(stream, [*head, *write_status(status)], last=True)
        self._forget(stream, status)

    def _send_headers(self, stream: Stream, headers: Pairs, *, last: bool = False) -> None:
        self._h2.send_headers(stream.id, headers, end_stream=last)
        stream.has_headers = True


def _begin_http2(*, is_client: bool) -> H2Connection:
    """Make the state machine; its windows are announced in frames, since merely setting them tells the peer nothing."""
    machine = H2Connection(
        H2Configuration(
            client_side=is_client,
            header_encoding="utf-8",
            validate_inbound_headers=False,
            validate_outbound_headers=False,
            normalize_outbound_headers=False,
        )
    )
    machine.initiate_connection()
    machine.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: _STREAM_WINDOW})
    machine.increment_flow_control_window(_WINDOW)
    return machine


def _texts(headers: Sequence[tuple[Any, Any]] | None) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in headers or ()]
