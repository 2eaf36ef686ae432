"""The services of one workflow as the swarm has them, and other people's hands on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docker import DockerClient

from tests.harness.swarm_state import Task, inventory_of, tasks
from tests.harness.until import until

_OWNER = "runner.workflow"


class Services:
    """What a manager says of them; services are called by their key."""

    def __init__(self, client: DockerClient, workflow: str) -> None:
        """Prepare to look; nothing is asked yet."""
        self.client = client
        self._api: Any = client.api
        self._workflow = workflow

    def name(self, key: str) -> str:
        """Return what a service is called."""
        return f"{self._workflow}-{key}"

    def document(self, key: str) -> Mapping[str, Any]:
        """Return a service's document; docker.errors.NotFound without it."""
        return self._api.inspect_service(self.name(key))  # type: ignore[no-any-return]

    def spec(self, key: str) -> Mapping[str, Any]:
        """Return its spec."""
        return self.document(key)["Spec"]  # type: ignore[no-any-return]

    def command(self, key: str) -> list[str]:
        """Return the command of its spec."""
        return self.spec(key)["TaskTemplate"]["ContainerSpec"].get("Args", [])  # type: ignore[no-any-return]

    def tasks(self, key: str, *, wanted: str | None = "running") -> list[Task]:
        """Return its tasks, by slot; `wanted` is their desired state, None for any."""
        return tasks(self.client, self.name(key), wanted=wanted)

    def containers(self, key: str) -> set[str]:
        """Return the ids of the containers that run for it."""
        return {task.container for task in self.tasks(key) if task.state == "running"}

    def await_running(self, key: str, count: int, seconds: float = 60) -> set[str]:
        """Wait until so many of its tasks run, and return the ids of their containers."""
        return until(lambda: self.containers(key), lambda found: len(found) == count, seconds)

    def change(self, key: str, change: Callable[[dict[str, Any]], object]) -> None:
        """Change a service's spec past runner, as `docker service update` does."""
        found = self.document(key)
        spec = dict(found["Spec"])
        change(spec)
        url = self._api._url(f"/services/{found['ID']}/update")
        response = self._api._post_json(url, data=spec, params={"version": found["Version"]["Index"]})
        self._api._raise_for_status(response)

    @property
    def existing(self) -> frozenset[str]:
        """All that the swarm has of the workflow: "service shop-web" and the like."""
        return frozenset(thing for thing in inventory_of(self.client) if self._workflow in thing)

    @property
    def records(self) -> int:
        """How many records there are of what a half rolled service goes back to."""
        configs = self._api.configs(filters={"label": f"{_OWNER}={self._workflow}"})
        return sum("runner.rolling" in one["Spec"]["Labels"] for one in configs)
