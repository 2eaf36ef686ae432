"""What built images are called."""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.values import Value
from runner.resource.reference import familiar


def names_of_entry(workflow: str, key: str, values: Mapping[str, Value]) -> tuple[str, ...]:
    """Return every name of the image of an entry, the first one first."""
    if "reference" in values:
        return (familiar(str(values["reference"])),)
    more = values.get("tags")
    first = familiar(str(values.get("tag") or f"{workflow}-{key}"))
    return tuple(dict.fromkeys((first, *(familiar(str(tag)) for tag in (more if isinstance(more, tuple) else ())))))
