"""Servers that follow a script, on every transport that needs no other program."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from runner.daemon.endpoints.endpoint import Endpoint, TlsFiles
from tests.harness.http_script import Reply, ScriptedServer, listen_tcp, listen_unix, server_context
from tests.harness.tls import new_authority

Serve = Callable[..., tuple[ScriptedServer, Endpoint]]


class Certificates:
    """A server's context, and the files of a client that trusts it and is trusted."""

    def __init__(self, folder: Path) -> None:
        authority = new_authority(folder / "authority")
        self.server: ssl.SSLContext = server_context(authority)
        client = authority.client("client")
        self.client = TlsFiles(client / "ca.pem", client / "cert.pem", client / "key.pem")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def serve(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Serve]:
    """Start a server with a script for each connection; over a unix socket, or as the parameter says."""
    way = getattr(request, "param", "unix")
    with ExitStack() as opened:

        def start(*script: list[Reply]) -> tuple[ScriptedServer, Endpoint]:
            if way == "unix":
                path = tmp_path / f"{os.urandom(4).hex()}.sock"
                server = opened.enter_context(ScriptedServer(listen_unix(path), script))
                return server, Endpoint(f"unix://{path}", "the test")
            listener = listen_tcp()
            url = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
            if way == "tcp":
                return opened.enter_context(ScriptedServer(listener, script)), Endpoint(url, "the test")
            files = request.getfixturevalue("certificates")
            server = opened.enter_context(ScriptedServer(listener, script, files.server))
            return server, Endpoint(url, "the test", files.client)

        yield start
