"""What a container loses when a network is recreated and the container is reconnected."""

from __future__ import annotations

from runner.core.engine import Engine
from runner.core.state import Resource
from runner.core.values import as_map
from runner.resource.requirements import api_at_least


def needs_recreate(resource: Resource, network: Resource, engine: Engine) -> bool:
    """Return whether a container gets all that it asks of a network only on creation.

    Engines from API 1.44 to 1.53 ignore the MAC address when an existing container is connected (moby#48192). With
    older engines a container keeps its one MAC address; newer ones honour it (moby#52040).
    """
    asked = as_map(as_map(resource.fields.get("networks")).get(network.engine_name))
    return "mac_address" in asked and api_at_least(engine, "1.44") and not api_at_least(engine, "1.54")
