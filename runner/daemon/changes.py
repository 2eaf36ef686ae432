"""Whether an engine is still as it was at first contact, told by its events: one call instead of a new observation."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import filterfalse, islice
from typing import TYPE_CHECKING, Final

from runner.core.errors import EngineError
from runner.core.struct import Struct
from runner.daemon.http.json_stream import json_documents

if TYPE_CHECKING:
    from runner.core.gateway import EngineJSON
    from runner.daemon.http.api import Api

_LONGEST: Final = 10.0
"""Seconds after first contact for which events are asked: a plan looks at more than the engine, at ports for one."""
_MOST_EVENTS: Final = 50
"""From so many events on they may be incomplete: an engine keeps the last 256, older ones the last 64."""
_PATIENCE: Final = 1.0
"""Seconds to wait for an event that has happened, before everything is observed again."""
_STEADY: Final = 1.0
"""Seconds by which the engine's clock may differ from this process's meanwhile: one that was set dates events wrong."""
_HARMLESS: Final = ("exec_", "attach", "detach", "resize", "top")
"""What the actions begin with that change nothing about a container, as the execs of a healthcheck."""


class Reading(Struct):
    """The engine's clock, read at some moment between first contact and `at`, of this process's monotonic clock."""

    seconds: float
    """Since 1970."""
    at: float


def read_clock(info: EngineJSON) -> Reading | None:
    """Read the engine's clock from its /info, answered just now; None where it isn't told."""
    try:
        told = datetime.fromisoformat(info["SystemTime"])
    except (KeyError, TypeError, ValueError):
        return None
    return Reading(told.timestamp(), time.monotonic())


def is_unchanged(api: Api, contact: float, clock: Reading, own: Sequence[str]) -> bool:
    """Return whether the creation of some volumes is all that happened between first `contact` and the last of them.

    `contact` is in seconds of the monotonic clock. False also where that can't be told for sure: after a long time,
    among many events, with a clock that was set meanwhile.
    """
    if time.monotonic() - contact > _LONGEST:
        return False
    since = clock.seconds - (clock.at - contact)
    try:
        with api.stream("/events", {"since": f"{since:.9f}"}, idle_timeout=_PATIENCE) as chunks:
            return tell_only_of(own, islice(json_documents(chunks), _MOST_EVENTS), clock)
    except EngineError:
        return False


def tell_only_of(volumes: Sequence[str], events: Iterable[EngineJSON], clock: Reading) -> bool:
    """Return whether events begin with the creation of the volumes, the last at the time at which it should be."""
    for event in filterfalse(_is_harmless, events):
        name = (event.get("Actor") or {}).get("ID")
        if name not in volumes or (event.get("Type"), event.get("Action")) != ("volume", "create"):
            return False
        if name == volumes[-1]:
            created_at = int(event.get("timeNano", 0)) / 1e9
            return abs(time.monotonic() - clock.at - (created_at - clock.seconds)) < _STEADY
    return False


def _is_harmless(event: EngineJSON) -> bool:
    return event.get("Type") == "container" and str(event.get("Action")).startswith(_HARMLESS)
