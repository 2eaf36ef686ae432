"""Requests that are sent before their answers are needed, to scripted servers."""

from __future__ import annotations

import gc
import json
import time
import warnings
from collections.abc import Callable

import pytest

from runner.core.errors import EngineUnreachable
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.http.api import Api
from tests.unit.daemon.http.conftest import Serve

TIMEOUT = 2.0
EVERYWHERE = pytest.mark.parametrize("serve", ["unix", "tcp", "tls"], indirect=True)


def answer(document: object, status: str = "200 OK") -> bytes:
    body = json.dumps(document).encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


FIRST, SECOND = answer([{"Id": "first"}]), answer([{"Id": "second"}])


def engine(ahead: bytes) -> list[Callable[[bytes], bytes]]:
    """Answer with that to requests without a version, and truly to all others, on any connection."""

    def reply(request: bytes) -> bytes:
        target = request.split(b" ")[1]
        if target == b"/version":
            return answer({"ApiVersion": "1.41", "Version": "20.10"})
        return SECOND if target == b"/v1.41/networks" else ahead

    return [reply] * 4


@EVERYWHERE
def test_an_answer_is_used_once_and_then_asked_for_again_in_the_version_of_the_engine(serve: Serve) -> None:
    _, endpoint = serve(engine(FIRST))
    api = Api(endpoint, timeout=TIMEOUT, connections=2)

    api.ask_ahead(["/networks"])

    assert api.get("/networks") == [{"Id": "first"}]
    assert api.get("/networks") == [{"Id": "second"}]
    api.close()


@EVERYWHERE
def test_all_are_asked_at_once(serve: Serve) -> None:
    def slow(_: bytes) -> bytes:
        time.sleep(0.3)
        return FIRST

    _, endpoint = serve([slow])
    api = Api(endpoint, timeout=TIMEOUT, connections=8)
    began = time.monotonic()

    api.ask_ahead(["/networks", "/volumes", "/images/json"])
    answers = [api.get(path) for path in ("/networks", "/volumes", "/images/json")]

    assert answers == [[{"Id": "first"}]] * 3
    assert time.monotonic() - began < 0.8, "one after another they take 0.9 s"
    api.close()


@EVERYWHERE
@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"no HTTP at all\r\n\r\n",
        FIRST[:-3],
        answer({}, "500 Oh"),
        answer({}, "403 No"),
    ],
    ids=["closed", "cut off", "garbage", "cut off in its body", "an error", "refused"],
)
def test_what_goes_wrong_ahead_is_asked_for_once_more(serve: Serve, broken: bytes) -> None:
    def reply(request: bytes) -> bytes:
        return engine(broken)[0](request)

    _, endpoint = serve([reply])
    api = Api(endpoint, timeout=TIMEOUT, connections=2)

    api.ask_ahead(["/networks"])

    assert api.get("/networks") == [{"Id": "second"}]
    api.close()


def test_an_old_answer_is_not_used(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.daemon.http.requests_ahead._FRESH_SECONDS", 0.05)
    _, endpoint = serve(engine(FIRST))
    api = Api(endpoint, timeout=TIMEOUT, connections=2)

    api.ask_ahead(["/networks"])
    time.sleep(0.2)

    assert api.get("/networks") == [{"Id": "second"}]
    api.close()


def test_an_engine_that_is_not_there_is_told_by_the_call_itself() -> None:
    api = Api(Endpoint("unix:///nowhere/docker.sock", "the test"), timeout=TIMEOUT, connections=2)

    api.ask_ahead(["/version", "/networks"])

    with pytest.raises(EngineUnreachable, match=r"cannot reach the engine at unix:///nowhere/docker.sock"):
        _ = api.version
    api.close()


@EVERYWHERE
def test_answers_that_nobody_wants_keep_nothing_open(serve: Serve) -> None:
    server, endpoint = serve([lambda _: FIRST])
    api = Api(endpoint, timeout=TIMEOUT, connections=2)

    api.ask_ahead(["/networks"])
    until = time.monotonic() + TIMEOUT
    while not server.requests and time.monotonic() < until:
        time.sleep(0.01)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        api.close()
        gc.collect()


@EVERYWHERE
def test_many_are_asked_for_side_by_side_and_answered_in_order(serve: Serve) -> None:
    def slow(request: bytes) -> bytes:
        time.sleep(0.02)
        target = request.split(b" ")[1].decode()
        return answer({"ApiVersion": "1.41"}) if target == "/version" else answer({"of": target.rpartition("/")[2]})

    _, endpoint = serve([slow] * 100)
    api = Api(endpoint, timeout=TIMEOUT, connections=8)
    targets = [f"/containers/{number}" for number in range(60)]
    began = time.monotonic()

    answers = [api.get(target)["of"] for target in api.looking_ahead(targets)]

    assert answers == [str(number) for number in range(60)]
    assert time.monotonic() - began < 1.0, "one after another they take 1.2 s"
    api.close()


def test_what_was_asked_ahead_is_dropped_with_the_loop(serve: Serve) -> None:
    answers = iter([b"old"] * 4 + [b"new"] * 40)

    def reply(request: bytes) -> bytes:
        if request.startswith(b"GET /version"):
            return answer({"ApiVersion": "1.41"})
        return answer({"is": next(answers).decode()})

    _, endpoint = serve([reply] * 50)
    api = Api(endpoint, timeout=TIMEOUT, connections=8)
    targets = [f"/containers/{number}" for number in range(40)]

    for target in api.looking_ahead(targets):
        api.get(target)
        break
    time.sleep(0.1)

    assert api.get(targets[2]) == {"is": "new"}
    api.close()
