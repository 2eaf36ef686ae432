"""Which engine is meant: by option, environment, docker context, or where one usually answers."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from runner.core.errors import EngineUnreachable

if TYPE_CHECKING:
    from docker.tls import TLSConfig

DEFAULT_SOCKET = "/var/run/docker.sock"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A URL, with what TLS needs; `found_by` says why it was taken."""

    url: str
    found_by: str
    tls: TLSConfig | None = None


def find_endpoint(host: str | None, context: str | None, environ: Mapping[str, str]) -> Endpoint:
    """Return the first engine that something names; EngineUnreachable when nothing does."""
    if host:
        return _named(host, "--host", environ)
    if context:
        return _from_context(context, "--context")
    if environ.get("DOCKER_HOST"):
        return _named(environ["DOCKER_HOST"], "DOCKER_HOST", environ)
    name = environ.get("DOCKER_CONTEXT") or _current_context(environ)
    if name and name != "default":
        return _from_context(name, "docker context")
    for socket, found_by in _usual_sockets(environ):
        if Path(socket).exists():
            return Endpoint(f"unix://{socket}", found_by)
    help = f"start one, or name one with --host, --context or DOCKER_HOST; looked for {DEFAULT_SOCKET}"
    raise EngineUnreachable("no engine found", help=help)


def _named(url: str, found_by: str, environ: Mapping[str, str]) -> Endpoint:
    try:
        urlsplit(url).port  # noqa: B018 - looked at because it raises
    except ValueError as error:
        help = "write unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST"
        raise EngineUnreachable(f'not the address of an engine: "{url}"', help=help) from error
    return Endpoint(url, found_by, _tls(environ))


def _usual_sockets(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield DEFAULT_SOCKET, "default socket"
    runtime = environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    yield f"{runtime}/podman/podman.sock", "Podman socket"
    yield "/run/podman/podman.sock", "Podman socket"


def _current_context(environ: Mapping[str, str]) -> str | None:
    """Return the current docker context's name, without loading the SDK for it."""
    folder = Path(environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    try:
        text = (folder / "config.json").read_text(encoding="utf-8")
    except OSError:
        return None
    import json

    try:
        return json.loads(text).get("currentContext")  # type: ignore[no-any-return]
    except (ValueError, AttributeError):
        return None


def _from_context(name: str, found_by: str) -> Endpoint:
    from docker.context import ContextAPI

    context = ContextAPI.get_context(name)
    if context is None or context.Host is None:
        raise EngineUnreachable(f'no docker context "{name}"', help="docker context ls shows which there are")
    return Endpoint(context.Host, f'{found_by} "{name}"', context.TLSConfig)


def _tls(environ: Mapping[str, str]) -> TLSConfig | None:
    """Read the TLS variables that the docker CLI knows."""
    verify, folder = environ.get("DOCKER_TLS_VERIFY"), environ.get("DOCKER_CERT_PATH")
    if not verify and not folder:
        return None
    from docker.tls import TLSConfig

    path = Path(folder) if folder else Path.home() / ".docker"
    certificate = (str(path / "cert.pem"), str(path / "key.pem"))
    return TLSConfig(client_cert=certificate, ca_cert=str(path / "ca.pem"), verify=bool(verify))
