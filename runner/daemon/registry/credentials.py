"""Who somebody is at a registry: what docker login left in config.json, or gave a credential helper to keep.

The SDK reads the file and finds the entry; helpers are run from here, since it would wait for one for ever.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.core.decode import decode
from runner.core.errors import CredentialsError, UnusableFile
from runner.core.phrase import reason_of
from runner.core.strict_json import Malformed
from runner.daemon.client_files import read_client_file
from runner.daemon.endpoints.docker_contexts import docker_folder

if TYPE_CHECKING:
    from docker.auth import AuthConfig

_HUB = "https://index.docker.io/v1/"
"""The name under which docker login keeps Docker Hub's entry."""
_HUB_NAMES = ("docker.io", "index.docker.io", "registry-1.docker.io")
_PATIENCE = 60
"""Seconds that a helper may take: it may have to ask somebody to unlock a key."""
_TOKEN = "<token>"
"""What a helper says for a user when it keeps an identity token."""
_NOTHING_KEPT = ("credentials not found", "no credentials server URL", "no usernames for")
"""What helpers say of a registry where nobody logged in."""
_MEND = "mend it, or move it away and say docker login again"


@dataclass(frozen=True, slots=True)
class _Logins:
    """What config.json says of registries."""

    auths: dict[str, dict[str, Any]] | None = field(default=None, repr=False)
    store: str | None = field(default=None, metadata={"key": "credsStore"})
    helpers: dict[str, str] | None = field(default=None, metadata={"key": "credHelpers"})


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a credential helper says."""

    user: str = field(metadata={"key": "Username"})
    secret: str = field(metadata={"key": "Secret"}, repr=False)


def credentials_for(environ: Mapping[str, str], host: str) -> tuple[str, str] | None:
    """Return user and password at a registry, or ("", TOKEN) for an identity token; None where nobody logged in.

    `host` is as in an image's name, or as BuildKit calls a registry. Raises NoCredentials.
    """
    file = docker_folder(environ) / "config.json"
    kept = _read(file)
    if not (kept.auths or kept.store or kept.helpers):
        return None
    config = _parse(kept, file)
    server = _HUB if host in _HUB_NAMES else host
    program = config.get_credential_store(server)
    known = _ask(f"docker-credential-{program}", server, environ) if program else None
    return known or _entry(config, server)


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
    """Return what the file itself has."""
    from docker.auth import AuthConfig

    entry = AuthConfig({"auths": config.auths}).resolve_authconfig(server)
    if not entry:
        return None
    token = entry.get("IdentityToken")
    return ("", token) if token else (entry["username"], entry["password"])


def _ask(program: str, server: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return what a helper keeps for a server."""
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
        help = "install it, or take it out of credsStore and credHelpers in config.json"
        raise CredentialsError(f'cannot run "{program}": {reason_of(error)}', help=help) from error
    except subprocess.TimeoutExpired as error:
        raise CredentialsError(f'"{program}" does not answer within {_PATIENCE} s') from error
    said = (done.stdout.strip() or done.stderr.strip()).splitlines() or [f"exit code {done.returncode}"]
    if done.returncode:
        if said[0].startswith(_NOTHING_KEPT):
            return None
        raise CredentialsError(f'"{program}" failed for {server}: {said[-1]}', help=f"docker login {server}")
    return _kept(program, done.stdout)


def _kept(program: str, answer: str) -> tuple[str, str] | None:
    """Read a helper's answer; some say in it that they keep nothing."""
    try:
        kept = decode(_Answer, answer)
    except Malformed as error:
        raise CredentialsError(f'"{program}" gave an answer that is none of a credential helper') from error
    if not (kept.user or kept.secret):
        return None
    return ("" if kept.user == _TOKEN else kept.user), kept.secret
