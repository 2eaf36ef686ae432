"""The same containers in three languages: runner's file, Compose's file, and the bodies of the Engine API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tests.harness.image import BASE

NAME = "runner-bench"
"""The workflow, and the Compose project: whatever any side makes has a name that begins so."""
NETWORK = f"{NAME}_default"

_MIB = 1024 * 1024
_SECOND = 1_000_000_000
_COMMAND = ["sleep", "1000000"]
_ENTRY = """\
  {key}:
    image: {image}
    command: {command}
    stop_grace_period: 0s
    environment:
      GREETING: {greeting}
      NUMBER: "{index}"
"""
_HEALTHCHECK = '    healthcheck: {test: [CMD, "true"], interval: 1s}\n'
_NO_SETTLE = "    update: {settle: 0s}\n"
_HEALTH_BODY = {"Test": ["CMD", "true"], "Interval": _SECOND}


class Proof(Enum):
    """What shows that a started container works."""

    NONE = "none"
    """Nothing: `settle: 0s`."""
    SETTLE = "settle"
    """It keeps running for runner's default settle; to the others this is the same as NONE."""
    HEALTH = "health"
    """The healthcheck of the first one, which is the one that changes; the others need none.

    Not all have one: a hundred probes a second are a load of their own.
    """


@dataclass(frozen=True, slots=True)
class Workload:
    """So many plain containers on one network, each with a command, two variables and a memory limit.

    They are killed at once when they are stopped, so that nobody's grace period is measured.
    """

    size: int
    proof: Proof = Proof.NONE
    greeting: str = "hello"
    """A variable of the first one."""
    memory: int = 64
    """The limit of all of them, in MiB."""

    @property
    def file(self) -> str:
        """The workflow file."""
        return f"version: 1\nname: {NAME}\ncontainers:\n" + "".join(self._runner_entries())

    @property
    def compose_file(self) -> str:
        """The Compose file."""
        limit = f"    mem_limit: {self.memory}m\n"
        return f"name: {NAME}\nservices:\n" + "".join(f"{entry}{limit}" for _, entry in self._entries())

    @property
    def bodies(self) -> Mapping[str, dict[str, Any]]:
        """What creates each container, by its name."""
        return {f"{NAME}-{_key(index)}-1": self._body(index) for index in self._indices}

    @property
    def limit(self) -> int:
        """The limit in bytes."""
        return self.memory * _MIB

    @property
    def _indices(self) -> range:
        return range(1, self.size + 1)

    def _greeting(self, index: int) -> str:
        return self.greeting if index == 1 else "hello"

    def _is_probed(self, index: int) -> bool:
        return self.proof is Proof.HEALTH and index == 1

    def _runner_entries(self) -> Iterator[str]:
        for index, entry in self._entries():
            settles = self.proof is Proof.SETTLE or self._is_probed(index)
            yield f"{entry}    limits: {{memory: {self.memory}m}}\n{'' if settles else _NO_SETTLE}"

    def _entries(self) -> Iterator[tuple[int, str]]:
        """Yield what both files say of each container in the same words."""
        for index in self._indices:
            greeting = self._greeting(index)
            entry = _ENTRY.format(key=_key(index), image=BASE, command=_COMMAND, greeting=greeting, index=index)
            yield index, entry + (_HEALTHCHECK if self._is_probed(index) else "")

    def _body(self, index: int) -> dict[str, Any]:
        return {
            "Image": BASE,
            "Cmd": _COMMAND,
            "StopTimeout": 0,
            "Env": [f"GREETING={self._greeting(index)}", f"NUMBER={index}"],
            "HostConfig": {"NetworkMode": NETWORK, "Memory": self.limit},
            "NetworkingConfig": {"EndpointsConfig": {NETWORK: {"Aliases": [_key(index)]}}},
            **({"Healthcheck": _HEALTH_BODY} if self._is_probed(index) else {}),
        }


def _key(index: int) -> str:
    return f"c{index}"


def rich_file(size: int) -> str:
    """Return a workflow file of so many containers, in one chain, with all that a container usually has."""
    entries = "".join(_rich_entry(index) for index in range(size))
    return f"version: 1\nname: {NAME}\nnetworks: {{front: {{}}}}\nvolumes: {{data: {{}}}}\ncontainers:\n{entries}"


def _rich_entry(index: int) -> str:
    return f"""\
  c{index}:
    image: {BASE}
    command: [sh, -c, sleep 1000]
    environment: {{INDEX: {index}, MODE: prod}}
    networks: [front]
    volumes: ["data:/data:ro"]
    ports: ["{20000 + index}:80"]
    limits: {{cpus: 0.5, memory: 64m, pids: 50}}
    restart: always
    depends_on: [{f"c{index - 1}" if index else ""}]
"""
