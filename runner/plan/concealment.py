"""The only place where sensitive values are removed from a plan: every view and record gets the result."""

from __future__ import annotations

from collections.abc import Iterable

from runner.core.plan import FieldDiff, Reason
from runner.core.sensitive_diff import masked, with_masked_before
from runner.core.state import ObservedResource, Ref, Resource
from runner.core.values import Value
from runner.resource.kind import Kind


def concealed(
    diffs: Iterable[FieldDiff], resource: Resource, live: ObservedResource, kind: Kind, *, knows_secrets: bool
) -> tuple[FieldDiff, ...]:
    """Redact both sides of what is sensitive on either: as declared now, or as recorded on the live resource.

    Older versions of runner recorded no sensitive paths. For what they created, a string that the file no longer asks
    for may be a former secret, if the file declares any.
    """
    places = resource.sensitive_places | (live.sensitive_places or frozenset())
    found = tuple(masked(diff, places) for diff in diffs)
    if live.sensitive_places is not None or not knows_secrets:
        return found
    vitals = {row.name for row in kind.internal_fields}
    return tuple(
        with_masked_before(diff) if diff.path not in vitals and _may_be_former(diff, resource, live) else diff
        for diff in found
    )


def _may_be_former(diff: FieldDiff, resource: Resource, live: ObservedResource) -> bool:
    if diff.reason is not Reason.CONFIG or isinstance(resource.fields.get(diff.path), Ref):
        return False
    return diff.path not in live.fields or not _is_number(live.fields[diff.path])


def _is_number(value: Value) -> bool:
    return isinstance(value, bool | int | float)
