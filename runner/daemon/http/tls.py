"""TLS contexts from PEM files, for authentication of either side."""

from __future__ import annotations

import ssl
from pathlib import Path

from runner.core.errors import EngineUnreachable
from runner.core.phrase import reason_of
from runner.daemon.endpoints.endpoint import TlsFiles
from runner.document.root import ANYWHERE


def make_context(files: TlsFiles, url: str) -> ssl.SSLContext:
    """Return the TLS context of a connection; EngineUnreachable when a file can't be used."""
    try:
        context = _verifying(files.ca) if files.verify else _trusting()
        if files.certificate or files.key:
            certificate, key = _present(files.certificate), _present(files.key)
            context.load_cert_chain(certificate, key)
        context.set_alpn_protocols(["http/1.1"])
    except FileNotFoundError as error:
        raise _unusable(url, f"no file {error.filename}") from error
    except ssl.SSLError as error:
        names = ", ".join(str(file) for file in (files.ca, files.certificate, files.key) if file)
        raise _unusable(url, f"not a matching certificate and key: {names}") from error
    except OSError as error:
        raise _unusable(url, f"cannot read {error.filename}: {reason_of(error)}") from error
    return context


def _verifying(ca: Path | None) -> ssl.SSLContext:
    """Make a context that trusts a single CA or, without its certificate, those that the system trusts."""
    return ssl.create_default_context(cafile=None if ca is None else _present(ca))


def _trusting() -> ssl.SSLContext:
    """Make a context that encrypts without verifying the engine, as intended where DOCKER_TLS_VERIFY is left out."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _present(file: Path | None) -> str:
    """Return the path of a file once it is known to be readable; ssl's own errors don't name it."""
    if file is None:
        raise FileNotFoundError(2, "", "cert.pem and key.pem together")
    ANYWHERE.open(file).close()
    return str(file)


def _unusable(url: str, what: str) -> EngineUnreachable:
    help = "DOCKER_CERT_PATH or the docker context must contain ca.pem, cert.pem and key.pem"
    return EngineUnreachable(f"cannot reach the engine at {url}: {what}", help=help)
