"""The spec of a service: written anew, and changed where it is declared, with all else as it is on the swarm."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from runner import __version__
from runner.core.errors import StepFailed
from runner.core.plan import Effect
from runner.core.state import FieldValue, ObservedResource
from runner.core.values import Value, as_map
from runner.kinds.container.in_service.network import with_network_names
from runner.kinds.swarm.service.table import FIELDS, TABLE
from runner.kinds.swarm.service.traits import traits_of
from runner.resource.diff import diff_fields
from runner.resource.encode import encode
from runner.resource.engine_json import Body
from runner.resource.field import Field
from runner.resource.labels import (
    ORCHESTRATOR,
    applied_digests,
    creation_labels,
    ownership,
    recorded_key,
    without_own,
)
from runner.resource.orchestrator_names import SWARM
from runner.resource.service_table import written_together
from runner.resource.swarm_lists import network_names

if TYPE_CHECKING:
    from runner.core.task import Task


def new_spec(task: Task, table: tuple[Field, ...] = TABLE) -> Body:
    """Return the spec to create a service with."""
    spec = encode(table, task.fields())
    spec.setdefault("TaskTemplate", {}).setdefault("ContainerSpec", {})
    spec["Labels"] = {
        **creation_labels(task.desired, task.attribute),
        **spec.get("Labels", {}),
        **_own_labels(task, {}, table),
    }
    return spec


def changed_spec(task: Task, live: ObservedResource) -> Body:
    """Return the present spec of a service with what is declared in it.

    What was declared before is set back to its default; what nobody declared stays.
    """
    spec: Body = _copy(traits_of(live).spec)
    wanted = task.fields()
    changed = _rows_that_differ(task, live)
    rows = written_together(TABLE, changed)
    for row in rows:
        _unset(row, live, spec)
    for row in rows:
        value = _merged(row, wanted.get(row.name), live) if row.merged_by_key else wanted.get(row.name)
        if value is None and row.default.value is not None:
            value = row.default.value
        if value is not None:
            row.bind.write(value, spec)  # type: ignore[arg-type]
    if any(row.on_change is Effect.ROLL and _is_elsewhere(row) for row in changed):
        spec = restarted(spec)
    others = {
        name: text for name, text in (spec.get("Labels") or {}).items() if name in as_map(without_own(spec["Labels"]))
    }
    spec["Labels"] = {**others, **_own_labels(task, live.applied, TABLE)}
    return spec


def restarted(spec: Mapping[str, Any]) -> Body:
    """Return a spec by which all tasks restart, whatever else changes."""
    template = spec["TaskTemplate"]
    return {**spec, "TaskTemplate": {**template, "ForceUpdate": (template.get("ForceUpdate") or 0) + 1}}


def _rows_that_differ(task: Task, live: ObservedResource) -> list[Field]:
    """Return the rows to write: one that is written as it is might be written in another order, and restart tasks."""
    found = {one.path for one in diff_fields(TABLE, task.desired.fields, live, partial(_resolve, task))}
    return [row for row in TABLE if any(path == row.name or path.startswith(f"{row.name}.") for path in found)]


def _is_elsewhere(row: Field) -> bool:
    """Tell whether a row isn't in the part of a spec that tasks have: then that says which tasks are of it.

    A value that only a label records restarts nothing by itself; ports do, but no task tells which it has.
    """
    return row.is_remembered or row.bind.path.startswith("EndpointSpec.")


def _resolve(task: Task, ref: Any) -> Value:
    return task.attribute(ref)


def _merged(row: Field, wanted: FieldValue | None, live: ObservedResource) -> Mapping[str, Value] | None:
    """Return the entries of a keyed row: the declared ones, and those of others, in the order that they have."""
    declared, there = as_map(wanted), as_map(live.fields.get(row.name))
    before = live.applied.get(row.name)
    recorded = before if isinstance(before, Mapping) else {}
    kept = {
        key: declared.get(key, there[key])
        for key in there
        if key in declared or not (row.exclusive or recorded_key(recorded, key))
    }
    return {**kept, **declared} or None


def _unset(row: Field, live: ObservedResource, spec: Body) -> None:
    """Remove from a spec what a row has written there."""
    value = live.fields.get(row.name)
    if value is not None:
        written: Body = {}
        row.bind.write(value, written)
        _remove(written, spec)


def _remove(written: Mapping[str, Any], spec: Body) -> None:
    for key, inner in written.items():
        there = spec.get(key)
        if isinstance(inner, Mapping) and inner and isinstance(there, dict):
            _remove(inner, there)
            if not there:
                del spec[key]
        else:
            spec.pop(key, None)


def _copy(value: Any) -> Any:
    """Copy JSON, without what is null: a binding couldn't write into that."""
    if isinstance(value, Mapping):
        return {key: _copy(inner) for key, inner in value.items() if inner is not None}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _own_labels(task: Task, known: Mapping[str, Any], table: tuple[Field, ...]) -> dict[str, str]:
    desired = task.desired
    applied = applied_digests(table, desired.fields, desired.sensitive_places, known=known)
    own = ownership(task.workflow, desired, applied, __version__, file=task.file)
    return {**own, ORCHESTRATOR: SWARM}


def check_kept(task: Task, document: Mapping[str, Any], fields: tuple[Field, ...] = FIELDS) -> None:
    """Raise StepFailed if a manager has dropped something of a service's spec: it does so without a word."""
    if lost := _dropped(task, document, fields):
        help = "omit it, or use a newer engine on the swarm's managers"
        raise StepFailed(f"the swarm has dropped {', '.join(lost)}", help=help, code="swarm-cannot")


def _dropped(task: Task, document: Mapping[str, Any], fields: tuple[Field, ...]) -> list[str]:
    """Return the keys of what was dropped."""
    values, rows = task.fields(), [row for row in fields if not row.is_remembered]
    names = network_names(task.gateway, [document])
    spec, written = (with_network_names(one, names) for one in (document["Spec"], encode(fields, values)))
    return [row.name for row in rows if row.name in values and not _is_kept(row, written, spec)]


def _is_kept(row: Field, written: Body, spec: Body) -> bool:
    wanted, live = row.bind.read(written), row.bind.read(spec)
    if not row.merged_by_key:
        return row.equals(wanted, live)
    there = as_map(live)
    return all(key in there and row.equals(entry, there[key]) for key, entry in as_map(wanted).items())
