"""The job kind: runs to completion, once per state of its inputs; the finished container is the record of the run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runner.core.resource_state import State
from runner.kinds.container.granted_files import contents, live_contents
from runner.kinds.container.options import COMMON_GROUPS
from runner.kinds.job.adjust_diff import action_label, adjust_diff
from runner.kinds.job.declare import declare
from runner.kinds.job.key_hints import KEY_HINTS
from runner.kinds.job.observe import observe
from runner.kinds.job.options import FIELDS, INTERNAL_FIELDS, SETTINGS
from runner.resource.kind import Kind, Operations
from runner.resource.observation import ObserveContext

if TYPE_CHECKING:
    from runner.core.inspection import Description
    from runner.core.state import ObservedResource
    from runner.resource.census import EngineLists, OwnedResource


def _describe(context: ObserveContext, observed: ObservedResource) -> Description:
    from runner.kinds.container.describe import describe
    from runner.kinds.job.past_run import is_past, portray_past

    return portray_past(observed) if is_past(observed) else describe(context, observed)


def _list_owned(lists: EngineLists) -> Iterable[OwnedResource]:
    from runner.kinds.job.listed import list_owned

    return list_owned(lists)


def _operations() -> Operations:
    from runner.kinds.job.operations import create, delete, replace, update

    return Operations(create=create, update=update, replace=replace, delete=delete)


JOB = Kind(
    name="job",
    section="jobs",
    doc="Containers that run to completion, once for each state of their image, options and files. "
    "The finished container is kept as a record, with a small volume in case it is pruned; "
    "where a change says *replaced*, the job runs again.",
    settings=SETTINGS,
    fields=FIELDS,
    internal_fields=INTERNAL_FIELDS,
    groups=COMMON_GROUPS,
    key_hints=KEY_HINTS,
    declare=declare,
    observe=observe,
    list_owned=_list_owned,
    adjust_diff=adjust_diff,
    action_label=action_label,
    describe=_describe,
    contents=contents,
    live_contents=live_contents,
    operations=_operations,
    success_state=State.SUCCEEDED,
    treated_as="container",
)
