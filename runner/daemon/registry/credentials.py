"""Registry credentials: those that docker login stored in config.json, or in a credential helper.

The SDK parses the file and finds the entry; helpers are run from here, since the SDK would wait for one for ever.
"""

from __future__ import annotations

import json
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.core.decode import decode
from runner.core.errors import CredentialsError, UnusableFile
from runner.core.phrase import reason_of
from runner.core.strict_json import Malformed
from runner.core.struct import GuardedStruct, Struct, field
from runner.daemon.client_files import read_client_file
from runner.daemon.endpoints.docker_contexts import docker_folder

if TYPE_CHECKING:
    from docker.auth import AuthConfig

_HUB = "https://index.docker.io/v1/"
"""The key under which docker login stores Docker Hub's entry."""
_HUB_NAMES = ("docker.io", "index.docker.io", "registry-1.docker.io")
_PATIENCE = 60
"""Timeout of a credential helper in seconds: it may have to prompt somebody to unlock a key."""
_TOKEN = "<token>"
"""The user that a helper returns with an identity token."""
_NOTHING_KEPT = ("credentials not found", "no credentials server URL", "no usernames for")
"""Helpers' messages about a registry without stored credentials."""
_HELPER = "docker-credential-"
_SECRETS = ("auth", "password", "identitytoken", "registrytoken")
"""Keys of an entry that hold a secret."""
_MEND = "fix it, or move it away and run docker login again"


class _Logins(GuardedStruct):
    """The part of config.json about registries."""

    UNSEEN = frozenset({"auths"})

    auths: dict[str, dict[str, Any]] | None = None
    store: str | None = field(default=None, name="credsStore")
    helpers: dict[str, str] | None = field(default=None, name="credHelpers")


class _Answer(GuardedStruct):
    """A credential helper's response."""

    UNSEEN = frozenset({"secret"})

    user: str = field(name="Username")
    secret: str = field(name="Secret")


class StoredLogins(Struct):
    """What config.json has about registries, without any secret."""

    file: Path
    plain: tuple[str, ...] = ()
    """Registries whose credentials are in the file itself."""
    programs: tuple[str, ...] = ()
    """Credential helpers that it names."""


def stored_logins(environ: Mapping[str, str]) -> StoredLogins:
    """Return where credentials are stored; CredentialsError when config.json can't be read."""
    file = docker_folder(environ) / "config.json"
    kept = _read(file)
    plain = (server for server, entry in (kept.auths or {}).items() if any(map(entry.get, _SECRETS)))
    helpers = sorted({*filter(None, [kept.store]), *(kept.helpers or {}).values()})
    return StoredLogins(file, tuple(plain), tuple(f"{_HELPER}{name}" for name in helpers))


def credentials_for(environ: Mapping[str, str], host: str) -> tuple[str, str] | None:
    """Return user and password for a registry, or ("", TOKEN) for an identity token; None without stored credentials.

    `host` is as in an image's name, or BuildKit's name for a registry. Raises CredentialsError.
    """
    file = docker_folder(environ) / "config.json"
    kept = _read(file)
    if not (kept.auths or kept.store or kept.helpers):
        return None
    config = _parse(kept, file)
    server = _server(host)
    program = config.get_credential_store(server)
    known = _ask(f"{_HELPER}{program}", server, environ) if program else None
    return known or _entry(config, server)


def builder_credentials(environ: Mapping[str, str], hosts: Iterable[str]) -> dict[str, str]:
    """Return the X-Registry-Config header, with which the classic builder pulls from these registries.

    Raises CredentialsError.
    """
    logins = {_server(host): _login(environ, host) for host in hosts}
    return {"X-Registry-Config": _encoded({server: login for server, login in logins.items() if login})}


def transfer_credentials(environ: Mapping[str, str], host: str) -> dict[str, str]:
    """Return the X-Registry-Auth header; without a login it holds an empty object, since pushes require the header.

    Raises CredentialsError.
    """
    return {"X-Registry-Auth": _encoded(_login(environ, host))}


def service_credentials(environ: Mapping[str, str], host: str) -> dict[str, str]:
    """Return the X-Registry-Auth header that a service's nodes pull with; none without a login.

    The swarm keeps it with the service. Raises CredentialsError.
    """
    login = _login(environ, host)
    return {"X-Registry-Auth": _encoded(login)} if login else {}


def _login(environ: Mapping[str, str], host: str) -> dict[str, str]:
    """Return the engine's AuthConfig for a registry; an empty one without a login."""
    user, secret = credentials_for(environ, host) or ("", "")
    who = {"username": user, "password": secret} if user else {"identitytoken": secret} if secret else {}
    return {**who, "serveraddress": host} if who else {}


def _encoded(document: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(document).encode()).decode()


def _server(host: str) -> str:
    """Return the name under which docker login stores a registry's entry."""
    return _HUB if host in _HUB_NAMES else host


def _read(file: Path) -> _Logins:
    try:
        return read_client_file(file, _Logins)
    except FileNotFoundError:
        return _Logins()
    except UnusableFile as error:
        raise CredentialsError(error.message, help=_MEND) from error


def _parse(kept: _Logins, file: Path) -> AuthConfig:
    from docker.auth import load_config
    from docker.errors import DockerException

    try:
        return load_config(
            config_dict={"auths": kept.auths or {}, "credsStore": kept.store, "credHelpers": kept.helpers or {}}
        )
    except (DockerException, ValueError, TypeError, AttributeError, LookupError) as error:
        raise CredentialsError(f'"{file}" can\'t be read: an entry of auths is broken', help=_MEND) from error


def _entry(config: AuthConfig, server: str) -> tuple[str, str] | None:
    """Return the credentials stored in the file itself."""
    from docker.auth import AuthConfig

    entry = AuthConfig({"auths": config.auths}).resolve_authconfig(server)
    if not entry:
        return None
    token = entry.get("IdentityToken")
    return ("", token) if token else (entry["username"], entry["password"])


def _ask(program: str, server: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the credentials that a helper has for a server."""
    try:
        done = subprocess.run(
            [program, "get"],
            input=server,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            check=False,
            env=environ,
        )
    except OSError as error:
        help = "install it, or remove it from credsStore and credHelpers in config.json"
        raise CredentialsError(f'cannot run "{program}": {reason_of(error)}', help=help) from error
    except subprocess.TimeoutExpired as error:
        raise CredentialsError(f'"{program}" did not respond within {_PATIENCE} s') from error
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines() or [f"exit code {done.returncode}"]
    if done.returncode:
        if lines[0].startswith(_NOTHING_KEPT):
            return None
        raise CredentialsError(f'"{program}" failed for {server}: {lines[-1]}', help=f"docker login {server}")
    return _kept(program, done.stdout)


def _kept(program: str, answer: str) -> tuple[str, str] | None:
    """Parse a helper's response; some return empty credentials when they have none."""
    try:
        kept = decode(_Answer, answer)
    except Malformed as error:
        raise CredentialsError(f'"{program}" returned an invalid credential helper response') from error
    if not (kept.user or kept.secret):
        return None
    return ("" if kept.user == _TOKEN else kept.user), kept.secret
