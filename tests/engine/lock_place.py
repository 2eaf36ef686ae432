"""Where the lock of a workflow is kept, as those who want it reach it, and as it looks from outside."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import cycle
from typing import Literal

from runner.core.label_store import LabelStore
from runner.daemon.client import DockerGateway
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.opening import Opening
from runner.daemon.swarm.config_store import ConfigStore
from runner.resource.volume_store import VolumeStore
from tests.harness.engine import Engine

Kind = Literal["volumes", "configs"]


class LockPlace:
    """Volumes of one engine, or configs of a swarm, which are reached by each of its managers in turn."""

    def __init__(self, kind: Kind, engines: Sequence[Engine]) -> None:
        self.kind = kind
        self._engines = engines
        self._next = cycle(engines)

    def store(self) -> LabelStore:
        """Open a connection of its own."""
        return open_store(self.kind, self.next_url())

    def next_url(self) -> str:
        """Return where the next one reaches it."""
        return next(self._next).url

    def names(self, workflow: str) -> list[str]:
        """Return the names of all records of a workflow that are there."""
        with self._engines[0].client() as client:
            if self.kind == "volumes":
                names = [volume["Name"] for volume in client.api.volumes()["Volumes"] or []]
            else:
                names = [config["Spec"]["Labels"]["runner.record"] for config in client.api.configs()]
        return [name for name in names if f".{workflow}." in name]


def open_store(kind: str, url: str) -> LabelStore:
    """Connect to an engine, and return its records or those of its swarm."""
    opening = Opening(Endpoint(url, "the tests", environ=os.environ))
    return ConfigStore(opening.api) if kind == "configs" else VolumeStore(DockerGateway(opening))
