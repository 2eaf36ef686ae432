"""Asking: one question, answered by a return, or by Unmet with what was answered instead.

A container is asked straight from here where a way leads to it, else through the engine.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from runner.core.errors import EngineUnreachable, NotFound, StepFailed, Timeout, Unmet
from runner.kinds.probing.http import NO_SUCH_PROGRAM, ask_from_inside, ask_url
from runner.kinds.probing.probe import (
    PORTS,
    PROBE_SECONDS,
    Exec,
    Http,
    Log,
    Place,
    Probe,
    Tcp,
    first_line,
    require_text,
)
from runner.kinds.probing.reach import Way, near, published

_LISTENING = "0A"
"""The state of a socket that listens, in the kernel's tables."""
_PROGRAM_SECONDS = 30.0
"""How long a program may be silent."""


def ask(probe: Probe, place: Place) -> None:
    """Ask a running container; Unmet when it doesn't answer as wanted, StepFailed when it never could."""
    try:
        _ask(probe, place)
    except Timeout as error:
        raise Unmet("does not answer in time") from error
    except (NotFound, EngineUnreachable) as error:  # whether it is still there, the next look at it tells
        raise Unmet("cannot be asked at the moment") from error


def _ask(probe: Probe, place: Place) -> None:
    match probe:
        case Http():
            port = urlsplit(probe.url).port or PORTS[urlsplit(probe.url).scheme]
            ways = (*near(place, port), *published(place, port))
            _ask_at(ways, lambda at: ask_url(probe, at=at), lambda: ask_from_inside(probe, place, port))
        case Tcp():
            _ask_at((*near(place, probe.port),), _connect, lambda: _see_listening(place, probe.port))
        case Exec():
            _run(probe, place)
        case Log():
            _read_log(probe, place)


def ask_outside(probe: Http | Tcp) -> None:
    """Ask what is no container of the workflow, from here; Unmet when it doesn't answer as wanted."""
    try:
        if isinstance(probe, Http):
            ask_url(probe)
        else:
            _connect((probe.host, probe.port))
    except OSError as error:
        raise Unmet(_reason(error)) from error


def _ask_at(ways: tuple[Way, ...], straight: Callable[[Way], None], inside: Callable[[], None]) -> None:
    """Ask where the first way leads, the surest one; through the engine where there is none."""
    if not ways:
        inside()
        return
    try:
        straight(ways[0])
    except OSError as error:
        raise Unmet(f"{_reason(error)} at {ways[0][0]}:{ways[0][1]}") from error


def _reason(error: OSError) -> str:
    return "does not answer in time" if isinstance(error, TimeoutError) else (error.strerror or str(error)).lower()


def _connect(at: Way) -> None:
    socket.create_connection(at, timeout=PROBE_SECONDS).close()


def _see_listening(place: Place, port: int) -> None:
    """Look for the port in the container's own tables of sockets."""
    ran = place.gateway.containers.run(place.id, ("cat", "/proc/net/tcp", "/proc/net/tcp6"), within=PROBE_SECONDS)
    if ran.code in NO_SUCH_PROGRAM:
        reason = "cannot be asked: its port is not reachable from here, and it has no cat"
        raise StepFailed(reason, help="publish the port, or give an exec")
    rows = [line.split() for line in ran.output.decode(errors="replace").splitlines()]
    listening = {row[1].rpartition(":")[2] for row in rows if len(row) > 3 and row[3] == _LISTENING}
    if f"{port:04X}" not in listening:
        raise Unmet(f"does not listen on port {port}")


def _run(probe: Exec, place: Place) -> None:
    ran = place.gateway.containers.run(place.id, probe.argv, within=_PROGRAM_SECONDS)
    text = (ran.output + ran.errors).decode(errors="replace")
    if ran.code != probe.exit_code:
        raise Unmet(f"{probe.argv[0]} ended with exit code {ran.code}: {first_line(text)}")
    require_text(probe.contains, text)


def _read_log(probe: Log, place: Place) -> None:
    # Since it ended the last time: what it writes at once is older than the moment that counts as its start.
    written = place.gateway.containers.written(place.id, since=place.inspect["State"]["FinishedAt"])
    if not probe.pattern.search(written):
        raise Unmet(f'has not written "{probe.pattern.pattern}"')
