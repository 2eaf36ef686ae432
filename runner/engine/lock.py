"""The lock of a workflow, kept where its resources are: one run at a time changes it, from any host and user.

Runs queue as in Lamport's bakery algorithm. Each announces itself with an unnumbered ticket, reads the queue, takes the
number after the highest there, and holds the lock when no ticket is unnumbered and none has a lower number. The only
guarantee it needs is that a record is listed once its creation has been answered: no run ever modifies another's
ticket, so there is no race for a lock that is taken over. A run whose process has ended, or whose lease has expired
without a heartbeat, is removed from the queue by any run that sees it, and the next in the queue holds the lock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import count
from threading import Event as Signal
from threading import Thread

from runner.core.errors import Cancelled, EngineError, Locked
from runner.core.event import Event
from runner.core.label_store import LabelStore
from runner.core.run_lock import Holder, LockAcquired, LockBroken, LockWaiting
from runner.core.struct import replace
from runner.engine.lock_queue import DEFAULT_LEASE, LeaseInfo, Ticket, first_in, read_queue, ticket_labels, ticket_name
from runner.engine.process_id import this_process

_POLL = 0.2
_POLL_AT_THE_DOOR = 0.02
_PATIENCE_AT_THE_DOOR = 10.0
"""Seconds that even a run with a shorter timeout waits for others that are just taking their number.

Taking a number needs four requests: on a busy engine that takes seconds, and with no such wait at the head of the
queue, none of many runs that start at once would get the lock.
"""
_RETRY = 1.0
"""Seconds before a heartbeat that the engine did not answer is retried."""


class Lock:
    """One run's ticket in the queue: `acquire` it once, and `release` it at the end."""

    def __init__(self, store: LabelStore, workflow: str, holder: Holder, *, lease: float | None = None) -> None:
        """Prepare; the lease expires after `lease` seconds without a heartbeat, and is renewed every third of that."""
        self._store = store
        self._workflow = workflow
        lease = DEFAULT_LEASE + store.stall if lease is None else lease
        self._pledge = LeaseInfo(holder, this_process(holder.pid), lease)
        self._token = _new_token()
        self._beats = count()
        self._offset = 0.0
        self._heart: Thread | None = None
        self._done = Signal()
        self.on_loss: Callable[[], None] = lambda: None
        """Called from another thread as soon as the ticket is found to be gone."""
        self.is_lost = False
        self.uncontended: tuple[str, ...] = ()
        """The records of this run's first tickets, if no other run was in the queue when it took its number.

        Whatever earlier runs did, they did before the last of them was created.
        """

    def acquire(self, timeout: float, is_cancelled: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """Wait for the lock and yield events on the way; on error the queue is left again.

        Raises Locked after `timeout` seconds, and Cancelled once `is_cancelled`.
        """
        began = time.monotonic()
        try:
            self._take_ticket()
            self._heart = Thread(target=self._heartbeat, name="lock", daemon=True)
            self._heart.start()
            yield from self._wait(began + timeout, is_cancelled)
        except BaseException:
            with suppress(EngineError):  # the first error is the informative one
                self.release()
            raise
        yield LockAcquired(waited_ms=int((time.monotonic() - began) * 1000))

    def reacquire(self) -> None:
        """Acquire the lock again after it was lost; Locked if another run holds or wants it by then."""
        self._token = _new_token()
        self._pledge = replace(self._pledge, number=None)
        self._done.clear()
        self.is_lost = False
        for _ in self.acquire(timeout=0):
            pass

    def release(self) -> None:
        """Leave the queue, if not done yet; EngineError if the engine can't be reached or refuses."""
        self._done.set()
        if self._heart is not None:
            self._heart.join()
        if entry := self._queue().get(self._token):
            _remove(self._store, entry)

    def _take_ticket(self) -> None:
        """Announce this run, take a number and join the queue."""
        began = time.monotonic()
        announced = self._write_ticket()
        at_the_door = self._queue()
        own = self._own(at_the_door)
        self._offset = own.renewed - began
        highest = max(entry.number or 0 for entry in at_the_door.values())
        self._pledge = replace(self._pledge, number=highest + 1)
        numbered = self._write_ticket()
        self.uncontended = (announced, numbered) if len(at_the_door) == 1 else ()
        _remove(self._store, own)

    def _wait(self, deadline: float, is_cancelled: Callable[[], bool]) -> Iterator[Event]:
        patience, reported = max(deadline, time.monotonic() + _PATIENCE_AT_THE_DOOR), None
        while True:
            queue = self._queue()
            self._own(queue)
            cleared = list(self._clear(queue))
            yield from cleared
            if cleared:
                continue
            ahead = self._ahead(queue)
            if ahead is None:
                return
            if is_cancelled():
                raise Cancelled("interrupted")
            at_the_door = ahead.number is None
            if time.monotonic() >= (patience if at_the_door else deadline):
                raise locked(self._workflow, ahead)
            if ahead.holder and not at_the_door and ahead.token != reported:
                reported = ahead.token
                yield LockWaiting(ahead.holder)
            time.sleep(_POLL_AT_THE_DOOR if at_the_door else _POLL)

    def _ahead(self, queue: Mapping[str, Ticket]) -> Ticket | None:
        """Return the ticket that is, or may end up, before this run's."""
        own = queue[self._token]
        others = [entry for entry in queue.values() if entry is not own]
        before = [entry for entry in others if entry.number is None or _place(entry) < _place(own)]
        return first_in(before)

    def _clear(self, queue: Mapping[str, Ticket]) -> Iterator[LockBroken]:
        """Remove expired tickets."""
        now = time.monotonic() + self._offset
        for entry in queue.values():
            cause = entry.expiry_reason(now) if entry.token != self._token else None
            if cause is not None:
                _remove(self._store, entry)
                if entry.holder is not None:
                    yield LockBroken(entry.holder, cause)

    def _heartbeat(self) -> None:
        """Renew the lease until the lock is released or lost."""
        interval = self._pledge.lease / 3
        pause = interval
        while not self._done.wait(pause):
            try:
                self.is_lost = not self._renew()
            except EngineError:  # it may be restarting: the ticket is kept as long as nobody else removes it
                pause = min(interval, _RETRY)
                continue
            pause = interval
            if self.is_lost:
                self.on_loss()
                return

    def _renew(self) -> bool:
        """Replace the record with a new one; False if it was gone, because another run or user removed it."""
        fresh = self._write_ticket()
        own = self._queue().get(self._token)
        former = [name for name in own.records if name != fresh] if own else []
        for name in former or [fresh]:
            self._store.remove(name)
        return bool(former)

    def _write_ticket(self) -> str:
        name = ticket_name(self._workflow, self._token, next(self._beats))
        return self._store.create(name, ticket_labels(self._workflow, self._pledge))

    def _queue(self) -> Mapping[str, Ticket]:
        return read_queue(self._workflow, self._store.list())

    def _own(self, queue: Mapping[str, Ticket]) -> Ticket:
        if self._token not in queue:
            raise Locked(
                f"the lock of {self._workflow} was released by force while waiting for it",
                help="try again",
                code="lock-lost",
            )
        return queue[self._token]


def current_holder(store: LabelStore, workflow: str) -> Ticket | None:
    """Return the lock holder, dead or alive; None if no run has or wants the lock."""
    return first_in(read_queue(workflow, store.list()).values())


def force_unlock(store: LabelStore, workflow: str, entry: Ticket) -> None:
    """Remove a run's ticket; the run notices at its next heartbeat."""
    left: Ticket | None = entry
    while left is not None:  # it may be renewing its lease just now
        _remove(store, left)
        left = read_queue(workflow, store.list()).get(entry.token)


def clear_stale_locks(store: LabelStore, workflow: str, holder: Holder) -> None:
    """Remove tickets of dead runs, for a command that needs no lock; if there are none, it only lists records."""
    if current_holder(store, workflow) is None:
        return
    lock = Lock(store, workflow, holder)
    with suppress(Locked):
        for _ in lock.acquire(timeout=0):
            pass
        lock.release()


def locked(workflow: str, entry: Ticket) -> Locked:
    """Make the error that names the lock holder."""
    who = str(entry.holder) if entry.holder else "another run"
    help = f"wait with --lock-timeout 5m; if that run is dead: runner unlock {workflow}"
    return Locked(f"{workflow} is locked by {who}", help=help)


def _remove(store: LabelStore, entry: Ticket) -> None:
    for name in entry.records:
        store.remove(name)


def _new_token() -> str:
    return os.urandom(8).hex()


def _place(entry: Ticket) -> tuple[int, str]:
    return entry.number or 0, entry.token
