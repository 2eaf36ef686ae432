"""Requests that are sent before their answers are needed, side by side, so that the engine works while runner loads.

Each answer is used once, by the first call that asks for the same soon enough. Whatever goes wrong is left to that
call, which then sends a request of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from threading import Lock, Thread
from typing import Final, TypeAlias

from runner.core.errors import RunnerError
from runner.daemon.http.response import Response, SentRequest

Send: TypeAlias = Callable[[str], SentRequest]
"""Sends a GET of a target; OSError or RunnerError where it can't."""

_ERRORS: Final = 400
"""From this status on a response is an error; a proxy in between may take only paths with a version."""
_FRESH_SECONDS: Final = 2.0
"""For how long an answer tells what is: reading a file takes less, digesting large folders may take longer."""


class RequestsAhead:
    """The requests that are under way, by target."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._sent: dict[str, _Ahead] = {}

    def start(self, targets: Iterable[str], *, in_threads: bool) -> None:
        """Send those that aren't under way yet; `in_threads` where it takes a while to connect."""
        for target in targets:
            if target not in self._sent:
                self._sent[target] = ahead = _Ahead()
                if in_threads:
                    Thread(target=ahead.send, args=(self._send, target), name="ahead", daemon=True).start()
                else:
                    ahead.send(self._send, target)

    def take(self, target: str) -> Response | None:
        """Return the response to the request for a target; None without one, or where that failed or was refused."""
        ahead = self._sent.pop(target, None)
        request = ahead.request() if ahead else None
        try:
            response = request.response() if request else None
        except OSError:
            return None
        if response is None or response.status < _ERRORS:
            return response
        response.close()
        return None

    def drop(self, targets: Iterable[str]) -> None:
        """Give up the answers to some that nobody has asked for."""
        for target in targets:
            ahead = self._sent.pop(target, None)
            if ahead is not None:
                ahead.give_up()

    def close(self) -> None:
        """Give up all of them."""
        self.drop([*self._sent])


class _Ahead:
    """One request, which may be sent in another thread."""

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._request: SentRequest | None = None
        self._is_given_up = False
        self._changing = Lock()
        self._is_sent = Lock()
        self._is_sent.acquire()

    def send(self, send: Send, target: str) -> None:
        try:
            request = send(target)
            with self._changing:
                self._request = request
                if self._is_given_up:
                    request.close()
        except (OSError, RunnerError):
            return  # the call that needs the answer fails in the same way, and says so
        finally:
            self._is_sent.release()

    def request(self) -> SentRequest | None:
        """Return the request once it is sent; None where it couldn't be, or is too old."""
        with self._is_sent:
            if self._request is not None and time.monotonic() - self._since > _FRESH_SECONDS:
                self.give_up()
                return None
            return self._request

    def give_up(self) -> None:
        with self._changing:
            self._is_given_up = True
            if self._request is not None:
                self._request.close()
