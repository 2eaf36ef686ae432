"""The first request to an engine, for its version. Independent of the transport."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from runner.core.errors import EngineError, EngineTimeout, EngineUnreachable
from runner.daemon.http.connect_errors import CANNOT_REACH, cannot_reach
from runner.daemon.http.errors import LOST

MIN_API_VERSION = (1, 41)
"""The oldest Engine API version that runner supports: that of Engine 20.10."""
_BEFORE_ASKING_AGAIN = 0.1


def negotiate_version(ask: Callable[[], Any], host: str) -> Mapping[str, Any]:
    """Return the version document of the engine at `host`; EngineUnreachable when there is none, or it is too old."""
    try:
        version = _answer(ask)
        known = tuple(map(int, version["ApiVersion"].split(".")))
    except (EngineUnreachable, EngineTimeout) as error:
        raise EngineUnreachable(error.message.replace(LOST, CANNOT_REACH, 1), help=error.help) from error
    except EngineError as error:
        raise cannot_reach(host, error.message) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise cannot_reach(host, "not a Docker engine") from error
    if known < MIN_API_VERSION:
        message = f"the engine at {host} is too old: API {version['ApiVersion']}"
        raise EngineUnreachable(
            message, help=f"{_dotted(MIN_API_VERSION)} is the minimum supported version", code="engine-too-old"
        )
    return version  # type: ignore[no-any-return]


def _answer(ask: Callable[[], Any]) -> Any:
    """Send the request, and once more where the response broke off: that doesn't mean that the address is wrong."""
    try:
        return ask()
    except EngineError as error:
        broke_off = isinstance(error, EngineUnreachable) and error.message.startswith(LOST)
        if not broke_off and type(error) is not EngineError:
            raise
    time.sleep(_BEFORE_ASKING_AGAIN)
    return ask()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
