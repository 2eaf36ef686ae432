"""What the engine really has of one workflow: seen past the program that is tested."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from docker import DockerClient

from tests.harness.engine import Engine
from tests.harness.inventory import inventory

_OWNER = "runner.workflow"


class Live:
    """One workflow's things on the engine; containers are called by their key and number."""

    def __init__(self, engine: Engine, client: DockerClient, workflow: str) -> None:
        self._engine = engine
        self._client = client
        self._workflow = workflow

    def container(self, key: str, number: int = 1) -> Mapping[str, Any]:
        """Return a container's document; docker.errors.NotFound when there is none under the name."""
        return self._client.api.inspect_container(f"{self._workflow}-{key}-{number}")  # type: ignore[no-any-return]

    def id(self, key: str, number: int = 1) -> str:
        """Return a container's id."""
        return str(self.container(key, number)["Id"])

    def runs(self, key: str, number: int = 1) -> bool:
        """Tell whether a container is running."""
        return bool(self.container(key, number)["State"]["Running"])

    def image(self, name: str) -> str:
        """Return the id of an image."""
        return str(self._client.images.get(name).id)

    def moment(self, key: str, happening: str) -> int:
        """Return when something first happened to a container ("start", "health_status: healthy"), in nanoseconds."""
        container = self.container(key)
        filters = {"container": container["Id"], "event": happening}
        events = self._client.api.events(since=0, until=int(time.time()) + 1, filters=filters, decode=True)
        return min(int(event["timeNano"]) for event in events)

    @property
    def containers(self) -> dict[str, str]:
        """The id of each container that bears the workflow's label, by its name without the workflow's."""
        listed = self._client.api.containers(all=True, filters={"label": f"{_OWNER}={self._workflow}"})
        return {one["Names"][0].removeprefix(f"/{self._workflow}-"): one["Id"] for one in listed}

    @property
    def everything(self) -> frozenset[str]:
        """Everything on the engine that is called after the workflow: "network shop_default" and the like."""
        return frozenset(thing for thing in inventory(self._client) if self._workflow in thing)

    def page(self, port: int, path: str = "/", timeout: float = 5) -> str | None:
        """Return what answers on a published port, None when nothing does."""
        return self._engine.page(f"http://127.0.0.1:{port}{path}", timeout)
