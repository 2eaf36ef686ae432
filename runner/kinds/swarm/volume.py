"""Volumes on a swarm: only what mounts say of them. Each node makes its own, when a task first runs there.

Nobody looks after those on the nodes: no run removes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.core.inspection import Description
from runner.core.values import Value, as_map
from runner.kinds.shared.describe import options_table
from runner.kinds.volume import VOLUME as OF_ENGINE
from runner.resource.kind import Section

if TYPE_CHECKING:
    from runner.core.state import DesiredState, Resource

STAY: Final = "volumes of a swarm lie on its nodes, and stay there"
"""Why no destroy removes them."""


def _describe(resource: Resource, _desired: DesiredState) -> Description:
    fields, name = resource.fields, resource.engine_name
    facts: dict[str, Value] = {
        "name": name,
        "external": resource.external,
        "driver": str(fields.get("driver", "local")),
    }
    options = options_table(as_map(fields.get("driver_opts")), "driver_opts.")
    return Description(facts, (options,), hints=(f"{STAY}; on one of them: docker volume inspect {name}",))


VOLUME = Section(
    name=OF_ENGINE.name,
    section=OF_ENGINE.section,
    doc="Named volumes: each node makes its own, when a task that mounts it first runs there.",
    settings=OF_ENGINE.settings,
    fields=OF_ENGINE.fields,
    declare=OF_ENGINE.declare,
    describe_declared=_describe,
)
