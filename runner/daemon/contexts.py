"""Docker contexts as the docker CLI keeps them on disk: an endpoint each, with TLS files of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from runner.core.diagnostic import did_you_mean
from runner.core.errors import EngineUnreachable
from runner.core.phrase import reason_of, uncapitalized
from runner.daemon.endpoint import TlsFiles

DEFAULT_CONTEXT = "default"
"""The name of the context that is no context: DOCKER_HOST, else where an engine usually answers."""


def docker_folder(environ: Mapping[str, str]) -> Path:
    """Return where the docker CLI keeps its settings."""
    return Path(environ.get("DOCKER_CONFIG") or Path.home() / ".docker")


def current_context(folder: Path) -> str | None:
    """Return the context that `docker context use` chose, if any did."""
    try:
        return _read(folder / "config.json").get("currentContext")  # type: ignore[no-any-return]
    except (OSError, ValueError, AttributeError):
        return None


def read_context(folder: Path, name: str) -> tuple[str, TlsFiles | None]:
    """Return the URL of a context and its TLS files; EngineUnreachable, with the known ones, for one that isn't."""
    digest = sha256(name.encode(errors="surrogateescape")).hexdigest()
    try:
        meta = _read(folder / "contexts/meta" / digest / "meta.json")
    except FileNotFoundError:
        known = _names(folder)
        help = did_you_mean(name, known) or f"there are: {', '.join(known)}"
        raise EngineUnreachable(f'no docker context "{name}"', help=help) from None
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else uncapitalized(str(error))
        raise EngineUnreachable(f'cannot read the docker context "{name}": {reason}') from error
    try:
        endpoint = meta["Endpoints"]["docker"]
        url = str(endpoint["Host"])
    except (KeyError, TypeError) as error:
        raise EngineUnreachable(
            f'the docker context "{name}" names no engine', help="docker context inspect"
        ) from error
    return url, _tls_files(folder / "contexts/tls" / digest / "docker", verify=not endpoint.get("SkipTLSVerify"))


def _names(folder: Path) -> list[str]:
    """Return the contexts that there are, those that can be read."""
    found = []
    for file in (folder / "contexts/meta").glob("*/meta.json"):
        try:
            found.append(str(_read(file)["Name"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return [DEFAULT_CONTEXT, *sorted(found)]


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _tls_files(folder: Path, *, verify: bool) -> TlsFiles | None:
    """Return the files that are there; without any, and with nothing to skip, TLS isn't meant."""
    ca, certificate, key = (
        file if (file := folder / name).exists() else None for name in ("ca.pem", "cert.pem", "key.pem")
    )
    if verify and not (ca or certificate or key):
        return None
    return TlsFiles(ca, certificate, key, verify)
