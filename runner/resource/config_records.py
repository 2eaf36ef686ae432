"""Records among the configs of a swarm: each has a label with its name."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from runner.core.label_store import LabelRecord
from runner.core.values import read_moment
from runner.resource.labels import RECORD

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON


def records_among(configs: Iterable[EngineJSON]) -> list[LabelRecord]:
    """Return the records among the configs of a swarm."""
    return [_record(config) for config in configs if RECORD in (config["Spec"].get("Labels") or {})]


def _record(config: EngineJSON) -> LabelRecord:
    labels = dict(config["Spec"]["Labels"])
    name = labels.pop(RECORD)
    return LabelRecord(name, labels, read_moment(config["CreatedAt"]) or math.inf)
