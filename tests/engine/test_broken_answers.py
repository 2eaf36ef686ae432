"""Answers that break off after any number of bytes, of every kind of call: an answer, or an error of ours.

`make test` breaks each off at a few places drawn with a fixed seed; RUNNER_BREAKS=301 at every one.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import pytest
from docker import APIClient, DockerClient
from docker.errors import DockerException

from runner.core.engine_answers import FileToCopy
from runner.core.errors import RunnerError
from runner.core.gateway import Gateway
from runner.kinds.image.settings import BuildSettings
from tests.harness.engine import Engine
from tests.harness.fault_proxy import Fault, FaultProxy
from tests.harness.image import BASE
from tests.harness.registry import Registry
from tests.harness.workflow import Workflow, open_gateway

BREAKS = int(os.environ.get("RUNNER_BREAKS", "2"))
_MOST = 300
"""Bytes; every head is shorter, and most answers."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What calls are made on: a running container, a network and a volume of one name, and a hand that isn't ours."""

    gateway: Gateway
    api: APIClient
    name: str
    build: Callable[[], object]
    reference: str
    """An image that a registry has."""

    def forget(self, what: Callable[..., object], *names: str) -> None:
        """Take away, past the proxy, what an earlier call may have made."""
        for name in names:
            with suppress(DockerException):  # it wasn't there
                what(name)


def _create(bench: Bench) -> None:
    bench.forget(bench.api.remove_container, f"{bench.name}-made")
    bench.gateway.containers.create(f"{bench.name}-made", {"Image": BASE, "Cmd": ["true"]})


def _start(bench: Bench) -> None:
    bench.api.kill(bench.name)
    try:
        bench.gateway.containers.start(bench.name)
    finally:
        bench.api.start(bench.name)


def _unpause(bench: Bench) -> None:
    bench.api.pause(bench.name)
    try:
        bench.gateway.containers.unpause(bench.name)
    finally:
        bench.forget(bench.api.unpause, bench.name)


def _stop(bench: Bench) -> None:
    try:
        bench.gateway.containers.stop(bench.name, 1)
    finally:
        bench.api.start(bench.name)


def _rename(bench: Bench) -> None:
    try:
        bench.gateway.containers.rename(bench.name, f"{bench.name}-renamed")
    finally:
        bench.forget(lambda name: bench.api.rename(name, bench.name), f"{bench.name}-renamed")


def _remove(bench: Bench) -> None:
    id = bench.api.create_container(BASE, ["true"])["Id"]
    try:
        bench.gateway.containers.remove(id, volumes=True)
    finally:
        bench.forget(bench.api.remove_container, id)


def _copy_in(bench: Bench) -> None:
    bench.gateway.containers.put_file(bench.name, FileToCopy("/etc/app/settings", b"port = 1\n", 0o644, (0, 0)))


def _create_network(bench: Bench) -> None:
    name = f"{bench.name}-made"
    bench.forget(bench.api.remove_network, name)
    try:
        bench.gateway.networks.create({"Name": name, "CheckDuplicate": True})
    finally:
        bench.forget(bench.api.remove_network, name)


def _remove_network(bench: Bench) -> None:
    id = bench.api.create_network(f"{bench.name}-going")["Id"]
    try:
        bench.gateway.networks.remove(id)
    finally:
        bench.forget(bench.api.remove_network, id)


def _connect(bench: Bench) -> None:
    bench.forget(lambda name: bench.api.disconnect_container_from_network(name, name), bench.name)
    bench.gateway.networks.connect(bench.name, bench.name, {"Aliases": ["www"]})


def _disconnect(bench: Bench) -> None:
    bench.forget(lambda name: bench.api.connect_container_to_network(name, name), bench.name)
    bench.gateway.networks.disconnect(bench.name, bench.name)


def _remove_volume(bench: Bench) -> None:
    bench.api.create_volume(f"{bench.name}-going")
    bench.gateway.volumes.remove(f"{bench.name}-going")


def _remove_image(bench: Bench) -> None:
    bench.api.tag(BASE, bench.name, "going")
    bench.gateway.images.remove(f"{bench.name}:going")


def _engine(bench: Bench) -> None:
    with open_gateway(bench.gateway.address) as gateway:  # each asks once
        gateway.engine()


def _events(bench: Bench) -> None:
    stream = bench.gateway.events(f"bench={bench.name}")
    id = bench.api.create_container(BASE, ["true"], labels={"bench": bench.name})["Id"]
    bench.api.remove_container(id)
    list(stream)


CALLS: dict[str, tuple[str, Callable[[Bench], object]]] = {
    "info": ("GET /info", _engine),
    "events": ("GET /events", _events),
    "containers": ("GET /containers/json", lambda b: b.gateway.containers.list()),
    "inspect": ("GET /containers/.*/json", lambda b: b.gateway.containers.inspect(b.name)),
    "stats": ("GET .*/stats", lambda b: b.gateway.containers.stats(b.name)),
    "inspect all": ("GET /containers/.*/json", lambda b: list(b.gateway.containers.inspect_many([b.name]))),
    "create": ("POST /containers/create", _create),
    "look for a folder": ("HEAD .*/archive", _copy_in),
    "copy in": ("PUT .*/archive", _copy_in),
    "copy out": ("GET .*/archive", lambda b: b.gateway.containers.get_file(b.name, "/etc/passwd")),
    "start": ("POST .*/start", _start),
    "stop": ("POST .*/stop", _stop),
    "unpause": ("POST .*/unpause", _unpause),
    "rename": ("POST .*/rename", _rename),
    "update": ("POST .*/update", lambda b: b.gateway.containers.update(b.name, {"CpuShares": 512})),
    "remove": ("DELETE /containers/", _remove),
    "make a program": ("POST .*/exec", lambda b: b.gateway.containers.exec(b.name, ["id"], timeout=5)),
    "run a program": ("POST /exec/.*/start", lambda b: b.gateway.containers.exec(b.name, ["id"], timeout=5)),
    "see how it ended": ("GET /exec/", lambda b: b.gateway.containers.exec(b.name, ["id"], timeout=5)),
    "written": ("GET .*/logs", lambda b: list(b.gateway.containers.log_text(b.name, since="2020-01-01T00:00:00Z"))),
    "lines": ("GET .*/logs", lambda b: list(b.gateway.containers.log_lines(b.name))),
    "tail": ("GET .*/logs", lambda b: b.gateway.containers.last_lines(b.name, 5)),
    "images": ("GET /images/json", lambda b: b.gateway.images.list()),
    "image": ("GET /images/.*/json", lambda b: b.gateway.images.inspect(BASE)),
    "history": ("GET /images/.*/history", lambda b: b.gateway.images.history(BASE)),
    "pull": (
        "POST /images/create",
        lambda b: b.gateway.images.pull(b.reference, lambda _advance: None, idle_timeout=9),
    ),
    "push": (
        "POST /images/.*/push",
        lambda b: b.gateway.images.push(b.reference, lambda _advance: None, idle_timeout=9),
    ),
    "registry": ("GET /distribution/", lambda b: b.gateway.images.registry_digest(b.reference)),
    "build": ("POST /grpc", lambda b: b.build()),
    "build's session": ("POST /session", lambda b: b.build()),
    "tag": ("POST .*/tag", lambda b: b.gateway.images.tag(BASE, f"{b.name}:going")),
    "untag": ("DELETE /images/", _remove_image),
    "networks": ("GET /networks", lambda b: b.gateway.networks.list()),
    "create a network": ("POST /networks/create", _create_network),
    "remove a network": ("DELETE /networks/", _remove_network),
    "connect": ("POST .*/connect", _connect),
    "disconnect": ("POST .*/disconnect", _disconnect),
    "volumes": ("GET /volumes", lambda b: b.gateway.volumes.list()),
    "create a volume": ("POST /volumes/create", lambda b: b.gateway.volumes.create({"Name": f"{b.name}-going"})),
    "remove a volume": ("DELETE /volumes/", _remove_volume),
}


@pytest.fixture(scope="module")
def proxy(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultProxy]:
    with FaultProxy(tmp_path_factory.mktemp("p") / "s", engine.url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def bench(
    proxy: FaultProxy, docker_client: DockerClient, registry: Registry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    api, name = docker_client.api, f"bench-{uuid4().hex[:6]}"
    reference = registry.push(BASE, f"{name}:1")
    api.create_network(name)
    id = api.create_container(BASE, ["sh", "-c", "echo hello; exec sleep 600"], name=name, host_config={"Init": True})
    api.start(id)
    with open_gateway(proxy.url) as gateway:
        app = {"build": {"dockerfile_inline": f"FROM {BASE}"}}
        plan = Workflow(gateway, name, tmp_path_factory.mktemp("app")).plan({"images": {"app": app}})
        request = next(change.desired for change in plan.changes if change.desired).settings_as(BuildSettings).build
        build = partial(gateway.images.build, request, f"{name}:built", lambda _advance: None)
        bench = Bench(gateway, api, name, build, reference)
        yield bench
    bench.forget(partial(api.remove_container, force=True), f"{name}-made", name)
    bench.forget(api.remove_network, name)
    bench.forget(api.remove_volume, f"{name}-going")
    bench.forget(api.remove_image, f"{name}:going", f"{name}:built", reference)


@pytest.mark.parametrize("call", CALLS)
def test_an_answer_that_breaks_off_anywhere_is_an_answer_or_an_error_of_ours(
    bench: Bench, proxy: FaultProxy, call: str
) -> None:
    what, make = CALLS[call]
    method, path = what.split(" ")
    for bytes in sorted(random.Random(call).sample(range(_MOST + 1), BREAKS)):
        proxy.break_with(Fault("truncate", method=method, path=f"^{path}", bytes=bytes))
        try:
            make(bench)
        except RunnerError:
            pass
        except Exception as error:
            raise AssertionError(f"after {bytes} bytes: {error!r}") from error
        assert any(made.fault for made in proxy.calls), "this call was never made"


@pytest.mark.parametrize("bytes", random.Random(5).sample(range(_MOST + 1), BREAKS))
def test_a_greeting_that_breaks_off_is_asked_for_again(proxy: FaultProxy, bytes: int) -> None:
    proxy.break_with(Fault("truncate", path="^/version", bytes=bytes))
    with open_gateway(proxy.url) as gateway:
        assert gateway.containers.list() is not None
