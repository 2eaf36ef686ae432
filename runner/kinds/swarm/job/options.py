"""The table of a job on a swarm: what a service has a place for of the keys of a job; each change runs it again."""

from __future__ import annotations

from typing import Final

from runner.core.plan import Effect, FieldDiff
from runner.core.state import ObservedResource, Resource
from runner.core.struct import replace
from runner.kinds.container.options import COMMON
from runner.kinds.job.adjust_diff import counting
from runner.kinds.job.options import SETTINGS as OF_JOBS
from runner.kinds.swarm.service.table import NAME, STATE
from runner.resource.field import Field, Setting
from runner.resource.service_table import for_service, settings_for_service

ROWS: Final[tuple[Field | Setting, ...]] = (*COMMON, *OF_JOBS)
"""All keys of `jobs`."""
FIELDS: Final = for_service(ROWS, on_change=Effect.REPLACE)
SETTINGS: Final = settings_for_service(ROWS)
INTERNAL_FIELDS: Final = (NAME, replace(STATE, on_change=Effect.REPLACE, on_unset=Effect.REPLACE))
TABLE: Final = (*FIELDS, *INTERNAL_FIELDS)
"""All fields that are compared with the swarm."""
GRANTS: Final = ("secrets", "configs")
"""The fields of which a record has to tell the versions: the spec refers to those, the file to none."""


def adjust_diff(resource: Resource, live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Return the differences that count; a run that is still active is only waited for."""
    return counting(resource, live, diff, FIELDS)
