"""Registries in an engine's network, for tests that pull and push: open to all, or with a login, or with TLS."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.harness.engine import ENDS_WITH_ITS_PARENT, Engine
from tests.harness.tls import ServerFiles

LOGIN = ("ada", "secret")
"""Who may use a registry with a login."""
_HTPASSWD = "ada:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n"
_LOCAL = "localhost"


class Registry:
    """A docker-registry process; engines trust it without TLS where its address is a loopback one."""

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        *,
        address: str = "127.0.0.1",
        alias: str = _LOCAL,
        port: int | None = None,
        login: bool = False,
        tls: ServerFiles | None = None,
    ) -> None:
        """Prepare a registry for `engine` that keeps its blobs in `folder`; `alias` is another name of its host."""
        self._engine = engine
        self._folder = folder
        self._address = address
        self._alias = alias
        self._port = engine.free_port() if port is None else port
        self._login = login
        self._tls = tls
        self._process: subprocess.Popen[bytes] | None = None
        self.host = f"{address}:{self._port}"

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def start(self) -> None:
        """Start it; returns when it answers."""
        if shutil.which("docker-registry") is None:
            raise RuntimeError("no docker-registry for the tests: tests/harness/install.sh test brings it")
        config = self._write_config()
        with (self._folder / "log").open("ab") as log:
            command = [*ENDS_WITH_ITS_PARENT, *self._engine.prefix, "docker-registry", "serve", str(config)]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._await_answer(time.monotonic() + 10)

    def stop(self) -> None:
        """End it; what was pushed stays in its folder."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let nobody answer at its address."""
        self.stop()
        try:
            yield
        finally:
            self.start()

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
        by_another_name = f"{self._alias}:{self._port}/{name}"
        credentials = dict(zip(("username", "password"), LOGIN, strict=True)) if self._login else None
        with self._engine.client() as client:
            client.images.get(image).tag(by_another_name)
            for line in client.images.push(by_another_name, stream=True, decode=True, auth_config=credentials):
                if "error" in line:
                    raise RuntimeError(f"pushing {name}: {line['error']}")
            client.images.remove(by_another_name)
        return f"{self.host}/{name}"

    def put_index(self, repository: str, tag: str, platforms: Mapping[str, str]) -> None:
        """Give a tag to a list of manifests that are there: by their digest, the architecture that each is for."""
        manifests = [
            {
                "mediaType": json.loads(self.blob(digest).read_bytes())["mediaType"],
                "digest": digest,
                "size": self.blob(digest).stat().st_size,
                "platform": {"os": "linux", "architecture": architecture},
            }
            for digest, architecture in platforms.items()
        ]
        kind = "application/vnd.docker.distribution.manifest.list.v2+json"
        index = {"schemaVersion": 2, "mediaType": kind, "manifests": manifests}
        with self._engine.network():
            connection = HTTPConnection(self._address, self._port, timeout=10)
            path = f"/v2/{repository}/manifests/{tag}"
            connection.request("PUT", path, json.dumps(index), {"Content-Type": kind})
            answer = connection.getresponse()
            assert answer.status == HTTPStatus.CREATED, answer.read()
            connection.close()

    def digest(self, name: str) -> str | None:
        """Return the digest that a tag ("shop/web:1") has, as it is kept on the registry's disk."""
        repository, _, tag = name.rpartition(":")
        link = self._folder / f"blobs/docker/registry/v2/repositories/{repository}/_manifests/tags/{tag}/current/link"
        return link.read_text() if link.exists() else None

    def blob(self, digest: str) -> Path:
        """Return the file that holds a manifest or a layer."""
        hexadecimal = digest.removeprefix("sha256:")
        return self._folder / f"blobs/docker/registry/v2/blobs/sha256/{hexadecimal[:2]}/{hexadecimal}/data"

    def _write_config(self) -> Path:
        path = self._folder / "config.yml"
        listens = self.host if self._alias == _LOCAL else f":{self._port}"
        http: dict[str, Any] = {"addr": listens, "secret": "tests"}
        if self._tls is not None:
            http["tls"] = {"certificate": str(self._tls.certificate), "key": str(self._tls.key)}
        path.write_text(
            json.dumps(
                {
                    "version": 0.1,
                    "log": {"level": "warn"},
                    "storage": {"filesystem": {"rootdirectory": str(self._folder / "blobs")}},
                    "http": http,
                    **self._access(),
                }
            )
        )
        return path

    def _access(self) -> Mapping[str, Any]:
        if not self._login:
            return {}
        users = self._folder / "users"
        users.write_text(_HTPASSWD)
        return {"auth": {"htpasswd": {"realm": "tests", "path": str(users)}}}

    def _await_answer(self, deadline: float) -> None:
        with self._engine.network():
            while True:
                try:
                    socket.create_connection((self._address, self._port), timeout=1).close()
                except OSError:
                    if time.monotonic() > deadline:
                        raise RuntimeError(f"no registry: {(self._folder / 'log').read_text()[-500:]}") from None
                    time.sleep(0.02)
                else:
                    return
