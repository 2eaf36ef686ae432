"""Requests to the Engine API: one place for versions, timeouts and errors."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from functools import cached_property, partial
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

from runner import __version__
from runner.core.errors import EngineError, NotFound
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.http.errors import raise_for, translate_errors
from runner.daemon.http.json_body import read_json, write_json
from runner.daemon.http.request import Body
from runner.daemon.http.requests_ahead import RequestsAhead
from runner.daemon.http.response import Response, SentRequest
from runner.daemon.http.retry import Answer, RetryPolicy
from runner.daemon.http.transport import Patience, Transport
from runner.daemon.http.version_check import negotiate_version
from runner.daemon.lists import INFO, VERSION

Query: TypeAlias = Mapping[str, str | int]
"""The parameters of a request by name, not yet quoted."""
Headers: TypeAlias = Mapping[str, str]
_HEADERS = {"User-Agent": f"runner/{__version__}"}
TAR = {"Content-Type": "application/x-tar"}
_CONNECT_SECONDS = 15
_AT_ONCE = 4
_WORTH_A_CONNECTION = 10
"""Number of calls that justify one more connection, which over ssh is a login."""
_GRPC_API = (1, 53)
"""From this version on (Engine 29.2) the endpoints that upgrade HTTP to gRPC are deprecated (moby#51721)."""
_READING = ("GET", "HEAD")
_NO_QUERY: Query = {}
_NO_HEADERS: Headers = {}
_ERRORS = 400
"""From this status on a response is an error."""


class Api:
    """Client of one engine's HTTP API, in the API version that the engine reports."""

    def __init__(self, endpoint: Endpoint, *, timeout: float, connections: int) -> None:
        """Prepare a client; nothing is sent yet."""
        self.host = endpoint.url
        self.environ = endpoint.environ
        self.timeout = timeout
        self._persistence = RetryPolicy()
        self._transport = Transport(endpoint, connections)
        self._ahead = RequestsAhead(self._send)

    def at_least(self, timeout: float) -> Api:
        """Return a client of the same engine, over the same connections, whose calls may take so many seconds."""
        if self.timeout >= timeout:
            return self
        patient = copy(self)
        patient.timeout = timeout
        return patient

    @cached_property
    def version(self) -> Mapping[str, Any]:
        """The engine's version document; EngineUnreachable where nothing answers."""
        return negotiate_version(partial(self._call, "GET", VERSION, _NO_QUERY), self.host)

    @property
    def api_version(self) -> str:
        """The API version that every request but those for the version itself, and those ahead, is made in."""
        return str(self.version["ApiVersion"])

    @property
    def base(self) -> str:
        """What the path of every other request begins with."""
        return f"/v{self.api_version}"

    def ask_ahead(self, targets: Iterable[str]) -> None:
        """Send GET requests whose answers the next calls for these targets use; not where a connection is a login.

        They name no API version, and so are answered in the engine's own, which is the one that is used.
        """
        if not self._transport.logs_in:
            self._start_ahead(targets)

    def _start_ahead(self, targets: Iterable[str]) -> None:
        self._ahead.start(targets, in_threads=not self._transport.is_cheap)

    def _send(self, target: str) -> SentRequest:
        return self._transport.send("GET", target, _HEADERS, None, self._patience(self.timeout))

    def _patience(self, idle: float | None) -> Patience:
        return Patience(min(_CONNECT_SECONDS, self.timeout), idle)

    def get(self, path: str, query: Query = _NO_QUERY, *, again: bool = True) -> Any:
        """GET a path and return its JSON; retried while the engine is unreachable, unless nobody could wait for it."""
        once = partial(self._get, path, query)
        return self._persistence.retry(once, idempotent=True) if again else once()

    def looking_ahead(self, targets: Sequence[str]) -> Iterator[str]:
        """Yield targets to GET, each once it and the next few have been asked for; one alone is left to the call."""
        at_once = min(_AT_ONCE, len(targets) // _WORTH_A_CONNECTION)
        try:
            for number, target in enumerate(targets):
                if at_once > 1:
                    self._start_ahead(targets[number : number + at_once])
                yield target
        finally:
            self._ahead.drop(targets)

    def _get(self, path: str, query: Query) -> Any:
        return self._require_json(self._call("GET", path, query))

    def _require_json(self, answer: Any) -> Any:
        """Require a JSON response."""
        if isinstance(answer, bytes):
            raise EngineError(f"the engine at {self.host} returned an invalid response: not JSON")
        return answer

    @contextmanager
    def stream(
        self,
        path: str,
        query: Query = _NO_QUERY,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: Iterable[bytes] | None = None,
        idle_timeout: float | None = None,
    ) -> Iterator[Iterable[bytes]]:
        """Stream the body of a response in chunks as they arrive.

        Raises EngineTimeout after `idle_timeout` seconds without data.
        """
        with self._opened(method, path, query, body, headers or {}, idle_timeout) as response:
            yield response.pieces()

    @contextmanager
    def exchange(self, path: str, body: Mapping[str, Any], *, idle_timeout: float) -> Iterator[Callable[[int], bytes]]:
        """POST JSON and yield a function that reads n bytes of the response, fewer at its end.

        Raises EngineTimeout as in `stream`.
        """
        kind, sent = _encoded(body)
        with self._opened("POST", path, _NO_QUERY, sent, kind, idle_timeout) as response:
            yield response.read

    @contextmanager
    def _opened(
        self,
        method: str,
        path: str,
        query: Query,
        body: Body,
        headers: Mapping[str, str],
        idle_timeout: float | None,
    ) -> Iterator[Response]:
        target = f"{path}?{urlencode(query)}" if query else path
        with translate_errors(self.host):
            response = self._ahead.take(target) if method == "GET" else None
            if response is None:
                versioned = target if target == VERSION else self.base + target
                whole, patience = {**_HEADERS, **headers}, self._patience(idle_timeout)
                response = self._transport.request(method, versioned, whole, body, patience)
            try:
                if response.status >= _ERRORS:
                    raise_for(response.status, response.content())
                yield response
            finally:
                response.close()

    def post(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Query = _NO_QUERY,
        headers: Headers = _NO_HEADERS,
        patience: float = 0,
        again: bool = False,
    ) -> Any:
        """POST JSON and return the response; the timeout is `patience` seconds longer than usual.

        `again` marks an idempotent request: it is retried while the engine is unreachable.
        """
        return self._persist(again, "POST", path, query, body, self.timeout + patience, headers)

    def post_json(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        query: Query = _NO_QUERY,
        headers: Headers = _NO_HEADERS,
        again: bool = False,
    ) -> Any:
        """POST JSON and return the JSON response; `again` marks an idempotent request, which is retried."""

        def once() -> Any:
            return self._require_json(self._call("POST", path, query, body, headers=headers))

        return self._persistence.retry(once, idempotent=True) if again else once()

    def put(self, path: str, body: bytes, query: Query = _NO_QUERY) -> None:
        """PUT bytes to a path; idempotent, so it is retried."""
        self._persist(True, "PUT", path, query, body)

    def exists(self, path: str, query: Query = _NO_QUERY) -> bool:
        """Return whether a path exists."""
        try:
            self._persist(True, "HEAD", path, query)
        except NotFound:
            return False
        return True

    def delete(self, path: str, query: Query = _NO_QUERY) -> Any:
        """DELETE a path; idempotent, so it is retried."""
        return self._persist(True, "DELETE", path, query)

    def _persist(self, again: bool, method: str, path: str, *rest: Any) -> Any:
        """Make a call, with retries if it is safe to repeat (`again`)."""
        call = partial(self._call, method, path, *rest)
        return self._persistence.retry(call, idempotent=method in _READING) if again else call()

    def _call(
        self,
        method: str,
        path: str,
        query: Query,
        body: Any = None,
        within: float | None = None,
        headers: Headers = _NO_HEADERS,
    ) -> Any:
        """Make a request and return the JSON of the response, or its bytes if it has another content type."""
        kind, sent = _encoded(body)
        with self._opened(method, path, query, sent, {**kind, **headers}, within or self.timeout) as response:
            content = response.content()
            # Podman sends "OK" as plain text where Docker sends no body.
            is_json = content and "json" in response.header(b"content-type")
            return read_json(content) if is_json else content

    @property
    def speaks_grpc(self) -> bool:
        """True where the engine's socket accepts gRPC directly, beside HTTP/1."""
        return tuple(map(int, self.api_version.split("."))) >= _GRPC_API

    @cached_property
    def has_containerd_store(self) -> bool:
        """True where images are in containerd's image store, the default from Engine 29 on."""
        return any("containerd" in str(value) for _, value in self.get(INFO).get("DriverStatus") or ())

    def connect(self) -> socket.socket:
        """Open a dedicated connection, for another protocol than HTTP/1."""
        with translate_errors(self.host):
            return self._transport.connect(min(_CONNECT_SECONDS, self.timeout))

    def connect_both_ways(self) -> socket.socket:
        """Open a dedicated connection of which each direction can be ended by itself."""
        with translate_errors(self.host):
            return self._transport.connect_both_ways(min(_CONNECT_SECONDS, self.timeout))

    def retry(self, once: Callable[[], Answer]) -> Answer:
        """Return the result of a call that is safe to repeat, retrying it while the engine is unreachable."""
        return self._persistence.retry(once, idempotent=False)

    def close(self) -> None:
        """Close every connection."""
        self._ahead.close()
        self._transport.close()


def _encoded(body: Mapping[str, Any] | bytes | None) -> tuple[dict[str, str], bytes | None]:
    """Return a body's Content-Type header, and the body encoded."""
    if body is None:
        return {}, None
    if isinstance(body, bytes):
        return TAR, body
    return {"Content-Type": "application/json"}, write_json(body)


def quote_path(ref: str) -> str:
    """Quote a name for use in a URL path; the slashes of image names stay."""
    return quote(ref, safe="/:@")
