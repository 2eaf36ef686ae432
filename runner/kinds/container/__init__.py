"""Containers: what keeps running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.kinds.container.anonymous import retains
from runner.kinds.container.declare.key_hints import INSTEAD
from runner.kinds.container.declare.network_recreate import loses_by_moving
from runner.kinds.container.declare.resources import declare
from runner.kinds.container.declare.settings import SETTINGS
from runner.kinds.container.observe import attributes, observe
from runner.kinds.container.options import FIELDS, GROUPS, INTERNAL_FIELDS
from runner.kinds.container.sharing import following, rejoined, verb
from runner.resource.kind import Kind, ObserveContext, Operations

if TYPE_CHECKING:
    from runner.core.inspection import Description
    from runner.core.state import ObservedResource


def _portray(context: ObserveContext, observed: ObservedResource) -> Description:
    from runner.kinds.container.describe import portray

    return portray(context, observed)


def _verbs() -> Operations:
    from runner.kinds.container.verbs.create import confirm, create, settle
    from runner.kinds.container.verbs.remove import delete
    from runner.kinds.container.verbs.replace import replace
    from runner.kinds.container.verbs.update import update
    from runner.kinds.container.verbs.wait_ready import meet

    return Operations(
        create=create,
        update=update,
        replace=replace,
        delete=delete,
        settle=settle,
        verify=confirm,
        wait_for=meet,
    )


CONTAINER = Kind(
    name="container",
    section="containers",
    doc="Containers that keep running.",
    settings=SETTINGS,
    fields=FIELDS,
    internal_fields=INTERNAL_FIELDS,
    groups=GROUPS,
    key_hints=INSTEAD,
    declare=declare,
    observe=observe,
    adjust_diff=rejoined,
    follows=following,
    action_label=verb,
    attributes=attributes,
    needs_recreate=loses_by_moving,
    retains=retains,
    describe=_portray,
    operations=_verbs,
)
