"""Differences to what is recorded: what counts of a resource that can't be told by what the engine has of it.

It is gone, or another program created it in a way of its own.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from runner.core.plan import Effect, FieldDiff, Reason
from runner.core.state import ObservedResource, Resource
from runner.core.struct import replace
from runner.core.values import Value, as_map
from runner.resource.field import Field
from runner.resource.labels import is_digest, recorded_key

_RECORDED = "(as recorded)"
"""Placeholder for a value of which only the digest is known."""


def differences(
    rows: Iterable[Field],
    resource: Resource,
    past: ObservedResource,
    diff: tuple[FieldDiff, ...],
    known: Container[str] = ("image",),
) -> tuple[FieldDiff, ...]:
    """Return the differences that the record shows: every field by its digest, the `known` ones by their values.

    `diff` are the differences to what the engine has, of which only those in the `known` fields count.
    """
    return tuple(found for row in rows for found in _differences(row, resource, past, diff, known))


def _differences(
    row: Field, resource: Resource, past: ObservedResource, diff: tuple[FieldDiff, ...], known: Container[str]
) -> Iterator[FieldDiff]:
    before = past.applied.get(row.name)
    if row.name in known:
        yield from (found for found in diff if found.path == row.name or found.path.startswith(f"{row.name}."))
        return
    if row.merged_by_key:
        yield from _in_entries(row, resource, before if isinstance(before, Mapping) else {}, diff)
        return
    found = next((found for found in diff if found.path == row.name), None)
    if row.name not in resource.fields or not is_digest(before, resource.fields[row.name]):
        if found:
            yield _changed(found, before)
        elif before is not None:
            yield _gone(row.name)


def _in_entries(
    row: Field, resource: Resource, recorded: Mapping[str, str], diff: tuple[FieldDiff, ...]
) -> Iterator[FieldDiff]:
    entries = as_map(resource.fields.get(row.name))
    names = {key: recorded_key(recorded, key) for key in entries}
    for found in diff:
        key = found.path.removeprefix(f"{row.name}.")
        if key in entries and found.path != key and not _is_entry(row, recorded, names[key], entries[key]):
            yield _changed(found, names[key])
    yield from (_gone(f"{row.name}.{name}") for name in recorded if name not in names.values())


def _is_entry(row: Field, recorded: Mapping[str, str], name: str | None, entry: Value) -> bool:
    if name is None:
        return False
    return is_digest(recorded[name], entry) or (row.is_remembered and recorded[name] == str(entry))


def _changed(found: FieldDiff, before: object) -> FieldDiff:
    return replace(found, before=None if before is None else _RECORDED, reason=Reason.CONFIG)


def _gone(path: str) -> FieldDiff:
    return FieldDiff(path, _RECORDED, None, Reason.CONFIG, Effect.REPLACE)
