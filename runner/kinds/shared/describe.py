"""What the descriptions of networks and volumes have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.engine_answers import EngineJSON
from runner.core.inspection import Table, table_from
from runner.resource.labels import PREFIX


def labels_table(document: EngineJSON) -> Table:
    """Return the labels of a network or volume, without runner's own."""
    labels = {name: text for name, text in (document.get("Labels") or {}).items() if not name.startswith(PREFIX)}
    return options_table(labels, "labels.", name="labels")


def options_table(options: Mapping[str, Any] | None, place: str, *, name: str = "options") -> Table:
    """Return a map of texts as a table; `place` is the prefix of their paths among the fields."""
    return table_from(name, "key", ("value",), {key: {"value": text} for key, text in (options or {}).items()}, place)


def container_name(short: EngineJSON) -> str:
    """Return a container's own name, of its short form: links add others, with a slash in them."""
    names = [name.lstrip("/") for name in short.get("Names") or ()]
    return next((name for name in names if "/" not in name), str(short["Id"]))
