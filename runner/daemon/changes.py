"""Whether an engine is still as it was at first contact, told by its events: one call instead of a new observation."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from runner.core.engine_answers import HARMLESS_ACTIONS
from runner.core.errors import EngineError
from runner.core.struct import Struct
from runner.daemon.http.json_stream import json_documents

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.daemon.http.api import Api

_LONGEST: Final = 10.0
"""Seconds after first contact for which events are asked: a plan looks at more than the engine, at ports for one."""
_PATIENCE: Final = 1.0
"""Seconds to read events for, before everything is observed again."""
_STEADY: Final = 1.0
"""Seconds by which the engine's clock may differ from this process's meanwhile: one that was set dates events wrong."""
_ALL: Final = 1
"""The moment since which events are asked for: an engine keeps the last 256, and forgets them when it restarts."""
_TELLS_NOTHING: Final = (EngineError, AttributeError, LookupError, TypeError, ValueError)
"""No answer, or not that of a Docker engine."""


class Reading(Struct):
    """The engine's clock, read at some moment between first contact and `at`, of this process's monotonic clock."""

    seconds: float
    """Since 1970."""
    at: float


def read_clock(info: EngineJSON) -> Reading | None:
    """Read the engine's clock from its /info, answered just now; None where it isn't told."""
    try:
        return Reading(datetime.fromisoformat(info["SystemTime"]).timestamp(), time.monotonic())
    except (KeyError, OverflowError, TypeError, ValueError):
        return None


def is_unchanged(api: Api, contact: float, clock: Reading, own: Sequence[str]) -> bool:
    """Return whether the creation of some volumes is all that happened between first `contact` and the last of them.

    `contact` is in seconds of the monotonic clock. False also where that can't be told for sure: after a long time, if
    the engine has forgotten events, or with a clock that was set meanwhile.
    """
    now = time.monotonic()
    if now - contact > _LONGEST:
        return False
    try:
        with api.stream("/events", {"since": _ALL}, idle_timeout=_PATIENCE) as chunks:
            events = _until(now + _PATIENCE, json_documents(chunks))
            return tell_only_of(own, events, clock.seconds - (clock.at - contact), clock)
    except _TELLS_NOTHING:
        return False


def _until(deadline: float, events: Iterable[EngineJSON]) -> Iterator[EngineJSON]:
    return takewhile(lambda _: time.monotonic() < deadline, events)


def tell_only_of(volumes: Sequence[str], events: Iterable[EngineJSON], since: float, clock: Reading) -> bool:
    """Return whether the creation of some volumes is all that events tell from `since` up to the last of them.

    The first event must be older: then none in between were forgotten. The last must be dated as it should be.
    """
    reaches_back = False
    for event in events:
        moment = int(event["timeNano"]) / 1e9
        if moment < since:
            reaches_back = True
        elif not reaches_back:
            return False
        elif not _is_harmless(event):
            if (event["Type"], event["Action"]) != ("volume", "create") or event["Actor"]["ID"] not in volumes:
                return False
            if event["Actor"]["ID"] == volumes[-1]:
                return abs(time.monotonic() - clock.at - (moment - clock.seconds)) < _STEADY
    return False


def _is_harmless(event: EngineJSON) -> bool:
    return event["Type"] == "container" and str(event["Action"]).startswith(HARMLESS_ACTIONS)
