"""The lock queue of a workflow as stored beside what runner manages: a series of records per run.

    runner.lock.WORKFLOW.TOKEN.BEAT

TOKEN is unique to a run and never reused, so removing its records can affect no other run. As its heartbeat, a queued
run regularly creates a record with the next BEAT and removes the previous one: the store knows when a record was
created, and so, by its own clock, the run's last heartbeat. Everything else is in one label of each record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from runner.core.decode import decode_hint
from runner.core.label_store import LabelRecord
from runner.core.run_lock import Holder
from runner.core.struct import Struct, to_builtins
from runner.engine.process_id import Process
from runner.resource.labels import LOCK, WORKFLOW

DEFAULT_LEASE = 30.0
"""Seconds without a heartbeat after which a run's lease expires."""


class LeaseInfo(Struct):
    """What a run records on its ticket: who it is, its number in the queue, and the length of its lease."""

    holder: Holder
    process: Process
    lease: float = DEFAULT_LEASE
    number: int | None = None
    """None until the run has taken a number: it may still get ahead of others."""


class Ticket(Struct):
    """A queued run and its records; `renewed` is its last heartbeat, in seconds by the store's clock."""

    token: str
    records: tuple[str, ...]
    renewed: float
    lease_info: LeaseInfo | None = None
    """None while the store is just creating the first record, or removing the last."""

    @property
    def number(self) -> int | None:
        """Return its number in the queue; None if it has none yet."""
        return self.lease_info.number if self.lease_info else None

    @property
    def holder(self) -> Holder | None:
        """Return the run that it belongs to."""
        return self.lease_info.holder if self.lease_info else None

    def expiry_reason(self, now: float) -> str | None:
        """Return why the lease has expired, None if it has not; `now` is by the store's clock."""
        if self.lease_info and self.lease_info.process.is_known_dead:
            return "its process has exited"
        silence = now - self.renewed
        lease = self.lease_info.lease if self.lease_info else DEFAULT_LEASE
        return f"no heartbeat for {silence:.0f} s" if silence > lease else None


def ticket_name(workflow: str, token: str, beat: int) -> str:
    """Return the name of a ticket's record."""
    return f"{LOCK}.{workflow}.{token}.{beat}"


def ticket_labels(workflow: str, lease_info: LeaseInfo) -> Mapping[str, str]:
    """Return the labels of a ticket's record."""
    return {WORKFLOW: workflow, LOCK: json.dumps(to_builtins(lease_info), separators=(",", ":"))}


def read_queue(workflow: str, records: Iterable[LabelRecord]) -> Mapping[str, Ticket]:
    """Return the tickets in a workflow's lock queue, by token."""
    name = re.compile(rf"{re.escape(LOCK)}\.{re.escape(workflow)}\.(?P<token>[0-9a-f]+)\.(?P<beat>[0-9]+)")
    rows: dict[str, list[LabelRecord]] = {}
    for record in records:
        if match := name.fullmatch(record.name):
            rows.setdefault(match["token"], []).append(record)
    return {token: _entry(token, row) for token, row in rows.items()}


def first_in(queue: Iterable[Ticket]) -> Ticket | None:
    """Return the lock holder: the ticket with the lowest number, or an unnumbered one if none has a number."""
    return min(queue, key=lambda entry: (entry.number is None, entry.number, entry.token), default=None)


def _entry(token: str, row: list[LabelRecord]) -> Ticket:
    pledges = [lease_info for record in row if (lease_info := _pledge(record))]
    numbered = [lease_info for lease_info in pledges if lease_info.number is not None]
    return Ticket(
        token,
        records=tuple(record.name for record in row),
        renewed=max(record.created for record in row),
        lease_info=next(iter([*numbered, *pledges]), None),
    )


def _pledge(record: LabelRecord) -> LeaseInfo | None:
    return decode_hint(LeaseInfo, record.labels.get(LOCK), None)
