"""The engine's stream of events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack

from runner.core.engine_answers import EngineEvent
from runner.daemon.http.api import Api
from runner.daemon.http.json_stream import json_documents


def read_events(api: Api, filters: Mapping[str, Sequence[str]]) -> Iterator[EngineEvent]:
    """Stream the events that pass the filters; the subscription is active when the call returns."""
    opened = ExitStack()
    query = {"filters": json.dumps(filters)}
    chunks = opened.enter_context(api.stream("/events", query, idle_timeout=api.timeout))
    return _read(chunks, opened)


def _read(chunks: Iterable[bytes], opened: ExitStack) -> Iterator[EngineEvent]:
    with opened:
        for record in json_documents(chunks):
            actor = record.get("Actor") or {}
            yield EngineEvent(
                type=str(record.get("Type", "")),
                action=str(record.get("Action", "")),
                id=str(actor.get("ID", "")),
                attributes=actor.get("Attributes") or {},
            )
