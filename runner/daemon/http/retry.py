"""Retries of requests that the engine didn't receive or answered with a malformed response, where repeating is safe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from runner.core.errors import EngineError, EngineUnreachable

_PAUSES = (0.1, 0.4, 1.0, 2.0, 3.0, 5.0)
"""Backoff in seconds between attempts: an engine that restarts is back by then."""
_FAILURES = 2
"""Maximum number of retries of an idempotent request that the engine itself fails to answer."""

Answer = TypeVar("Answer")


class RetryPolicy:
    """Retry policy of one engine; once retries were exhausted, none are made until it has answered again."""

    def __init__(self) -> None:
        self._is_lost = False

    def retry(self, once: Callable[[], Answer], *, idempotent: bool) -> Answer:
        """Return the result of a call that is safe to repeat.

        It is retried while the engine is unreachable; with `idempotent`, also after an error of the engine itself.
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
