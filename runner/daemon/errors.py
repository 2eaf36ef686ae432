"""The border at which the SDK's and the transport's errors become runner's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from runner.core.errors import Conflict, EngineError, EngineUnreachable, NotFound, Refused, Timeout

_BY_STATUS: dict[int, type[EngineError]] = {400: Refused, 403: Refused, 404: NotFound, 409: Conflict}
_TAKEN = re.compile(
    r"Bind for (?P<bound>\S+) failed: port is already allocated|"
    r"listen \w+ (?P<listened>\S+): bind: address already in use"
)


@contextmanager
def translated(host: str) -> Iterator[None]:
    """Translate whatever the SDK, its transport or a broken answer raise."""
    from docker.errors import APIError, DockerException
    from requests import exceptions as transport
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    try:
        yield
    except APIError as error:
        raise from_answer(error.status_code or 500, str(error.explanation or error)) from error
    except (transport.ReadTimeout, transport.ConnectTimeout, ReadTimeoutError, TimeoutError) as error:
        raise Timeout(
            f"the engine at {host} does not answer in time", help="see whether it is overloaded or stopped"
        ) from error
    except (transport.ConnectionError, transport.ChunkedEncodingError, HTTPError, OSError) as error:
        raise EngineUnreachable(f"lost the engine at {host}: {_innermost(error)}", help=_REACH_HELP) from error
    except (transport.RequestException, ValueError) as error:
        raise EngineError(f"the engine at {host} gave a broken answer: {error}") from error
    except DockerException as error:
        raise EngineUnreachable(f"cannot reach the engine at {host}: {_innermost(error)}", help=_REACH_HELP) from error


_REACH_HELP = "start it, or name another one with --host, --context or DOCKER_HOST"


def _innermost(error: BaseException) -> str:
    """Return what the system itself said, below the layers that wrapped it."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()


def raise_for(status: int, content: bytes) -> None:
    """Raise the error that an answer stands for, if it does."""
    if status < 400:
        return
    try:
        message = str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        message = content.decode(errors="replace").strip() or f"status {status}"
    raise from_answer(status, message)


def from_answer(status: int, message: str) -> EngineError:
    """Make the error of an answer; a taken host port is said in so many words.

    >>> str(from_answer(500, "... Bind for 127.0.0.1:80 failed: port is already allocated"))
    'host port 127.0.0.1:80 is already taken'
    """
    taken = _TAKEN.search(message)
    if taken is not None:
        address = taken["bound"] or taken["listened"]
        return Conflict(f"host port {address} is already taken", help="free it, or publish another one")
    if "no space left on device" in message:
        return EngineError(
            "no space left on the engine's disk", help="free some, for example with: docker system prune"
        )
    return _BY_STATUS.get(status, EngineError)(message.strip())
