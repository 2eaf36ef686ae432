"""Volumes on a swarm: only what mounts say of them. Each node makes its own, when a task first runs there."""

from __future__ import annotations

from runner.kinds.volume import VOLUME as OF_ENGINE
from runner.resource.kind import Section

VOLUME = Section(
    name=OF_ENGINE.name,
    section=OF_ENGINE.section,
    doc="Named volumes: each node makes its own, when a task that mounts it first runs there.",
    settings=OF_ENGINE.settings,
    fields=OF_ENGINE.fields,
    declare=OF_ENGINE.declare,
)
