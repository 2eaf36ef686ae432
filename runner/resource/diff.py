"""The three-way diff of a resource's fields: desired, observed and last applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from runner.core.file_changes import FileChange
from runner.core.plan import Effect, FieldDiff, Reason
from runner.core.state import FieldValue, ObservedResource, Ref, has_reference, resolved
from runner.core.struct import replace
from runner.core.values import Marker, Value, as_map
from runner.resource.field import Field
from runner.resource.labels import is_digest, recorded_key

Resolve = Callable[[Ref], "Value | Marker"]


def diff_fields(
    fields: Iterable[Field], desired: Mapping[str, FieldValue], observed: ObservedResource, resolve: Resolve
) -> tuple[FieldDiff, ...]:
    """Return every difference in a managed field, in the table's order.

    The expected value is what the file sets; else, for what runner last applied, the default. A field in neither is not
    managed.
    """
    managed = desired.keys() | observed.applied.keys()
    return tuple(
        found for row in fields if row.name in managed for found in _diff_field(row, desired, observed, resolve)
    )


def _diff_field(
    row: Field, desired: Mapping[str, FieldValue], observed: ObservedResource, resolve: Resolve
) -> Iterator[FieldDiff]:
    before = observed.applied.get(row.name)
    if row.merged_by_key:
        recorded = before if isinstance(before, Mapping) else {}
        yield from _diff_keyed(row, desired.get(row.name), observed, recorded, resolve)
    elif row.name in desired:
        files = observed.files.get(row.name, ())
        yield from _diff_set(row, desired[row.name], observed.fields.get(row.name), before, resolve, files)
    elif before is not None:
        default, live = observed.defaults.get(row.name), observed.fields.get(row.name)
        if not row.equals(default, live):
            reason = row.drift_reason if is_digest(before, default) else Reason.CONFIG
            yield _found(row, row.name, live, default, reason, row.on_unset)


def _diff_set(
    row: Field, wanted: FieldValue, live: Value, before: object, resolve: Resolve, files: tuple[FileChange, ...]
) -> Iterator[FieldDiff]:
    expected = resolve(wanted) if isinstance(wanted, Ref) else wanted
    if isinstance(expected, Marker) or not _is_same(row, expected, live, wanted, before):
        reason = row.drift_reason if is_digest(before, wanted) else row.config_reason
        found = _found(row, row.name, live, expected, reason, row.on_change)
        yield replace(found, files=files) if files else found


def _is_same(row: Field, expected: Value, live: Value, wanted: FieldValue, before: object) -> bool:
    if not row.equals(expected, live):
        return False
    anew = row.equals_after_edit
    return anew is None or before is None or is_digest(before, wanted) or anew(expected, live)


def _diff_keyed(
    row: Field, wanted: FieldValue | None, observed: ObservedResource, before: Mapping[str, str], resolve: Resolve
) -> Iterator[FieldDiff]:
    """Diff a map entry by entry; one that was applied and is no longer declared goes back to its default."""
    expected = as_map(wanted)
    live, default = (as_map(side.get(row.name)) for side in (observed.fields, observed.defaults))
    managed = bool(expected) or bool(before)
    for key in [*expected, *(name for name in live if name not in expected)]:
        path = f"{row.name}.{key}"
        if key in expected:
            entry = resolved(expected[key], resolve)
            if key not in live or not _is_same_entry(row, entry, live[key]):
                recorded = recorded_key(before, key)
                is_moved = recorded is not None and is_digest(before[recorded], expected[key])
                reason = row.config_reason if not is_moved else _moved_reason(row, expected[key])
                yield _found(row, path, live.get(key), entry, reason, row.on_change)
        elif recorded_key(before, key) is not None:
            if not row.equals(default.get(key), live[key]):
                yield _found(row, path, live[key], default.get(key), Reason.CONFIG, row.on_unset)
        elif row.exclusive and managed:
            yield _found(row, path, live[key], None, Reason.DRIFT, row.on_unset)


def _moved_reason(row: Field, wanted: Value) -> Reason:
    """Return why an entry differs though it is declared as before: what it refers to may be another resource by now."""
    return Reason.DEPENDENCY if has_reference(wanted) else row.drift_reason


def _is_same_entry(row: Field, expected: Value, live: Value) -> bool:
    """Compare an entry; if it is only recorded and sensitive, against a salted digest."""
    return row.equals(expected, live) or (row.is_remembered and is_digest(live, expected))


def _found(row: Field, path: str, before: Value, after: Value | Marker, reason: Reason, effect: Effect) -> FieldDiff:
    """Make the diff, both sides as a person would write them."""
    shown = after if isinstance(after, Marker) else _shown(row, path, after)
    return FieldDiff(path, _shown(row, path, before), shown, reason, effect, is_digest=row.is_digest)


def _shown(row: Field, path: str, value: Value) -> Value:
    if not row.merged_by_key or value is None:
        return row.codec.show(value)
    key = path.removeprefix(f"{row.name}.")
    entries = row.codec.show({key: value})
    return entries[key] if isinstance(entries, Mapping) else entries
