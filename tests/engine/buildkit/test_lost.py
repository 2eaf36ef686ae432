"""A connection or an engine that is lost in the middle of a build: begun again, or ended by a clear error; no hang."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from docker import DockerClient

from runner.core.build import BuildRequest, Dockerfile
from runner.core.errors import EngineTimeout
from runner.core.progress_update import ProgressUpdate
from runner.daemon.buildkit import build as building
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.http.api import Api
from runner.workflow.build_context.context import read_context
from tests.engine.buildkit.conftest import REPOSITORY
from tests.harness.engine import Engine, PrivateEngine
from tests.harness.fault_proxy import Fault, FaultProxy
from tests.harness.image import BASE
from tests.harness.rootfs import in_folder, in_image
from tests.harness.workflow import open_gateway

LOST = f"{REPOSITORY}:lost"
_PATIENCE = 7.0
"""Seconds, instead of the real one; engines ask every five for a sign of life, and give one by that."""


def request_of(folder: Path, text: str) -> BuildRequest:
    return BuildRequest(read_context(folder), Dockerfile("Dockerfile", text))


@pytest.mark.parametrize("path", ["^/session", "^/grpc"])
@pytest.mark.parametrize("bytes", [200, 1_000, 20_000])
def test_a_build_whose_connection_is_cut_is_begun_again(
    engine: Engine,
    docker_client: DockerClient,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    path: str,
    bytes: int,
) -> None:
    for number in range(400):
        (tmp_path / f"{number}").write_bytes(os.urandom(2_000))
    with FaultProxy(tmp_path_factory.mktemp("p") / "s", engine.url) as proxy, open_gateway(proxy.url) as gateway:
        proxy.break_with(Fault("truncate", path=path, bytes=bytes))
        image = gateway.images.build(
            request_of(tmp_path, "FROM scratch\nCOPY . /\n"), f"{REPOSITORY}:cut", lambda _: None
        )
        assert [call.fault for call in proxy.calls if call.fault] == ["truncate"]
    assert in_image(docker_client, image) == in_folder(tmp_path)
    docker_client.images.remove(image, force=True)


@pytest.mark.parametrize("doing", ["load build context", "RUN sleep"])
def test_an_engine_that_says_nothing_any_more_ends_a_build_in_time(
    private_engines: Callable[..., PrivateEngine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doing: str
) -> None:
    engine = private_engines()
    monkeypatch.setattr(building, "_SIGN_OF_LIFE", _PATIENCE)
    (tmp_path / "large").write_bytes(os.urandom(40_000_000))
    stopped: list[float] = []

    def stop_it(advance: ProgressUpdate) -> None:
        if doing in str(advance.phase) and not stopped:
            engine.signal("STOP")
            stopped.append(time.monotonic())

    api = Api(Endpoint(engine.url, "the test"), timeout=30, connections=2)
    try:
        with pytest.raises(EngineTimeout, match="no response from the engine"):
            building.build(
                api,
                request_of(tmp_path, f"FROM {BASE}\nCOPY large /\nRUN sleep 60\n"),
                LOST,
                stop_it,
                lambda _: None,
            )
        assert time.monotonic() - stopped[0] < 2 * _PATIENCE
    finally:
        engine.signal("CONT")
        api.close()


@pytest.mark.parametrize("path", ["^/session", "^/grpc"])
def test_a_connection_on_which_nothing_comes_any_more_ends_a_build_in_time(
    engine: Engine,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    monkeypatch.setattr(building, "_SIGN_OF_LIFE", _PATIENCE)
    with FaultProxy(tmp_path_factory.mktemp("p") / "s", engine.url) as proxy:
        api = Api(Endpoint(proxy.url, "the test"), timeout=30, connections=2)
        proxy.break_with(Fault("stall", path=path, bytes=400))
        began = time.monotonic()
        try:
            with pytest.raises(EngineTimeout, match="no response from the engine"):
                building.build(
                    api, request_of(tmp_path, f"FROM {BASE}\nRUN sleep 20\n"), LOST, lambda _: None, lambda _: None
                )
        finally:
            api.close()
    assert time.monotonic() - began < 2 * _PATIENCE


def test_an_instruction_that_says_nothing_for_long_is_waited_for(
    engine: Engine, docker_client: DockerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_SIGN_OF_LIFE", _PATIENCE)
    text = f"FROM {BASE}\nRUN sleep {_PATIENCE + 2} && echo {time.time_ns()}\n"
    with open_gateway(engine.url) as gateway:
        image = gateway.images.build(request_of(tmp_path, text), LOST, lambda _: None)
    docker_client.images.remove(image, force=True)
