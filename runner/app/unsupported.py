"""The keys of the workflow language that an engine doesn't support."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runner.resource.requirements import unsupported

if TYPE_CHECKING:
    from runner.core.engine import Engine


def unsupported_keys(engine: Engine) -> Iterator[tuple[str, str]]:
    """Yield every key that an engine doesn't support, with the reason; repeated if kinds share it."""
    from runner.kinds import CATALOG

    for kind in CATALOG.values():
        for row in kind.rows:
            for lack in unsupported(row.keys, engine):
                yield lack.key, lack.reason
