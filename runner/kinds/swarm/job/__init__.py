"""The job kind of a swarm: a service whose one task runs to completion on some node; the done service is the record.

The swarm runs a job again at every update of its service, even of a label. So it is written once, with all that is to
be known about it later, and removed and created anew instead of updated.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runner.core.struct import replace
from runner.kinds.job import JOB as OF_ENGINE
from runner.kinds.swarm.job.declare import declare
from runner.kinds.swarm.job.observe import observe
from runner.kinds.swarm.job.options import FIELDS, INTERNAL_FIELDS, SETTINGS, adjust_diff
from runner.resource.kind import Operations

if TYPE_CHECKING:
    from runner.resource.census import EngineLists, OwnedResource


def _operations() -> Operations:
    from runner.kinds.swarm.job import operations

    return Operations(
        create=operations.create, update=operations.update, replace=operations.replace, delete=operations.delete
    )


def _list_owned(lists: EngineLists) -> Iterable[OwnedResource]:
    from runner.kinds.swarm.job.outcome import health_of
    from runner.kinds.swarm.service.listed import list_owned_as

    return list_owned_as("job", lists, lambda service, _nodes: health_of(service))


JOB = replace(
    OF_ENGINE,
    doc="Tasks that run to completion on some node, once for each state of their image, options and files.",
    settings=SETTINGS,
    fields=FIELDS,
    internal_fields=INTERNAL_FIELDS,
    declare=declare,
    observe=observe,
    list_owned=_list_owned,
    adjust_diff=adjust_diff,
    operations=_operations,
)
