"""Requests to an engine that fails in every way, on every transport: repeated where that is safe, else a clear error.

The time until then is bounded.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from runner.core.errors import Conflict, EngineError, EngineTimeout, EngineUnreachable, NotFound
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.http.api import Api
from tests.harness.http_script import Reply, Stall
from tests.unit.daemon.http.conftest import Serve

WAYS = pytest.mark.parametrize("serve", ["unix", "tcp", "tls"], indirect=True)
TIMEOUT = 0.5


def answer(document: object, status: str = "200 OK") -> bytes:
    body = json.dumps(document).encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


VERSION = answer({"ApiVersion": "1.41", "Version": "20.10"})
FOUND = answer({"Id": "a1"})


@contextmanager
def opened(endpoint: Endpoint) -> Iterator[Api]:
    api = Api(endpoint, timeout=TIMEOUT, connections=2)
    try:
        assert api.version["ApiVersion"]
        yield api
    finally:
        api.close()


def late(_: bytes) -> bytes:
    time.sleep(TIMEOUT / 2)
    return FOUND


FAULTS: dict[str, list[Reply]] = {
    "dropped": [VERSION, b""],
    "broken off in the first line": [VERSION, FOUND[:9]],
    "broken off in the headers": [VERSION, FOUND[:40]],
    "broken off in the body": [VERSION, FOUND[:-1]],
    "answered with an error": [VERSION, answer({"message": "injected"}, "500 Injected")],
    "answered late": [VERSION, late],
    "answered without HTTP": [VERSION, b"garbage\r\n"],
    "answered without JSON": [VERSION, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"],
    "answered with half a document": [VERSION, FOUND.replace(b'"a1"}', b'"a1" ')],
}


@WAYS
@pytest.mark.parametrize("replies", FAULTS.values(), ids=list(FAULTS))
def test_a_question_that_fails_once_is_asked_again(serve: Serve, replies: list[Reply]) -> None:
    _, endpoint = serve(replies, [FOUND])
    with opened(endpoint) as api:
        assert api.get("/containers/a1/json") == {"Id": "a1"}


ENDS: dict[str, tuple[Reply, type[EngineError], str]] = {
    "dropped": (b"", EngineUnreachable, "lost the engine at URL: (it closed the connection|connection reset)"),
    "broken off": (FOUND[:-1], EngineUnreachable, "lost the engine at URL: its response is incomplete"),
    "answered with an error": (answer({"message": "injected"}, "500 Injected"), EngineError, "injected"),
    "answered with words": (b"HTTP/1.1 500 \r\nContent-Length: 4\r\n\r\nword", EngineError, "word"),
    "answered with nothing": (b"HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n", EngineError, "status 500"),
    "not found": (answer({"message": "no such thing"}, "404 Not Found"), NotFound, "no such thing"),
    "in conflict": (answer({"message": "in use"}, "409 Conflict"), Conflict, "in use"),
    "never answered": (Stall(b""), EngineTimeout, "the engine at URL does not respond in time"),
    "never answered to the end": (Stall(FOUND[:-1]), EngineTimeout, "the engine at URL does not respond in time"),
}


@WAYS
@pytest.mark.parametrize(("reply", "error", "told"), ENDS.values(), ids=list(ENDS))
def test_a_change_that_fails_is_not_repeated_and_ends_with_a_clear_error_in_time(
    serve: Serve, reply: Reply, error: type[EngineError], told: str
) -> None:
    server, endpoint = serve([VERSION, reply], [FOUND])
    with opened(endpoint) as api:
        began = time.monotonic()
        with pytest.raises(error, match=told.replace("URL", re.escape(endpoint.url))):
            api.post("/containers/a1/rename")
        assert time.monotonic() - began < 4 * TIMEOUT
    assert sum(b"rename" in request for request in server.requests) == 1


def _whole(api: Api) -> bytes:
    with api.stream("/events", idle_timeout=TIMEOUT) as pieces:
        return b"".join(pieces)


def _portions(api: Api) -> bytes:
    with api.exchange("/exec/a1/start", {"Tty": False}, idle_timeout=TIMEOUT) as read:
        return b"".join(iter(lambda: read(2), b""))


STREAMS: dict[str, Callable[[Api], bytes]] = {"in pieces": _whole, "in portions": _portions}
BEGUN = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"


@WAYS
@pytest.mark.parametrize("stream", STREAMS.values(), ids=list(STREAMS))
def test_a_stream_is_read_to_its_end_or_ends_with_a_clear_error_in_time(
    serve: Serve, stream: Callable[[Api], bytes]
) -> None:
    to_the_end = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nhello"
    _, endpoint = serve([VERSION, BEGUN + b"0\r\n\r\n", to_the_end], [BEGUN], [Stall(BEGUN)], [FAULTS["dropped"][1]])
    with opened(endpoint) as api:
        assert stream(api) == b"hello"
        assert stream(api) == b"hello"
        with pytest.raises(EngineUnreachable, match="incomplete"):
            stream(api)
        began = time.monotonic()
        with pytest.raises(EngineTimeout):
            stream(api)
        assert time.monotonic() - began < 4 * TIMEOUT
        with pytest.raises(EngineUnreachable):
            stream(api)


@WAYS
def test_an_engine_that_is_gone_is_told(serve: Serve) -> None:
    server, endpoint = serve([VERSION])
    with opened(endpoint) as api:
        server.__exit__()
        with pytest.raises(
            EngineUnreachable, match=r"lost the engine at .*: (connection refused|it closed|its response)"
        ):
            api.post("/containers/a1/rename")


def test_plain_http_spoken_to_tls_is_told(serve: Serve) -> None:
    refusal = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server."
    _, endpoint = serve([refusal])
    with pytest.raises(EngineUnreachable, match=r"cannot reach the engine at .*: it requires TLS"):
        _ = Api(endpoint, timeout=TIMEOUT, connections=1).version
