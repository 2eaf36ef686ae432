"""Docker contexts as the docker CLI stores them: an endpoint each, with TLS files of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runner.core.diagnostic import did_you_mean
from runner.core.errors import EngineUnreachable, UnusableFile
from runner.core.struct import Struct, field
from runner.daemon.client_files import read_client_file
from runner.daemon.endpoints.endpoint import TlsFiles

DEFAULT_CONTEXT = "default"
"""The name that stands for no context: DOCKER_HOST, else the default socket."""


class _Choice(Struct):
    """The part of config.json about contexts."""

    context: str | None = field(default=None, name="currentContext")


class _Endpoint(Struct):
    host: str = field(default="", name="Host")
    skips_verification: bool = field(default=False, name="SkipTLSVerify")


class _Meta(Struct):
    """A context's meta.json."""

    name: str = field(default="", name="Name")
    endpoints: Mapping[str, _Endpoint] = field(default_factory=dict, name="Endpoints")


def docker_folder(environ: Mapping[str, str]) -> Path:
    """Return the docker CLI's configuration folder; without HOME, the user isn't looked up."""
    return Path(environ.get("DOCKER_CONFIG") or Path(environ.get("HOME") or "/", ".docker"))


def current_context(folder: Path) -> str | None:
    """Return the context selected by `docker context use`, if any; UnusableFile when config.json can't be read."""
    try:
        return read_client_file(folder / "config.json", _Choice).context or None
    except FileNotFoundError:
        return None


def read_context(folder: Path, name: str) -> tuple[str, TlsFiles | None]:
    """Return a context's URL and TLS files; EngineUnreachable, listing the known ones, for one that doesn't exist.

    UnusableFile for one that can't be read.
    """
    from hashlib import sha256  # loads OpenSSL, and few have contexts

    digest = sha256(name.encode(errors="surrogateescape")).hexdigest()
    try:
        meta = read_client_file(folder / "contexts/meta" / digest / "meta.json", _Meta)
    except FileNotFoundError:
        known = context_names(folder)
        help = did_you_mean(name, known) or f"available: {', '.join(known)}"
        raise EngineUnreachable(f'no docker context "{name}"', help=help, code="engine-address") from None
    endpoint = meta.endpoints.get("docker")
    if endpoint is None or not endpoint.host:
        raise EngineUnreachable(
            f'the docker context "{name}" has no endpoint', help="see docker context inspect", code="engine-address"
        )
    return endpoint.host, _tls_files(
        folder / "contexts/tls" / digest / "docker", verify=not endpoint.skips_verification
    )


def context_names(folder: Path) -> list[str]:
    """Return the names of the contexts that exist and can be read."""
    found = []
    for file in (folder / "contexts/meta").glob("*/meta.json"):
        try:
            found.append(read_client_file(file, _Meta).name)
        except (FileNotFoundError, UnusableFile):
            continue
    return [DEFAULT_CONTEXT, *sorted(filter(None, found))]


def _tls_files(folder: Path, *, verify: bool) -> TlsFiles | None:
    """Return the TLS files that exist; None without any, unless verification is to be skipped."""
    ca, certificate, key = (
        file if (file := folder / name).exists() else None for name in ("ca.pem", "cert.pem", "key.pem")
    )
    if verify and not (ca or certificate or key):
        return None
    return TlsFiles(ca, certificate, key, verify)
