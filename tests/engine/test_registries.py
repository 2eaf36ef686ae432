"""Pulls and pushes through the gateway: what passes is tried again, what doesn't is told with a way out."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from docker import DockerClient

from runner.core.errors import PullFailed, PushFailed, RunnerError
from runner.core.gateway import Gateway
from runner.core.progress_update import ProgressUpdate
from runner.daemon.registry import transfers as registries
from tests.harness.engine import Engine, PrivateEngine
from tests.harness.fault_proxy import Fault
from tests.harness.faulty_registry import FaultyRegistry
from tests.harness.image import BASE
from tests.harness.registry import Registry
from tests.harness.tls import new_authority
from tests.harness.workflow import open_gateway

ALWAYS = 0
PATIENCE = 20
TRIES = 3

Ship = Callable[[str], str]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registries, "_PAUSES", (0.1,) * (TRIES - 1))


@pytest.fixture(scope="module")
def faulty(engine: Engine, registry: Registry) -> Iterator[FaultyRegistry]:
    """The registry's address at which requests go wrong."""
    with FaultyRegistry(engine, registry) as faulty:
        yield faulty


@pytest.fixture
def ship(docker_client: DockerClient, registry: Registry, faulty: FaultyRegistry) -> Iterator[Ship]:
    """Make an image with a layer of its own, push it as NAME:1 and forget it; return its name where things go wrong."""

    def make(name: str) -> str:
        docker_client.api.import_image_from_data(_archive(os.urandom(300_000)), repository=name, tag="1")
        registry.push(f"{name}:1", f"{name}:1")
        docker_client.images.remove(f"{name}:1")
        return f"{faulty.host}/{name}:1"

    yield make
    faulty.break_with()
    for image in docker_client.api.images():
        if any(name.startswith(f"{faulty.host}/") for name in image["RepoTags"] or ()):
            docker_client.api.remove_image(image["Id"], force=True)


def _archive(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("content")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@dataclass(slots=True)
class Told:
    """What was told of a transfer."""

    advances: list[ProgressUpdate] = field(default_factory=list)

    def __call__(self, advance: ProgressUpdate) -> None:
        self.advances.append(advance)

    @property
    def retries(self) -> list[str]:
        return [advance.phase for advance in self.advances if advance.phase.startswith("retrying in 0.1")]

    @property
    def bytes(self) -> int:
        return max(advance.current or 0 for advance in self.advances)


@pytest.fixture
def retries_itself(engine: Engine) -> bool:
    """True for an engine that asks again by itself, and may tell of no bytes: one with containerd's store."""
    return engine.has_containerd_store


def failed(carry: Callable[..., None], reference: str, error: type[RunnerError]) -> tuple[RunnerError, Told]:
    told = Told()
    with pytest.raises(error) as raised:
        carry(reference, told, idle_timeout=PATIENCE)
    return raised.value, told


ONCE = {
    "too many requests": Fault("error", "/manifests/", status=429, code="TOOMANYREQUESTS", times=2),
    "failed: 503 Injected": Fault("error", "/manifests/", status=503, times=2),
    "was lost": Fault("drop", "/manifests/", times=1),
}
"""An engine asks for the head of a manifest, and after an error that it doesn't understand for the whole."""


@pytest.mark.parametrize("why", ONCE)
def test_a_pull_that_may_yet_work_is_tried_again_and_tells_so(
    gateway: Gateway, faulty: FaultyRegistry, ship: Ship, why: str, *, retries_itself: bool
) -> None:
    reference, told = ship("again"), Told()
    faulty.break_with(ONCE[why])
    gateway.images.pull(reference, told, idle_timeout=PATIENCE)
    assert gateway.images.inspect(reference)
    assert any(call.fault for call in faulty.calls)
    assert [why in retry for retry in told.retries] == [True] or (retries_itself and not told.retries)
    assert told.bytes > 250_000 or retries_itself


UNKNOWN = "repository name not known to registry"
"""What Debian's docker-registry says, and all that an engine with containerd's store hands on of that."""


@pytest.mark.parametrize(
    ("fault", "said", "help", "tries"),
    [
        (Fault("error", status=401, code="UNAUTHORIZED"), "requires one", "docker login HOST", 1),
        (Fault("error", status=403, code="DENIED"), "HOST denied access", "docker login HOST", 1),
        (Fault("error", status=404, code="NAME_UNKNOWN", message=UNKNOWN), "HOST has no such image", "name and tag", 1),
        (Fault("error", status=429, code="TOOMANYREQUESTS"), "too many requests for HOST", "docker login HOST", TRIES),
        (Fault("error", status=500), "HOST failed: 500 Injected", "the registry's log", TRIES),
        (Fault("drop"), "the connection to HOST was lost", "check the network", TRIES),
    ],
    ids=["401", "403", "404", "429", "500", "hung up"],
)
def test_a_failure_for_good_is_told_with_a_way_out(
    gateway: Gateway, faulty: FaultyRegistry, ship: Ship, fault: Fault, said: str, help: str, tries: int
) -> None:
    reference = ship("never")
    fault.path, fault.times, fault.used = "/manifests/", ALWAYS, 0
    faulty.break_with(fault)
    for carry, error in ((gateway.images.pull, PullFailed), (gateway.images.push, PushFailed)):
        if error is PushFailed:
            _have(gateway, reference, faulty, fault)
        raised, told = failed(carry, reference, error)
        assert f"{reference}: " in raised.message
        assert said.replace("HOST", faulty.host) in raised.message
        assert help.replace("HOST", faulty.host) in (raised.help or "")
        assert len(told.retries) == tries - 1


def _have(gateway: Gateway, reference: str, faulty: FaultyRegistry, fault: Fault) -> None:
    """Pull an image while all is well."""
    faulty.break_with()
    gateway.images.pull(reference, Told(), idle_timeout=PATIENCE)
    faulty.break_with(fault)


def test_a_pull_goes_on_where_a_layer_broke_off(gateway: Gateway, faulty: FaultyRegistry, ship: Ship) -> None:
    reference = ship("midway")
    faulty.break_with(Fault("truncate", "/blobs/", bytes=200_000, times=2))
    gateway.images.pull(reference, Told(), idle_timeout=PATIENCE)
    assert gateway.images.inspect(reference)
    assert [call.fault for call in faulty.calls].count("truncate") == 2  # the engine itself asked again


@pytest.mark.parametrize("fault", [Fault("drop"), Fault("error", status=503)], ids=["hung up", "503"])
def test_a_push_that_may_yet_work_is_tried_again(
    gateway: Gateway,
    faulty: FaultyRegistry,
    registry: Registry,
    docker_client: DockerClient,
    fault: Fault,
    *,
    retries_itself: bool,
) -> None:
    name = f"again-{fault.action}"
    told, reference = Told(), f"{faulty.host}/{name}"
    docker_client.api.import_image_from_data(_archive(os.urandom(300_000)), repository=reference, tag="1")
    fault.path, fault.method = "/manifests/", "PUT"
    faulty.break_with(fault)
    try:
        gateway.images.push(f"{reference}:1", told, idle_timeout=PATIENCE)
    finally:
        docker_client.images.remove(f"{reference}:1")
    assert registry.digest(f"{name}:1")
    assert any(call.fault for call in faulty.calls)
    assert len(told.retries) == 1 or (retries_itself and not told.retries)
    assert told.bytes > 250_000 or retries_itself


def test_a_registry_that_falls_silent_is_not_waited_for_without_end(
    gateway: Gateway, faulty: FaultyRegistry, ship: Ship
) -> None:
    reference = ship("silent")
    faulty.break_with(Fault("hang", "/blobs/", times=ALWAYS))
    with pytest.raises(PullFailed, match="no progress for 1 s") as silent:
        gateway.images.pull(reference, Told(), idle_timeout=1)
    assert "--timeout" in str(silent.value.help)


def test_content_that_is_not_what_its_digest_says_is_refused(
    gateway: Gateway, registry: Registry, faulty: FaultyRegistry, ship: Ship
) -> None:
    one, two = ship("one"), ship("two")
    digests = [str(registry.digest(f"{name}:1")) for name in ("one", "two")]
    manifest = registry.blob(digests[0])
    layer = registry.blob(json.loads(manifest.read_text())["layers"][0]["digest"])
    layer.write_bytes(layer.read_bytes()[:-9] + b"different")
    registry.blob(digests[1]).write_bytes(manifest.read_bytes())
    for reference in (one, f"{two.rpartition(':')[0]}@{digests[1]}"):
        raised, told = failed(gateway.images.pull, reference, PullFailed)
        assert f"content from {faulty.host} does not match its digest" in raised.message
        assert not told.retries


def test_of_several_platforms_the_engine_takes_its_own(
    gateway: Gateway, registry: Registry, faulty: FaultyRegistry, ship: Ship
) -> None:
    ship("many")
    other, machine = str(registry.digest("many:1")), gateway.engine().architecture
    reference = ship("many")
    registry.put_index("many", "both", {other: "s390x", str(registry.digest("many:1")): machine})
    registry.put_index("many", "other", {other: "s390x"})
    repository = reference.rpartition(":")[0]
    gateway.images.pull(f"{repository}:both", Told(), idle_timeout=PATIENCE)
    assert gateway.images.inspect(f"{repository}:both")["Architecture"] == machine
    index = gateway.images.registry_digest(f"{repository}:both").digest
    assert index in {name.partition("@")[2] for name in gateway.images.inspect(f"{repository}:both")["RepoDigests"]}
    raised, _ = failed(gateway.images.pull, f"{repository}:other", PullFailed)
    assert f"it is not available for the engine's platform linux/{machine}" in raised.message


def test_where_no_registry_is_the_name_says_so(gateway: Gateway, engine: Engine) -> None:
    nobody = f"127.0.0.1:{engine.free_port()}"
    raised, _ = failed(gateway.images.pull, f"{nobody}/app:1", PullFailed)
    assert f"{nobody} refused the connection" in raised.message
    raised, _ = failed(gateway.images.pull, "registry.invalid/app:1", PullFailed)
    assert "registry.invalid" in raised.message
    assert raised.help


def test_a_registry_is_trusted_by_its_own_authority_where_the_engine_has_that(
    private_engines: Callable[..., PrivateEngine], tmp_path: Path
) -> None:
    engine, address = private_engines(), "10.99.0.1"  # at a loopback address nothing is verified
    engine.add_address(address)
    authority, folders = new_authority(tmp_path / "authority"), [tmp_path / "encrypted", tmp_path / "plain"]
    for folder in folders:
        folder.mkdir()
    encrypted = Registry(engine, folders[0], address=address, tls=authority.server("registry", address))
    plain = Registry(engine, folders[1], address=address)
    encrypted.start()
    plain.start()
    try:
        with open_gateway(engine.url) as gateway:
            for registry in (encrypted, plain):
                gateway.images.tag(BASE, f"{registry.host}/app:1")
            raised, _ = failed(gateway.images.push, f"{plain.host}/app:1", PushFailed)
            assert f"{plain.host} does not use TLS" in raised.message
            raised, _ = failed(gateway.images.push, f"{encrypted.host}/app:1", PushFailed)
            assert "does not trust the CA" in raised.message
            assert f"/etc/docker/certs.d/{encrypted.host}/ca.crt" in str(raised.help)
            engine.trust(encrypted.host, authority.certificate)
            gateway.images.push(f"{encrypted.host}/app:1", Told(), idle_timeout=PATIENCE)
            gateway.images.pull(f"{encrypted.host}/app:1", Told(), idle_timeout=PATIENCE)
    finally:
        encrypted.stop()
        plain.stop()
    assert encrypted.digest("app:1")
