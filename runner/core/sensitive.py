"""Which fields of a thing hold something sensitive, by their places: known however short or common a value is.

A place is the path of a field, or of one entry of a keyed field, as a difference has it. `ROW.*` stands for a keyed
field some of whose keys are sensitive themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from runner.core.values import Marker, Value, as_map, is_empty

if TYPE_CHECKING:
    from runner.core.plan import FieldDiff

MASK: Final = "***"
Places: TypeAlias = frozenset[str]

_ANY_KEY: Final = ".*"


def with_sensitive_keys(row: str) -> str:
    """Return the place that stands for a keyed field and its keys."""
    return f"{row}{_ANY_KEY}"


def is_sensitive(path: str, places: Iterable[str]) -> bool:
    """Tell whether a path is at or below one of the places.

    >>> is_sensitive("environment.PW", {"environment.PW"}), is_sensitive("labels.a", {"labels"})
    (True, True)
    """
    return any(_covers(place.removesuffix(_ANY_KEY), path) for place in places)


def has_sensitive_keys(place: str) -> bool:
    """Tell whether a place stands for a field with its keys."""
    return place.endswith(_ANY_KEY)


def _covers(place: str, path: str) -> bool:
    return path == place or path.startswith(f"{place}.")


def row_of_sensitive_key(path: str, places: Iterable[str]) -> str | None:
    """Return the field of which the path has a key that must not be shown; None where there is none."""
    rows = (place.removesuffix(_ANY_KEY) for place in places if has_sensitive_keys(place))
    return next((row for row in rows if path.startswith(f"{row}.")), None)


def masked(diff: FieldDiff, places: Places) -> FieldDiff:
    """Return a difference without its values, both sides of it, where it is sensitive, and without a sensitive key.

    Its path stays as it is for who carries it out; `shown_path` is for everybody else.
    """
    if not is_sensitive(diff.path, places):
        return diff
    row = row_of_sensitive_key(diff.path, places)
    shown_path = f"{row}.{MASK}" if row else diff.shown_path
    after = diff.after if isinstance(diff.after, Marker) else _mask(diff.after)
    return replace(diff, before=_mask(diff.before), after=after, shown_path=shown_path, files=())


def with_masked_before(diff: FieldDiff) -> FieldDiff:
    """Return a difference without the value that was there."""
    return replace(diff, before=_mask(diff.before))


def _mask(value: Value) -> Value:
    """Leave what is not there as it is: nobody takes it for a value."""
    return value if is_empty(value) else MASK


def texts_at(places: Iterable[str], fields: Mapping[str, Value]) -> frozenset[str]:
    """Return the texts of fields and of single entries at some places: what is secret there is so wherever it is.

    Not those of a list: of a command, most words are nobody's secret.

    >>> sorted(texts_at({"name", "labels.l", "argv"}, {"name": "v-1", "labels": {"l": "x"}, "argv": ("a", "b")}))
    ['v-1', 'x']
    """
    found = (value for name, entries in fields.items() for value in _texts(name, entries, places))
    return frozenset(found)


def _texts(name: str, entries: Value, places: Iterable[str]) -> Iterator[str]:
    if isinstance(entries, str) and name in places:
        yield entries
    for key, value in as_map(entries).items():
        if isinstance(value, str) and f"{name}.{key}" in places:
            yield value
