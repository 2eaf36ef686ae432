"""The proxies that the docker client's config.json sets for builds and containers, per engine or for all.

As with the docker command, each is set under its name in upper and in lower case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from runner.core.errors import CredentialsError, UnusableFile
from runner.core.struct import GuardedStruct, field
from runner.daemon.client_files import read_client_file
from runner.daemon.endpoints.docker_contexts import docker_folder

_NAMES: Final = {
    "httpproxy": "HTTP_PROXY",
    "httpsproxy": "HTTPS_PROXY",
    "noproxy": "NO_PROXY",
    "ftpproxy": "FTP_PROXY",
    "allproxy": "ALL_PROXY",
}
"""The variables by the file's keys, which are case-insensitive."""
_DEFAULT: Final = "default"


class _Proxies(GuardedStruct):
    """The part of config.json about proxies, by engine."""

    UNSEEN = frozenset({"listed"})

    listed: Mapping[str, Mapping[str, str]] | None = field(default=None, name="proxies")


def client_proxies(engine: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for an engine's URL, else the default ones; CredentialsError when the file can't be read."""
    listed = _listed(docker_folder(environ) / "config.json")
    found = listed.get(engine, listed.get(_DEFAULT, {}))
    given = {_NAMES[key.lower()]: value for key, value in found.items() if key.lower() in _NAMES and value}
    return {spelt: value for name, value in given.items() for spelt in (name, name.lower())}


def proxy_secrets(environ: Mapping[str, str]) -> frozenset[str]:
    """Return the secrets in any of the file's proxy URLs, which must never be shown: users and passwords."""
    try:
        listed = _listed(docker_folder(environ) / "config.json")
    except CredentialsError:
        return frozenset()  # reported where the file is needed
    return frozenset(text for found in listed.values() for url in found.values() for text in _credentials(url))


def _credentials(url: str) -> Iterator[str]:
    login, at, _ = url.partition("://")[2].rpartition("@") if "://" in url else url.rpartition("@")
    if not at:
        return
    password = login.partition(":")[2]
    yield from (text for text in (login, unquote(login), password, unquote(password)) if text)


def _listed(file: Path) -> Mapping[str, Mapping[str, str]]:
    try:
        return read_client_file(file, _Proxies).listed or {}
    except FileNotFoundError:
        return {}
    except UnusableFile as error:
        raise CredentialsError(
            error.message, help="fix it, or set proxies: false at the top of the workflow"
        ) from error
