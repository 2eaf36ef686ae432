"""The connection to an engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from runner.core.errors import RunnerError
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway
    from runner.core.redact import Redactor

_LONGEST_CALL: Final = 60.0
"""Maximum seconds for a reply of the engine, unless `timeout` is shorter."""


class EngineOptions(Struct):
    """The engine to use, and how; default: DOCKER_HOST, or the current Docker context."""

    host: str | None = None
    context: str | None = None
    timeout: float = 300.0
    """Maximum seconds for a single wait."""
    parallel: int = 8
    """Maximum number of steps in parallel."""


@contextmanager
def connect(
    workspace: Workspace, options: EngineOptions | None = None, *, redactors: Sequence[Redactor] = ()
) -> Iterator[Gateway]:
    """Connect to an engine; the `redactors` mask errors raised in the block.

    Raises EngineUnreachable if no engine answers.
    """
    from runner.daemon.client import DockerGateway
    from runner.daemon.endpoints.discover import find_endpoint

    options = options or EngineOptions()
    endpoint = find_endpoint(options.host, options.context, workspace.environ)
    gateway = DockerGateway(endpoint, timeout=min(_LONGEST_CALL, options.timeout), parallel=options.parallel)
    try:
        yield gateway
    except RunnerError as error:
        for redactor in redactors:
            redactor.error(error)
        raise
    finally:
        gateway.close()
