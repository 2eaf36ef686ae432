"""HTTP/1.1 as engines speak it, and as they don't: responses of every form, kept connections, and what breaks off."""

from __future__ import annotations

import gc
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from types import FrameType

import pytest

from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.http.request import Body
from runner.daemon.http.response_parser import ResponseParser
from runner.daemon.http.transport import Patience, Transport
from tests.harness.http_script import Early, Pieces, Stall
from tests.unit.daemon.http.conftest import Serve

WAYS = pytest.mark.parametrize("serve", ["unix", "tcp", "tls"], indirect=True)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n3;x=y\r\nyes\r\n0\r\nTrailer: z\r\n\r\n"
PATIENCE = Patience(5, 5)


@contextmanager
def opened(endpoint: Endpoint, connections: int = 4) -> Iterator[Transport]:
    transport = Transport(endpoint, connections)
    try:
        yield transport
    finally:
        transport.close()


def ask(
    transport: Transport, target: str = "/", method: str = "GET", body: Body = None, patience: Patience = PATIENCE
) -> tuple[int, bytes]:
    response = transport.request(method, target, {}, body, patience)
    try:
        return response.status, response.content()
    finally:
        response.close()


RESPONSES = {
    "with its length": (OK, b"ok", True),
    "in chunks": (CHUNKED, b"okyes", True),
    "without a body": (b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
    "not modified": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", b"", True),
    "empty": (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", True),
    "after others that inform": (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 \r\nLink: x\r\n\r\n" + OK, b"ok", True),
    "that closes": (OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), b"ok", False),
    "of HTTP/1.0": (OK.replace(b"1.1", b"1.0"), b"ok", False),
    "up to the end": (b"HTTP/1.1 200 OK\r\n\r\nto the end", b"to the end", False),
    "with lower-case headers": (OK.replace(b"Content-Length", b"content-length"), b"ok", True),
}
FORMS = pytest.mark.parametrize(("response", "body", "is_kept"), RESPONSES.values(), ids=list(RESPONSES))


@WAYS
@FORMS
def test_a_response_is_read_and_its_connection_kept_if_it_may_be(
    serve: Serve, response: bytes, body: bytes, is_kept: bool
) -> None:
    server, endpoint = serve([response, OK] if is_kept else [response], [OK])
    with opened(endpoint) as transport:
        assert ask(transport)[1] == body
        assert ask(transport) == (200, b"ok")
    assert server.connections == (1 if is_kept else 2)


@FORMS
def test_a_response_may_arrive_byte_by_byte(serve: Serve, response: bytes, body: bytes, is_kept: bool) -> None:
    _, endpoint = serve([Pieces(bytes([byte]) for byte in response)])
    with opened(endpoint) as transport:
        assert ask(transport)[1] == body


@pytest.mark.parametrize("length", [b"Content-Length: 7\r\n", b"", b"Transfer-Encoding: chunked\r\n"])
def test_a_response_to_head_has_no_body_whatever_it_says(serve: Serve, length: bytes) -> None:
    server, endpoint = serve([b"HTTP/1.1 200 OK\r\n" + length + b"\r\n", OK])
    with opened(endpoint) as transport:
        assert ask(transport, method="HEAD") == (200, b"")
        assert ask(transport) == (200, b"ok")
    assert server.connections == 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_comes_behind_a_response_belongs_to_nobody(serve: Serve, method: str) -> None:
    body = b"" if method == "HEAD" else b"ok"
    for more in (OK, b"HTTP/1.1 204 \r\n\r\n", b"garbage"):
        server, endpoint = serve([OK + more], [OK])
        with opened(endpoint) as transport:
            assert ask(transport, method=method) == (200, body)
            assert ask(transport) == (200, b"ok")
        assert server.connections == 2


@WAYS
def test_a_connection_that_the_engine_closed_while_idle_is_not_used(serve: Serve) -> None:
    server, endpoint = serve([OK])
    with opened(endpoint) as transport:
        for _ in range(5):
            assert ask(transport) == (200, b"ok")
            time.sleep(0.02)
    assert server.connections == 5


@WAYS
@pytest.mark.parametrize("response", [OK, CHUNKED], ids=["with its length", "in chunks"])
def test_a_response_that_breaks_off_anywhere_is_a_lost_connection(serve: Serve, response: bytes) -> None:
    _, endpoint = serve(*([response[:length]] for length in range(len(response))))
    with opened(endpoint) as transport:
        for length in range(len(response)):
            with pytest.raises(ConnectionError, match="incomplete" if length else "without a response|reset"):
                ask(transport)


@pytest.mark.parametrize(
    ("response", "told"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "does not speak HTTP"),
        (b"HTTP/1.1 two hundred\r\n\r\n", "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "malformed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "malformed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "malformed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n", "malformed"),
        (b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\nPRI", "malformed"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\nPRI", "malformed"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * (2 << 20), "too long"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000, "too long"),
    ],
    ids=range(11),
)
def test_what_is_no_response_is_told(serve: Serve, response: bytes, told: str) -> None:
    server, endpoint = serve([Stall(response)], [OK])
    with opened(endpoint) as transport:
        with pytest.raises(ConnectionError, match=told):
            ask(transport)
        assert ask(transport) == (200, b"ok")
    assert server.connections == 2


@WAYS
@pytest.mark.parametrize("begun", [b"", OK[:9], OK[:-1], CHUNKED[:-2]], ids=["", "head", "body", "chunks"])
def test_an_engine_that_says_nothing_any_more_is_waited_for_no_longer_than_told(serve: Serve, begun: bytes) -> None:
    _, endpoint = serve([Stall(begun)], [OK])
    with opened(endpoint) as transport:
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            ask(transport, patience=Patience(5, 0.2))
        assert time.monotonic() - began < 2
        assert ask(transport) == (200, b"ok")


@WAYS
def test_bodies_are_sent_whole(serve: Serve) -> None:
    server, endpoint = serve([OK] * 4)
    with opened(endpoint) as transport:
        ask(transport, "/bytes", "POST", b"some")
        ask(transport, "/pieces", "POST", iter([b"so", b"", b"me"]))
        ask(transport, "/nothing", "POST")
        ask(transport, "/deletion", "DELETE")
    ends = [request.partition(b"\r\n")[2] for request in server.requests]
    host = ends[-1].partition(b"\r\n")[0]
    assert ends == [
        host + b"\r\nContent-Length: 4\r\n\r\nsome",
        host + b"\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nso\r\n2\r\nme\r\n0\r\n\r\n",
        host + b"\r\nContent-Length: 0\r\n\r\n",
        host + b"\r\n\r\n",
    ]


@pytest.mark.parametrize("body", [b"x" * (16 << 20), [b"x" * (1 << 16)] * 256], ids=["bytes", "pieces"])
def test_a_response_may_come_before_the_body_was_sent(serve: Serve, body: Body) -> None:
    refusal = Early(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno")
    server, endpoint = serve([refusal], [OK])
    with opened(endpoint) as transport:
        assert ask(transport, method="POST", body=body) == (400, b"no")
        assert ask(transport) == (200, b"ok")
    assert server.connections == 2


def test_an_error_of_the_body_itself_is_raised_as_it_is(serve: Serve) -> None:
    def body() -> Iterator[bytes]:
        yield b"some"
        raise BrokenPipeError("of the source")

    server, endpoint = serve([OK])
    with opened(endpoint) as transport:
        with pytest.raises(BrokenPipeError, match="of the source"):
            ask(transport, method="POST", body=body())
        assert ask(transport) == (200, b"ok")
    assert server.connections == 2


@pytest.mark.parametrize("target", ["/a\r\nX: y", "/a b", "/\u00e4"])
def test_a_request_never_becomes_two(serve: Serve, target: str) -> None:
    server, endpoint = serve([OK])
    with opened(endpoint) as transport:
        with pytest.raises(ValueError, match="cannot have these characters"):
            ask(transport, target)
        with pytest.raises(ValueError, match="cannot have these characters"):
            transport.request("GET", "/", {"X": "y\r\nZ: z"}, None, PATIENCE)
    assert server.connections == 0


def test_a_body_is_read_in_the_portions_that_are_asked_for(serve: Serve) -> None:
    _, endpoint = serve([Pieces([CHUNKED[:50], CHUNKED[50:58], CHUNKED[58:]])])
    with opened(endpoint) as transport:
        response = transport.request("GET", "/", {}, None, PATIENCE)
        assert [response.read(size) for size in (1, 3, 0, 5, 5)] == [b"o", b"kye", b"", b"s", b""]
        response.close()


def test_pieces_are_handed_on_as_they_arrive(serve: Serve) -> None:
    _, endpoint = serve([Stall(CHUNKED[:-20])])
    with opened(endpoint) as transport:
        response = transport.request("GET", "/", {}, None, Patience(5, 0.5))
        assert next(response.pieces()) == b"ok"
        response.close()


def test_a_response_that_is_abandoned_takes_its_connection_along(serve: Serve) -> None:
    server, endpoint = serve([Stall(CHUNKED[:-20])], [OK])
    with opened(endpoint) as transport:
        response = transport.request("GET", "/", {}, None, PATIENCE)
        response.close()
        response.close()
        with pytest.raises(ConnectionAbortedError):
            response.content()
        assert ask(transport) == (200, b"ok")
    assert server.connections == 2


def echo(request: bytes) -> bytes:
    """Answer with the target of the request, in chunks where it is long."""
    target = request.split(b" ", 2)[1]
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(target), target)


@WAYS
def test_many_threads_get_each_their_own_answers_over_kept_connections(serve: Serve) -> None:
    server, endpoint = serve([echo] * 1000)
    wrong: list[str] = []

    def work(name: int) -> None:
        for number in range(40):
            target = f"/{name}/{number}"
            if ask(transport, target) != (200, target.encode()):
                wrong.append(target)

    with opened(endpoint, connections=8) as transport:
        threads = [Thread(target=work, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert server.connections <= 8


class Interrupted(BaseException):
    """What a signal handler raises."""


def interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted


@contextmanager
def alarm() -> Iterator[None]:
    former = signal.signal(signal.SIGALRM, interrupt)
    gc.disable()  # what is raised in a callback of the collector, such as hypothesis has, is lost
    try:
        yield
    finally:
        gc.enable()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


@WAYS
def test_after_an_interruption_at_any_moment_no_request_gets_the_answer_of_another(serve: Serve) -> None:
    server, endpoint = serve([echo] * 10_000)
    interruptions = 0
    with opened(endpoint) as transport, alarm():
        ask(transport)
        for number in range(1000):
            target = f"/{number}".encode()
            try:
                signal.setitimer(signal.ITIMER_REAL, (number % 100 + 1) / 200_000)
                assert ask(transport, target.decode()) == (200, target)
                signal.setitimer(signal.ITIMER_REAL, 0)
            except Interrupted:
                interruptions += 1
    assert interruptions > 10
    assert server.connections <= interruptions + 1


def test_an_interruption_inside_the_parser_is_raised_as_it_is(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser calls back from C, and wraps what is raised there."""
    _, endpoint = serve([OK], [OK])

    def interrupted(_: ResponseParser) -> None:
        raise Interrupted

    with opened(endpoint) as transport:
        for moment in ("on_headers_complete", "on_message_complete"):
            with monkeypatch.context() as patch:
                patch.setattr(ResponseParser, moment, interrupted)
                with pytest.raises(Interrupted):
                    ask(transport)
        assert ask(transport) == (200, b"ok")


def test_a_dedicated_connection_is_not_one_of_the_kept(serve: Serve) -> None:
    server, endpoint = serve([OK] * 3)
    with opened(endpoint) as transport:
        ask(transport)
        with transport.connect(5) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert sock.recv(1 << 10) == OK
        ask(transport)
    assert server.connections == 2


def test_a_closed_transport_opens_nothing_any_more(serve: Serve) -> None:
    server, endpoint = serve([OK])
    transport = Transport(endpoint, 1)
    waiting = transport.request("GET", "/", {}, None, PATIENCE)
    transport.close()
    assert waiting.content() == b"ok"
    waiting.close()
    for attempt in (lambda: ask(transport), lambda: transport.connect(5)):
        with pytest.raises(ConnectionAbortedError):
            attempt()
    assert server.connections == 1


def test_no_more_connections_are_kept_than_told(serve: Serve) -> None:
    server, endpoint = serve([OK] * 10)
    with opened(endpoint, connections=2) as transport:
        responses = [transport.request("GET", "/", {}, None, PATIENCE) for _ in range(4)]
        for response in responses:
            response.content()
            response.close()
        again = [transport.request("GET", "/", {}, None, PATIENCE) for _ in range(3)]
        assert server.connections == 5
        for response in again:
            response.close()


def test_a_host_that_is_none_and_a_port_that_nobody_listens_on_are_connection_errors() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    for url in (f"tcp://127.0.0.1:{port}", f"tcp://{'x' * 70}.invalid:1"):
        with opened(Endpoint(url, "the test")) as transport, pytest.raises(ConnectionError):
            ask(transport)
