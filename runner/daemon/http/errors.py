"""The boundary where errors of the transport become runner's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from runner.core.errors import Conflict, EngineError, EngineTimeout, NotFound, Rejected, RunnerError
from runner.daemon.http.connect_errors import cannot_reach
from runner.daemon.http.json_body import read_json

LOST = "lost the engine at"

_BY_STATUS: dict[int, type[EngineError]] = {400: Rejected, 403: Rejected, 404: NotFound, 409: Conflict}
_CONFLICTS = ("that name is already in use", "network already exists")
"""Messages that Podman sends with status 500 where Docker sends 409 Conflict (podman#28286, podman#17585)."""
_GONE = "unrecognized image ID"
"""Message of Engine 20.10, sent with status 500, about an image that another call has removed meanwhile."""


@contextmanager
def translate_errors(host: str) -> Iterator[None]:
    """Translate errors raised by the transport or for a malformed response."""
    try:
        yield
    except RunnerError:
        raise
    except Exception as error:
        meant = _meaning(error, host)
        if meant is None:
            raise
        raise meant from error


def _meaning(error: Exception, host: str) -> EngineError | None:
    """Return what an error means; None for one that isn't about the engine."""
    if isinstance(error, TimeoutError):
        return EngineTimeout(
            f"the engine at {host} does not respond in time", help="check whether it is overloaded or stopped"
        )
    if isinstance(error, OSError):  # a certificate error is a ValueError as well
        return cannot_reach(host, _words(error), tried=LOST)
    if isinstance(error, (ValueError, RecursionError)):
        return EngineError(f"the engine at {host} returned an invalid response: {error}")
    return None


def _words(error: OSError) -> str:
    """Return the system's own message, without its number."""
    words: str = getattr(error, "verify_message", "") or getattr(error, "reason", "") or error.strerror or ""
    return words or str(error) or type(error).__name__


def raise_for(status: int, content: bytes) -> None:
    """Raise the error that a response stands for, if it is one."""
    if status < 400:
        return
    try:
        message = str(read_json(content)["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        message = content.decode(errors="replace").strip() or f"status {status}"
    raise from_answer(status, message)


def from_answer(status: int, message: str) -> EngineError:
    """Make the error for a response, translated into the user's terms where the message is known.

    >>> str(from_answer(500, "... Bind for 127.0.0.1:80 failed: port is already allocated"))
    'host port 127.0.0.1:80 is already in use'
    """
    from runner.daemon.http.translate import translate

    meant = translate(message)
    if meant is not None:
        return meant
    if message.endswith(_CONFLICTS):
        return Conflict(message)
    if message.startswith(_GONE):
        return NotFound(message)
    return _BY_STATUS.get(status, EngineError)(message.strip())
