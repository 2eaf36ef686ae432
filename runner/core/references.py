"""References inside of values: an entry of a map may have one where a resource is named by its id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from runner.core.state import Ref
from runner.core.values import Marker


def has_reference(value: object) -> bool:
    """Tell whether a value is a reference, or an entry of a map that has one."""
    if isinstance(value, Ref):
        return True
    return isinstance(value, Mapping) and any(isinstance(inner, Ref) for inner in value.values())


def resolved(value: Any, resolve: Callable[[Ref], Any]) -> Any:
    """Return a value with the references in it resolved; the marker for the whole where one of them isn't known yet.

    >>> from runner.core.address import Address
    >>> resolved({"source": Ref(Address("image", "app")), "target": "/app"}, lambda ref: "sha256:1")
    {'source': 'sha256:1', 'target': '/app'}
    """
    if isinstance(value, Ref):
        return resolve(value)
    if not has_reference(value):
        return value
    found = {key: resolve(inner) if isinstance(inner, Ref) else inner for key, inner in value.items()}
    return next(_markers(found.values()), found)


def _markers(values: Any) -> Iterator[Marker]:
    return (value for value in values if isinstance(value, Marker))
