"""Builds straight through the client for BuildKit, and a look at what came of them past it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from docker import DockerClient

from runner.core.build import BuildRequest
from runner.core.progress_update import ProgressCallback
from runner.daemon.buildkit.build import build
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.http.api import Api
from runner.workflow.build_context.context import read_context
from runner.workflow.build_context.dockerfile import read_dockerfile
from tests.harness.engine import Engine

Build = Callable[..., str]
REPOSITORY = "runner-test/built"


@pytest.fixture
def api(engine: Engine) -> Iterator[Api]:
    """The session's engine as the client for BuildKit sees it."""
    api = Api(Endpoint(engine.url, "the tests"), timeout=30, connections=4)
    yield api
    api.close()


@pytest.fixture
def build_folder(api: Api, docker_client: DockerClient) -> Iterator[Build]:
    """Build a folder, with this text for a Dockerfile or its own; returns the image's digest.

    Each has a name of its own: with containerd's store 28.5 forgets an image as soon as a build takes its name.
    """
    made: list[str] = []
    numbers = count(1)

    def make(root: Path, text: str | None = None, *, watch: ProgressCallback = lambda _: None, **more: object) -> str:
        dockerfile = read_dockerfile(text or (root / "Dockerfile").read_text(), "Dockerfile", {}, None, inline=True)
        request = BuildRequest(context=read_context(root), dockerfile=dockerfile, **more)  # type: ignore[arg-type]
        made.append(build(api, request, f"{REPOSITORY}:{next(numbers)}", watch, lambda _host: None))
        return made[-1]

    yield make
    for image in dict.fromkeys(made):
        docker_client.images.remove(image, force=True)
