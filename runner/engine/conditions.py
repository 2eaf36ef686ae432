"""What a step waits for: the conditions that the resources of earlier steps must meet."""

from __future__ import annotations

from collections.abc import Sequence

from runner.core.plan import Phase, Step
from runner.core.state import Condition, Dependency

_DONE = "done"
"""The condition of an order that no dependency gives."""


def conditions_of(step: Step, steps: Sequence[Step]) -> dict[str, str]:
    """Return the condition that each other resource must meet before a step starts, by its address."""
    found: dict[str, str] = {}
    for before in (steps[number] for number in sorted(step.needs)):
        if before.change is not step.change:
            dependency = condition_between(step, before)
            found[str(before.change.address)] = dependency.condition.value if dependency else _DONE
    return found


def condition_between(step: Step, before: Step) -> Dependency | None:
    """Return the dependency behind the order of two steps, if there is one."""
    if step.phase is not Phase.APPLY or before.phase is not Phase.APPLY or step.change.desired is None:
        return None
    found = (d for d in step.change.desired.depends_on if d.address == before.change.address)
    return next(found, None)


def is_optional(step: Step, before: Step) -> bool:
    """Tell whether a step goes on although another one failed."""
    if condition_between(step, before) is None or step.change.desired is None:
        return False
    return not any(d.required for d in step.change.desired.depends_on if d.address == before.change.address)


def needs_only_start(dependency: Dependency) -> bool:
    """Tell whether the dependant may start once the dependency has: it needs no more, or has a timeout of its own."""
    return dependency.condition is Condition.STARTED or (
        dependency.timeout is not None and dependency.condition is not Condition.EXISTS
    )
