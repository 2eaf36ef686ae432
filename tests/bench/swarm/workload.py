"""The same services in three languages: runner's file, a stack's file, and the specs of the Engine API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.harness.image import BASE

NAME = "runner-bench"
"""The workflow, and the stack: whatever any side makes has a name that begins so."""
NETWORK = f"{NAME}_default"
_COMMAND = ["sleep", "1000000"]
_FILE = f"""\
version: 1
name: {NAME}
engine: swarm
images: {{box: {{reference: "{BASE}", pull: never}}}}
containers:
"""
_ENTRY = """\
  {key}: {{image: box, command: {command}, stop_grace_period: 0s, endpoint_mode: dnsrr, update: {{settle: 0s}}}}
"""
_STACK = 'version: "3.8"\nservices:\n'
_STACK_ENTRY = """\
  {key}: {{image: "{image}", command: {command}, stop_grace_period: 0s, deploy: {{endpoint_mode: dnsrr}}}}
"""


@dataclass(frozen=True, slots=True)
class Services:
    """So many services of one task on one network; they are killed at once when they are stopped."""

    size: int

    @property
    def file(self) -> str:
        """The workflow file."""
        return _FILE + self._entries(_ENTRY)

    @property
    def stack_file(self) -> str:
        """The file of `docker stack deploy`."""
        return _STACK + self._entries(_STACK_ENTRY)

    @property
    def specs(self) -> Mapping[str, dict[str, Any]]:
        """What creates each service, by its name."""
        return {f"{NAME}_{key}": self._spec(key) for key in self._keys}

    @property
    def _keys(self) -> list[str]:
        return [f"s{number}" for number in range(1, self.size + 1)]

    def _entries(self, form: str) -> str:
        return "".join(form.format(key=key, image=BASE, command=_COMMAND) for key in self._keys)

    def _spec(self, key: str) -> dict[str, Any]:
        return {
            "Name": f"{NAME}_{key}",
            "TaskTemplate": {
                "ContainerSpec": {"Image": BASE, "Args": _COMMAND, "StopGracePeriod": 0},
                "Networks": [{"Target": NETWORK, "Aliases": [key]}],
            },
            "Mode": {"Replicated": {"Replicas": 1}},
            "EndpointSpec": {"Mode": "dnsrr"},
        }
