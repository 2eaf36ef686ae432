"""Selection of the engine: by option, environment, docker context, or default socket.

The order of precedence is the docker CLI's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from runner.core.errors import EngineUnreachable
from runner.daemon.endpoints.docker_contexts import DEFAULT_CONTEXT, current_context, docker_folder, read_context
from runner.daemon.endpoints.endpoint import Endpoint, TlsFiles

DEFAULT_SOCKET = "/var/run/docker.sock"

_SCHEMES = ("unix", "tcp", "ssh", "http", "https")
_WRITE = "write unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST"


def find_endpoint(host: str | None, context: str | None, environ: Mapping[str, str]) -> Endpoint:
    """Return the endpoint with the highest precedence; EngineUnreachable when there is none."""
    if host:
        return _named(host, "--host", environ)
    name, found_by = _context_name(context, environ)
    if name != DEFAULT_CONTEXT:
        url, tls = read_context(docker_folder(environ), name)
        return _checked(Endpoint(url, f'{found_by} "{name}"', tls, environ))
    if environ.get("DOCKER_HOST"):
        return _named(environ["DOCKER_HOST"], "DOCKER_HOST", environ)
    return _usual(environ)


def _context_name(asked: str | None, environ: Mapping[str, str]) -> tuple[str, str]:
    """Return the selected context and what selected it; DOCKER_HOST overrides all but the option."""
    if asked:
        return asked, "--context"
    if environ.get("DOCKER_HOST"):
        return DEFAULT_CONTEXT, ""
    if environ.get("DOCKER_CONTEXT"):
        return environ["DOCKER_CONTEXT"], "DOCKER_CONTEXT"
    return current_context(docker_folder(environ)) or DEFAULT_CONTEXT, "current context"


def _usual(environ: Mapping[str, str]) -> Endpoint:
    for socket, found_by in _usual_sockets(environ):
        if Path(socket).exists():
            return Endpoint(f"unix://{socket}", found_by, environ=environ)
    help = f"start one, or set --host, --context or DOCKER_HOST; looked for {DEFAULT_SOCKET}"
    raise EngineUnreachable("no engine found", help=help, code="no-engine")


def _usual_sockets(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield DEFAULT_SOCKET, "default socket"
    runtime = environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    yield f"{runtime}/podman/podman.sock", "Podman socket"
    yield "/run/podman/podman.sock", "Podman socket"


def _named(url: str, found_by: str, environ: Mapping[str, str]) -> Endpoint:
    url = url if "://" in url else f"tcp://{url}"
    encrypted = url.startswith(("tcp:", "https:"))
    return _checked(Endpoint(url, found_by, _tls_of_environment(environ) if encrypted else None, environ))


def _checked(endpoint: Endpoint) -> Endpoint:
    """Return the endpoint, if its URL is valid; else raise EngineUnreachable."""
    try:
        parts = endpoint.parts
        leads = bool(parts.path) if parts.scheme == "unix" else _is_host(parts.hostname) and parts.port != 0
    except ValueError:  # an invalid port, an unbalanced bracket
        leads = False
    if not leads or endpoint.parts.scheme not in _SCHEMES:
        raise EngineUnreachable(f'invalid engine address: "{endpoint.url}"', help=_WRITE, code="engine-address")
    if parts.password:
        raise EngineUnreachable(
            "passwords in engine addresses are not supported",
            help="use an SSH key with ssh-agent",
            code="engine-address",
        )
    return endpoint


def _is_host(name: str | None) -> bool:
    """Return whether a name can be a host name: connecting to any other fails with obscure errors."""
    try:
        return bool(name) and not re.search(r"[\s\x00-\x20]", str(name)) and len(str(name).encode("idna")) > 0
    except UnicodeError:
        return False


def _tls_of_environment(environ: Mapping[str, str]) -> TlsFiles | None:
    """Read the TLS variables of the docker CLI; DOCKER_CERT_PATH alone doesn't enable TLS."""
    verify = bool(environ.get("DOCKER_TLS_VERIFY"))
    if not verify and not environ.get("DOCKER_TLS"):
        return None
    folder = Path(environ.get("DOCKER_CERT_PATH") or docker_folder(environ))
    ca, certificate, key = (folder / name for name in ("ca.pem", "cert.pem", "key.pem"))
    if not certificate.exists() and not key.exists():
        return TlsFiles(ca, None, None, verify)  # enough for an engine that requires no client certificate
    return TlsFiles(ca, certificate, key, verify)
