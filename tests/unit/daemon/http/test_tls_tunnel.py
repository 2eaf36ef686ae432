"""A connection through TLS ends in each direction by itself, and loses nothing."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread

import pytest

from runner.daemon.http.tls_tunnel import tunnel
from tests.harness.tls import new_authority

ADDRESS = "127.0.0.1"
PAYLOAD = os.urandom(5_000_000)

Connect = Callable[[Callable[[ssl.SSLSocket], None]], socket.socket]


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The TLS of a server and of a client that trusts it."""
    authority = new_authority(tmp_path_factory.mktemp("tls") / "authority")
    files, server = authority.server("server", ADDRESS), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    return server, ssl.create_default_context(cafile=authority.certificate)


@pytest.fixture
def connect(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[Connect]:
    """Connect to a server that does one thing with its end of the connection."""
    server, client = contexts
    threads: list[Thread] = []

    def connected(serve: Callable[[ssl.SSLSocket], None]) -> socket.socket:
        ours, theirs = socket.socketpair()

        def work() -> None:
            with suppress(ssl.SSLEOFError), server.wrap_socket(theirs, server_side=True) as secure:
                serve(secure)

        threads.append(Thread(target=work))
        threads[-1].start()
        return tunnel(ours, client, ADDRESS)

    yield connected
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def everything(sock: socket.socket) -> bytes:
    """Return all that arrives until the other side ends."""
    arrived = bytearray()
    while piece := sock.recv(1 << 16):
        arrived += piece
    return bytes(arrived)


def test_the_end_of_the_input_leaves_the_output_open(connect: Connect) -> None:
    def answer_at_the_end(secure: ssl.SSLSocket) -> None:
        heard = everything(secure)
        secure.sendall(b"heard " + heard)

    with connect(answer_at_the_end) as sock:
        sock.sendall(b"all")
        sock.shutdown(socket.SHUT_WR)
        assert everything(sock) == b"heard all"


def test_nothing_is_lost_of_what_arrives_while_the_input_ends(connect: Connect) -> None:
    def echo(secure: ssl.SSLSocket) -> None:
        while piece := secure.recv(1 << 16):
            secure.sendall(piece)

    with connect(echo) as sock:
        Thread(target=lambda: (sock.sendall(PAYLOAD), sock.shutdown(socket.SHUT_WR)), daemon=True).start()
        assert everything(sock) == PAYLOAD


def test_the_other_side_learns_that_this_one_was_closed(connect: Connect) -> None:
    def wait(secure: ssl.SSLSocket) -> None:
        try:
            everything(secure)
        except OSError:
            return

    connect(wait).close()


def test_a_server_that_is_not_trusted_is_refused(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    server, _ = contexts
    ours, theirs = socket.socketpair()

    def serve() -> None:
        with theirs, suppress(OSError):
            server.wrap_socket(theirs, server_side=True)

    thread = Thread(target=serve)
    thread.start()
    with ours, pytest.raises(ssl.SSLCertVerificationError):
        tunnel(ours, ssl.create_default_context(), ADDRESS)
    ours.close()
    thread.join(10)
