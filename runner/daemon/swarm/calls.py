"""What calls to the objects of a swarm share: versions, and errors that only the text tells apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

from runner.core.errors import EngineError, InUse, NotFound, OutOfSequence
from runner.daemon.http.api import Api, Headers, quote_path

_IN_USE: Final = "is in use by "
"""By the following services, or by a service or task."""
_NO_LOGIN: Final[Headers] = {}
_OUTDATED: Final = "update out of sequence"


@contextmanager
def told_apart() -> Iterator[None]:
    """Raise what the engine means by the general errors 400 and 500."""
    try:
        yield
    except EngineError as error:
        if _OUTDATED in error.message:
            raise OutOfSequence(error.message, help="apply again") from error
        if _IN_USE in error.message:
            raise InUse(error.message) from error
        raise


def update(api: Api, what: str, id: str, version: int, spec: Mapping[str, Any], headers: Headers = _NO_LOGIN) -> None:
    """Replace the spec of an object, if its version still is the given one."""
    with told_apart():
        api.post(f"/{what}/{quote_path(id)}/update", spec, query={"version": version}, headers=headers)


def remove(api: Api, what: str, id: str) -> None:
    """Remove an object; idempotent."""
    with suppress(NotFound), told_apart():
        api.delete(f"/{what}/{quote_path(id)}")
