"""The `ready` section of a container: the readiness probe, run by the client, that dependents wait for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from runner.core.errors import StepFailed
from runner.core.regex import InvalidRegex, Regex
from runner.core.struct import Struct, replace
from runner.core.values import Value, as_map
from runner.kinds.check import PORT, STATUS, URL
from runner.kinds.probing.probe import PROBE_SECONDS, PROGRAM_SECONDS, Exec, Http, Log, Probe, ProbeTarget, Tcp
from runner.resource.codec import Codec, Invalid
from runner.resource.declaration import Declaration
from runner.resource.field import Setting
from runner.resource.scalars import ARGV, DURATION, SECOND, TEXT
from runner.resource.service_binding import OF_RUNNER, of_one_engine

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway

_INTERVAL = 0.1
"""Default seconds between two probes."""
_UNKNOWN = 0
"""Placeholder for a port that only the image defines."""
_QUESTIONS = ("http", "tcp", "exec", "log")


class Ready(Struct):
    """A readiness probe and its timing; times in seconds."""

    probe: Probe
    interval: float
    timeout: float | None
    """How long the container may take to become ready; None uses the run's timeout."""
    outside: bool = False
    """True for a URL whose host isn't the container: the client requests it directly."""


def _parse_page(raw: Any) -> str:
    return str(raw) if str(raw).startswith("/") and not re.search(r"[\s\x00]", str(raw)) else str(URL.parse(raw))


def _parse_pattern(raw: Any) -> str:
    try:
        Regex.compile(str(raw))
    except InvalidRegex as invalid:
        raise Invalid(f'not a regular expression: "{raw}": {invalid}', help=invalid.help) from invalid
    return str(raw)


READY = (
    Setting(
        name="ready.http",
        codec=Codec(TEXT.schema, "a path such as /health, or a URL", _parse_page),
        doc="A page that must respond: a path on the first port of ports or expose; or a URL, in which its"
        " own key as host reaches it, published or not.",
        examples=("/health", "http://web:8080/health"),
        service=OF_RUNNER,
    ),
    Setting(
        name="ready.status",
        codec=STATUS,
        doc="The expected response status; default: any below 400.",
        examples=(204,),
        service=OF_RUNNER,
    ),
    Setting(
        name="ready.tcp", codec=PORT, doc="A port that must accept connections.", examples=(5432,), service=OF_RUNNER
    ),
    Setting(
        name="ready.exec",
        codec=ARGV,
        doc="A command in the container that must exit with code 0.",
        examples=("pg_isready -q",),
        service=of_one_engine("write it as healthcheck.test: a task counts as running once it is healthy"),
    ),
    Setting(
        name="ready.log",
        codec=Codec(TEXT.schema, "a regular expression", _parse_pattern),
        doc="An RE2 regular expression that its log since the start must match: found anywhere,"
        " ^ and $ match at line boundaries.",
        examples=("listening on port [0-9]+",),
        service=OF_RUNNER,
    ),
    Setting(
        name="ready.interval",
        codec=DURATION,
        doc="Interval between attempts; default: 100ms.",
        examples=("1s",),
        service=OF_RUNNER,
    ),
    Setting(
        name="ready.timeout",
        codec=DURATION,
        doc="Timeout until ready; default: --timeout.",
        examples=("2m",),
        service=OF_RUNNER,
    ),
)


_KEYS = frozenset(row.name for row in READY)


def has_probe(values: Mapping[str, Value]) -> bool:
    """Return whether an entry has any key under `ready`."""
    return not _KEYS.isdisjoint(values)


def read_ready(declaration: Declaration) -> Ready | None:
    """Read the `ready` section of an entry; None if there is none, or if it is invalid, which is reported."""
    values = declaration.values
    if not has_probe(values):
        return None
    given = [name for name in _QUESTIONS if f"ready.{name}" in values]
    if len(given) != 1:
        message = f'"{given[1]}" conflicts with "{given[0]}"' if given else "no probe given"
        path = ("ready", *given[1:2])
        declaration.report(Invalid(message, path=path, help=f"use one of {', '.join(_QUESTIONS)}"))
        return None
    if "ready.status" in values and given != ["http"]:
        declaration.report(Invalid('"status" requires "http"', path=("ready", "status")))
    interval, timeout = (values.get(f"ready.{key}") for key in ("interval", "timeout"))
    return Ready(
        _probe(given[0], declaration),
        interval / SECOND if isinstance(interval, int) else _INTERVAL,
        timeout / SECOND if isinstance(timeout, int) else None,
        outside=given[0] == "http" and _is_elsewhere(str(values["ready.http"]), declaration.key),
    )


def _probe(question: str, declaration: Declaration) -> Probe:
    value: Any = declaration.values[f"ready.{question}"]
    match question:
        case "http":
            status = declaration.values.get("ready.status")
            return Http(_url(str(value), declaration), status if isinstance(status, int) else None)
        case "tcp":
            return Tcp(value)
        case "exec":
            timeout = declaration.values.get("ready.timeout")
            return Exec(
                value, within=max(PROBE_SECONDS, timeout / SECOND) if isinstance(timeout, int) else PROGRAM_SECONDS
            )
        case _:
            return Log(Regex.compile(value, multiline=True))


def _url(page: str, declaration: Declaration) -> str:
    """Complete a path to a URL with the entry's own host and port."""
    if not page.startswith("/"):
        return page
    port = _own_port(declaration.values)
    return f"http://{declaration.key}:{port or _UNKNOWN}{page}"


def _own_port(values: Mapping[str, Value]) -> str | None:
    """Return the first port that an entry publishes or exposes."""
    ports, exposed = values.get("ports"), values.get("expose")
    if isinstance(ports, tuple) and ports:
        return str(as_map(ports[0])["target"])
    first = next(iter(exposed), None) if isinstance(exposed, tuple | Mapping) else None
    return str(first).partition("/")[0] if first else None


def _is_elsewhere(page: str, key: str) -> bool:
    return not page.startswith("/") and urlsplit(page).hostname != key


def ask_ready(ready: Ready, gateway: Gateway, inspect: EngineJSON) -> None:
    """Probe a running container; ProbeFailed if it isn't ready, StepFailed if it can never be found ready."""
    from runner.kinds.probing.run import ask_outside, run_probe

    if ready.outside:
        assert isinstance(ready.probe, Http)
        ask_outside(ready.probe)
        return
    run_probe(_with_port(ready.probe, inspect), ProbeTarget(gateway, inspect))


def _with_port(probe: Probe, inspect: EngineJSON) -> Probe:
    """Fill in a URL's missing port with the only one that the image exposes; StepFailed unless there is exactly one."""
    if not isinstance(probe, Http) or urlsplit(probe.url).port != _UNKNOWN:
        return probe
    exposed = list((inspect["Config"].get("ExposedPorts") or {}).keys())
    if len(exposed) != 1:
        known = f"it exposes several ports: {', '.join(sorted(exposed))}" if exposed else "it exposes no port"
        raise StepFailed(
            f"cannot be probed: {known}", help="specify the port under expose, or use a URL", code="cannot-probe"
        )
    parts = urlsplit(probe.url)
    host = f"{parts.hostname}:{exposed[0].partition('/')[0]}"
    return replace(probe, url=parts._replace(netloc=host).geturl())
