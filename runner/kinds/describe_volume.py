"""The description of a volume: its facts, its options, and the containers that mount it."""

from __future__ import annotations

from collections.abc import Iterator

from runner.core.engine_answers import EngineJSON
from runner.core.inspection import Description, Row, Table
from runner.core.state import ObservedResource
from runner.core.values import Value
from runner.kinds.shared.describe import container_name, labels_table, options_table
from runner.resource.observation import ObserveContext


def describe(context: ObserveContext, observed: ObservedResource) -> Description:
    """Describe a volume of the engine."""
    document = next(one for one in context.volumes if one["Name"] == observed.engine_name)
    users = tuple(_users(context, observed.engine_name))
    return Description(
        _facts(document, observed),
        (
            options_table(document.get("Options"), "driver_opts."),
            labels_table(document),
            Table("containers", ("name", "state", "target", "mode"), users),
        ),
    )


def _facts(document: EngineJSON, observed: ObservedResource) -> dict[str, Value]:
    return {
        "name": document["Name"],
        "owned": observed.owned,
        "protect": observed.protected,
        "driver": document.get("Driver"),
        "scope": document.get("Scope"),
        "created": document.get("CreatedAt"),
        "mountpoint": document.get("Mountpoint"),
    }


def _users(context: ObserveContext, name: str) -> Iterator[Row]:
    """Yield each mount of a volume by a container, running or not, whoever it belongs to."""
    for short in context.containers:
        for mount in short.get("Mounts") or ():
            if mount.get("Type") == "volume" and mount.get("Name") == name:
                mode = "rw" if mount.get("RW") else "ro"
                row = {"name": container_name(short), "state": short.get("State"), "target": mount.get("Destination")}
                yield {**row, "mode": mode}
