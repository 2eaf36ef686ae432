"""Checks: what must hold once everything is up. They are probed, and leave nothing on the engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from runner.core.address import Address
from runner.core.errors import NotFound, ProbeFailed, StepFailed
from runner.core.settings import CheckTiming
from runner.core.state import Dependency, Resource
from runner.core.values import Value
from runner.kinds.probing.probe import PORTS, PROBE_SECONDS, Exec, Http, ProbeTarget, Tcp
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import TEXTS
from runner.resource.declaration import Declaration
from runner.resource.field import Setting
from runner.resource.kind import Section
from runner.resource.scalars import ARGV, DURATION, SECOND, TEXT, integer, word

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.core.inspection import Description
    from runner.core.state import DesiredState

TIMEOUT, INTERVAL = 30 * SECOND, SECOND // 2
"""Defaults in nanoseconds: how long a check may take to succeed, and the delay between two tries."""


def _parse_url(raw: Any) -> str:
    url = str(raw)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in PORTS and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s\x00-\x1f]", url):
        raise Invalid(f'not a URL: "{url}"', help="write one such as http://localhost:8080/health")
    return url


URL = Codec(TEXT.schema, "a URL such as http://localhost:8080/health", _parse_url)
PORT = integer(1, 65535, phrase="a port such as 8080")
STATUS = integer(100, 599, phrase="a status such as 200")
_ANY = Codec({}, "the expected JSON", lambda raw: raw, from_source_text=False)
_SETTINGS = (
    Setting(
        name="http.url",
        codec=URL,
        doc="The URL to request; a container's key as host reaches that container, published or not.",
        examples=("http://web:8080/health", "http://localhost:8080/"),
    ),
    Setting(
        name="http.status",
        codec=STATUS,
        doc="The expected response status; default: any below 400.",
        examples=(200, 404),
    ),
    Setting(name="http.contains", codec=TEXT, doc="Text that the response must contain.", examples=("welcome",)),
    Setting(
        name="http.json",
        codec=_ANY,
        doc="The expected JSON response; maps may have additional keys.",
        examples=({"status": "ok"},),
    ),
    Setting(
        name="tcp.host",
        codec=word("a host, or the key of a container"),
        doc="The host to connect to: a container's key, or a host reachable from here.",
        examples=("db", "localhost"),
    ),
    Setting(name="tcp.port", codec=PORT, doc="The port to connect to.", examples=(5432,)),
    Setting(
        name="exec.container",
        codec=word("the key of a container"),
        doc="The container to run the command in.",
        examples=("db",),
    ),
    Setting(name="exec.command", codec=ARGV, doc="The command and its arguments.", examples=("pg_isready -q",)),
    Setting(
        name="exec.exit_code",
        codec=integer(0, 255, phrase="an exit code from 0 to 255"),
        doc="The expected exit code; default: 0.",
        examples=(0, 3),
    ),
    Setting(name="exec.contains", codec=TEXT, doc="Text that its output must contain.", examples=("ready",)),
    Setting(
        name="depends_on",
        codec=TEXTS,
        doc="Checks that must pass first.",
        examples=(["page"],),
    ),
    Setting(name="timeout", codec=DURATION, doc="How long to retry until it passes; default: 30s.", examples=("1m",)),
    Setting(name="interval", codec=DURATION, doc="Interval between attempts; default: 500ms.", examples=("2s",)),
)
CheckSpec: TypeAlias = Http | Tcp | Exec
_REQUIRED = {"http": ("http.url",), "tcp": ("tcp.host", "tcp.port"), "exec": ("exec.container", "exec.command")}
"""The subjects of a check, of which it has one, and the keys that each requires."""


class CheckSettings(CheckTiming, kw_only=True):
    """What is probed."""

    probe: CheckSpec
    container: str | None
    """The engine name of the container that it is about, if it is about one."""


def _duration(value: Value, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def _declare(declaration: Declaration) -> Iterable[Resource]:
    values = declaration.values
    probe = _probe(declaration)
    if probe is not None:
        asked = _asked(declaration, probe)
        yield Resource(
            Address("check", declaration.key),
            "",
            settings=CheckSettings(
                probe=probe,
                container=asked.engine_name if asked else None,
                timeout=_duration(values.get("timeout"), TIMEOUT),
                interval=_duration(values.get("interval"), INTERVAL),
            ),
            depends_on=(*([Dependency(asked.address)] if asked else []), *_dependencies(declaration)),
        )


def _probe(declaration: Declaration) -> CheckSpec | None:
    """Return the probe of a check; None, and a finding, if it isn't exactly one complete probe."""
    values = declaration.values
    subjects = [name for name in _REQUIRED if any(key.startswith(f"{name}.") for key in values)]
    if len(subjects) != 1:
        message = f'"{subjects[1]}" conflicts with "{subjects[0]}"' if subjects else "no probe given"
        declaration.report(Invalid(message, path=tuple(subjects[1:2]), help="specify one of http, tcp and exec"))
        return None
    missing = [key for key in _REQUIRED[subjects[0]] if key not in values]
    for key in missing:
        subject, _, last = key.partition(".")
        declaration.report(Invalid(f'{subject} without "{last}"', code="missing-key"))
    return None if missing else _MAKERS[subjects[0]](values)


def _http(values: Mapping[str, Any]) -> Http:
    return Http(values["http.url"], values.get("http.status"), values.get("http.contains"), values.get("http.json"))


def _tcp(values: Mapping[str, Any]) -> Tcp:
    return Tcp(values["tcp.port"], values["tcp.host"])


def _exec(values: Mapping[str, Any]) -> Exec:
    within = max(PROBE_SECONDS, values.get("timeout", TIMEOUT) / SECOND)
    return Exec(values["exec.command"], values.get("exec.exit_code", 0), values.get("exec.contains"), within)


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], CheckSpec]] = {"http": _http, "tcp": _tcp, "exec": _exec}


def _asked(declaration: Declaration, probe: CheckSpec) -> Resource | None:
    """Return the container to probe; None for a probe from the client."""
    if isinstance(probe, Exec):
        return declaration.find("container", str(declaration.values["exec.container"]), "exec", "container")
    host = str(urlsplit(probe.url).hostname) if isinstance(probe, Http) else probe.host
    return declaration.declared.get(Address("container", host))


def _dependencies(declaration: Declaration) -> Iterator[Dependency]:
    names = declaration.values.get("depends_on")
    for name in names if isinstance(names, tuple) else ():
        yield Dependency(Address("check", str(name)), path=("depends_on", str(name)))


def run_check(gateway: Gateway, check: Resource) -> None:
    """Probe once; ProbeFailed if the check doesn't hold yet, StepFailed if waiting can't change that."""
    from runner.kinds.probing.run import ask_outside, run_probe

    settings = check.settings_as(CheckSettings)
    probe, container = settings.probe, settings.container
    if container is None:
        assert not isinstance(probe, Exec), "a program runs in a container"
        ask_outside(probe)
        return
    try:
        inspect = gateway.containers.inspect(container)
    except NotFound as error:
        raise StepFailed(f"{container} does not exist", help=_APPLY, code="not-on-engine") from error
    if not inspect["State"]["Running"]:
        raise not_running(container, may_come_back=_may_come_back(inspect))
    run_probe(probe, ProbeTarget(gateway, inspect))


_APPLY = "start it with: runner apply"


def not_running(name: str, *, may_come_back: bool) -> StepFailed:
    """Return the error for what isn't running: waiting helps if it `may_come_back`."""
    message = f"{name} is not running"
    return ProbeFailed(message) if may_come_back else StepFailed(message, help=_APPLY, code="not-on-engine")


def _may_come_back(inspect: EngineJSON) -> bool:
    """Return whether the engine may restart a stopped container: some do so a moment after it exits."""
    return (inspect["HostConfig"].get("RestartPolicy") or {}).get("Name") not in (None, "", "no")


def _describe(check: Resource, _desired: DesiredState) -> Description:
    from runner.kinds.probing.describe import describe_check

    settings = check.settings_as(CheckSettings)
    after = tuple(str(dependency.address) for dependency in check.depends_on)
    return describe_check(settings.probe, settings.container, after, settings)


CHECK = Section(
    name="check",
    section="checks",
    doc="Conditions verified after each apply, and by runner check.",
    settings=_SETTINGS,
    groups={
        "http": "Send an HTTP request.",
        "tcp": "Test whether a port accepts connections.",
        "exec": "Run a command in a container.",
    },
    declare=_declare,
    describe_declared=_describe,
    is_check=True,
)
