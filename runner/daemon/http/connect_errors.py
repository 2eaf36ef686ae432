"""Why an engine can't be reached: a short cause and a remedy.

The system, TLS, the ssh program and the remote shell each word their errors differently; the table covers the common
ones.
"""

from __future__ import annotations

import re

from runner.core.errors import EngineUnreachable
from runner.core.struct import Struct

CANNOT_REACH = "cannot reach the engine at"

_ANOTHER = "start it, or set another one with --host, --context or DOCKER_HOST"
_BY_HAND = "this must work without prompts: ssh -T USER@HOST docker version"
_OWN_CERTIFICATE = "cert.pem and key.pem must be valid and signed by the engine's CA"
_ITS_CERTIFICATE = "ca.pem must be the CA that signed the engine's certificate"
_REMOTE_CLI = "install the docker CLI there, in the PATH of non-login shells"
_ANOTHER_NAME = "use a host name or address that is in the engine's certificate"


class _Cause(Struct):
    """A pattern of error messages, how to phrase it (else the matching line itself), and a remedy."""

    pattern: str
    phrase: str
    help: str


_CAUSES = (
    _Cause("ssh not found", "ssh not found", "install the OpenSSH client"),
    _Cause("HOST IDENTIFICATION HAS CHANGED", "its ssh host key has changed", "if expected: ssh-keygen -R HOST"),
    _Cause("Host key verification failed", "its ssh host key is unknown", "connect once manually: ssh USER@HOST"),
    _Cause(r"Permission denied \(.*\)", "", _BY_HAND),
    _Cause("Too many authentication failures", "", _BY_HAND),
    _Cause(r"docker: (command )?not found|docker: No such file", "docker CLI not found on its host", _REMOTE_CLI),
    _Cause("permission denied", "", "join the group that owns the socket, usually docker"),
    _Cause("HTTP request to an HTTPS server", "it requires TLS", "set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH"),
    _Cause("WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE|HTTP_REQUEST", "it does not use TLS", "unset DOCKER_TLS_VERIFY"),
    _Cause("certificate is not valid for", "", _ANOTHER_NAME),
    _Cause("certificate has expired", "its certificate has expired", "renew it on the engine's host"),
    _Cause(
        "certificate verify failed|local issuer certificate|self-signed certificate",
        "its certificate is not signed by the CA in ca.pem",
        _ITS_CERTIFICATE,
    ),
    _Cause("CERTIFICATE_REQUIRED", "it requires a client certificate", _OWN_CERTIFICATE),
    _Cause("EOF occurred in violation", "it hung up, maybe rejecting the client certificate", _OWN_CERTIFICATE),
    _Cause("ALERT_CERTIFICATE_EXPIRED", "the client certificate has expired", _OWN_CERTIFICATE),
    _Cause(
        "ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_\\w+)|ALERT_ACCESS_DENIED|ALERT_DECRYPT_ERROR",
        "it rejected the client certificate",
        _OWN_CERTIFICATE,
    ),
)


def cannot_reach(url: str, output: str, *, tried: str = CANNOT_REACH) -> EngineUnreachable:
    """Make the error from a message of any program or library."""
    what, help = diagnose(output)
    return EngineUnreachable(f"{tried} {url}: {what}", help=help)


def diagnose(output: str) -> tuple[str, str]:
    r"""Return a short cause and a remedy.

    >>> diagnose("Warning: ...\nroot@box: Permission denied (publickey).")[0]
    'root@box: permission denied (publickey)'
    >>> diagnose("ssh: connect to host box port 22: Connection refused")[0]
    'ssh: connect to host box port 22: connection refused'
    >>> diagnose("ssh: Could not resolve hostname No: Name or service not known")[0]
    'ssh: could not resolve hostname No: name or service not known'
    """
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["no response"]
    for cause in _CAUSES:
        for line in lines:
            if re.search(cause.pattern, line, re.IGNORECASE):
                return cause.phrase or _plain(line), cause.help
    return _plain(lines[-1]), _ANOTHER


def _plain(line: str) -> str:
    """Return a line for use within a sentence: only words that begin a clause are lower-cased, others may be names."""
    return re.sub(r"(^|: )(Permission|Connection|Could|No|Name)(?= )", lambda word: word[0].lower(), line).rstrip(".")
