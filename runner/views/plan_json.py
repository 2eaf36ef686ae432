"""A plan as JSON for programs, according to schemas/plan.schema.json."""

from __future__ import annotations

from collections.abc import Sequence

from runner.core.plan import Change, Plan
from runner.core.serialize import FORMAT_VERSION, JSON, JSONObject, diagnostic_json, to_plain
from runner.core.state import Resource
from runner.views.formatting import verb_of


def plan_json(plan: Plan, files: Sequence[str] = ()) -> JSONObject:
    """Return what the plan shows, and the files that it was made from, if they are known.

    The resources' own values are left out, since some are sensitive.
    """
    return {
        "format_version": FORMAT_VERSION,
        "workflow": plan.workflow,
        **({"files": [*files]} if files else {}),
        "engine": {"name": plan.engine.name, "version": plan.engine.version, "api_version": plan.engine.api_version},
        "changes": [_change_json(change) for change in plan.changes],
        "steps": [
            {
                "number": step.number,
                "address": str(step.change.address),
                "half": step.phase.value,
                "needs": [*sorted(step.needs)],
            }
            for step in plan.steps
        ],
        "checks": [{"address": str(check.address), "depends_on": _dependencies(check)} for check in plan.checks],
        "problems": [diagnostic_json(problem) for problem in plan.problems],
        "warnings": [diagnostic_json(warning) for warning in plan.warnings],
        "retained": [{"name": data.name, "owner": str(data.owner), "target": data.target} for data in plan.retained],
        "left_alone": [str(one.address) for one in plan.left_alone],
        "counts": {action.value: number for action, number in plan.counts.items()},
    }


def _change_json(change: Change) -> JSONObject:
    return {
        "address": str(change.address),
        "action": change.action.value,
        "verb": verb_of(change),
        "reasons": to_plain(change.reasons),
        "diff": to_plain(change.diff),
        "destroys_data": change.destroys_data,
        "retains": [{"name": data.name, "target": data.target} for data in change.retains],
        "depends_on": _dependencies(change.desired),
        **({"pace": {"at_once": change.pace.at_once, "of": change.pace.of}} if change.pace else {}),
    }


def _dependencies(resource: Resource | None) -> list[JSON]:
    """Return what a declared resource depends on."""
    found = resource.depends_on if resource else ()
    return [{"address": str(one.address), "condition": one.condition.value} for one in found]
