"""What another program had declared of a resource that it created, where nothing records it.

Whatever can't be the engine's own work counts as declared: what the file no longer has of it then differs, as if runner
had applied it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from runner.core.state import ObservedResource
from runner.core.struct import replace
from runner.core.values import as_map
from runner.resource.field import DefaultSources, Field
from runner.resource.requirements import unsupported

_UNREAD: Final = ""
"""Stands for the digest of a value that isn't known: it is that of none."""


def with_all_declared(
    live: ObservedResource,
    rows: Iterable[Field],
    layers: DefaultSources,
    is_made: Callable[[Field, str | None], bool],
) -> ObservedResource:
    """Return a live resource with a record as if all it has had been declared before.

    `is_made` tells whether a row's value, or the entry of one that is managed by key, may come from anywhere else.
    """
    known = [row for row in rows if row.name in live.fields and _can_be_told(row, layers)]
    found = {row.name: record for row in known if (record := _record(row, live, is_made)) is not None}
    return replace(
        live, applied=found, defaults={row.name: row.default(row.bind, layers) for row in known if row.name in found}
    )


def _can_be_told(row: Field, layers: DefaultSources) -> bool:
    return not row.is_remembered and not any(unsupported([row], layers.engine))


def _record(
    row: Field, live: ObservedResource, is_made: Callable[[Field, str | None], bool]
) -> str | Mapping[str, str] | None:
    """Return the record of one row; None if nobody needs to have declared it."""
    if not row.merged_by_key:
        return None if is_made(row, None) else _UNREAD
    keys = as_map(live.fields.get(row.name))
    return {key: _UNREAD for key in keys if not is_made(row, key)} or None
