"""A workflow with something of everything, its states, and runs from one of them to another that are disturbed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice, pairwise, starmap
from pathlib import Path
from typing import Any

from docker import DockerClient
from docker.models.containers import Container

from tests.harness.cli import Cli, Finished
from tests.harness.engine_state import description, differences
from tests.harness.fault_proxy import Fault, FaultProxy
from tests.harness.files import file_of
from tests.harness.live import Live

TEXT = """\
networks: {{front: {{labels: {{colour: "{colour}"}}}}, back: {{}}}}
volumes: {{data: {{}}}}
secrets: {{key: {{file: key}}}}
images:
  app:
    build:
      context: .
      dockerfile_inline: "FROM busybox:stable\\nENV COLOUR={colour}\\nCOPY key /\\nRUN sleep 0.2"
containers:
  db: {{<<: *idle, networks: [back], volumes: ["data:/data"], limits: {{memory: "{memory}"}}}}
  web:
    <<: *idle
    networks: [front, back]
    environment: {{COLOUR: "{colour}"}}
    volumes: [/scratch]
    secrets: [key]
    read_only: true
    replicas: 2
    update: {{settle: 100ms, order: {order}}}
    depends_on: [db]
  app: {{<<: *idle, image: app, networks: [front], update: {{settle: 100ms}}}}
  moving: {{<<: *idle, networks: [{moving}]}}
  {extra}: {{<<: *idle, networks: [back]}}
jobs:
  migrate: {{<<: *idle, command: [echo, "{colour}"], networks: [back], depends_on: [db]}}
"""


@dataclass(frozen=True, slots=True)
class State:
    """What the workflow is to come to: what its file says, or nothing at all."""

    name: str
    text: str | None = None


GONE = State("gone")
RED = State("red", TEXT.format(colour="red", memory="64m", order="stop-first", extra="old", moving="back"))
BLUE = State("blue", TEXT.format(colour="blue", memory="96m", order="start-first", extra="new", moving="front"))


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from one state to another."""

    before: State
    after: State

    def __str__(self) -> str:
        return f"{self.before.name} to {self.after.name}"


EDGES = tuple(starmap(Edge, pairwise((GONE, RED, BLUE, RED, GONE))))
"""From nothing back to nothing: creates, changes in both orders of replacement, and a removal."""

_KEPT = {"db": ("/data/kept", 1), "web": ("/scratch/kept", 2)}
"""Where data is written by containers, and how many there are of each."""


class Shop:
    """The workflow on an engine, which disturbed runs reach through a proxy."""

    def __init__(
        self, cli: Cli, write: Callable[..., Path], live: Live, client: DockerClient, proxy: FaultProxy
    ) -> None:
        self._cli, self._write, self._live, self._client, self._proxy = cli, write, live, client, proxy
        (cli.folder / "key").write_text("hunter2")

    def settle(self, state: State) -> dict[str, Any]:
        """Bring the engine to a state without a disturbance, and return what it comes to."""
        self._cli(*self._command(state)).exits(0)
        if state.text is not None:
            self._cli("plan", "--detailed-exitcode").exits(0)
        return description(self._live, self._client)

    def disturb(self, state: State, *faults: Fault, options: tuple[str, ...] = ()) -> Finished:
        """Bring it there while calls go wrong."""
        self._proxy.break_with(*faults)
        return self._cli(*self._command(state), *options, env={"DOCKER_HOST": self._proxy.url})

    @property
    def calls(self) -> int:
        """How many calls the last run that could be disturbed came to."""
        return len(self._proxy.calls)

    def _command(self, state: State) -> tuple[str, ...]:
        if state.text is None:
            return "destroy", "--volumes", "--images", "--yes"
        self._write(state.text)
        return "apply", "--yes"

    def write_data(self) -> None:
        """Let containers write what must never be lost."""
        for key, (path, replicas) in _KEPT.items():
            for number in range(1, replicas + 1):
                written = self._container(key, number).exec_run(["sh", "-c", f"echo {key}{number} >{path}"])
                assert written.exit_code == 0, written.output

    def data(self) -> list[str]:
        """Return what is there of it."""
        return [
            file_of(self._container(key, number), path).decode().strip()
            for key, (path, n) in _KEPT.items()
            for number in range(1, n + 1)
        ]

    def _container(self, key: str, number: int) -> Container:
        return self._client.containers.get(self._live.id(key, number))


class Tour:
    """So many edges, one after the other; each is first gone without a disturbance, to see what it comes to."""

    def __init__(self, shop: Shop, length: int) -> None:
        self._shop, self._length = shop, length
        self._expected: dict[Edge, dict[str, Any]] = {}
        self._data: list[str] = []
        self.calls: dict[Edge, int] = {}
        """How many calls each edge takes."""
        for edge in EDGES[:length]:
            shop.disturb(edge.after).exits(0)
            self.calls[edge] = shop.calls
            self._expected[edge] = shop.settle(edge.after)
        shop.settle(GONE)

    def __iter__(self) -> Iterator[Edge]:
        return islice(cycle(EDGES), self._length)

    def complete(self, edge: Edge, told: str) -> None:
        """Complete an edge that was disturbed, as is `told`: all is as it would have been, and no data is lost."""
        wrong = differences(self._expected[edge], self._shop.settle(edge.after))
        assert not wrong, "\n".join((told, *wrong))
        if edge.before is GONE:
            self._shop.write_data()
            self._data = self._shop.data()
        elif edge.after is not GONE:
            kept = self._shop.data()
            assert kept == self._data, f"{told}: {kept}"
