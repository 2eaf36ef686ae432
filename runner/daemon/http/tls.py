"""TLS from the PEM files that prove the two sides to each other."""

from __future__ import annotations

import ssl
from pathlib import Path

from runner.core.errors import EngineUnreachable
from runner.core.phrase import reason_of
from runner.daemon.endpoints.endpoint import TlsFiles
from runner.document.root import ANYWHERE


def make_context(files: TlsFiles, url: str) -> ssl.SSLContext:
    """Return what a connection is wrapped in; EngineUnreachable when a file can't be used."""
    try:
        context = _verifying(files.ca) if files.verify else _trusting()
        if files.certificate or files.key:
            certificate, key = _present(files.certificate), _present(files.key)
            context.load_cert_chain(certificate, key)
    except FileNotFoundError as error:
        raise _unusable(url, f"no file {error.filename}") from error
    except ssl.SSLError as error:
        names = ", ".join(str(file) for file in (files.ca, files.certificate, files.key) if file)
        raise _unusable(url, f"not a certificate and its key: {names}") from error
    except OSError as error:
        raise _unusable(url, f"cannot read {error.filename}: {reason_of(error)}") from error
    return context


def _verifying(ca: Path | None) -> ssl.SSLContext:
    """Trust one authority alone or, without its certificate, those that the system trusts."""
    return ssl.create_default_context(cafile=None if ca is None else _present(ca))


def _trusting() -> ssl.SSLContext:
    """Encrypt without asking who it is, as whoever left DOCKER_TLS_VERIFY out wants it."""
    import warnings

    from urllib3.exceptions import InsecureRequestWarning

    warnings.simplefilter("ignore", InsecureRequestWarning)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _present(file: Path | None) -> str:
    """Return the path of a file that can be read; ssl's own errors don't name it."""
    if file is None:
        raise FileNotFoundError(2, "", "cert.pem and key.pem together")
    ANYWHERE.open(file).close()
    return str(file)


def _unusable(url: str, what: str) -> EngineUnreachable:
    help = "DOCKER_CERT_PATH, or the docker context, must hold ca.pem, cert.pem and key.pem"
    return EngineUnreachable(f"cannot reach the engine at {url}: {what}", help=help)
