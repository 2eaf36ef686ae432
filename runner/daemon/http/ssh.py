"""Connections through the ssh program, each to a `docker system dial-stdio` on the engine's host.

The program honours the user's configuration: ~/.ssh/config, agents, jump hosts, hardware keys. One login serves all
connections as long as the server allows it: the later ones are channels of the first, or log in themselves.
"""

from __future__ import annotations

import shlex
import socket
import subprocess
import tempfile
from threading import BoundedSemaphore, Lock
from typing import IO

from runner.core.struct import Struct
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.http.connect_errors import cannot_reach
from runner.daemon.http.ssh_login import control_socket

_CONNECT_SECONDS = 15
_ANSWER_SECONDS = 30
"""Timeout of the first login, including the engine's first response; of later ones it is that of any connection."""
_AT_A_TIME = 4
"""Concurrent logins: servers drop some at random from about ten on (MaxStartups); ten channels each (MaxSessions)."""
_MOST_OF_AN_ANSWER = 4096
_LAST_WORDS_SECONDS = 2.0
"""Timeout for the program to exit after it has closed its connection."""


class _Channel(Struct):
    """One ssh process, and the temporary file that captures its stderr."""

    process: subprocess.Popen[bytes]
    complaints: IO[bytes]

    def last_words(self) -> str:
        """Return its stderr, if it exited with a failure."""
        try:
            failed = self.process.wait(_LAST_WORDS_SECONDS) != 0
        except subprocess.TimeoutExpired:
            return ""
        self.complaints.seek(0)
        return self.complaints.read().decode(errors="replace") if failed else ""

    def end(self) -> None:
        """Terminate it, if it still runs."""
        self.process.terminate()
        self.process.wait()
        self.complaints.close()


class Ssh:
    """All connections to one `ssh://` endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._url = endpoint.url
        self._environ = endpoint.environ
        self._lock = Lock()
        self._logging_in = BoundedSemaphore(_AT_A_TIME)
        self._open = True
        self._has_answered = False
        self._channels: dict[socket.socket, _Channel] = {}
        destination = _destination(endpoint)
        self._command = [
            "ssh",
            "-T",
            f"-oConnectTimeout={_CONNECT_SECONDS}",
            *control_socket(destination, endpoint.environ),
        ]
        self._command += [*destination, _dial_stdio(endpoint.parts.path)]

    def dial(self, timeout: float | None) -> socket.socket:
        """Open a connection on which the engine has responded.

        Raises EngineUnreachable with the program's own message, or TimeoutError where neither says anything.
        """
        with self._logging_in:
            ours = self._start()
            try:
                ours.settimeout(timeout if self._has_answered else _ANSWER_SECONDS)
                _hear_from_engine(ours)
            except OSError as error:
                ours.close()
                words = self._last_words(ours)
                if isinstance(error, TimeoutError) and not words:
                    raise
                raise cannot_reach(self._url, words or str(error)) from error
        self._has_answered = True
        ours.settimeout(timeout)
        return ours

    def close(self) -> None:
        """Terminate every ssh process."""
        with self._lock:
            self._open = False
            for channel in self._channels.values():
                channel.end()
            self._channels.clear()

    def _start(self) -> socket.socket:
        """Run the program with one end of a socket pair as its input and output; return the other end."""
        with self._lock:
            if not self._open:
                raise ConnectionAbortedError("the connection was closed")
            self._forget_ended()
            ours, theirs = socket.socketpair()
            with theirs:
                self._channels[ours] = self._run(theirs.fileno())
        return ours

    def _last_words(self, sock: socket.socket) -> str:
        """Return the program's stderr, for a connection that failed."""
        with self._lock:
            channel = self._channels.pop(sock, None)
        if channel is None:
            return ""
        words = channel.last_words()
        channel.end()
        return words

    def _run(self, theirs: int) -> _Channel:
        """Start the program detached from the terminal: Ctrl-C is for runner, and a prompt would stay unseen."""
        complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the channel
        try:
            process = subprocess.Popen(
                self._command,
                stdin=theirs,
                stdout=theirs,
                stderr=complaints,
                start_new_session=True,
                env=self._environ,
            )
        except OSError as error:
            complaints.close()
            raise cannot_reach(self._url, "ssh not found") from error
        return _Channel(process, complaints)

    def _forget_ended(self) -> None:
        for sock, channel in list(self._channels.items()):
            if sock.fileno() == -1 and channel.process.poll() is not None:
                channel.end()
                del self._channels[sock]


def _hear_from_engine(sock: socket.socket) -> None:
    """Ping the engine; raise OSError with whatever came instead of an HTTP response."""
    sock.sendall(b"HEAD /_ping HTTP/1.1\r\nHost: engine\r\n\r\n")
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = sock.recv(_MOST_OF_AN_ANSWER)
        received += chunk
        if not chunk or not received.startswith(b"HTTP/"[: len(received)]):
            raise ConnectionError(received.decode(errors="replace") or "no response")


def _destination(endpoint: Endpoint) -> list[str]:
    """Return the arguments that name the host, in the user's spelling: ~/.ssh/config is case-sensitive.

    >>> _destination(Endpoint("ssh://me@Box:22", ""))
    ['-l', 'me', '-p', '22', '--', 'Box']
    """
    parts = endpoint.parts
    host = str(parts.hostname)
    start = parts.netloc.lower().rfind(host)
    user = ["-l", parts.username] if parts.username else []
    port = ["-p", str(parts.port)] if parts.port else []
    return [*user, *port, "--", parts.netloc[start : start + len(host)]]


def _dial_stdio(path: str) -> str:
    """Return the remote command: it connects to the engine that docker uses there, or to the one at a given socket.

    >>> _dial_stdio("/run/user/1000/docker.sock")
    'docker --host unix:///run/user/1000/docker.sock system dial-stdio'
    """
    host = f"--host {shlex.quote(f'unix://{path}')} " if path.strip("/") else ""
    return f"docker {host}system dial-stdio"
