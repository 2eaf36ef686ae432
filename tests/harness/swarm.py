"""Swarms as tests use them: engines in networks of their own, which a bridge joins.

Knows the script beside it and the docker SDK, nothing of runner.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

from docker import DockerClient
from docker.errors import APIError

from tests.harness.engine import (
    PrivateEngine,
    SeparateEngine,
    abandoned_folders,
    call_script,
    every_option,
    network_of,
    new_folder,
    roomiest,
)
from tests.harness.image import BASE, make_base
from tests.harness.registry import Registry
from tests.harness.repository import Repository
from tests.harness.until import until

HUB = "10.77.0.254"
"""Where whatever runs in the hub's network is to be had: from every node, and for all of their containers."""
REGISTRY_PORT = 5000
_HUBS_OTHER_ADDRESS = "10.77.0.253"
_SCRIPT = Path(__file__).with_name("swarm.sh")
_PREFIX = "runner-swarm-"
_FIRST_PORT = 20_000
_ELECTION = 60
"""Seconds within which managers that reach each other have a leader."""


class Node(PrivateEngine):
    """One engine of a swarm."""

    def __init__(self, folder: Path, number: int) -> None:
        """Prepare a node of the swarm in `folder`."""
        self.name = f"n{number}"
        """What the swarm calls it."""
        self.address = f"10.77.0.{number}"
        """Where what it publishes is to be had, in the hub's network."""
        super().__init__(folder / self.name)

    def start(self) -> None:
        """Start it again, after a stop or a power cut, as a member of its swarm; returns when its engine answers."""
        call_script(_SCRIPT, "up", self.folder.parent, self.name)

    @cached_property
    def id(self) -> str:
        """The id that the swarm gave it."""
        with self.client() as client:
            return str(client.info()["Swarm"]["NodeID"])


class Swarm(SeparateEngine):
    """Stands for the API of its first manager, and for the hub's network, which reaches what all nodes publish.

    So runner and registries run there as they do beside a single engine.
    """

    def __init__(
        self,
        folder: Path,
        *,
        nodes: int = 3,
        managers: int = 3,
        data: str = "",
        heartbeat: int = 5,
        options: tuple[str, ...] = (),
    ) -> None:
        """Prepare a swarm in `folder`; `heartbeat` is in seconds, `data` and `options` are as for a PrivateEngine."""
        self.folder = folder
        self.nodes = [Node(folder, number) for number in range(1, nodes + 1)]
        self.manager = self.nodes[0]
        super().__init__(self.manager.url)
        self._managers = managers
        self._data = data
        self._heartbeat = heartbeat
        self._options = options
        self._ports = count(_FIRST_PORT)
        self._registries: list[Registry] = []

    def start(self) -> None:
        """Start its nodes, each with the same base image."""
        self._call("start", str(len(self.nodes)), str(self._managers), *self._options)
        if not self.has(BASE):
            make_base(self.url, BASE)
            self.spread(BASE)

    def dispose(self) -> None:
        for registry in self._registries:
            registry.stop()
        self._call("purge")
        shutil.rmtree(self.folder, ignore_errors=True)  # what its registries hold

    def node(self, name: str) -> Node:
        """Return the node that the swarm calls so."""
        return next(node for node in self.nodes if node.name == name)

    def free_port(self) -> int:
        """Return a TCP port that nothing uses on any node or in the hub."""
        return next(self._ports)

    def spread(self, image: str) -> None:
        """Give every node an image that the first manager has, with the same id."""
        with self.client(timeout=60) as client:
            archive = b"".join(client.images.get(image).save(named=True))

        def load(node: Node) -> None:
            with node.client(timeout=60) as client:
                client.images.load(archive)

        with ThreadPoolExecutor() as pool:
            list(pool.map(load, self.nodes[1:]))

    def start_registry(self, *, login: bool = False) -> Registry:
        """Start one in the hub that every node believes; the first one is at 10.77.0.254:5000."""
        port = REGISTRY_PORT + len(self._registries)
        folder = self.folder / f"registry-{port}"
        folder.mkdir()
        registry = Registry(self, folder, address=HUB, alias=_HUBS_OTHER_ADDRESS, port=port, login=login)
        self._registries.append(registry)
        registry.start()
        return registry

    def publish(self, registry: Registry, name: str, releases: int = 3) -> list[str]:
        """Push the base image as `name`:1, `name`:2 and so on, which differ in the variable VERSION."""
        with self.client(timeout=60) as client:
            repository = Repository(registry, client, name)
            for release in range(1, releases + 1):
                repository.release(str(release), tag=str(release))
        return [f"{registry.host}/{name}:{release}" for release in range(1, releases + 1)]

    def exec_in_hub(self, *command: str, timeout: float = 20) -> str:
        """Run a command in the hub's network and return what it wrote; CalledProcessError when it fails."""
        return subprocess.run(
            [*self.prefix, *command], capture_output=True, text=True, timeout=timeout, check=True
        ).stdout

    def cut(self, node: Node) -> None:
        """Take a node's link to all others down."""
        self._call("cut", node.name)

    def heal(self, node: Node) -> None:
        """Take it up again."""
        self._call("heal", node.name)

    def down(self, node: Node) -> None:
        """Kill a node with all that runs on it at once, as a power cut does."""
        node.power_cut()

    def up(self, node: Node) -> None:
        """Start it again with all that it had."""
        node.start()

    def drain(self, node: Node) -> None:
        """Move all tasks away from a node."""
        self._change(node, "Availability", "drain")

    def activate(self, node: Node) -> None:
        """Let a node have tasks again."""
        self._change(node, "Availability", "active")

    def promote(self, node: Node) -> None:
        """Make a worker a manager; returns when it answers as one."""
        self._change(node, "Role", "manager")
        _await_control(node, has=True)

    def demote(self, node: Node) -> None:
        """Make a manager a worker; returns when it answers as one."""
        self._change(node, "Role", "worker")
        _await_control(node, has=False)

    @contextmanager
    def without(self, node: Node) -> Iterator[None]:
        """Let a node be cut off."""
        self.cut(node)
        try:
            yield
        finally:
            self.heal(node)

    def states(self, client: DockerClient) -> dict[str, str]:
        """Return how each node is: "ready" or "down", as the manager of `client` sees it."""
        listed = client.api.nodes()
        return {one["Description"]["Hostname"]: one["Status"]["State"] for one in listed if "Description" in one}

    def _change(self, node: Node, key: str, value: str) -> None:
        """Change a node's spec, also while managers are about to elect a leader."""
        with self.client(timeout=_ELECTION) as client:
            until(lambda: _is_changed(client, node.id, key, value), bool, _ELECTION)

    @property
    def _network_namespace(self) -> Path:
        return network_of(self.folder / "hub")

    def _call(self, verb: str, *arguments: str) -> None:
        told = {"SWARM_DATA": self._data, "SWARM_HEARTBEAT": str(self._heartbeat)}
        call_script(_SCRIPT, verb, self.folder, *arguments, **told)


def _is_changed(client: DockerClient, node: str, key: str, value: str) -> bool:
    try:
        found = client.nodes.get(node)
        found.update({**found.attrs["Spec"], key: value})
    except APIError:
        return False
    return True


def _await_control(node: Node, *, has: bool) -> None:
    with node.client() as client:
        until(lambda: client.info()["Swarm"]["ControlAvailable"], lambda found: found is has, _ELECTION)


def new_private_swarm(*, nodes: int = 3, managers: int = 3, heartbeat: int = 5, options: tuple[str, ...] = ()) -> Swarm:
    """Start a swarm in a new folder; takes what Swarm takes, and keeps its data where new_private_engine does."""
    swarm = Swarm(
        new_folder(_PREFIX),
        nodes=nodes,
        managers=managers,
        heartbeat=heartbeat,
        data=roomiest(),
        options=(*every_option(), *options),
    )
    try:
        swarm.start()
    except BaseException:
        swarm.dispose()
        raise
    return swarm


def dispose_abandoned_swarms() -> None:
    """Dispose of swarms whose test session was killed before it could."""
    for folder in abandoned_folders(_PREFIX):
        Swarm(folder).dispose()
