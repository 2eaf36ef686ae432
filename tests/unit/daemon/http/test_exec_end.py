"""The exit code of a program that somebody runs is awaited, however long ago it closed its output."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from types import SimpleNamespace

import pytest

from runner.core.exec_session import Program
from runner.daemon import containers
from runner.daemon.http.api import Api
from tests.unit.daemon.http.conftest import Serve


def engine_with(codes: list[int | None]) -> Callable[[bytes], bytes]:
    """Reply as an engine whose program has no output, and these exit codes one after the other."""

    def reply(request: bytes) -> bytes:
        target = request.split(b" ", 2)[1]
        if target.endswith(b"/start"):
            return b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        found: dict[str, object] = {"ApiVersion": "1.41", "Version": "20.10", "Id": "a1"}
        if target.endswith(b"/exec/a1/json"):
            found["ExitCode"] = codes.pop(0)
        body = json.dumps(found).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    return reply


def test_a_program_that_goes_on_without_output_is_awaited(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    minutes = count(0, 60)
    hasty = SimpleNamespace(monotonic=lambda: next(minutes), sleep=lambda _seconds: None)
    monkeypatch.setattr(containers, "time", hasty)
    _, endpoint = serve([engine_with([None, None, None, 7])] * 20)
    api = Api(endpoint, timeout=5, connections=2)
    try:
        session = containers.Containers(api).open_exec("web", Program(("sh",)))
        session.end_input()
        while session.receive() is not None:
            pass
        assert session.exit_code() == 7
        session.close()
    finally:
        api.close()
