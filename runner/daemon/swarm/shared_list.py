"""A list that many threads wait with: one request serves all that ask at about the same time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock

from runner.core.engine_answers import EngineJSON


class SharedList:
    """The last answer to a request for a list; `key` is the key of an entry by which some are looked up."""

    def __init__(self, ask: Callable[[], Sequence[EngineJSON]], key: str = "ID") -> None:
        self._ask = ask
        self._key = key
        self._lock = Lock()
        self._asked = float("-inf")
        self._found: Sequence[EngineJSON] = ()
        self._by_key: Mapping[str, Sequence[EngineJSON]] | None = None

    def get(self, since: float | None) -> Sequence[EngineJSON]:
        """Return an answer that was asked for after a moment, None being now; whoever comes meanwhile waits for it."""
        with self._lock:
            return self._get(since)

    def of(self, value: str, since: float | None) -> Sequence[EngineJSON]:
        """Return the entries with a value of the key; an answer is sorted once, however many look into it."""
        with self._lock:
            found = self._get(since)
            if self._by_key is None:
                by_key: dict[str, list[EngineJSON]] = {}
                for one in found:
                    by_key.setdefault(one[self._key], []).append(one)
                self._by_key = by_key
            return self._by_key.get(value, ())

    def _get(self, since: float | None) -> Sequence[EngineJSON]:
        if since is None or self._asked < since:
            asked = time.monotonic()
            self._found, self._by_key = self._ask(), None
            self._asked = asked
        return self._found
