"""The connection to an engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from runner.core.errors import RunnerError
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway
    from runner.core.redact import Redactor
    from runner.daemon.opening import Opening

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


def open_engine(environ: Mapping[str, str], options: EngineOptions) -> Opening:
    """Find an engine, without connecting to it yet; EngineUnreachable if there is none."""
    from runner.daemon.endpoints.discover import find_endpoint
    from runner.daemon.opening import Opening

    endpoint = find_endpoint(options.host, options.context, environ)
    return Opening(endpoint, timeout=min(_LONGEST_CALL, options.timeout), parallel=options.parallel)


@contextmanager
def connect(
    workspace: Workspace,
    options: EngineOptions | None = None,
    *,
    redactors: Sequence[Redactor] = (),
    opening: Opening | None = None,
) -> Iterator[Gateway]:
    """Connect to an engine, or go on with its `opening`; the `redactors` mask errors raised in the block.

    Raises EngineUnreachable if no engine answers.
    """
    from runner.daemon.client import DockerGateway

    gateway = DockerGateway(opening or open_engine(workspace.environ, options or EngineOptions()))
    try:
        yield gateway
    except RunnerError as error:
        for redactor in redactors:
            redactor.error(error)
        raise
    finally:
        gateway.close()
