"""The description of a service: its spec, its tasks with their nodes, and its networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runner.core.inspection import Description, Row, Table, table_from
from runner.core.values import is_empty
from runner.kinds.swarm.service.health import name_of
from runner.kinds.swarm.service.table import FIELDS

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.state import ObservedResource
    from runner.core.values import Value
    from runner.resource.observation import ObserveContext


def describe(context: ObserveContext, observed: ObservedResource) -> Description:
    """Describe a service of the swarm, by the lists that tell of all of them."""
    swarm = context.gateway.swarm
    document = swarm.services.inspect(observed.id)
    nodes = {node["ID"]: node for node in swarm.nodes.list()}
    tasks = sorted(swarm.tasks.of_service(observed.id), key=_newest_last)
    return Description(
        _facts(document, observed),
        (
            table_from("fields", "key", ("value",), dict(_fields(observed))),
            Table("tasks", ("task", "slot", "node", "state", "since", "image", "trouble"), tuple(_tasks(tasks, nodes))),
            Table("networks", ("network", "address"), tuple(_networks(document, context))),
        ),
    )


def _facts(document: EngineJSON, observed: ObservedResource) -> dict[str, Value]:
    health, status = observed.health, document.get("UpdateStatus") or {}
    spread = health.spread if health else None
    return {
        "id": document["ID"],
        "name": document["Spec"]["Name"],
        "state": health.phase if health else None,
        "health": health.health if health else None,
        "replicas": f"{spread.running} of {spread.wanted}" if spread else None,
        "image": document["Spec"]["TaskTemplate"]["ContainerSpec"].get("Image"),
        "created": document.get("CreatedAt"),
        "updated": document.get("UpdatedAt"),
        "update": status.get("State"),
        "update_message": status.get("Message"),
        "ports": health.ports if health else (),
    }


def _fields(observed: ObservedResource) -> Iterator[tuple[str, Row]]:
    """Yield what the service has been given, by the keys of the language; of a map by those of its entries, too."""
    for row in FIELDS:
        value = observed.fields.get(row.name)
        shown = value if is_empty(value) else row.codec.show(value)
        if isinstance(shown, Mapping):
            yield from ((f"{row.name}.{key}", {"value": one}) for key, one in shown.items())
        elif not is_empty(shown):
            yield row.name, {"value": shown}


def _newest_last(task: EngineJSON) -> tuple[int, str, str]:
    return int(task.get("Slot") or 0), str(task.get("NodeID", "")), str(task.get("CreatedAt", ""))


def _tasks(tasks: list[EngineJSON], nodes: Mapping[str, EngineJSON]) -> Iterator[Row]:
    for task in tasks:
        status = task["Status"]
        yield {
            "task": task["ID"],
            "slot": task.get("Slot"),
            "node": name_of(nodes, str(task.get("NodeID"))),
            "state": status["State"],
            "since": status.get("Timestamp"),
            "image": task["Spec"]["ContainerSpec"].get("Image"),
            "trouble": status.get("Err"),
        }


def _networks(document: EngineJSON, context: ObserveContext) -> Iterator[Row]:
    names: Mapping[str, Any] = {one["Id"]: one["Name"] for one in context.gateway.networks.list()}
    addresses = {one["NetworkID"]: one.get("Addr") for one in (document.get("Endpoint") or {}).get("VirtualIPs") or ()}
    for network in document["Spec"]["TaskTemplate"].get("Networks") or ():
        id = network["Target"]
        yield {"network": names.get(id, id), "address": addresses.get(id)}
