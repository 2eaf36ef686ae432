"""The lock queue of a workflow as stored on the engine: small empty volumes, one series per run.

    runner.lock.WORKFLOW.TOKEN.BEAT

TOKEN is unique to a run and never reused, so removing its volumes can affect no other run. As its heartbeat, a queued
run regularly creates a volume with the next BEAT and removes the previous one: the engine records when a volume was
created, and so, by its own clock, the run's last heartbeat. Everything else is in one label of each volume.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from runner.core.decode import decode_hint
from runner.core.engine_answers import EngineJSON
from runner.core.run_lock import Holder
from runner.core.struct import Struct, to_builtins
from runner.engine.process_id import Process
from runner.resource.labels import LOCK, WORKFLOW

DEFAULT_LEASE = 30.0
"""Seconds without a heartbeat after which a run's lease expires."""
_NEVER = 1
"""The year that the engine reports for a volume removed while it was being listed."""


class LeaseInfo(Struct):
    """What a run records on its ticket: who it is, its number in the queue, and the length of its lease."""

    holder: Holder
    process: Process
    lease: float = DEFAULT_LEASE
    number: int | None = None
    """None until the run has taken a number: it may still get ahead of others."""


class Ticket(Struct):
    """A queued run and its volumes; `renewed` is its last heartbeat, in seconds by the engine's clock."""

    token: str
    volumes: tuple[str, ...]
    renewed: float
    lease_info: LeaseInfo | None = None
    """None while the engine is just creating the first volume, or removing the last."""

    @property
    def number(self) -> int | None:
        """Return its number in the queue; None if it has none yet."""
        return self.lease_info.number if self.lease_info else None

    @property
    def holder(self) -> Holder | None:
        """Return the run that it belongs to."""
        return self.lease_info.holder if self.lease_info else None

    def expiry_reason(self, now: float) -> str | None:
        """Return why the lease has expired, None if it has not; `now` is by the engine's clock."""
        if self.lease_info and self.lease_info.process.is_known_dead:
            return "its process has exited"
        silence = now - self.renewed
        lease = self.lease_info.lease if self.lease_info else DEFAULT_LEASE
        return f"no heartbeat for {silence:.0f} s" if silence > lease else None


def volume_body(workflow: str, token: str, beat: int, lease_info: LeaseInfo) -> EngineJSON:
    """Return the create body of a ticket's volume."""
    labels = {WORKFLOW: workflow, LOCK: json.dumps(to_builtins(lease_info), separators=(",", ":"))}
    return {"Name": f"{LOCK}.{workflow}.{token}.{beat}", "Labels": labels}


def read_queue(workflow: str, volumes: Iterable[EngineJSON]) -> Mapping[str, Ticket]:
    """Return the tickets in a workflow's lock queue, by token."""
    name = re.compile(rf"{re.escape(LOCK)}\.{re.escape(workflow)}\.(?P<token>[0-9a-f]+)\.(?P<beat>[0-9]+)")
    rows: dict[str, list[EngineJSON]] = {}
    for volume in volumes:
        if match := name.fullmatch(volume["Name"]):
            rows.setdefault(match["token"], []).append(volume)
    return {token: _entry(token, row) for token, row in rows.items()}


def first_in(queue: Iterable[Ticket]) -> Ticket | None:
    """Return the lock holder: the ticket with the lowest number, or an unnumbered one if none has a number."""
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
    """Parse the lease info; the engine may list a volume before its labels, or briefly without them."""
    return decode_hint(LeaseInfo, (volume.get("Labels") or {}).get(LOCK), None)


def _made_at(volume: EngineJSON) -> float:
    """Return a volume's creation time, in seconds; one that is being removed counts as new."""
    made = datetime.fromisoformat(volume["CreatedAt"])
    return math.inf if made.year == _NEVER else made.timestamp()
