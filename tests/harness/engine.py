"""Engines as tests use them: a private one of their own, or the one that RUNNER_TEST_HOST names.

Knows the scripts beside it and the docker SDK, nothing of runner.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from urllib.error import URLError

import docker

from tests.harness.image import BASE, make_base

ENDS_WITH_ITS_PARENT = ("setpriv", "--pdeathsig", "KILL")
"""The command that runs another one, which is killed when the tests are."""
_SCRIPT = Path(__file__).with_name("engine.sh")
_PREFIX = "runner-test-"
_CLONE_NEWNET = 0x40000000
_MEMORY_FOR_TMPFS = 4 * 1024**3


class Engine:
    """An engine that tests may use: where it listens, and how to reach the ports that it publishes."""

    is_private = False

    def __init__(self, url: str) -> None:
        self.url = url

    @contextmanager
    def client(self, timeout: float = 20) -> Iterator[docker.DockerClient]:
        """Open an SDK client; `timeout` is in seconds."""
        client = docker.DockerClient(base_url=self.url, timeout=timeout)  # type: ignore[arg-type]  # takes floats, too
        try:
            yield client
        finally:
            client.close()

    def has(self, image: str) -> bool:
        """Tell whether the engine has an image under this tag."""
        with self.client() as client:
            return bool(client.images.list(name=image))

    @cached_property
    def has_containerd_store(self) -> bool:
        """Whether containerd keeps its images: 28.5 then calls them by their manifests.

        It also asks registries again by itself, and tells of a transfer's bytes only ten times a second.
        """
        with self.client() as client:
            return any("containerd" in str(value) for _, value in client.info()["DriverStatus"])

    @property
    def prefix(self) -> tuple[str, ...]:
        """The command that runs another one in the engine's network."""
        return ()

    @contextmanager
    def network(self) -> Iterator[None]:
        """Put this thread into the engine's network, where what it publishes on 127.0.0.1 is."""
        yield

    def page(self, url: str, timeout: float = 5) -> str | None:
        """Return what answers at an HTTP address in the engine's network, None when nothing does."""
        try:
            with self.network(), urllib.request.urlopen(url, timeout=timeout) as answer:
                return str(answer.read().decode())
        except (URLError, ConnectionError, TimeoutError):
            return None

    def free_port(self) -> int:
        """Return a TCP port that nothing uses in the engine's network."""
        with self.network(), socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    def dispose(self) -> None:
        """Give back what the engine holds."""


class SeparateEngine(Engine):
    """An engine in a network of its own, which one process holds."""

    is_private = True

    @property
    def prefix(self) -> tuple[str, ...]:
        return ("nsenter", f"--net={self._network_namespace}", "--")

    @contextmanager
    def network(self) -> Iterator[None]:
        with Path("/proc/thread-self/ns/net").open() as own, self._network_namespace.open() as theirs:
            _enter(theirs.fileno())
            try:
                yield
            finally:
                _enter(own.fileno())

    @property
    def _network_namespace(self) -> Path:
        raise NotImplementedError


class PrivateEngine(SeparateEngine):
    """A dockerd in namespaces of its own, which a test may restart, pause and kill."""

    def __init__(self, folder: Path, *, data: str = "", options: tuple[str, ...] = ()) -> None:
        """Prepare an engine in `folder`; `data` as ENGINE_DATA in engine.sh has it, `options` are dockerd's."""
        super().__init__(f"unix://{folder}/docker.sock")
        self.folder = folder
        self._data = data
        self._options = options

    def start(self) -> None:
        """Start it, after a stop or a power cut too, and see to its base image."""
        self._run("start", *self._options)
        if not self.has(BASE):
            make_base(self.url, BASE)

    def stop(self) -> None:
        """Remove its containers and stop it; images and volumes are kept, unless in tmpfs."""
        self._run("stop")

    def restart(self, how: str = "term") -> None:
        """End dockerd alone, by "term" or "kill", and start it again; returns when it answers."""
        self._run("restart", how)

    def signal(self, name: str) -> None:
        """Send dockerd a signal: "STOP", "CONT", "KILL" ..."""
        self._run("signal", name)

    def add_address(self, address: str) -> None:
        """Give its network one more address, for servers beside it."""
        subprocess.run([*self.prefix, "ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)

    def trust(self, registry: str, authority: Path) -> None:
        """Let it believe what an authority signed for a registry; from its next connection on."""
        folder = self.folder / "run/etc-docker/certs.d" / registry
        folder.mkdir(parents=True)
        (folder / "ca.crt").write_bytes(authority.read_bytes())

    def grow(self, size: str) -> None:
        """Make more room for its images and volumes, which are in memory: "160m" in all."""
        self._run("enter", "mount", "-o", f"remount,size={size}", str(self.folder / "data"))

    def power_cut(self) -> None:
        """Kill dockerd, containerd and every container at once."""
        self._run("down")

    def dispose(self) -> None:
        self._run("purge")

    @property
    def _network_namespace(self) -> Path:
        return network_of(self.folder / "run/holder")

    def _run(self, verb: str, *arguments: str) -> None:
        call_script(_SCRIPT, verb, self.folder, *arguments, ENGINE_NET="private", ENGINE_DATA=self._data)


def network_of(file: Path) -> Path:
    """Return the network namespace of the process that a script has noted in a file."""
    return Path("/proc", file.read_text().split()[0], "ns/net")


def call_script(script: Path, verb: str, folder: Path, *arguments: str, **environment: str) -> None:
    """Let a script beside this module do something with a folder; RuntimeError with what it wrote when it fails."""
    done = subprocess.run(
        [script, verb, folder, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"no engine for the tests: {verb} failed\n{done.stderr.strip()}")


def new_private_engine(*, data: str | None = None, options: tuple[str, ...] = ()) -> PrivateEngine:
    """Start an engine in a new folder, in memory where that is large enough; `data` overrides this.

    Options of dockerd that RUNNER_TEST_DOCKERD has go before `options`.
    """
    folder = new_folder(_PREFIX)
    engine = PrivateEngine(folder, data=roomiest() if data is None else data, options=(*every_option(), *options))
    try:
        engine.start()
    except BaseException:
        engine.dispose()
        raise
    return engine


def dispose_abandoned() -> None:
    """Dispose of engines whose test session was killed before it could."""
    for folder in abandoned_folders(_PREFIX):
        PrivateEngine(folder).dispose()


def new_folder(prefix: str) -> Path:
    """Make a folder for an engine whose name tells this test session."""
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-"))


def abandoned_folders(prefix: str) -> Iterator[Path]:
    """Yield the folders of engines whose test session has ended."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}[0-9]*-*"):
        session = folder.name.removeprefix(prefix).partition("-")[0]
        if not Path("/proc", session).exists():
            yield folder


def every_option() -> list[str]:
    """Return the options of dockerd that RUNNER_TEST_DOCKERD has for every private engine."""
    return shlex.split(os.environ.get("RUNNER_TEST_DOCKERD", ""))


def roomiest() -> str:
    """Return where an engine's data is best kept, as ENGINE_DATA has it: in memory if that is large enough."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    available = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    return "tmpfs:2g" if available >= _MEMORY_FOR_TMPFS else ""


def _enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
