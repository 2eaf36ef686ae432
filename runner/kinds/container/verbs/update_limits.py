"""In-place update of a container's limits: everything that the engine updates in one call."""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.errors import EngineError, EngineTimeout, EngineUnreachable, NotFound
from runner.core.plan import FieldDiff
from runner.core.state import FieldValues
from runner.core.task import Task
from runner.kinds.container.options import TABLE
from runner.kinds.container.sharing import is_rejoining
from runner.resource.encode import encode
from runner.resource.engine_json import Body
from runner.resource.field import Field


def changed_rows(diff: tuple[FieldDiff, ...]) -> dict[str, Field]:
    """Return the rows that differ, by name."""
    paths = {found.path for found in diff if not is_rejoining(found)}
    return {
        row.name: row for row in TABLE if any(path == row.name or path.startswith(f"{row.name}.") for path in paths)
    }


def update_limits(task: Task, rows: Mapping[str, Field], values: FieldValues) -> bool:
    """Send the values of all rows in the host config in one call; return whether the engine accepted them.

    It doesn't if more memory is in use than the new limit, or if a conflicting kind of limit was set from outside.
    """
    limits = [row for row in rows.values() if row.name != "networks"]
    host_config = encode(limits, values).get("HostConfig")
    if not host_config:
        return True
    _pair_swap(task, values, host_config)
    try:
        task.gateway.containers.update(task.observed.id, host_config)
    except (EngineUnreachable, NotFound, EngineTimeout):
        raise
    except EngineError:
        return False
    return True


def _pair_swap(task: Task, values: FieldValues, host_config: Body) -> None:
    """Send memory and swap together, as the engine requires; undeclared swap gets its default on creation."""
    if not {"Memory", "MemorySwap"} & host_config.keys():
        return
    memory = values.get("limits.memory", task.observed.fields["limits.memory"])
    swap = values.get("limits.memory_swap")
    if swap is None:
        live = task.observed.fields["limits.memory_swap"]
        swap = live if live == -1 or not isinstance(memory, int) else 2 * memory
    host_config.update(Memory=memory, MemorySwap=swap)
