"""A service and what its mapping must know of the rest of the project."""

from __future__ import annotations

from collections.abc import Mapping

from runner.compose.node_edit import child, inner, items, text
from runner.core.diagnostic import Diagnostic
from runner.core.struct import Struct
from runner.core.values import is_decimal
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode

JOB_MODE = "replicated-job"
"""The value of `deploy.mode` by which a swarm runs something to its end."""


class Project(Struct):
    """What the services of a project have in common."""

    name: str
    folder: str
    """The project's folder, absolute."""
    services: Mapping[str, Service]
    """The services that are mapped, by name."""
    jobs: frozenset[str]
    """The services that become jobs: others wait for them to complete, or on a swarm they say so themselves."""
    images: Mapping[str, ScalarNode]
    """What each service has as its image: a key of `images`, or a reference."""
    left_out: Mapping[str, frozenset[str]]
    """The names, by section, of what was refused: what refers to it isn't worth another error."""
    found: list[Diagnostic]
    is_swarm: bool = False
    """Whether a swarm is to run it."""


class Service(Struct):
    """A service in canonical form."""

    name: str
    key: ScalarNode
    node: MappingNode

    @property
    def entries(self) -> Mapping[str, Entry]:
        return self.node.entries

    def value(self, *steps: str) -> Node | None:
        """Return the value at a path of keys; None where there is none."""
        return child(self.node, *steps)

    def within(self, *steps: str) -> Mapping[str, Entry]:
        """Return the entries of the map at a path of keys."""
        return inner(self.node, *steps)

    def items(self, name: str) -> tuple[Node, ...]:
        """Return the items of a list."""
        return items(self.value(name))

    @property
    def is_called_job(self) -> bool:
        """Whether it says of itself that it runs to its end, which only a swarm heeds."""
        return text(self.value("deploy", "mode")) == JOB_MODE

    @property
    def replicas(self) -> int:
        """The number of its containers: `deploy.replicas`, else `scale`."""
        for found in (self.value("deploy", "replicas"), self.value("scale")):
            if isinstance(found, ScalarNode) and is_decimal(found.text):
                return int(found.text)
        return 1

    @property
    def restart(self) -> str:
        """The engine's restart policy: `deploy.restart_policy` wins over `restart`, as it does in Compose."""
        if not self.within("deploy", "restart_policy"):
            return text(self.value("restart")) or "no"
        return self._policy(otherwise="no")

    @property
    def restart_on_swarm(self) -> str:
        """The policy by which a swarm restarts tasks; empty if the file leaves that to the swarm."""
        if not self.within("deploy", "restart_policy"):
            return text(self.value("restart"))
        return self._policy(otherwise="always")

    def _policy(self, *, otherwise: str) -> str:
        """Return the policy below `deploy`; `otherwise` stands for no condition."""
        condition = text(self.value("deploy", "restart_policy", "condition"))
        attempts = text(self.value("deploy", "restart_policy", "max_attempts"))
        name = {"none": "no", "any": "always", "": otherwise}.get(condition, condition)
        return f"{name}:{attempts}" if name == "on-failure" and attempts not in ("", "0") else name
