"""What was last set on a container that has been changed in place, and what it rests on since.

Labels can't be changed after creation, so those of later updates are kept on the engine as the labels
of a small empty volume. When it is lost, the labels of the creation count again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runner.core.gateway import EngineJSON, Gateway
from runner.core.state import Observed
from runner.resource.labels import WORKFLOW

CONTAINER = "runner.container"
"""The label that names the container, by id, whose record a volume is."""

RECORD = "record"
"""The attribute of an observed container that names the volume with its record."""


def _name(container: str) -> str:
    return f"runner.applied.{container[:12]}"


def find(volumes: Iterable[EngineJSON], workflow: str) -> dict[str, Mapping[str, str]]:
    """Return the labels that count for a workflow's containers instead of their own, by the containers' ids."""
    labels: list[Mapping[str, str]] = [volume.get("Labels") or {} for volume in volumes]
    return {found[CONTAINER]: found for found in labels if found.get(WORKFLOW) == workflow and CONTAINER in found}


def keep(gateway: Gateway, container: Observed, labels: Mapping[str, str]) -> None:
    """Write the record of a container, instead of the one that it may have."""
    forget(gateway, container)
    gateway.volumes.create({"Name": _name(container.id), "Labels": {**labels, CONTAINER: container.id}})


def forget(gateway: Gateway, container: Observed) -> None:
    """Remove the record that a container had when it was looked at."""
    name = container.attributes.get(RECORD)
    if name is not None:
        gateway.volumes.remove(name)


def mark(container: str) -> dict[str, str]:
    """Return the attribute by which an observed container is known to have a record."""
    return {RECORD: _name(container)}
