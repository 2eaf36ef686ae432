"""What was last set on a container that has been changed in place.

Labels can't be changed after creation, so the digests of later updates are kept on the engine as the
labels of a small empty volume. When it is lost, the labels of the creation count again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from runner.core.errors import EngineError
from runner.core.gateway import EngineJSON, Gateway
from runner.core.state import Applied
from runner.resource.labels import APPLIED, WORKFLOW, read_applied

CONTAINER = "runner.container"
"""The label that names the container, by id, whose record a volume is."""


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


def keep(gateway: Gateway, workflow: str, container: str, applied: Applied) -> None:
    """Write the record of a container, instead of the one that there may be."""
    gateway.volumes.remove(_name(container))
    labels = {WORKFLOW: workflow, CONTAINER: container, APPLIED: json.dumps(applied, sort_keys=True)}
    gateway.volumes.create({"Name": _name(container), "Labels": labels})


def forget(gateway: Gateway, container: str) -> None:
    """Remove the record of a container; it is no harm if there is none, or if it can't go now."""
    try:
        gateway.volumes.remove(_name(container))
    except EngineError:
        return
