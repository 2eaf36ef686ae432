"""Who is at the other end of a socket, whatever else is on the machine."""

from __future__ import annotations

import socket
from pathlib import Path

from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.peer import shares_network


def test_sockets_of_others_may_have_any_name(tmp_path: Path):
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as other:
        server.bind(str(path))
        server.listen()
        other.bind(b"\0\xff\xfe\x0b\x1c odd \xc2\x85\n" + str(tmp_path).encode()[-20:])
        other.listen()
        assert shares_network(Endpoint(f"unix://{path}", "the test")) is None, "it is no engine"
