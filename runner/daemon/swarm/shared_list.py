"""A list that many threads wait with: one request serves all that ask at about the same time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Lock

from runner.core.engine_answers import EngineJSON


class SharedList:
    """The last answer to a request for a list."""

    def __init__(self, ask: Callable[[], Sequence[EngineJSON]]) -> None:
        self._ask = ask
        self._lock = Lock()
        self._asked = float("-inf")
        self._found: Sequence[EngineJSON] = ()

    def get(self, since: float | None) -> Sequence[EngineJSON]:
        """Return an answer that was asked for after a moment, None being now; whoever comes meanwhile waits for it."""
        with self._lock:
            if since is None or self._asked < since:
                asked = time.monotonic()
                self._found = self._ask()
                self._asked = asked
            return self._found
