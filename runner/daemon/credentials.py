"""Who somebody is at a registry: what docker login left in config.json, or gave a credential helper to keep.

The SDK reads the file and finds the entry; helpers are run from here, since it would wait for one for ever.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.core.errors import NoCredentials
from runner.core.phrase import reason_of
from runner.daemon.contexts import docker_folder

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


def credentials_for(host: str) -> tuple[str, str] | None:
    """Return user and password at a registry, or ("", TOKEN) for an identity token; None where nobody logged in.

    `host` is as in an image's name, or as BuildKit calls a registry. Raises NoCredentials.
    """
    file = docker_folder(os.environ) / "config.json"
    document = _read(file)
    if not any(document.get(key) for key in ("auths", "credsStore", "credHelpers")):
        return None
    config = _parse(document, file)
    server = _HUB if host in _HUB_NAMES else host
    program = config.get_credential_store(server)
    kept = _ask(f"docker-credential-{program}", server) if program else None
    return kept or _entry(config, server)


def _read(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error
    if not isinstance(document, dict):
        raise _unreadable(file, "not a map")
    return document


def _parse(document: dict[str, Any], file: Path) -> AuthConfig:
    from docker.auth import load_config
    from docker.errors import DockerException

    try:
        return load_config(config_dict=document)
    except (DockerException, ValueError, TypeError, AttributeError) as error:
        raise _unreadable(file, "an entry of auths is broken") from error


def _unreadable(file: Path, why: object) -> NoCredentials:
    return NoCredentials(f'cannot read "{file}": {why}', help="mend it, or move it away and say docker login again")


def _entry(config: AuthConfig, server: str) -> tuple[str, str] | None:
    """Return what the file itself has."""
    from docker.auth import AuthConfig

    entry = AuthConfig({"auths": config.auths}).resolve_authconfig(server)
    if not entry:
        return None
    token = entry.get("IdentityToken")
    return ("", token) if token else (entry["username"], entry["password"])


def _ask(program: str, server: str) -> tuple[str, str] | None:
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
        )
    except OSError as error:
        help = "install it, or take it out of credsStore and credHelpers in config.json"
        raise NoCredentials(f'cannot run "{program}": {reason_of(error)}', help=help) from error
    except subprocess.TimeoutExpired as error:
        raise NoCredentials(f'"{program}" does not answer within {_PATIENCE} s') from error
    said = (done.stdout.strip() or done.stderr.strip()).splitlines() or [f"exit code {done.returncode}"]
    if done.returncode:
        if said[0].startswith(_NOTHING_KEPT):
            return None
        raise NoCredentials(f'"{program}" failed for {server}: {said[-1]}', help=f"docker login {server}")
    return _kept(program, done.stdout)


def _kept(program: str, answer: str) -> tuple[str, str] | None:
    """Read a helper's answer; some say in it that they keep nothing."""
    try:
        kept = json.loads(answer)
        user, secret = str(kept["Username"]), str(kept["Secret"])
    except (ValueError, KeyError, TypeError) as error:
        raise NoCredentials(f'"{program}" gave an answer that is none of a credential helper') from error
    if not (user or secret):
        return None
    return ("" if user == _TOKEN else user), secret
