"""A workflow with something of everything that a swarm has, its states, and disturbed runs from one to another.

What it is to come to is known from its file alone: no undisturbed run is needed to compare with.
"""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from docker import DockerClient

from tests.harness.cli import Cli, Finished, Running
from tests.harness.fault_proxy import Fault, FaultProxy
from tests.harness.image import BASE
from tests.harness.swarm import Swarm
from tests.harness.swarm_state import Task, owned, tasks
from tests.harness.until import until
from tests.harness.workflow_file import write_workflow

HEAD = "engine: swarm\n"
TEXT = """\
images: {{base: {{reference: "{image}", pull: never}}}}
x-service: &service {{image: base, command: [sleep, infinity], init: true, update: {{settle: 300ms}}}}
networks: {{front: {{labels: {{colour: "{colour}"}}}}, back: {{}}}}
secrets: {{key: {{file: {colour}}}}}
configs: {{page: {{content: "{colour}"}}}}
containers:
  db: {{<<: *service, networks: [back], limits: {{memory: "{memory}m"}}}}
  web:
    <<: *service
    command: {command}
    endpoint_mode: dnsrr
    replicas: 2
    networks: [front, back]
    environment: {{COLOUR: "{colour}"}}
    secrets: [key]
    configs: [page]
    update: {{settle: {settle}, order: {order}, parallel: 0}}
    depends_on: [db]
  {extra}: {{<<: *service, networks: [back]}}
jobs:
  migrate: {{image: base, command: [cat, /run/secrets/key], secrets: [key], networks: [back], depends_on: [db]}}
"""
_LEFT_WITHIN = 20
_SLEEP = "[sleep, infinity]"


@dataclass(frozen=True, slots=True)
class State:
    """What the workflow is to come to; without a colour to nothing at all. `broken` is one that never works."""

    name: str
    colour: str = ""
    memory: int = 0
    extra: str = ""
    order: str = ""
    broken: bool = False

    @property
    def text(self) -> str:
        """Its file."""
        command, settle = ("[sh, -c, 'sleep 0.2; exit 3']", "3s") if self.broken else (_SLEEP, "300ms")
        return TEXT.format(
            image=BASE,
            colour=self.colour,
            memory=self.memory,
            extra=self.extra,
            order=self.order,
            command=command,
            settle=settle,
        )


GONE = State("gone")
RED = State("red", "red", 32, "old", "stop-first")
BLUE = State("blue", "blue", 48, "new", "start-first")
BAD = State("bad", "red", 32, "old", "stop-first", broken=True)
"""As RED, but that its web ends by itself."""


def expected(state: State) -> dict[str, Any]:
    """Return what there is to be in a state."""
    if not state.colour:
        return {"objects": {}, "tasks": {}}
    service = {"networks": ["back"], "secrets": [], "configs": [], "memory": 0}
    web = {"networks": ["back", "front"], "secrets": ["key"], "configs": ["page"], "memory": 0}
    return {
        "objects": {
            "service container.db": [{**service, "memory": state.memory << 20}],
            "service container.web": [{**web, "environment": [f"COLOUR={state.colour}"]}],
            f"service container.{state.extra}": [service],
            "service job.migrate": [{**service, "secrets": ["key"], "command": ["cat", "/run/secrets/key"]}],
            "network network.front": [state.colour],
            "network network.back": [None],
            "secret secret.key": ["secret"],
            "config config.page": [state.colour],
            "record job.migrate": ["record"],
        },
        "tasks": {"db running": 1, "web running": 2, f"{state.extra} running": 1},
        "secrets": {state.colour},
    }


class Shop:
    """The workflow on a swarm."""

    def __init__(self, cli: Cli, swarm: Swarm, name: str) -> None:
        self._cli, self._swarm, self._name = cli, swarm, name
        for colour in ("red", "blue"):
            (cli.folder / colour).write_text(f"the secret is {colour}")

    def settle(self, state: State) -> Finished:
        """Bring the swarm to a state without a disturbance."""
        done = self._cli(*self._command(state), timeout=120)
        if not state.broken:
            done.exits(0)
        if state.colour and not state.broken:
            self._cli("plan", "--detailed-exitcode").exits(0)
        return done

    def disturb(self, state: State, proxy: FaultProxy, fault: Fault, *options: str) -> Finished:
        """Bring it there while a call goes wrong."""
        proxy.break_with(fault)
        ended = self._cli(*self._command(state), *options, env={"DOCKER_HOST": proxy.url}, timeout=120)
        proxy.break_with()
        return ended

    def start(self, state: State, *options: str) -> Running:
        """Begin to bring it there."""
        return self._cli.start(*self._command(state), *options)

    def plan(self, state: State, *options: str) -> Finished:
        """Plan to bring it there."""
        self._command(state)
        return self._cli("plan", *options, timeout=120)

    def wrongs(self, state: State) -> list[str]:
        """Name what isn't as it is to be; nodes list a network that was removed until their tasks have left it."""
        wanted = expected(state)
        with suppress(AssertionError):
            until(self.found, lambda found: found == wanted, _LEFT_WITHIN)
        return _differences(wanted, self.found())

    def found(self) -> dict[str, Any]:
        """Return what there is, in the terms of `expected`."""
        objects: dict[str, list[Any]] = {}
        with self._swarm.client(timeout=60) as client:
            mine, there = owned(client, self._name), self._tasks(client)
        names = {_id(one): _labels(one).get("runner.address", "") for _, one in mine}
        for kind, one in mine:
            labels = _labels(one)
            kind = "record" if "runner.record" in labels else kind
            objects.setdefault(f"{kind} {labels.get('runner.address')}", []).append(_described(kind, one, names))
        running = Counter(f"{task.service.removeprefix(f'{self._name}-')} {task.state}" for task in there)
        found = {"objects": objects, "tasks": dict(running)}
        return {**found, "secrets": self._secrets(there)} if objects else found

    def _tasks(self, client: DockerClient) -> list[Task]:
        named = (task for task in tasks(client) if task.service.startswith(f"{self._name}-"))
        return [task for task in named if not task.service.endswith("-migrate")]

    def _secrets(self, there: list[Task]) -> set[str]:
        """Return the secrets that the containers of web have."""
        found = set()
        nodes = {node.name: node for node in self._swarm.nodes}
        for task in there:
            if task.service.endswith("-web") and task.state == "running":
                with nodes[task.node].client() as client:
                    read = client.containers.get(task.container).exec_run(["cat", "/run/secrets/key"])
                found.add(read.output.decode().removeprefix("the secret is "))
        return found

    def _command(self, state: State) -> tuple[str, ...]:
        if not state.colour:
            return "destroy", "--yes"
        write_workflow(self._cli.folder, self._name, state.text, head=HEAD)
        return "apply", "--yes"


def _differences(wanted: Mapping[str, Any], found: Mapping[str, Any], place: str = "") -> list[str]:
    lines = []
    for key in sorted({*wanted, *found}):
        one, other = wanted.get(key), found.get(key)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            lines += _differences(one, other, f"{place}{key} ")
        elif one != other:
            lines.append(f"{place}{key} is {other}, not {one}")
    return lines


def _id(one: Mapping[str, Any]) -> str:
    return str(one["ID" if "ID" in one else "Id"])


def _labels(one: Mapping[str, Any]) -> Mapping[str, str]:
    return one.get("Spec", one).get("Labels") or {}


def _described(kind: str, one: Mapping[str, Any], names: Mapping[str, str]) -> Any:
    match kind:
        case "service":
            return _service(one["Spec"], names)
        case "network":
            return _labels(one).get("colour")
        case "config":
            return b64decode(one["Spec"]["Data"]).decode()
    return kind


def _service(spec: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    template, container = spec["TaskTemplate"], spec["TaskTemplate"]["ContainerSpec"]

    def keys(ids: list[str]) -> list[str]:
        return sorted(names.get(id, id).partition(".")[2] for id in ids)

    return {
        "networks": keys([one["Target"] for one in template.get("Networks") or ()]),
        "secrets": keys([one["SecretID"] for one in container.get("Secrets") or ()]),
        "configs": keys([one["ConfigID"] for one in container.get("Configs") or ()]),
        "memory": (template.get("Resources", {}).get("Limits") or {}).get("MemoryBytes", 0),
        **({"environment": container["Env"]} if container.get("Env") else {}),
        **({"command": container["Args"]} if container.get("Args") not in (None, ["sleep", "infinity"]) else {}),
    }
