"""The progress of a pull or a push, from the engine's stream: the byte counts of its layers, summed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runner.core.progress_update import ProgressCallback, ProgressUpdate
from runner.daemon.http.errors import from_answer

_PHASES = ("Downloading", "Extracting", "Pushing")
_OF_THE_ENGINE = 500
"""HTTP status assumed for an error inside a stream, which has none."""


def watch_transfer(stream: Iterable[Mapping[str, Any]], watch: ProgressCallback, phase: str) -> None:
    """Report the layers' progress, as `phase` where the engine names none; raise errors reported in the stream."""
    layers: dict[str, tuple[int, int]] = {}
    for record in stream:
        if "error" in record:
            raise from_answer(_OF_THE_ENGINE, str(record["error"]))
        detail: Mapping[str, int] = record.get("progressDetail") or {}
        if "total" in detail and "id" in record:
            layers[record["id"]] = (detail.get("current", 0), detail["total"])
        current, total = (sum(part) for part in zip(*layers.values(), strict=True)) if layers else (None, None)
        watch(ProgressUpdate(_phase(str(record.get("status", "")), phase), current, total))


def _phase(status: str, otherwise: str) -> str:
    return status.lower() if status in _PHASES or status.startswith("Retrying") else otherwise
