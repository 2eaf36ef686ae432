"""Image references in the form that engines list them."""

from __future__ import annotations

from runner.core.lazy_pattern import lazy_pattern

_HUB = lazy_pattern(r"^(?:(?:index\.)?docker\.io/)?(?:library/(?=[^/]+$))?")
_NAME = lazy_pattern(
    r"(?:[a-zA-Z0-9.-]+(?::\d+)?/)?"
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
    r"(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)


def is_reference(text: str) -> bool:
    """Tell whether the engine would accept it as an image name."""
    return _NAME.fullmatch(text) is not None


def familiar(reference: str) -> str:
    """Shorten a reference as the engine does, and make the implied tag explicit.

    >>> familiar("docker.io/library/busybox"), familiar("localhost:5000/a/b"), familiar("busybox:1@sha256:0f")
    ('busybox:latest', 'localhost:5000/a/b:latest', 'busybox@sha256:0f')
    """
    name, at, digest = _HUB.sub("", reference).partition("@")
    has_tag = ":" in name.rpartition("/")[2]
    if at:
        return f"{name.rpartition(':')[0] if has_tag else name}@{digest}"
    return name if has_tag else f"{name}:latest"


def repository(reference: str) -> str:
    """Return the name without its tag or digest.

    >>> repository("localhost:5000/a:1")
    'localhost:5000/a'
    """
    return familiar(reference).partition("@")[0] if "@" in reference else familiar(reference).rpartition(":")[0]


def registry(reference: str) -> str:
    """Return the registry host of an image name.

    >>> registry("localhost:5000/a:1"), registry("shop/web"), registry("busybox:1.36")
    ('localhost:5000', 'docker.io', 'docker.io')
    """
    host, slash, _ = reference.partition("/")
    return host if slash and (host == "localhost" or "." in host or ":" in host) else "docker.io"
