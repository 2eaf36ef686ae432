"""Run a probe once: it returns on success, or raises ProbeFailed with the actual result.

A container is probed from the client at every address that may reach it, and through the engine if none does.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

from runner.core.errors import EngineTimeout, EngineUnreachable, NotFound, ProbeFailed, StepFailed
from runner.core.regex import RegexTimeout
from runner.kinds.probing.addresses import ProbeAddress, container_addresses, ip_is_loopback, published_addresses
from runner.kinds.probing.http import NO_SUCH_PROGRAM, ask_from_inside, ask_url
from runner.kinds.probing.probe import (
    PORTS,
    PROBE_SECONDS,
    Exec,
    Http,
    Log,
    NoClient,
    Probe,
    ProbeTarget,
    Tcp,
    Unreached,
    first_line,
    reason,
    require_text,
)

_LISTENING = "0A"
"""The state of a listening socket in the kernel's tables."""
_LOG_SECONDS = 30.0
"""Seconds that it may take to read a container's log."""
_WINDOW, _OVERLAP = 4 * 1024 * 1024, 64 * 1024
"""How much of the log is searched at a time, in characters, and how much of that again with the next part."""
_LASTS_SECONDS = 0.3
"""Seconds that a connection must last to be more than one to the engine's proxy."""
_NOT_LOCALHOST = "localhost is runner's own host: use the key of the container instead"
_UNREACHABLE = "runner may be in a different network than the engine: join one of its networks, or use exec"


def run_probe(probe: Probe, place: ProbeTarget) -> None:
    """Probe a running container; ProbeFailed if the result is not as expected, StepFailed if it never can be."""
    try:
        _ask(probe, place)
    except EngineTimeout as error:
        raise ProbeFailed("does not respond in time") from error
    except (NotFound, EngineUnreachable) as error:  # the next inspect shows whether it still exists
        raise ProbeFailed("cannot be probed at the moment") from error


def _ask(probe: Probe, place: ProbeTarget) -> None:
    match probe:
        case Http():
            port = urlsplit(probe.url).port or PORTS[urlsplit(probe.url).scheme]
            ways = (*container_addresses(place, port), *published_addresses(place, port))
            _ask_over(ways, lambda at: ask_url(probe, at=at), lambda: ask_from_inside(probe, place, port))
        case Tcp():
            _ask_over(container_addresses(place, probe.port), _connect, lambda: _see_listening(place, probe.port))
        case Exec():
            _run(probe, place)
        case Log():
            _read_log(probe, place)


def ask_outside(probe: Http | Tcp) -> None:
    """Probe, from the client, what is no container of the workflow; ProbeFailed if the result is not as expected."""
    host = str(urlsplit(probe.url).hostname) if isinstance(probe, Http) else probe.host
    try:
        if isinstance(probe, Http):
            ask_url(probe)
        else:
            _connect(ProbeAddress(probe.host, probe.port))
    except Unreached as error:
        raise ProbeFailed(error.message, help=_NOT_LOCALHOST if ip_is_loopback(host) else None) from error


def _ask_over(
    ways: Iterable[ProbeAddress], straight: Callable[[ProbeAddress], None], inside: Callable[[], None]
) -> None:
    """Probe one address after the other until one is reachable, and through the engine if none is."""
    tried: list[str] = []
    for way in ways:
        if way.is_elsewhere:
            tried.append(f"{way} ({way.what}) is not on runner's loopback")
            continue
        try:
            straight(way)
            return
        except Unreached as error:
            tried.append(f"{error.message} at {way} ({way.what})")
            if way.is_sure:
                raise ProbeFailed(f"{error.message} at {way}") from error
    _ask_inside(inside, "; ".join(tried))


def _ask_inside(inside: Callable[[], None], tried: str) -> None:
    try:
        inside()
    except NoClient as error:
        if tried:
            raise ProbeFailed(f"{tried}; {error.message}", help=_UNREACHABLE) from error
        raise StepFailed(
            f"cannot be probed: its port is not reachable from here, and {error.message}",
            help=error.help,
            code="cannot-probe",
        ) from error
    except ProbeFailed as unmet:
        raise ProbeFailed(
            f"{unmet.message} (probed inside it: {tried})" if tried else unmet.message, help=unmet.help
        ) from unmet


def _connect(at: ProbeAddress) -> None:
    try:
        socket.create_connection((at.host, at.port), timeout=PROBE_SECONDS).close()
    except OSError as error:
        raise Unreached(reason(error)) from error


def _see_listening(place: ProbeTarget, port: int) -> None:
    """Look up the port in the container's own socket tables."""
    ran = place.gateway.containers.exec(place.id, ("cat", "/proc/net/tcp", "/proc/net/tcp6"), timeout=PROBE_SECONDS)
    if ran.code in NO_SUCH_PROGRAM:
        _connect_past_the_proxy(place, port)
        return
    rows = [line.split() for line in ran.output.decode(errors="replace").splitlines()]
    listening = {row[1].rpartition(":")[2] for row in rows if len(row) > 3 and row[3] == _LISTENING}
    if f"{port:04X}" not in listening:
        raise ProbeFailed(f"does not listen on port {port}")


def _connect_past_the_proxy(place: ProbeTarget, port: int) -> None:
    for way in published_addresses(place, port):
        if not way.is_elsewhere:
            connect_past_proxy(way, port)
            return
    raise NoClient("it has no cat", help="publish the port, or use exec", code="cannot-probe")


def connect_past_proxy(way: ProbeAddress, port: int) -> None:
    """Connect to a published port, and check that the connection lasts.

    The engine's proxy accepts every connection, and closes it at once if the container doesn't listen.
    """
    try:
        with socket.create_connection((way.host, way.port), timeout=PROBE_SECONDS) as one:
            one.settimeout(_LASTS_SECONDS)
            if not one.recv(1):
                raise ProbeFailed(f"does not listen on port {port}")
    except TimeoutError:
        return  # the container behind the proxy waits for a request
    except OSError as error:
        raise ProbeFailed(f"{reason(error)} at {way} ({way.what})") from error


def _run(probe: Exec, place: ProbeTarget) -> None:
    ran = place.gateway.containers.exec(place.id, probe.argv, timeout=probe.within)
    text = (ran.output + ran.errors).decode(errors="replace")
    if ran.code != probe.exit_code:
        raise ProbeFailed(f"{probe.argv[0]} exited with code {ran.code}: {first_line(text)}")
    require_text(probe.contains, text)


def _read_log(probe: Log, place: ProbeTarget) -> None:
    # Since its last exit: what it writes immediately is older than its recorded start.
    search_log(probe, place.gateway.containers.log_text(place.id, since=place.inspect["State"]["FinishedAt"]))


def search_log(probe: Log, written: Generator[str]) -> None:
    """Search what was written to a log; ProbeFailed if it doesn't match."""
    until = time.monotonic() + _LOG_SECONDS
    try:
        with closing(written):
            for window in _windows(written):
                if probe.pattern.search_within(PROBE_SECONDS, window):
                    return
                if time.monotonic() > until:
                    raise ProbeFailed(f"log too large to read within {_LOG_SECONDS:g} s")
    except RegexTimeout as error:
        message = f'cannot be probed: "{probe.pattern.source}" takes too long to match its log'
        raise StepFailed(message, help="use a simpler expression, or an exec probe", code="cannot-probe") from error
    raise ProbeFailed(f'has not logged "{probe.pattern.source}"')


def _windows(pieces: Iterable[str]) -> Iterator[str]:
    """Join pieces of a text into parts of the search size; each part repeats the last lines of the one before.

    >>> list(_windows(["a\\n", "b\\n"]))
    ['a\\nb\\n']
    """
    gathered, length = list[str](), 0
    for piece in pieces:
        gathered.append(piece)
        length += len(piece)
        if length >= _WINDOW:
            window = "".join(gathered)
            yield window
            line = window.find("\n", len(window) - _OVERLAP) + 1
            gathered = [window[line or -_OVERLAP :]]
            length = len(gathered[0])
    yield "".join(gathered)
