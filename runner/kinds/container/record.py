"""What was last set on a container that has been changed in place.

Labels can't be changed after creation, so the digests of later updates are kept on the engine as the
labels of a small empty volume. When it is lost, the labels of the creation count again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from runner.core.gateway import EngineJSON, Gateway
from runner.core.state import Applied, Observed
from runner.resource.labels import APPLIED, WORKFLOW, read_applied

CONTAINER = "runner.container"
"""The label that names the container, by id, whose record a volume is."""

RECORD = "record"
"""The attribute of an observed container that names the volume with its record."""


def _name(container: str) -> str:
    return f"runner.applied.{container[:12]}"


def find(volumes: Iterable[EngineJSON], workflow: str) -> dict[str, Applied]:
    """Return the records of a workflow by the id of their container."""
    records: dict[str, Applied] = {}
    for volume in volumes:
        labels: Mapping[str, str] = volume.get("Labels") or {}
        if labels.get(WORKFLOW) == workflow and CONTAINER in labels:
            records[labels[CONTAINER]] = read_applied(labels)
    return records


def keep(gateway: Gateway, workflow: str, container: Observed, applied: Applied) -> None:
    """Write the record of a container, instead of the one that it may have."""
    forget(gateway, container)
    labels = {WORKFLOW: workflow, CONTAINER: container.id, APPLIED: json.dumps(applied, sort_keys=True)}
    gateway.volumes.create({"Name": _name(container.id), "Labels": labels})


def forget(gateway: Gateway, container: Observed) -> None:
    """Remove the record that a container had when it was looked at."""
    name = container.attributes.get(RECORD)
    if name is not None:
        gateway.volumes.remove(name)


def mark(container: str) -> dict[str, str]:
    """Return the attribute by which an observed container is known to have a record."""
    return {RECORD: _name(container)}
