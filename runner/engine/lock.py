"""The lock of a workflow, kept on the engine itself: one run at a time changes it, whoever and wherever it is.

Runs queue as customers at a bakery do (Lamport's algorithm). Each shows itself at the door, looks at the queue, draws
the number after the highest there, and has its turn when nobody is at the door and nobody has a lower number. It rests
only on a volume being listed once its creation has been answered: nothing that is somebody else's is ever changed, so
there is no race for a lock that is taken over. Whoever finds a run in the queue whose process has ended, or which the
engine has not heard of for the length of its lease, clears it away, and the next in the queue has its turn.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import count
from threading import Event as Signal
from threading import Thread

from runner.core.errors import Cancelled, EngineError, Locked
from runner.core.event import Event
from runner.core.gateway import Gateway
from runner.core.run_lock import Holder, LockAcquired, LockBroken, LockWaiting
from runner.engine.lock_queue import DEFAULT_LEASE, LeaseInfo, Ticket, first_in, read_queue, volume_body
from runner.engine.process_id import this_process

_POLL = 0.2
_POLL_AT_THE_DOOR = 0.02
_PATIENCE_AT_THE_DOOR = 10.0
"""Seconds that even who won't wait gives to others that are just drawing their number.

That takes them four requests: on a busy engine seconds, and were they too long for the first in the queue, none of
many who come at once would get it.
"""
_RETRY = 1.0
"""Seconds after which a heartbeat that the engine did not answer is tried again."""


class Lock:
    """One run's place in the queue: `acquire` it once, and `release` it in the end."""

    def __init__(self, gateway: Gateway, workflow: str, holder: Holder, *, lease: float = DEFAULT_LEASE) -> None:
        """Prepare; the run is given up when nothing is heard of it for `lease` seconds, and says a word every third."""
        self._gateway = gateway
        self._workflow = workflow
        self._pledge = LeaseInfo(holder, this_process(holder.pid), lease)
        self._token = secrets.token_hex(8)
        self._beats = count()
        self._offset = 0.0
        self._heart: Thread | None = None
        self._done = Signal()
        self.on_loss: Callable[[], None] = lambda: None
        """Called from another thread as soon as it is seen that the place in the queue is gone."""
        self.is_lost = False

    def acquire(self, timeout: float, is_cancelled: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """Wait for the turn, and tell what happens on the way; after an error the queue is left again.

        Raises Locked when it has not come after `timeout` seconds, and Cancelled once `is_cancelled`.
        """
        began = time.monotonic()
        try:
            self._take_ticket()
            self._heart = Thread(target=self._heartbeat, name="lock", daemon=True)
            self._heart.start()
            yield from self._wait(began + timeout, is_cancelled)
        except BaseException:
            with suppress(EngineError):  # the first error says more
                self.release()
            raise
        yield LockAcquired(waited_ms=int((time.monotonic() - began) * 1000))

    def reacquire(self) -> None:
        """Take the lock once more after it was lost, unless somebody else wants it by then: then Locked is raised."""
        self._token = secrets.token_hex(8)
        self._pledge = replace(self._pledge, number=None)
        self._done.clear()
        self.is_lost = False
        for _ in self.acquire(timeout=0):
            pass

    def release(self) -> None:
        """Leave the queue, if that hasn't been done yet; raises EngineError when the engine won't hear of it."""
        self._done.set()
        if self._heart is not None:
            self._heart.join()
        if entry := self._queue().get(self._token):
            _remove(self._gateway, entry)

    def _take_ticket(self) -> None:
        """Show up at the door, draw a number and come in."""
        began = time.monotonic()
        self._write_ticket()
        at_the_door = self._queue()
        own = self._own(at_the_door)
        self._offset = own.renewed - began
        highest = max(entry.number or 0 for entry in at_the_door.values())
        self._pledge = replace(self._pledge, number=highest + 1)
        self._write_ticket()
        _remove(self._gateway, own)

    def _wait(self, deadline: float, is_cancelled: Callable[[], bool]) -> Iterator[Event]:
        patience, told = max(deadline, time.monotonic() + _PATIENCE_AT_THE_DOOR), None
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
            if ahead.holder and not at_the_door and ahead.token != told:
                told = ahead.token
                yield LockWaiting(ahead.holder)
            time.sleep(_POLL_AT_THE_DOOR if at_the_door else _POLL)

    def _ahead(self, queue: Mapping[str, Ticket]) -> Ticket | None:
        """Return who comes, or may come, before this run."""
        own = queue[self._token]
        others = [entry for entry in queue.values() if entry is not own]
        before = [entry for entry in others if entry.number is None or _place(entry) < _place(own)]
        return first_in(before)

    def _clear(self, queue: Mapping[str, Ticket]) -> Iterator[LockBroken]:
        """Remove who has lost its place."""
        now = time.monotonic() + self._offset
        for entry in queue.values():
            cause = entry.expiry_reason(now) if entry.token != self._token else None
            if cause is not None:
                _remove(self._gateway, entry)
                if entry.holder is not None:
                    yield LockBroken(entry.holder, cause)

    def _heartbeat(self) -> None:
        """Renew the volume until the lock is released or lost."""
        interval = self._pledge.lease / 3
        pause = interval
        while not self._done.wait(pause):
            try:
                self.is_lost = not self._renew()
            except EngineError:  # it may be restarting: as long as nobody else clears it away, the place is kept
                pause = min(interval, _RETRY)
                continue
            pause = interval
            if self.is_lost:
                self.on_loss()
                return

    def _renew(self) -> bool:
        """Put a new volume in place of the one before; False when that was gone, so that somebody has removed it."""
        fresh = self._write_ticket()
        own = self._queue().get(self._token)
        former = [name for name in own.volumes if name != fresh] if own else []
        for name in former or [fresh]:
            self._gateway.volumes.remove(name)
        return bool(former)

    def _write_ticket(self) -> str:
        return self._gateway.volumes.create(volume_body(self._workflow, self._token, next(self._beats), self._pledge))

    def _queue(self) -> Mapping[str, Ticket]:
        return read_queue(self._workflow, self._gateway.volumes.list())

    def _own(self, queue: Mapping[str, Ticket]) -> Ticket:
        if self._token not in queue:
            raise Locked(f"somebody broke the lock of {self._workflow} while it was waited for", help="try again")
        return queue[self._token]


def current_holder(gateway: Gateway, workflow: str) -> Ticket | None:
    """Return the run whose turn it is, dead or alive; None when nobody has or wants the lock."""
    return first_in(read_queue(workflow, gateway.volumes.list()).values())


def force_unlock(gateway: Gateway, workflow: str, entry: Ticket) -> None:
    """Take a run out of the queue; it notices at its next heartbeat."""
    left: Ticket | None = entry
    while left is not None:  # it may be renewing just now
        _remove(gateway, left)
        left = read_queue(workflow, gateway.volumes.list()).get(entry.token)


def clear_stale_locks(gateway: Gateway, workflow: str, holder: Holder) -> None:
    """Clear away what dead runs left in the queue, for a run that needs no lock; no more than a look where none is."""
    if current_holder(gateway, workflow) is None:
        return
    lock = Lock(gateway, workflow, holder)
    with suppress(Locked):
        for _ in lock.acquire(timeout=0):
            pass
        lock.release()


def locked(workflow: str, entry: Ticket) -> Locked:
    """Make the error that says whose turn it is."""
    who = str(entry.holder) if entry.holder else "another run"
    help = f"wait with --lock-timeout 5m, say; if that run is gone for good: runner unlock {workflow}"
    return Locked(f"{workflow} is locked by {who}", help=help)


def _remove(gateway: Gateway, entry: Ticket) -> None:
    for name in entry.volumes:
        gateway.volumes.remove(name)


def _place(entry: Ticket) -> tuple[int, str]:
    return entry.number or 0, entry.token
