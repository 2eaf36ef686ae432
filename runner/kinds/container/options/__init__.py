"""The table of container options: every key of a container that exists on the engine, one row each.

A new option is a new row in the module of its subject (and a codec, if its format is new); schema, validation,
creation, observation, comparison, updates and the reference page follow from it.
"""

from __future__ import annotations

from runner.kinds.container.options.devices import DEVICES
from runner.kinds.container.options.first_network import FIRST_NETWORK
from runner.kinds.container.options.granted_files import SUPPLIES
from runner.kinds.container.options.health import HEALTH
from runner.kinds.container.options.hooks import HOOKS
from runner.kinds.container.options.lifecycle import LIFE, NAME, RESTART, STATE
from runner.kinds.container.options.limits import LIMITS
from runner.kinds.container.options.namespaces import NAMESPACES
from runner.kinds.container.options.network import NETWORK
from runner.kinds.container.options.privileges import PRIVILEGES
from runner.kinds.container.options.process import PROCESS
from runner.kinds.container.options.security import SECURITY
from runner.kinds.container.options.storage import STORAGE
from runner.resource.field import Field

__all__ = ["COMMON", "COMMON_GROUPS", "FIELDS", "GROUPS", "TABLE", "VITALS"]

COMMON: tuple[Field, ...] = (
    *PROCESS,
    *PRIVILEGES,
    *SECURITY,
    *NAMESPACES,
    *DEVICES,
    *NETWORK,
    *STORAGE,
    *SUPPLIES,
    *LIMITS,
    *LIFE,
)
"""Fields of every kind that runs as a container."""

FIELDS = (*COMMON, RESTART, *HEALTH, *HOOKS)

INTERNAL_FIELDS = (NAME, STATE, FIRST_NETWORK)
"""Fields that runner itself sets for every container."""

TABLE = (*FIELDS, *INTERNAL_FIELDS)
"""All fields that are compared with the engine."""

COMMON_GROUPS = {
    "limits": "Resource limits.",
    "limits.io": "Limits of reads and writes to block devices.",
    "logging": "Log driver configuration.",
    "place": "Where a swarm runs it.",
}

GROUPS = {
    **COMMON_GROUPS,
    "healthcheck": "The engine's healthcheck; unset keys are inherited from the image.",
    "ready": "A readiness probe, run from the client, that dependents wait for.",
    "update": "How a container is replaced.",
}
