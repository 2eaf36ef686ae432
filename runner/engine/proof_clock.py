"""Measures what it costs to prove that resources work: the time in which a run does nothing else."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from runner.core.address import Address


class ProofClock:
    """Counts the steps at work and the resources watched; runs while there are only the latter."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._at_work = 0
        self._watched: Counter[Address] = Counter()
        self._since = 0.0
        self._seconds = 0.0
        self._seen: dict[Address, None] = {}

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count a step as at work."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    @contextmanager
    def waiting(self, proof_of: Address | None) -> Iterator[None]:
        """Count a step as waiting instead: for the proof that a resource works, or for something else."""
        self._count(-1, proof_of, 1)
        try:
            yield
        finally:
            self._count(1, proof_of, -1)

    def _count(self, steps: int, watched: Address | None = None, more: int = 0) -> None:
        with self._lock:
            now = time.monotonic()
            if self._is_running:
                self._seconds += now - self._since
                self._seen.update(dict.fromkeys(self._watched))
            self._since = now
            self._at_work += steps
            if watched is not None:
                self._watched[watched] += more
                self._watched = +self._watched  # without those that are watched no more

    @property
    def _is_running(self) -> bool:
        return not self._at_work and bool(self._watched)

    def read(self) -> tuple[float, tuple[Address, ...]]:
        """Return the seconds in which nothing but proofs was under way, and whose they were."""
        with self._lock:
            return self._seconds, tuple(self._seen)
