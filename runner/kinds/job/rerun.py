"""When a job runs again, and what that is called: which of the differences to the record of its last run count."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from runner.core.plan import Action, Effect, FieldDiff, Reason
from runner.core.state import Observed, Resource
from runner.kinds.container.options.life import SUCCEEDED


class Rerun(Enum):
    """What makes a job that succeeded run again."""

    ON_CHANGE = "on_change"
    ALWAYS = "always"
    NEVER = "never"


def is_at_work(live: Observed) -> bool:
    """Tell whether the run has not ended yet: whoever began it was killed meanwhile, or waits elsewhere."""
    return live.fields["state"] in ("running", "paused")


def weigh(resource: Resource, live: Observed, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Return the differences that count; one that is still at work has only to be waited for."""
    rerun, done = resource.settings["rerun"], live.fields["state"] == SUCCEEDED
    if rerun is Rerun.NEVER and (done or is_at_work(live)):
        diff = tuple(found for found in diff if found.path in ("name", "state"))
    if rerun is Rerun.ALWAYS and done:
        diff = (*diff, FieldDiff("run", "done", "again", Reason.REQUESTED, Effect.REPLACE))
    if is_at_work(live):
        return tuple(replace(found, effect=Effect.UPDATE) if found.path == "state" else found for found in diff)
    return diff


def verb(desired: Resource | None, action: Action, _diff: tuple[FieldDiff, ...]) -> str:
    """Call it running, whatever it comes to on the engine."""
    return action.value if desired is None or action is Action.NOOP else "run"
