"""The boundary where errors of the SDK and the transport become runner's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from runner.core.errors import Conflict, EngineError, EngineTimeout, EngineUnreachable, NotFound, Rejected, RunnerError
from runner.daemon.http.connect_errors import cannot_reach
from runner.daemon.http.engine_messages import translate

LOST = "lost the engine at"

_BY_STATUS: dict[int, type[EngineError]] = {400: Rejected, 403: Rejected, 404: NotFound, 409: Conflict}
_CONFLICTS = ("that name is already in use", "network already exists")
"""Messages that Podman sends with status 500 where Docker sends 409 Conflict (podman#28286, podman#17585)."""
_GONE = "unrecognized image ID"
"""Message of Engine 20.10, sent with status 500, about an image that another call has removed meanwhile."""


@contextmanager
def translate_errors(host: str) -> Iterator[None]:
    """Translate errors raised by the SDK, its transport or a malformed response."""
    try:
        yield
    except RunnerError:
        raise
    except Exception as error:
        meant = _own(error, host) or _of_the_sdk(error, host)
        if meant is None:
            raise
        raise meant from error


def _own(error: Exception, host: str) -> EngineError | None:
    """Translate an error of one of runner's own requests; None for any other."""
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    if type(error).__module__.startswith("requests."):
        return None
    if isinstance(error, (ReadTimeoutError, TimeoutError)):
        return _late(host)
    if isinstance(error, (HTTPError, OSError)):
        return _lost(error, host)
    return _broken(error, host) if isinstance(error, (ValueError, RecursionError)) else None


def _of_the_sdk(error: Exception, host: str) -> EngineError | None:
    """Translate an error of the SDK; it is imported only here, once something has failed."""
    from docker.errors import APIError, DockerException
    from requests import exceptions as transport

    if isinstance(error, APIError):
        return from_answer(error.status_code or 500, str(error.explanation or error))
    if isinstance(error, transport.Timeout):
        return _late(host)
    if isinstance(error, (transport.ConnectionError, transport.ChunkedEncodingError, DockerException)):
        return _lost(error, host)
    return _broken(error, host) if isinstance(error, transport.RequestException) else None


def _late(host: str) -> EngineTimeout:
    return EngineTimeout(
        f"the engine at {host} does not respond in time", help="check whether it is overloaded or stopped"
    )


def _lost(error: Exception, host: str) -> EngineUnreachable:
    return cannot_reach(host, _innermost(error), tried=LOST)


def _broken(error: Exception, host: str) -> EngineError:
    return EngineError(f"the engine at {host} returned an invalid response: {error}")


def _innermost(error: BaseException) -> str:
    """Return the message of the system itself, below the layers that wrapped the error."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    # Half a protocol line, which means nothing to the user; a certificate error is a ValueError and an OSError.
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        return "the connection was lost"
    words: str = getattr(error, "verify_message", "") or getattr(error, "reason", "") or getattr(error, "strerror", "")
    return words or str(error) or type(error).__name__


def raise_for(status: int, content: bytes) -> None:
    """Raise the error that a response stands for, if it is one."""
    if status < 400:
        return
    try:
        message = str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        message = content.decode(errors="replace").strip() or f"status {status}"
    raise from_answer(status, message)


def from_answer(status: int, message: str) -> EngineError:
    """Make the error for a response, translated into the user's terms where the message is known.

    >>> str(from_answer(500, "... Bind for 127.0.0.1:80 failed: port is already allocated"))
    'host port 127.0.0.1:80 is already in use'
    """
    meant = translate(message)
    if meant is not None:
        return meant
    if message.endswith(_CONFLICTS):
        return Conflict(message)
    if message.startswith(_GONE):
        return NotFound(message)
    return _BY_STATUS.get(status, EngineError)(message.strip())
