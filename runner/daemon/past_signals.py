"""Whether a container ended by itself, by the events that the engine remembers: its last 256, none before a restart."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from runner.core.errors import EngineError
from runner.daemon.http.json_stream import json_documents

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.daemon.http.api import Api

_PATIENCE: Final = 3.0
"""Seconds without an answer after which nothing is known."""
_LATE: Final = 1
"""Seconds by which the event of an exit may be dated later than the exit."""
_SIGNAL, _EXIT = "kill", "die"
_TELLS_NOTHING: Final = (EngineError, AttributeError, LookupError, TypeError, ValueError)
"""No answer, or not that of a Docker engine."""


def was_signalled(api: Api, inspect: EngineJSON) -> bool | None:
    """Return whether an exited container was sent a signal since it started; None if its exit isn't remembered."""
    try:
        state = inspect["State"]
        began, ended = (datetime.fromisoformat(state[key]).timestamp() for key in ("StartedAt", "FinishedAt"))
        query: dict[str, str | int] = {
            "since": math.floor(began),
            "until": math.ceil(ended) + _LATE,
            "filters": json.dumps({"container": [inspect["Id"]], "event": [_SIGNAL, _EXIT]}),
        }
        with api.stream("/events", query, idle_timeout=_PATIENCE) as chunks:
            return tell_signal(json_documents(chunks), began)
    except _TELLS_NOTHING:
        return None


def tell_signal(events: Iterable[EngineJSON], began: float) -> bool | None:
    """Return whether a signal comes before the first exit after a moment; None without that exit.

    >>> [tell_signal([{"Action": it, "timeNano": 2e9} for it in told], 1) for told in (["kill", "die"], ["die"], [])]
    [True, False, None]
    """
    is_signalled = False
    for event in events:
        if int(event["timeNano"]) / 1e9 >= began:
            if event["Action"] == _EXIT:
                return is_signalled
            is_signalled = True
    return None
