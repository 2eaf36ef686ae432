"""What a container loses when a network is made anew under it, and it is moved over."""

from __future__ import annotations

from runner.core.state import Engine, Resource
from runner.core.values import as_map
from runner.resource.requirements import api_at_least


def needs_recreate(resource: Resource, network: Resource, engine: Engine) -> bool:
    """Tell whether a container gets all that it asks of a network only when it is made.

    From API 1.44 to 1.53 engines ignore the MAC address of a container that joins (moby#48192); before, a container
    has one of its own, which it keeps, and since they heed it.
    """
    asked = as_map(as_map(resource.fields.get("networks")).get(network.engine_name))
    return "mac_address" in asked and api_at_least(engine, "1.44") and not api_at_least(engine, "1.54")
