"""Docker contexts written to disk as the docker CLI does it."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path


def write_context(folder: Path, name: str, host: str, certificates: Path | None = None, *, skip: bool = False) -> None:
    """Write a context into the docker CLI's folder; `skip` leaves the engine's proof out."""
    meta = meta_of(folder, name)
    meta.parent.mkdir(parents=True)
    endpoint = {"Host": host, "SkipTLSVerify": skip}
    meta.write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}}))
    if certificates is not None:
        tls_of(folder, name).mkdir(parents=True)
        for file in ("ca.pem", "cert.pem", "key.pem"):
            shutil.copy(certificates / file, tls_of(folder, name))


def use_context(folder: Path, name: str) -> None:
    """Make a context the current one."""
    (folder / "config.json").write_text(json.dumps({"currentContext": name}))


def meta_of(folder: Path, name: str) -> Path:
    """Return the file that tells of a context."""
    return folder / "contexts/meta" / _digest(name) / "meta.json"


def tls_of(folder: Path, name: str) -> Path:
    """Return the folder of its certificates."""
    return folder / "contexts/tls" / _digest(name) / "docker"


def _digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()
