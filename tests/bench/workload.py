"""The same containers in three languages: runner's file, Compose's file, and the bodies of the Engine API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.harness.image import BASE

NAME = "runner-bench"
"""The workflow, and the Compose project: whatever any side makes has a name that begins so."""
NETWORK = f"{NAME}_default"

_MIB = 1024 * 1024
_COMMAND = ["sleep", "1000000"]
_ENTRY = """\
  {key}:
    image: {image}
    command: {command}
    stop_signal: SIGKILL
    environment:
      GREETING: {greeting}
      NUMBER: "{index}"
    {limit}"""


@dataclass(frozen=True, slots=True)
class Workload:
    """So many plain containers on one network, each with a command, two variables and a memory limit.

    They end at once when they are stopped, so that nobody's grace period is measured.
    """

    size: int
    prefix: str = "c"
    """What their keys begin with."""
    greeting: str = "hello"
    """A variable of the first one."""
    memory: int = 64
    """The limit of all of them, in MiB."""

    @property
    def file(self) -> str:
        """The workflow file."""
        return "\n".join([f"version: 1\nname: {NAME}\ncontainers:", *self._entries("limits: {{memory: {}m}}"), ""])

    @property
    def compose_file(self) -> str:
        """The Compose file."""
        return "\n".join([f"name: {NAME}\nservices:", *self._entries("mem_limit: {}m"), ""])

    @property
    def bodies(self) -> Mapping[str, dict[str, Any]]:
        """What creates each container, by its name."""
        return {f"{NAME}-{key}-1": self._body(index, key) for index, key in self._keys()}

    @property
    def limit(self) -> int:
        """The limit in bytes."""
        return self.memory * _MIB

    def _keys(self) -> Iterator[tuple[int, str]]:
        return ((index, f"{self.prefix}{index}") for index in range(1, self.size + 1))

    def _greeting(self, index: int) -> str:
        return self.greeting if index == 1 else "hello"

    def _entries(self, limit: str) -> Iterator[str]:
        for index, key in self._keys():
            yield _ENTRY.format(
                key=key,
                image=BASE,
                command=_COMMAND,
                greeting=self._greeting(index),
                index=index,
                limit=limit.format(self.memory),
            )

    def _body(self, index: int, key: str) -> dict[str, Any]:
        return {
            "Image": BASE,
            "Cmd": _COMMAND,
            "StopSignal": "SIGKILL",
            "Env": [f"GREETING={self._greeting(index)}", f"NUMBER={index}"],
            "HostConfig": {"NetworkMode": NETWORK, "Memory": self.limit},
            "NetworkingConfig": {"EndpointsConfig": {NETWORK: {"Aliases": [key]}}},
        }
