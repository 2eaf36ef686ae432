"""Where an engine answers, and what TLS needs for it; knows addresses and files, and nothing of how one is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What proves each side to the other, as PEM files; without `verify` the engine need not prove itself."""

    ca: Path | None
    certificate: Path | None
    key: Path | None
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A URL, with what TLS needs where it is to be used; `found_by` says why it was taken.

    `environ` is the environment of who asks: logins, proxies and ssh are found by it, and by nothing else.
    """

    url: str
    found_by: str
    tls: TlsFiles | None = None
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def parts(self) -> SplitResult:
        """The URL, taken apart."""
        return urlsplit(self.url)
