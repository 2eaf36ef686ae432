"""Errors between the engine and a registry: a short cause, a remedy, and whether the error may be transient.

Engines forward a registry's message without its status; the table covers the common ones. Seen on Engine 20.10 and
28.5, the latter with containerd's image store as well, with Debian's docker-registry.
"""

from __future__ import annotations

import re

from runner.core.struct import Struct, replace

_LOGIN = "docker login {host}"
_NETWORK = "check the network and the registry"
_LATER = "try again later; see the registry's log"


class Trouble(Struct):
    """A pattern of error messages, how to phrase it (else the message itself), and a remedy."""

    pattern: str
    phrase: str
    help: str
    passes: bool = False
    """True when the error may be transient, so that a retry may succeed."""


_TROUBLES = (
    Trouble("no basic auth credentials|no credentials", "{host} requires a login", _LOGIN),
    Trouble("unauthorized|authentication required|401 ", "{host} rejected the login, or requires one", _LOGIN),
    Trouble("denied|403 ", "{host} denied access, or has no such repository", f"check its name, or {_LOGIN}"),
    Trouble("toomanyrequests|429 ", "too many requests for {host}", f"wait, or {_LOGIN} for a higher limit", True),
    Trouble(
        r"no matching manifest for (?P<platform>[\w/]+)",
        "it is not available for the engine's platform {platform}",
        "use a tag that supports it, or build one",
    ),
    Trouble(
        "verification failed for digest|does not match digest|unexpected commit digest",
        "content from {host} does not match its digest",
        "it is corrupt or modified in transit: push the image again",
    ),
    Trouble("unknown blob|blob unknown", "{host} is missing a layer of it", "push the image again"),
    Trouble(
        "manifest unknown|name unknown|name not known|not found|does not exist",
        "{host} has no such image",
        "check its name and tag; private images may need a login",
    ),
    Trouble(
        "HTTP response to HTTPS client",
        "{host} does not use TLS",
        "enable TLS, or allow plain HTTP: insecure-registries in Docker's daemon.json, or insecure = true in "
        "Podman's registries.conf",
    ),
    Trouble(
        "signed by unknown authority|self-signed certificate",
        "the engine does not trust the CA of {host}",
        "install the CA certificate on the engine's host as /etc/docker/certs.d/{host}/ca.crt",
    ),
    Trouble("certificate has expired", "the certificate of {host} has expired, or a clock is wrong", "renew it"),
    Trouble(
        "certificate is (valid for|not valid)|cannot validate certificate",
        "the certificate of {host} does not match its name",
        "use a registry name that is in its certificate",
    ),
    Trouble("no such host|server misbehaving", "no such host: {host}", "check the name; the engine's host resolves it"),
    Trouble("connection refused", "{host} refused the connection", "check that it is running"),
    Trouble(
        "network is unreachable|no route to host|waiting for connection|dial tcp.*timeout",
        "the engine's host can't reach {host}",
        _NETWORK,
    ),
    Trouble(r"(status|request to \S+|response): (?P<status>5\d\d[ \w]*)", "{host} failed: {status}", _LATER, True),
    Trouble(
        r"EOF$|connection reset|broken pipe|closed network connection|handshake timeout|Client\.Timeout|i/o timeout",
        "the connection to {host} was lost",
        _NETWORK,
        True,
    ),
)


def classify(output: str, host: str) -> Trouble:
    """Classify an engine's error message about a registry.

    >>> classify('Get "https://r.test/v2/": x509: certificate signed by unknown authority', "r.test").help
    "install the CA certificate on the engine's host as /etc/docker/certs.d/r.test/ca.crt"
    >>> classify("received unexpected HTTP status: 503 Service Unavailable", "r.test").phrase
    'r.test failed: 503 Service Unavailable'
    >>> classify("dial tcp: lookup r.test: no such host", "r.test").passes
    False
    """
    for known in _TROUBLES:
        if found := re.search(known.pattern, output):
            words = {"host": host, **found.groupdict()}
            return replace(known, phrase=known.phrase.format(**words), help=known.help.format(**words))
    return Trouble("", output, _NETWORK)
