"""The docker SDK's client on runner's own connections, for what it does best: streams and credentials.

Imported only when such a call is made: the SDK takes longer to load than most commands take for everything else.
"""

from __future__ import annotations

from typing import Any

from docker import APIClient
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool

_ORIGIN = "http://engine:80"
"""The engine's address as the session sees it; the pool has the actual one."""


def open_client(pool: HTTPConnectionPool, api_version: str, timeout: float) -> APIClient:
    """Make a client on a connection pool; given the API version, it sends no request to negotiate one."""
    client = APIClient(base_url=_ORIGIN, version=api_version, timeout=int(timeout))
    client.trust_env = False  # proxies in the environment are for the web, not for the engine
    client.mount(_ORIGIN, _OneEngine(pool))
    return client


class _OneEngine(HTTPAdapter):
    """HTTP adapter that sends every request to one pool, whatever its URL."""

    def __init__(self, pool: HTTPConnectionPool) -> None:
        super().__init__()
        self._pool = pool

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> Any:
        """Return the pool."""
        return self._pool

    def cert_verify(self, *_: Any) -> None:
        """Do nothing: for a URL without TLS the session would turn the pool's verification off."""
