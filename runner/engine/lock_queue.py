"""The queue for a workflow's lock as the engine has it: small empty volumes, a row of them for each run.

    runner.lock.WORKFLOW.TOKEN.BEAT

TOKEN is a run's own and never used again, so removing its volumes can hurt nobody else. A run that stands in the queue
makes a volume with the next BEAT every so often and removes the one before: the engine tells when a volume was made,
and so, by its own clock, when the run was last heard of. What else is to be known is in one label of each of them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from runner.core.decode import decode_hint
from runner.core.gateway import EngineJSON
from runner.core.run_lock import Holder
from runner.engine.process_id import Process
from runner.resource.labels import LOCK, WORKFLOW

DEFAULT_LEASE = 30.0
"""Seconds after which a run that isn't heard of has lost its place."""
_NEVER = 1
"""The year that the engine names for a volume that went while it was looked at."""


@dataclass(frozen=True, slots=True)
class LeaseInfo:
    """What a run says of itself: who it is, its number in the queue, and how long its word counts."""

    holder: Holder
    process: Process
    lease: float = DEFAULT_LEASE
    number: int | None = None
    """None for a run that has yet to draw one: it is at the door, and may still come before others."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A run in the queue, and the volumes that stand for it; `renewed` is in seconds, by the engine's clock."""

    token: str
    volumes: tuple[str, ...]
    renewed: float
    lease_info: LeaseInfo | None = None
    """None while the engine is just making the first volume, or removing the last."""

    @property
    def number(self) -> int | None:
        """Return its number in the queue, None when it has none yet."""
        return self.lease_info.number if self.lease_info else None

    @property
    def holder(self) -> Holder | None:
        """Return who it is."""
        return self.lease_info.holder if self.lease_info else None

    def expiry_reason(self, now: float) -> str | None:
        """Say why the run has lost its place, None when it has not; `now` is by the engine's clock."""
        if self.lease_info and self.lease_info.process.is_known_dead:
            return "its process has ended"
        silence = now - self.renewed
        lease = self.lease_info.lease if self.lease_info else DEFAULT_LEASE
        return f"it has not been heard of for {silence:.0f} s" if silence > lease else None


def volume_body(workflow: str, token: str, beat: int, lease_info: LeaseInfo) -> EngineJSON:
    """Return the create body of a run's volume."""
    labels = {WORKFLOW: workflow, LOCK: json.dumps(asdict(lease_info), separators=(",", ":"))}
    return {"Name": f"{LOCK}.{workflow}.{token}.{beat}", "Labels": labels}


def read_queue(workflow: str, volumes: Iterable[EngineJSON]) -> Mapping[str, Ticket]:
    """Find the runs that stand in the queue of a workflow, by their tokens."""
    name = re.compile(rf"{re.escape(LOCK)}\.{re.escape(workflow)}\.(?P<token>[0-9a-f]+)\.(?P<beat>[0-9]+)")
    rows: dict[str, list[EngineJSON]] = {}
    for volume in volumes:
        if match := name.fullmatch(volume["Name"]):
            rows.setdefault(match["token"], []).append(volume)
    return {token: _entry(token, row) for token, row in rows.items()}


def first_in(queue: Iterable[Ticket]) -> Ticket | None:
    """Return whose turn it is: the one with the lowest number, or one at the door when nobody has any."""
    return min(queue, key=lambda entry: (entry.number is None, entry.number, entry.token), default=None)


def _entry(token: str, row: list[EngineJSON]) -> Ticket:
    pledges = [lease_info for volume in row if (lease_info := _pledge(volume))]
    numbered = [lease_info for lease_info in pledges if lease_info.number is not None]
    return Ticket(
        token,
        volumes=tuple(volume["Name"] for volume in row),
        renewed=max(map(_made_at, row)),
        lease_info=next(iter([*numbered, *pledges]), None),
    )


def _pledge(volume: EngineJSON) -> LeaseInfo | None:
    """Read what the run says; the engine may list a volume before its labels, and for a moment without them."""
    return decode_hint(LeaseInfo, (volume.get("Labels") or {}).get(LOCK), None)


def _made_at(volume: EngineJSON) -> float:
    """Return when a volume was made, in seconds; one that is just going counts as new."""
    made = datetime.fromisoformat(volume["CreatedAt"])
    return math.inf if made.year == _NEVER else made.timestamp()
