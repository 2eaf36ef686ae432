"""What of the language an engine can't do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runner.resource.requirements import unsupported

if TYPE_CHECKING:
    from runner.core.engine import Engine


def unsupported_keys(engine: Engine) -> Iterator[tuple[str, str]]:
    """Yield every key that an engine can't honour, with the reason; again where kinds share it."""
    from runner.kinds import CATALOG

    for kind in CATALOG.values():
        for row in kind.rows:
            for lack in unsupported(row.keys, engine):
                yield lack.key, lack.reason
