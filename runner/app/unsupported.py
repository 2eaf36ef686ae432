"""The keys of the workflow language that an engine doesn't support."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runner.resource.requirements import unsupported

if TYPE_CHECKING:
    from runner.core.engine import Engine


def unsupported_keys(engine: Engine, run_by: str) -> Iterator[tuple[str, str]]:
    """Yield every key that an engine doesn't support, alone or as a swarm, with the reason; some more than once."""
    from runner.kinds import orchestrator

    for kind in orchestrator(run_by).catalog.values():
        for row in kind.rows:
            for lack in unsupported(row.keys, engine):
                yield lack.key, lack.reason
