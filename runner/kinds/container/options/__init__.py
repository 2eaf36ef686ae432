"""THE TABLE: every key of a container that lives on the engine, one row each.

A new option is a new row in the module of its subject (and, when its form is new, a codec); schema,
validation, creation, reading back, comparison, updates and the reference page follow from it.
"""

from __future__ import annotations

from runner.kinds.container.options.health import HEALTH
from runner.kinds.container.options.life import LIFE, VITALS
from runner.kinds.container.options.limits import LIMITS
from runner.kinds.container.options.network import NETWORK
from runner.kinds.container.options.privileges import PRIVILEGES
from runner.kinds.container.options.process import PROCESS
from runner.kinds.container.options.storage import STORAGE
from runner.resource.field import Field

__all__ = ["FIELDS", "LATER", "TABLE", "VITALS"]

FIELDS: tuple[Field, ...] = (*PROCESS, *PRIVILEGES, *NETWORK, *STORAGE, *LIMITS, *LIFE, *HEALTH)

TABLE = (*FIELDS, *VITALS)
"""All that is compared with the engine."""

LATER = (
    "annotations",
    "cgroup",
    "cgroup_parent",
    "configs",
    "device_cgroup_rules",
    "devices",
    "dns_opt",
    "dns_search",
    "domainname",
    "gpus",
    "group_add",
    "ipc",
    "limits.cpu_period",
    "limits.cpu_quota",
    "limits.io",
    "limits.memory_swappiness",
    "limits.oom_kill_disable",
    "limits.oom_score_adj",
    "pid",
    "platform",
    "protect",
    "ready",
    "runtime",
    "secrets",
    "security_opt",
    "stdin_open",
    "storage_opt",
    "sysctls",
    "triggers",
    "update",
    "userns_mode",
    "uts",
)
"""Keys of the language that this version refuses as not supported yet."""
