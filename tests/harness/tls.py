"""Certificates for an engine on loopback and for those who call it, made by the openssl program."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_DAY = 1


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """What a server proves itself with."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Authority:
    """One that signs: an engine trusts whom it signed, and the other way round."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """What proves its signatures."""
        return self.folder / "ca.pem"

    def client(self, name: str, *, days: int = _DAY) -> Path:
        """Make a folder as DOCKER_CERT_PATH has it; with negative `days` its certificate has expired."""
        folder = self.folder / name
        self._sign(folder, "cert.pem", "key.pem", "extendedKeyUsage=clientAuth", days)
        (folder / "ca.pem").write_bytes(self.certificate.read_bytes())
        return folder

    def engine_options(self, address: str, port: int) -> tuple[str, ...]:
        """Make a certificate for an address, and return dockerd's options to listen there with it."""
        own = self.server("engine", address)
        files = (f"--tlscacert={self.certificate}", f"--tlscert={own.certificate}", f"--tlskey={own.key}")
        return ("--tlsverify", *files, "--host", f"tcp://{address}:{port}")

    def server(self, name: str, address: str) -> ServerFiles:
        """Make a certificate for a server at an address."""
        folder = self.folder / name
        self._sign(folder, "cert.pem", "key.pem", f"subjectAltName=IP:{address}", _DAY)
        return ServerFiles(folder / "cert.pem", folder / "key.pem")

    def _sign(self, folder: Path, certificate: str, key: str, extension: str, days: int) -> None:
        folder.mkdir()
        (folder / "extension").write_text(extension)
        request = ("-subj", f"/CN={folder.name}", "-out", str(folder / "request"))
        _openssl("req", "-new", *_NEW_KEY, "-keyout", str(folder / key), *request)
        signer = ("-CA", str(self.certificate), "-CAkey", str(self.folder / "ca-key.pem"), "-CAcreateserial")
        made = ("-in", str(folder / "request"), "-out", str(folder / certificate))
        _openssl("x509", "-req", *signer, "-days", str(days), "-extfile", str(folder / "extension"), *made)


_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def new_authority(folder: Path) -> Authority:
    """Make one in a new folder."""
    folder.mkdir()
    authority = Authority(folder)
    files = ("-keyout", str(folder / "ca-key.pem"), "-out", str(authority.certificate))
    _openssl("req", "-x509", *_NEW_KEY, *files, "-days", str(_DAY), "-subj", f"/CN={folder.name}")
    return authority


def _openssl(*arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]} failed\n{done.stderr}")
