"""Saying again what an engine didn't hear or answered in broken words, where saying it twice does no harm."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from runner.core.errors import EngineError, EngineUnreachable

_PAUSES = (0.1, 0.4, 1.0, 2.0, 3.0, 5.0)
"""Seconds between tries: an engine that is restarted is back by then."""
_FAILURES = 2
"""How often a question that the engine itself fails to answer is asked again."""

Answer = TypeVar("Answer")


class RetryPolicy:
    """Repeats calls to one engine; once it was away for good, nothing is repeated until it has answered again."""

    def __init__(self) -> None:
        self._is_lost = False

    def retry(self, once: Callable[[], Answer], *, idempotent: bool) -> Answer:
        """Return the answer to a call that changes nothing when it is made once more.

        It is repeated while nothing answers; one that is only `reading`, also after a failure of the engine's own.
        """
        failures, pauses = 0, self._pauses()
        while True:
            try:
                answer = once()
            except EngineUnreachable:
                pause = next(pauses, None)
                if pause is None:
                    self._is_lost = True
                    raise
            except EngineError as error:
                failures, pause = failures + 1, _PAUSES[0]
                if type(error) is not EngineError or not idempotent or failures > _FAILURES:
                    raise
            else:
                self._is_lost = False
                return answer
            time.sleep(pause)

    def _pauses(self) -> Iterator[float]:
        for pause in _PAUSES:
            if not self._is_lost:
                yield pause
