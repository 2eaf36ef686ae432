"""The URLs of published ports, as far as they can be told: by what is known of a port, and the engine's address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from runner.core.lazy_pattern import lazy_pattern

_USUAL: Final[Mapping[int, str]] = {80: "http", 8080: "http", 443: "https", 8443: "https"}
"""The scheme by the port inside; everything else may speak any protocol."""
_DEFAULTS: Final = {"http": "80", "https": "443"}
_PUBLISHED: Final = lazy_pattern(r"(?:(?P<host>.+):)?(?P<port>\d+)->(?P<inside>\d{1,5})/tcp")
_LOOPBACK: Final = ("127.", "[::1]", "::1")


def published_urls(ports: Sequence[str], engine: str, known: Mapping[int, str] = _USUAL) -> Mapping[str, str]:
    """Return the URL of each published TCP port that speaks HTTP, for an engine at a URL.

    `known` are the schemes of ports inside, besides those that speak HTTP by convention.
    """
    schemes = {**_USUAL, **known}
    return {port: url for port in ports if (url := _url(port, engine, schemes))}


def _url(port: str, engine: str, schemes: Mapping[int, str]) -> str | None:
    found = _PUBLISHED.fullmatch(port)
    scheme = schemes.get(int(found["inside"])) if found else None
    if found is None or scheme is None:
        return None
    host = _host(found["host"] or "", engine)
    shown = "" if found["port"] == _DEFAULTS[scheme] else f":{found['port']}"
    return f"{scheme}://{host}{shown}" if host else None


def _host(bound: str, engine: str) -> str | None:
    """Return the host that reaches an address which the engine bound; None for a loopback address of another host."""
    remote = urlsplit(engine).hostname
    if not bound:
        return (f"[{remote}]" if ":" in remote else remote) if remote else "localhost"
    if bound.startswith(_LOOPBACK) and remote and not remote.startswith(("127.", "localhost", "::1")):
        return None
    return f"[{bound}]" if ":" in bound and not bound.startswith("[") else bound
