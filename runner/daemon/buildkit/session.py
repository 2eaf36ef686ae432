"""The services that a build may call while it runs, served to the engine on a connection of its own."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Mapping
from typing import TypeAlias

from runner.core.struct import GuardedStruct, field
from runner.daemon.buildkit import file_sync
from runner.daemon.buildkit import session_services as services
from runner.daemon.buildkit import ssh_agent as agent
from runner.daemon.buildkit.connection import Connection
from runner.daemon.buildkit.file_sync import FileSync
from runner.daemon.buildkit.grpc_stream import Headers, Pairs
from runner.daemon.buildkit.rpc_call import UNIMPLEMENTED, DeferredUnary, RpcCall, RpcError, Unary

Serve: TypeAlias = Callable[[Headers], RpcCall]
OpenSession: TypeAlias = Callable[[Pairs], socket.socket]
"""Opens a connection that the engine takes as a session, described by headers."""

_NAME = "runner"
_EXPOSED = "X-Docker-Expose-Session"


class SessionOptions(GuardedStruct):
    """What a session offers to a build."""

    UNSEEN = frozenset({"secrets"})

    key: str
    """The same for every build of the same folders, so that only changed files are transferred."""
    files: FileSync
    credentials: services.Credentials = lambda _host: None
    secrets: Mapping[str, bytes] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)


class Session:
    """A session that is open on an engine, under an id."""

    def __init__(self, open_session: OpenSession, offer: SessionOptions) -> None:
        self.id = secrets.token_hex(16)
        self._serves = self._services(offer)
        self._connection = Connection(open_session(self._headers(offer)), self._serve)

    @property
    def last_heard(self) -> float:
        """When the engine last sent anything, on the monotonic clock: it sends a health check every few seconds."""
        return self._connection.last_heard

    @property
    def is_open(self) -> bool:
        """True as long as the engine keeps it open."""
        return self._connection.is_open

    def close(self) -> None:
        """Close the session."""
        self._connection.close()

    def _headers(self, offer: SessionOptions) -> Pairs:
        named = {"Uuid": self.id, "Name": _NAME, "Sharedkey": offer.key}
        methods = [(f"{_EXPOSED}-Grpc-Method", path) for path in self._serves]
        return [*((f"{_EXPOSED}-{name}", value) for name, value in named.items()), *methods]

    def _services(self, offer: SessionOptions) -> dict[str, Serve]:
        """Return the services by gRPC path; ssh agents only where there are any."""
        agents = agent.Agents(offer.agents, self._wake)
        return {
            services.HEALTH: lambda _: Unary(services.health),
            services.CREDENTIALS: lambda _: DeferredUnary(services.credentials(offer.credentials), self._wake),
            services.SECRET: lambda _: Unary(services.secrets(offer.secrets)),
            file_sync.DIFF_COPY: offer.files.serve,
            **({agent.CHECK: agents.check, agent.FORWARD: agents.forward} if offer.agents else {}),
        }

    def _wake(self) -> None:
        self._connection.wake()

    def _serve(self, path: str, headers: Headers) -> RpcCall:
        serve = self._serves.get(path)
        if serve is None:
            raise RpcError(UNIMPLEMENTED, f"unknown method {path}")
        return serve(headers)
