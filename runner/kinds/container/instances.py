"""The containers of a workflow on one engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runner.kinds.container.names import NEW, OLD
from runner.kinds.shared.label_overrides import find
from runner.resource.instance import Instance
from runner.resource.labels import SENSITIVE, WORKFLOW, owned_address
from runner.resource.volume_store import VolumeStore

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineEvent, EngineJSON, TimestampedLine
    from runner.core.exec_session import ExecSession, Program
    from runner.core.gateway import Gateway


class EngineInstances:
    """See `resource.instance.Instances`."""

    def __init__(self, gateway: Gateway, workflow: str) -> None:
        self._gateway = gateway
        self._workflow = workflow

    def list(self) -> list[Instance]:
        """Return all of them; those that were adopted have their labels in records."""
        records = find("container", VolumeStore(self._gateway).list())
        found = (self._instance(one, records.labels(one["Id"], one.get("Labels") or {})) for one in self._listed())
        return sorted(filter(None, found))

    def _listed(self) -> Iterator[EngineJSON]:
        yield from self._gateway.containers.list()

    def _instance(self, short: EngineJSON, labels: Mapping[str, str]) -> Instance | None:
        address, name = owned_address(labels, self._workflow), _name(short)
        if address is None:
            return None
        return Instance(
            address,
            short["Id"],
            name,
            str(short["State"]),
            is_passing=name.endswith((NEW, OLD)),
            knows_secrets=labels.get(SENSITIVE, "[]") != "[]",
        )

    def starts(self) -> Iterator[Instance]:
        """Yield each by the engine's events."""
        return self._started(self._gateway.events(f"{WORKFLOW}={self._workflow}"))

    def _started(self, events: Iterator[EngineEvent]) -> Iterator[Instance]:
        for event in events:
            address = owned_address(event.attributes, self._workflow)
            if event.action == "start" and address is not None:
                yield Instance(address, event.id)

    def log_lines(
        self,
        id: str,
        *,
        follow: bool = False,
        since: int | None = None,
        until: int | None = None,
        tail: int | None = None,
    ) -> Iterator[TimestampedLine]:
        """Yield the lines of the log of one."""
        return self._gateway.containers.log_lines(id, follow=follow, since=since, until=until, tail=tail)

    def open_exec(self, instance: Instance, program: Program) -> ExecSession:
        """Start a program in one."""
        return self._gateway.containers.open_exec(instance.id, program)


def _name(short: EngineJSON) -> str:
    """Return a container's own name: links add others, with a slash in them."""
    names = [name.lstrip("/") for name in short.get("Names") or ()]
    return next((name for name in names if "/" not in name), "")
