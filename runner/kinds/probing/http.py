"""HTTP probes: requested directly by the client, or with a program in the container's image."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from runner.core.errors import ProbeFailed, StepFailed
from runner.core.lazy_pattern import lazy_pattern
from runner.kinds.probing.json_match import describe, mismatches
from runner.kinds.probing.probe import (
    MOST_BYTES,
    PROBE_SECONDS,
    Http,
    NoClient,
    ProbeTarget,
    Unreached,
    first_line,
    reason,
    require_text,
)

if TYPE_CHECKING:
    from http.client import HTTPConnection

    from runner.core.engine_answers import ExecResult
    from runner.kinds.probing.addresses import ProbeAddress

_STATUS_LINE = lazy_pattern(rb"HTTP/[\d.]+ (\d{3})")
_CLIENTS = (("curl", "-sS", "-i", "-o", "-"), ("wget", "-S", "-O", "-"))
"""Programs that request a page and show the status: curl before the page, wget on stderr."""
NO_SUCH_PROGRAM = (126, 127)
"""Exit codes by which engines report a missing program."""


def ask_url(probe: Http, *, at: ProbeAddress | None = None) -> None:
    """Request a page from the client, `at` another address than the URL's if given; Unreached without a connection."""
    import http.client

    parts = urlsplit(probe.url)
    host, port = (at.host, at.port) if at else (str(parts.hostname), parts.port)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port, timeout=PROBE_SECONDS)
    try:
        _connect(connection)
        with _hanging_up(connection.sock):
            connection.request("GET", _target(probe.url), headers={"Host": parts.netloc, "Connection": "close"})
            answer = connection.getresponse()
            page = answer.read(MOST_BYTES)
            if answer.length and len(page) < MOST_BYTES:
                raise http.client.IncompleteRead(page, answer.length)
        _check(probe, answer.status, page)
    except http.client.HTTPException as error:
        raise ProbeFailed(f"returned an invalid response: {error!r}") from error
    except OSError as error:
        raise ProbeFailed(reason(error)) from error
    finally:
        connection.close()


@contextmanager
def _hanging_up(sock: socket.socket) -> Iterator[None]:
    """Bound the total time of a response: its sender may take as long as it likes for each byte."""
    import http.client

    over, line = Event(), socket.socket(fileno=os.dup(sock.fileno()))  # below TLS, if any

    def hang_up() -> None:
        over.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = Timer(PROBE_SECONDS, hang_up)
    timer.start()
    try:
        yield
    except (http.client.HTTPException, OSError):
        if not over.is_set():
            raise
    finally:
        timer.cancel()
        timer.join()
        line.close()
    if over.is_set():
        raise TimeoutError


def _connect(connection: HTTPConnection) -> None:
    import ssl

    try:
        connection.connect()
    except ssl.SSLError:
        raise
    except OSError as error:
        raise Unreached(reason(error)) from error


def _target(url: str) -> str:
    return urlunsplit(("", "", *urlsplit(url)[2:4], "")) or "/"


def ask_from_inside(probe: Http, place: ProbeTarget, port: int) -> None:
    """Request a page with a program in the container; NoClient if it has no suitable one."""
    url = f"{urlsplit(probe.url).scheme}://localhost:{port}{_target(probe.url)}"
    for client in _CLIENTS:
        ran = place.gateway.containers.exec(place.id, (*client, url), timeout=PROBE_SECONDS)
        if ran.code not in NO_SUCH_PROGRAM:
            _check(probe, *_answer(ran))
            return
    raise NoClient("it has neither curl nor wget", help="publish the port, or use tcp or exec", code="cannot-probe")


def _answer(ran: ExecResult) -> tuple[int, bytes]:
    """Return status and page from a program's output; ProbeFailed with its error message if it got none."""
    head, separator, page = ran.output.partition(b"\r\n\r\n")
    found = _STATUS_LINE.findall(head if separator and head.startswith(b"HTTP/") else ran.errors)
    if not found:
        raise ProbeFailed(_last_line(ran.errors.decode(errors="replace")))
    return int(found[-1]), page if head.startswith(b"HTTP/") else ran.output


def _last_line(text: str) -> str:
    """Return the last line of a program's errors."""
    return first_line("\n".join(reversed(text.splitlines())))


def _check(probe: Http, status: int, page: bytes) -> None:
    if (probe.status is None and status >= 400) or probe.status not in (None, status):
        raise ProbeFailed(f"returned status {status}")
    text = page.decode(errors="replace")
    require_text(probe.contains, text)
    if probe.json is not None:
        _check_json(probe.json, text)


def _check_json(wanted: Any, text: str) -> None:
    """Compare a response with the expected JSON; StepFailed if waiting can't change the result."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        if len(text) >= MOST_BYTES:
            raise StepFailed("response of 16 MiB or more is too large for JSON", code="probe-failed") from error
        raise ProbeFailed(f"response is not JSON: {first_line(text)}") from error
    found = list(mismatches(wanted, answer))
    if any(mismatch.is_final for mismatch in found):
        help = "quote strings; unquoted numbers, true and false keep their type"
        raise StepFailed(f"unexpected JSON response: {describe(found)}", help=help, code="probe-failed")
    if found:
        raise ProbeFailed(f"unexpected JSON response: {describe(found)}")
