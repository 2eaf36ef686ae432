"""Diffs of sensitive fields, with their values redacted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.core.sensitive import MASK, Places, is_sensitive, row_of_sensitive_key
from runner.core.struct import replace
from runner.core.values import Marker, Value, is_empty

if TYPE_CHECKING:
    from runner.core.plan import FieldDiff


def masked(diff: FieldDiff, places: Places) -> FieldDiff:
    """Return a diff with both values and a sensitive key redacted, if its path is sensitive.

    `path` is unchanged, since applying the diff needs it; `shown_path` is for display.
    """
    if not is_sensitive(diff.path, places):
        return diff
    row = row_of_sensitive_key(diff.path, places)
    shown_path = f"{row}.{MASK}" if row else diff.shown_path
    after = diff.after if isinstance(diff.after, Marker) else _mask(diff.after)
    return replace(diff, before=_mask(diff.before), after=after, shown_path=shown_path, files=(), details=())


def with_masked_before(diff: FieldDiff) -> FieldDiff:
    """Return a diff with the old value redacted."""
    return replace(diff, before=_mask(diff.before))


def _mask(value: Value) -> Value:
    """Mask a value; an empty one is kept, since it can't be mistaken for a value."""
    return value if is_empty(value) else MASK
