"""Builds with the engine's classic builder: what is asked for arrives, what fails is told, private bases are pulled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from docker import DockerClient

from runner.core.build import BuildRequest
from runner.core.errors import BuildFailed, Cancelled
from runner.core.progress_update import ProgressUpdate
from runner.daemon.build.classic import build
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.http.api import Api
from runner.workflow.build_context.context import read_context
from runner.workflow.build_context.dockerfile import read_dockerfile
from tests.harness.engine import Engine
from tests.harness.image import BASE
from tests.harness.login import log_in
from tests.harness.registry import LOGIN, Registry

NAME = "classic-builder:1"
PATIENCE = 60
Request = Callable[..., BuildRequest]


@contextmanager
def opened(engine: Engine, **environ: str) -> Iterator[Api]:
    api = Api(Endpoint(engine.url, "the test", environ=environ), timeout=30, connections=2)
    try:
        yield api
    finally:
        api.close()


@pytest.fixture
def request_for(tmp_path: Path, docker_client: DockerClient) -> Iterator[Request]:
    """Make the request to build a text in a folder; the image is removed afterwards."""

    def make(text: str, **more: object) -> BuildRequest:
        folder = tmp_path / "context"
        folder.mkdir()
        (folder / "file").write_text("content")
        return BuildRequest(read_context(folder), read_dockerfile(text, "inline", {}, None, inline=True), **more)

    yield make
    for image in docker_client.images.list(NAME.partition(":")[0]):
        docker_client.images.remove(image.id, force=True)


def test_an_image_is_built_as_asked_for(engine: Engine, docker_client: DockerClient, request_for: Request) -> None:
    told: list[ProgressUpdate] = []
    text = f"FROM {BASE} AS one\nARG A\nCOPY file /file\nRUN echo $A=$(cat /file) | tee /made\nFROM one\nENV LAST=1\n"
    request = request_for(text, target="one", args={"A": "x y"}, labels={"k": "v w"}, no_cache=True)
    with opened(engine) as api:
        id = build(api, request, NAME, told.append)
    image = docker_client.images.get(NAME)
    assert image.id == id
    assert image.labels["k"] == "v w"
    assert not any("LAST" in variable for variable in image.attrs["Config"]["Env"])
    assert "x y=content" in [update.output for update in told]
    assert any(update.unit == "steps" for update in told)


def test_an_instruction_that_fails_is_told_with_its_output(engine: Engine, request_for: Request) -> None:
    with opened(engine) as api, pytest.raises(BuildFailed, match="exited with code 3") as failed:
        build(api, request_for(f"FROM {BASE}\nRUN echo sorry; exit 3\n"), NAME, lambda _: None)
    assert failed.value.output[-1] == "sorry"


def test_a_build_that_is_interrupted_is_waited_for_no_longer(
    engine: Engine, docker_client: DockerClient, request_for: Request
) -> None:
    def interrupt(update: ProgressUpdate) -> None:
        if update.output == "here":
            raise Cancelled("interrupted")

    with opened(engine) as api, pytest.raises(Cancelled):
        build(api, request_for(f"FROM {BASE}\nRUN echo here; sleep 8\n", no_cache=True), NAME, interrupt)
    assert not docker_client.images.list(NAME)
    deadline = time.monotonic() + PATIENCE
    while not docker_client.images.list(NAME):  # the connection lives as long as this process, and with it the build
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_private_base_is_pulled_with_the_login_that_docker_has(
    engine: Engine, docker_client: DockerClient, request_for: Request, tmp_path: Path
) -> None:
    (tmp_path / "registry").mkdir()
    closed = Registry(engine, tmp_path / "registry", login=True)
    closed.start()
    try:
        base = closed.push(BASE, "private:1")
        request = request_for(f"FROM {base}\nLABEL private=yes\n")
        with opened(engine, HOME=str(tmp_path)) as api:
            with pytest.raises(BuildFailed, match="no basic auth credentials"):
                build(api, request, NAME, lambda _: None)
            log_in(tmp_path / ".docker", closed.host, *LOGIN)
            build(api, request, NAME, lambda _: None)
        docker_client.images.remove(base)
    finally:
        closed.stop()
