"""An engine elsewhere, over TLS and over ssh: all that works on the spot, and clear words when it can't be reached."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from docker import DockerClient
from docker.models.containers import Container

from tests.harness.cli import Cli
from tests.harness.contexts import write_context
from tests.harness.engine import PrivateEngine, new_private_engine
from tests.harness.fault_proxy import Action, Fault, FaultProxy, TcpFaultProxy
from tests.harness.http_script import server_context
from tests.harness.registry import Registry
from tests.harness.ssh import SshServer
from tests.harness.tls import Authority, new_authority

TLS_PORT = 2376  # the engine's network is its own
ONE = "containers: {web: *idle}"
SECONDS_TO_FAIL = 20
SECONDS_TO_END = 60
"""Over ssh the proxy needs a login for each call."""


@dataclass(frozen=True, slots=True)
class Remote:
    """One engine, and the ways to it."""

    engine: PrivateEngine
    authority: Authority
    ssh: SshServer
    trusted: Path
    """The certificates of a client that the engine trusts, as DOCKER_CERT_PATH has it."""

    def way(self, name: str) -> dict[str, str]:
        """Return the environment that leads to it by one way."""
        return self.tls(self.trusted) if name == "tls" else self.by_ssh("ssh://Engine")

    def tls(self, certificates: Path, url: str = f"tcp://127.0.0.1:{TLS_PORT}") -> dict[str, str]:
        """Return the environment for TLS with these certificates."""
        return {"DOCKER_HOST": url, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certificates)}

    def by_ssh(self, url: str) -> dict[str, str]:
        """Return the environment in which the ssh program knows the tests' hosts."""
        return {"DOCKER_HOST": url, "PATH": self.ssh.path, "XDG_RUNTIME_DIR": str(self.engine.folder)}


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """An engine that listens with TLS on loopback, with an ssh server beside it."""
    folder = tmp_path_factory.mktemp("remote")
    authority = new_authority(folder / "authority")
    engine = new_private_engine(options=authority.engine_options("127.0.0.1", TLS_PORT))
    try:
        (folder / "ssh").mkdir()
        ssh = SshServer(engine, folder / "ssh")
        ssh.start()
        try:
            yield Remote(engine, authority, ssh, authority.client("trusted"))
        finally:
            ssh.stop()
    finally:
        shutil.rmtree(engine.folder / f"runner-{os.getuid()}", ignore_errors=True)  # where shared logins were
        engine.dispose()


@pytest.fixture
def far(remote: Remote) -> Iterator[DockerClient]:
    """The SDK on that engine, past all ways; in the end nothing may be left of ssh."""
    with remote.engine.client() as client:
        yield client
        for container in client.containers.list(all=True):
            container.remove(force=True)
    assert_no_ssh(remote)


@pytest.fixture
def cli(clients: Callable[..., Cli], remote: Remote) -> Cli:
    """The command line in the remote engine's network, where loopback is its own."""
    return clients(at=remote.engine)


def assert_no_ssh(remote: Remote) -> None:
    """Let what was ended go away, for a moment, with the socket by which it shared its login."""
    deadline = time.monotonic() + 2
    while (left := [*remote.ssh.programs(), *shared_logins(remote)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def shared_logins(remote: Remote) -> list[Path]:
    return list(remote.engine.folder.glob("runner-*/*"))


WAYS = pytest.mark.parametrize("way", ["tls", "ssh"])

LIFE = """
images: {app: {build: {context: app, dockerfile_inline: "FROM busybox:stable\\nCOPY payload /payload"}}}
volumes: {data: {}}
networks: {back: {}}
containers:
  web:
    <<: *idle
    image: app
    limits: {memory: MEMORY}
    networks: [back]
    command: [sh, -c, "sleep 1; touch /tmp/ok; exec sleep infinity"]
    healthcheck: {test: [CMD, test, -f, /tmp/ok], interval: 0.2s, retries: 50}
  after: {<<: *idle, depends_on: {web: healthy}}
"""


@WAYS
def test_a_workflow_lives_its_whole_life(
    cli: Cli, workflow: Callable, remote: Remote, far: DockerClient, way: str
) -> None:
    env = remote.way(way)
    (cli.folder / "app").mkdir()
    (cli.folder / "app/payload").write_bytes(os.urandom(3_000_000))
    workflow(LIFE.replace("MEMORY", "32m"))
    assert "healthy" in str(cli("apply", env=env).exits(0).events)
    web = _web(far)
    through = ("sh", "-c", '"$@" <app/payload | cmp - app/payload && echo same', "sh")
    assert cli.start("exec", "web", "--", "cat", env=env, through=through).finish().exits(0).stdout == "same\n"

    assert cli("apply", env=env).exits(0).reasons == {}

    workflow(LIFE.replace("MEMORY", "64m"))
    assert set(cli("apply", env=env).exits(0).reasons) == {"container.web"}
    changed = _web(far)
    assert (changed.id, changed.attrs["HostConfig"]["Memory"]) == (web.id, 64 << 20)

    cli("destroy", "--yes", env=env).exits(0)
    assert far.containers.list(all=True) == []


def _web(far: DockerClient) -> Container:
    return next(container for container in far.containers.list() if container.name.endswith("-web-1"))


def test_more_steps_work_at_once_than_the_ssh_server_takes_at_a_time(
    cli: Cli, workflow: Callable, remote: Remote, far: DockerClient
) -> None:
    workflow("containers: {" + ", ".join(f"c{number}: *idle" for number in range(12)) + "}")
    cli("apply", "--parallel", "12", env=remote.way("ssh")).exits(0)
    assert len(far.containers.list()) == 12
    cli("destroy", "--yes", "--parallel", "12", env=remote.way("ssh")).exits(0)


def test_an_image_is_pulled(cli: Cli, workflow: Callable, remote: Remote, far: DockerClient, tmp_path: Path) -> None:
    registry = Registry(remote.engine, tmp_path)
    registry.start()
    try:
        reference = registry.push("busybox:stable", "far/away:1")
        workflow(f"containers: {{web: {{<<: *idle, image: '{reference}'}}}}")
        cli("apply", env=remote.way("ssh")).exits(0)
        assert [container.attrs["Config"]["Image"] for container in far.containers.list()] == [reference]
    finally:
        registry.stop()
        cli("destroy", "--yes", env=remote.way("ssh")).exits(0)
        far.images.remove(reference, force=True)


def test_a_run_that_is_killed_leaves_no_ssh(cli: Cli, workflow: Callable, remote: Remote, far: DockerClient) -> None:
    workflow("""
    containers:
      web: {<<: *idle, healthcheck: {test: [CMD, "false"], interval: 1s, retries: 100}}
      after: {<<: *idle, depends_on: {web: healthy}}
    """)
    running = cli.start("apply", env=remote.way("ssh"))
    running.until("container.web", "running")
    assert remote.ssh.programs()
    assert shared_logins(remote)
    running.send(signal.SIGKILL).finish()
    assert_no_ssh(remote)


@pytest.mark.parametrize(
    ("url", "said", "way_out"),
    [
        ("ssh://unknown", "host key is unknown", "manually"),
        ("ssh://changed", "host key has changed", "ssh-keygen"),
        ("ssh://stranger", r"permission denied \(publickey\)", "ssh -T"),
        ("ssh://bare", "docker CLI not found on its host", "docker CLI"),
        ("ssh://refused", "connection refused", "--host"),
        ("ssh://no-such-host.invalid", "could not resolve", "--host"),
        ("ssh://Engine/no/such.sock", "no such file|cannot connect", "--host"),
    ],
)
def test_what_ssh_complains_of_is_told(
    cli: Cli, workflow: Callable, remote: Remote, far: DockerClient, url: str, said: str, way_out: str
) -> None:
    workflow(ONE)
    failed = cli("plan", env=remote.by_ssh(url), timeout=SECONDS_TO_FAIL).exits(3)
    assert_told(failed.stderr, said, way_out)


def test_a_missing_ssh_program_is_told(cli: Cli, workflow: Callable, remote: Remote, tmp_path: Path) -> None:
    workflow(ONE)
    nsenter = shutil.which("nsenter")
    assert nsenter is not None
    (tmp_path / "nsenter").symlink_to(nsenter)  # the tests' own way into the engine's network
    failed = cli("plan", env={**remote.by_ssh("ssh://Engine"), "PATH": str(tmp_path)}).exits(3)
    assert_told(failed.stderr, "ssh not found", "install")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A client that TLS turns away: how it comes, and what it is told."""

    env: Callable[[Remote, Path], dict[str, str]]
    said: str
    way_out: str


def _without(remote: Remote, folder: Path, *names: str) -> Path:
    """Return a copy of the trusted client's files without some of them."""
    for file in remote.trusted.iterdir():
        if file.name not in names:
            (folder / file.name).write_bytes(file.read_bytes())
    return folder


def _with_foreign_ca(remote: Remote, folder: Path) -> Path:
    foreign = new_authority(folder / "foreign")
    _without(remote, folder)
    (folder / "ca.pem").write_bytes(foreign.certificate.read_bytes())
    return folder


REFUSALS = {
    "a foreign authority": Refusal(
        lambda remote, folder: remote.tls(_with_foreign_ca(remote, folder)), "is not signed by", "ca.pem"
    ),
    "another name": Refusal(
        lambda remote, _: remote.tls(remote.trusted, f"tcp://localhost:{TLS_PORT}"), "not valid for 'localhost'", "name"
    ),
    "no client certificate": Refusal(
        lambda remote, folder: remote.tls(_without(remote, folder, "cert.pem", "key.pem")),
        "requires a client certificate|rejected the client certificate",
        "cert.pem",
    ),
    "an expired client certificate": Refusal(
        lambda remote, folder: remote.tls(remote.authority.client(folder.name, days=-1)),
        "client certificate",
        "must be valid",
    ),
    "a foreign client certificate": Refusal(
        lambda remote, folder: remote.tls(_of_foreign_client(remote, folder)), "client certificate", "cert.pem"
    ),
    "no key": Refusal(
        lambda remote, folder: remote.tls(_without(remote, folder, "key.pem")), "no file .*/key.pem", "DOCKER_CERT_PATH"
    ),
    "no certificates": Refusal(lambda remote, folder: remote.tls(folder), "no file .*/ca.pem", "DOCKER_CERT_PATH"),
    "no TLS": Refusal(
        lambda remote, _: {"DOCKER_HOST": f"tcp://127.0.0.1:{TLS_PORT}"}, "requires TLS", "DOCKER_TLS_VERIFY"
    ),
}


def _of_foreign_client(remote: Remote, folder: Path) -> Path:
    client = new_authority(folder / "foreign").client("client")
    (client / "ca.pem").write_bytes(remote.authority.certificate.read_bytes())
    return client


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=list(REFUSALS))
def test_what_tls_refuses_is_told(
    cli: Cli, workflow: Callable, remote: Remote, tmp_path: Path, refusal: Refusal
) -> None:
    workflow(ONE)
    failed = cli("plan", env=refusal.env(remote, tmp_path), timeout=SECONDS_TO_FAIL).exits(3)
    assert_told(failed.stderr, refusal.said, refusal.way_out)


@pytest.mark.parametrize("answer", [b"HTTP/1.0 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_tls_spoken_to_a_port_without_it_is_told(cli: Cli, workflow: Callable, remote: Remote, answer: bytes) -> None:
    workflow(ONE)
    with _listener(remote, answer) as port:
        env = remote.tls(remote.trusted, f"tcp://127.0.0.1:{port}")
        failed = cli("plan", env=env, timeout=SECONDS_TO_FAIL).exits(3)
    assert_told(failed.stderr, "does not use TLS", "DOCKER_TLS_VERIFY")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_what_is_no_engine_is_told(cli: Cli, workflow: Callable, remote: Remote, answer: bytes) -> None:
    workflow(ONE)
    with _listener(remote, answer) as port:
        failed = cli("plan", env={"DOCKER_HOST": f"tcp://127.0.0.1:{port}"}, timeout=SECONDS_TO_FAIL).exits(3)
    assert_told(failed.stderr, f"127.0.0.1:{port}", "--host")


@contextmanager
def _listener(remote: Remote, answer: bytes) -> Iterator[int]:
    """Answer whoever connects with these bytes."""
    with remote.engine.network():
        listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

    Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def assert_told(stderr: str, said: str, way_out: str) -> None:
    """Assert the two lines that an error has."""
    error, _, help = stderr.partition("help: ")
    assert re.search(said, error), stderr
    assert way_out in help, stderr


def docker_folder(cli: Cli) -> Path:
    return cli.home / ".docker"


def test_a_context_may_do_without_the_engines_proof(
    cli: Cli, workflow: Callable, remote: Remote, tmp_path: Path
) -> None:
    workflow(ONE)
    certificates = _with_foreign_ca(remote, tmp_path)
    write_context(docker_folder(cli), "strict", f"tcp://127.0.0.1:{TLS_PORT}", certificates)
    write_context(docker_folder(cli), "lax", f"tcp://127.0.0.1:{TLS_PORT}", certificates, skip=True)
    cli("plan", "--context", "strict").exits(3)
    assert cli("plan", "--context", "lax").exits(0).stderr == ""


def test_a_context_may_lead_over_ssh_to_one_of_several_engines(
    cli: Cli, workflow: Callable, remote: Remote, far: DockerClient
) -> None:
    workflow(ONE)
    socket = remote.engine.url.removeprefix("unix://")
    write_context(docker_folder(cli), "far", f"ssh://root@Engine{socket}")
    cli("plan", "--context", "far", env=remote.by_ssh("")).exits(0)


def test_the_context_that_the_docker_cli_made_current_leads_to_the_engine(
    cli: Cli, workflow: Callable, remote: Remote
) -> None:
    files = (f"{option}={remote.trusted}/{option}.pem" for option in ("ca", "cert", "key"))
    made = ",".join([f"host=tcp://127.0.0.1:{TLS_PORT}", *files])
    for command in (("create", "far", "--docker", made), ("use", "far")):
        home = {"PATH": os.environ["PATH"], "HOME": str(cli.home)}
        subprocess.run(["docker", "context", *command], env=home, check=True, capture_output=True)
    assert 'current context "far"' in cli("doctor", env={"DOCKER_HOST": ""}).exits(0).stdout


@dataclass(frozen=True, slots=True)
class Fragile:
    """A way to the remote engine on which calls go wrong on demand."""

    proxy: FaultProxy
    env: dict[str, str]


@pytest.fixture(scope="module", params=["tcp", "tls", "ssh"])
def fragile(
    request: pytest.FixtureRequest, remote: Remote, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fragile]:
    if request.param == "ssh":
        with FaultProxy(tmp_path_factory.mktemp("p") / "s", remote.engine.url) as proxy:
            yield Fragile(proxy, remote.by_ssh(f"ssh://Engine{proxy.path}"))
        return
    with remote.engine.network():
        listener = socket.create_server(("127.0.0.1", 0))
    context = server_context(remote.authority) if request.param == "tls" else None
    with TcpFaultProxy(listener, remote.engine.url, context) as proxy:
        yield Fragile(proxy, remote.tls(remote.trusted, proxy.url) if context else {"DOCKER_HOST": proxy.url})


@pytest.mark.parametrize("action", ["error", "drop", "truncate", "delay"])
def test_a_question_that_fails_once_on_the_way_is_asked_again(
    cli: Cli, workflow: Callable, far: DockerClient, fragile: Fragile, action: Action
) -> None:
    workflow(ONE)
    cli("apply").exits(0)
    fragile.proxy.break_with(Fault(action, method="GET", path="/containers/json", bytes=40))
    cli("plan", "--detailed-exitcode", env=fragile.env).exits(0)
    assert any(call.fault for call in fragile.proxy.calls), "nothing was disturbed"


def test_an_answer_that_never_comes_on_the_way_ends_at_the_timeout(
    cli: Cli, workflow: Callable, far: DockerClient, fragile: Fragile
) -> None:
    workflow(ONE)
    fragile.proxy.break_with(Fault("stall", path="/containers/create", bytes=40))
    failed = cli("apply", "--timeout", "2s", env=fragile.env, timeout=SECONDS_TO_END).exits(1)
    assert "does not respond in time" in failed.text
    cli("apply").exits(0)


@WAYS
def test_a_stopped_engine_ends_an_apply_in_time(
    cli: Cli, workflow: Callable, remote: Remote, far: DockerClient, way: str
) -> None:
    workflow("containers: {web: {<<: *idle, healthcheck: {test: [CMD, test, -f, /x], interval: 100ms}}}")
    applying = cli.start("apply", "--timeout", "3s", env=remote.way(way)).until("container.web", "running")
    remote.engine.signal("STOP")
    try:
        applying.finish(timeout=SECONDS_TO_END).exits(1)
    finally:
        remote.engine.signal("CONT")
    workflow(ONE)
    cli("apply", env=remote.way(way)).exits(0)
