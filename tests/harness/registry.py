"""A plain registry on loopback in an engine's network, for tests that pull and push."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.engine import Engine


class Registry:
    """A docker-registry process; engines trust it without TLS, as its address is a loopback one."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """Prepare a registry for `engine` that keeps its blobs in `folder`."""
        self._engine = engine
        self._folder = folder
        self._port = engine.free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.host = f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it; returns when it answers."""
        if shutil.which("docker-registry") is None:
            raise RuntimeError("no docker-registry for the tests: tests/harness/install.sh test brings it")
        config = self._write_config()
        with (self._folder / "log").open("wb") as log:
            command = [*self._engine.prefix, "docker-registry", "serve", str(config)]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._await_answer(time.monotonic() + 10)

    def stop(self) -> None:
        """End it; what was pushed stays in its folder."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Let it take requests and answer none."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def push(self, image: str, name: str) -> str:
        """Push the engine's `image` under `name` and return the reference that pulls it.

        It goes by another name of this host, so that what the engine has under the reference stays as it is.
        """
        by_another_name = f"localhost:{self._port}/{name}"
        with self._engine.client() as client:
            client.images.get(image).tag(by_another_name)
            for line in client.images.push(by_another_name, stream=True, decode=True):
                if "error" in line:
                    raise RuntimeError(f"pushing {name}: {line['error']}")
            client.images.remove(by_another_name)
        return f"{self.host}/{name}"

    def _write_config(self) -> Path:
        path = self._folder / "config.yml"
        path.write_text(
            json.dumps(
                {
                    "version": 0.1,
                    "log": {"level": "warn"},
                    "storage": {"filesystem": {"rootdirectory": str(self._folder / "blobs")}},
                    "http": {"addr": self.host, "secret": "tests"},
                }
            )
        )
        return path

    def _await_answer(self, deadline: float) -> None:
        with self._engine.network():
            while True:
                try:
                    socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                except OSError:
                    if time.monotonic() > deadline:
                        raise RuntimeError(f"no registry: {(self._folder / 'log').read_text()[-500:]}") from None
                    time.sleep(0.02)
                else:
                    return
