"""The table of container options: every key of a container that exists on the engine, one row each.

A new option is a new row in the module of its subject (and a codec, if its format is new); schema, validation,
creation, observation, comparison, updates and the reference page follow from it.
"""

from __future__ import annotations

from runner.kinds.container.options.devices import DEVICES
from runner.kinds.container.options.first_network import FIRST_NETWORK
from runner.kinds.container.options.granted_files import SUPPLIES
from runner.kinds.container.options.health import HEALTH
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

FIELDS = (*COMMON, RESTART, *HEALTH)

INTERNAL_FIELDS = (NAME, STATE, FIRST_NETWORK)
"""Fields that runner itself sets for every container."""

TABLE = (*FIELDS, *INTERNAL_FIELDS)
"""All fields that are compared with the engine."""

COMMON_GROUPS = {
    "limits": "How much of the machine it may use.",
    "limits.io": "How much it may read from and write to devices.",
    "logging": "Where its output goes.",
}

GROUPS = {
    **COMMON_GROUPS,
    "healthcheck": "How the engine finds out whether it works; what isn't given is the image's.",
    "ready": "What is asked, from here, to find out whether others may rest on it.",
    "update": "How a new container takes the place of the old one.",
}
