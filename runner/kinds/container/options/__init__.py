"""THE TABLE: every key of a container that lives on the engine, one row each.

A new option is a new row in the module of its subject (and, when its form is new, a codec); schema,
validation, creation, reading back, comparison, updates and the reference page follow from it.
"""

from __future__ import annotations

from runner.kinds.container.options.devices import DEVICES
from runner.kinds.container.options.health import HEALTH
from runner.kinds.container.options.life import LIFE, VITALS
from runner.kinds.container.options.limits import LIMITS
from runner.kinds.container.options.namespaces import NAMESPACES
from runner.kinds.container.options.network import NETWORK
from runner.kinds.container.options.privileges import PRIVILEGES
from runner.kinds.container.options.process import PROCESS
from runner.kinds.container.options.security import SECURITY
from runner.kinds.container.options.storage import STORAGE
from runner.resource.field import Field

__all__ = ["FIELDS", "GROUPS", "LATER", "TABLE", "VITALS"]

FIELDS: tuple[Field, ...] = (
    *PROCESS,
    *PRIVILEGES,
    *SECURITY,
    *NAMESPACES,
    *DEVICES,
    *NETWORK,
    *STORAGE,
    *LIMITS,
    *LIFE,
    *HEALTH,
)

TABLE = (*FIELDS, *VITALS)
"""All that is compared with the engine."""

GROUPS = {
    "healthcheck": "How the engine finds out whether it works; what isn't given is the image's.",
    "limits": "How much of the machine it may use.",
    "limits.io": "How much it may read from and write to devices.",
    "logging": "Where its output goes.",
}

LATER = (
    "configs",
    "protect",
    "ready",
    "secrets",
    "triggers",
    "update",
)
"""Keys of the language that this version refuses as not supported yet."""
