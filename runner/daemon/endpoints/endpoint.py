"""An engine's address and TLS files; independent of how the engine is reached."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from runner.core.struct import GuardedStruct, Struct, field


class TlsFiles(Struct):
    """PEM files for authentication of either side; without `verify` the engine's certificate isn't verified."""

    ca: Path | None
    certificate: Path | None
    key: Path | None
    verify: bool = True


class Endpoint(GuardedStruct):
    """A URL, with TLS files where TLS is to be used; `found_by` names the source of the URL.

    `environ` is the caller's environment: credentials, proxies and ssh are looked up in it, and in nothing else.
    """

    UNSEEN = frozenset({"environ"})

    url: str
    found_by: str
    tls: TlsFiles | None = None
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def parts(self) -> SplitResult:
        """The URL, parsed."""
        return urlsplit(self.url)
