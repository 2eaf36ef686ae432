"""Calls to the Engine API over the SDK's connection: one place for versions, timeouts and errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from runner.core.errors import EngineUnreachable
from runner.daemon.endpoint import Endpoint
from runner.daemon.errors import raise_for, translated

if TYPE_CHECKING:
    from docker import APIClient
    from urllib3 import HTTPConnectionPool

SUPPORTED_API = (1, 41)
"""The oldest version of the engine's API that runner speaks: that of Engine 20.10."""


class Api:
    """One engine's HTTP API, in the version that both sides know."""

    def __init__(self, endpoint: Endpoint, *, timeout: float, connections: int) -> None:
        self.host = endpoint.url
        self._timeout = timeout
        self._connect: Callable[[str], APIClient] = partial(_connect, endpoint, timeout, connections)
        with translated(self.host):
            self._calls = self._connect(_dotted(SUPPORTED_API))
            self._pool = _pool(self._calls)
        self._headers = {name: str(text) for name, text in self._calls.headers.items()}
        self.version: Mapping[str, Any] = self._greet()
        self.api_version = str(self.version["ApiVersion"])
        self._base = f"/v{self.api_version}"

    def _greet(self) -> Mapping[str, Any]:
        """Ask the engine for its versions; the first that is heard of it."""
        self._base = ""
        try:
            version: Mapping[str, Any] = self.get("/version")
        except EngineUnreachable as error:
            message = error.message.replace("lost the engine", "cannot reach the engine", 1)
            raise EngineUnreachable(message, help=error.help) from error
        if tuple(map(int, version["ApiVersion"].split("."))) < SUPPORTED_API:
            message = f"the engine at {self.host} is too old: API {version['ApiVersion']}"
            raise EngineUnreachable(message, help=f"{_dotted(SUPPORTED_API)} is the oldest that works")
        return version

    @cached_property
    def client(self) -> APIClient:
        """The SDK's own client, for streams; with a session to itself, as it drops the oldest connections."""
        with translated(self.host):
            return self._connect(self.api_version)

    def get(self, path: str, **params: Any) -> Any:
        """Return the JSON that a path holds."""
        return self._call("GET", path, params)

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, patience: float = 0, **params: Any) -> Any:
        """Send JSON and return the JSON of the answer, waited for `patience` seconds longer than usual."""
        return self._call("POST", path, params, body, patience)

    def delete(self, path: str, **params: Any) -> Any:
        """Delete what a path holds."""
        return self._call("DELETE", path, params)

    def _call(self, method: str, path: str, params: Mapping[str, Any], body: Any = None, patience: float = 0) -> Any:
        query = f"?{urlencode(params)}" if params else ""
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        with translated(self.host):
            response = self._pool.urlopen(
                method,
                self._base + path + query,
                body=None if body is None else json.dumps(body).encode(),
                headers=headers,
                timeout=self._timeout + patience,
                retries=False,
            )
            raise_for(response.status, response.data)
            return json.loads(response.data) if response.data else None

    def close(self) -> None:
        """Close every connection."""
        self._calls.close()
        if "client" in self.__dict__:
            self.client.close()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _connect(endpoint: Endpoint, timeout: float, connections: int, version: str) -> APIClient:
    """Make a client of the SDK; with the version given, it asks the engine nothing."""
    from docker import APIClient

    return APIClient(
        base_url=endpoint.url,
        version=version,
        timeout=int(timeout),
        tls=endpoint.tls or False,
        max_pool_size=connections,
    )


def _pool(client: APIClient) -> HTTPConnectionPool:
    """Return the connections below the SDK's session, which takes three times as long for a call.

    The session also opens a new connection to a socket for every path.
    """
    from requests import Request
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool

    adapter = client.get_adapter(client.base_url)
    assert isinstance(adapter, HTTPAdapter)
    request = Request("GET", client.base_url).prepare()
    pool = adapter.get_connection_with_tls_context(request, client.verify, cert=client.cert)
    assert isinstance(pool, HTTPConnectionPool)
    return pool


def segment(ref: str) -> str:
    """Quote a name for its place in a path; the slashes of image names stay."""
    return quote(ref, safe="/:@")
