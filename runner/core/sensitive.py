"""Which fields of a resource are sensitive, by path: known however short or common a value is.

A place is the path of a field, or of one entry of a keyed field, as in a diff. `ROW.*` stands for a keyed field some of
whose keys are sensitive themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from runner.core.values import Value, as_map

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
    """Return the field if the path has a sensitive key of it; else None."""
    rows = (place.removesuffix(_ANY_KEY) for place in places if has_sensitive_keys(place))
    return next((row for row in rows if path.startswith(f"{row}.")), None)


def texts_at(
    places: Collection[str],
    fields: Mapping[str, Value],
    declared: Mapping[str, Value] | None = None,
    secrets: Iterable[str] = (),
) -> frozenset[str]:
    """Return the strings at some places: what is secret there is secret everywhere.

    If current `secrets` occur in the `declared` value, the parts of the live value in their position count by
    themselves as well. Of a list only undeclared items count, and none if the declared list isn't known: most words of
    a command are no secret.

    >>> live, today = {"name": "v-1", "argv": ("run", "--pw=old")}, {"name": "v-2", "argv": ("run", "--pw=new")}
    >>> sorted(texts_at({"name", "argv"}, live, today, ["new"]))
    ['--pw=old', 'old', 'v-1']
    """
    secrets = [secret for secret in secrets if secret]
    found = (
        text
        for path, value in _at_places(places, fields)
        if isinstance(value, str) or declared is not None
        for text in _texts(value, _value_at(path, declared or {}), secrets)
    )
    return frozenset(found)


def _at_places(places: Collection[str], fields: Mapping[str, Value]) -> Iterator[tuple[tuple[str, ...], Value]]:
    if not places:
        return
    for name, entries in fields.items():
        if name in places:
            yield (name,), entries
        yield from (((name, key), value) for key, value in as_map(entries).items() if f"{name}.{key}" in places)


def _value_at(path: tuple[str, ...], fields: Mapping[str, Value]) -> Value:
    name, *key = path
    return as_map(fields.get(name)).get(key[0]) if key else fields.get(name)


def _texts(value: Value, declared: Value, secrets: Sequence[str]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if isinstance(declared, str):
            yield from _put_in_place_of(secrets, declared, value)
    elif isinstance(value, tuple):
        known = declared if isinstance(declared, tuple) else ()
        beside = known if len(known) == len(value) else (None,) * len(value)
        for item, other in zip(value, beside, strict=True):
            if item not in known:
                yield from _texts(item, other, secrets)


def _put_in_place_of(secrets: Sequence[str], text: str, other: str) -> Iterator[str]:
    """Yield what another text has where this one has secrets; nothing unless the rest is equal.

    >>> list(_put_in_place_of(["new"], "pg://u:new@db", "pg://u:old@db"))
    ['old']
    """
    there = sorted({secret for secret in secrets if secret in text}, key=len, reverse=True)
    if not there:
        return
    first, *between, last = re.split("|".join(map(re.escape, there)), text)
    if not (other.startswith(first) and other.endswith(last) and len(other) >= len(first) + len(last)):
        return
    rest = other[len(first) : len(other) - len(last)]
    parts = []
    for literal in filter(None, between):
        part, found, rest = rest.partition(literal)
        if not found:
            return
        parts.append(part)
    yield from filter(None, (*parts, rest))
