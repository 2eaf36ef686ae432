"""Records as small empty volumes of an engine, told from the user's by their names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from runner.core.label_store import LabelRecord
from runner.core.values import read_moment
from runner.resource.labels import PREFIX

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway


class VolumeStore:
    """See `core.label_store.LabelStore`."""

    stall = 0.0

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def list(self) -> Sequence[LabelRecord]:
        """Return all records, by one list of volumes."""
        return records_among(self._gateway.volumes.list())

    def create(self, name: str, labels: Mapping[str, str]) -> str:
        """Create one. Of a name that is taken, the engine returns the volume that has it."""
        return self._gateway.volumes.create({"Name": name, "Labels": labels})

    def remove(self, name: str) -> None:
        """Remove one."""
        self._gateway.volumes.remove(name)

    def is_unchanged(self, own: Sequence[str]) -> bool:
        """Ask for the engine's events."""
        return self._gateway.is_unchanged(own)


def records_among(volumes: Iterable[EngineJSON]) -> list[LabelRecord]:
    """Return the records among the volumes of an engine.

    It may list a volume before its labels, or briefly without them.
    """
    return [
        LabelRecord(volume["Name"], volume.get("Labels") or {}, _created(volume))
        for volume in volumes
        if volume["Name"].startswith(PREFIX)
    ]


def _created(volume: EngineJSON) -> float:
    """Return when one was created; the engine dates one that is removed while it is being listed to year 1."""
    moment = read_moment(str(volume.get("CreatedAt") or ""))
    return moment if moment is not None and moment > 0 else math.inf
