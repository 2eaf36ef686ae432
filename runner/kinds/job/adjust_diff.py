"""Which differences between a job and its last run count, and the label of running it again."""

from __future__ import annotations

from collections.abc import Container

from runner.core.plan import Action, Effect, FieldDiff, Reason
from runner.core.state import ObservedResource, Resource
from runner.core.struct import replace
from runner.kinds.container.image_names import named_images
from runner.kinds.container.options.first_network import FIRST_NETWORK
from runner.kinds.container.sharing import is_another_owner
from runner.kinds.job.options import FIELDS
from runner.kinds.job.past_run import is_adopted, is_past
from runner.kinds.job.rerun_policy import is_done, is_done_for_good, is_running
from runner.kinds.job.settings import JobSettings, Rerun
from runner.kinds.shared import label_overrides
from runner.resource.field import Field

_TOLD_BY_RECORDS = (*FIELDS, FIRST_NETWORK)
"""What a record knows of a past run: not its name, which was its container's, nor its outcome, which was success."""
_RECORD = "record"
"""The path of the difference that a successful run has no record yet."""


def adjust_diff(resource: Resource, live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Return the differences that count; a run that is still active is only waited for."""
    return named_images(resource, live, counting(resource, live, diff, _TOLD_BY_RECORDS))


def counting(
    resource: Resource, live: ObservedResource, diff: tuple[FieldDiff, ...], told_by_records: tuple[Field, ...]
) -> tuple[FieldDiff, ...]:
    """Return the differences that count; of a past run, those in the rows that records tell."""
    rerun, done = resource.settings_as(JobSettings).rerun, is_done(live)
    if not live.owned and (done or is_running(live)):  # the worst that an adoption could do is to run it once more
        diff = tuple(found for found in diff if found.path in ("name", "state"))
    elif is_past(live):
        diff = _differences(told_by_records, resource, live, diff, live.fields)
    elif done and is_adopted(live):
        named = (found for found in diff if found.path == "name")
        diff = (*_differences(told_by_records, resource, live, diff), *named)
    elif done:
        diff = tuple(found for found in diff if not is_another_owner(found.path, resource, live))
    if is_done_for_good(resource, live) or (rerun is Rerun.NEVER and is_running(live)):
        diff = tuple(found for found in diff if found.path in ("name", "state"))
    if rerun is Rerun.ALWAYS and done:
        diff = (*diff, FieldDiff("run", "done", "again", Reason.REQUESTED, Effect.REPLACE))
    if done and live.owned and not diff and not label_overrides.is_kept(live):
        diff = (*diff, FieldDiff(_RECORD, None, "kept", Reason.DRIFT, Effect.UPDATE))
    if is_running(live):
        return tuple(replace(found, effect=Effect.UPDATE) if found.path == "state" else found for found in diff)
    return diff


def _differences(
    rows: tuple[Field, ...],
    resource: Resource,
    live: ObservedResource,
    diff: tuple[FieldDiff, ...],
    known: Container[str] = ("image",),
) -> tuple[FieldDiff, ...]:
    from runner.kinds.shared.recorded_differences import differences

    return differences(rows, resource, live, diff, known)


def action_label(desired: Resource | None, action: Action, diff: tuple[FieldDiff, ...]) -> str:
    """Return the label of an action: always `run`, unless only what is left of a past run changes."""
    if desired is None or action is Action.NOOP:
        return action.value
    if any(found.path not in ("name", _RECORD) for found in diff):
        return "run"
    if action is Action.REPLACE and desired.settings_as(JobSettings).rerun is Rerun.NEVER:
        return "release"
    return action.value if action is Action.UPDATE else "run"
