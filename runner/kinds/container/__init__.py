"""Containers: what keeps running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.kinds.container.anonymous import retains
from runner.kinds.container.declare.key_hints import INSTEAD
from runner.kinds.container.declare.network_recreate import loses_by_moving
from runner.kinds.container.declare.resources import declare
from runner.kinds.container.declare.settings import SETTINGS
from runner.kinds.container.observe import attributes, observe
from runner.kinds.container.options import FIELDS, GROUPS, VITALS
from runner.kinds.container.sharing import following, rejoined, verb
from runner.resource.kind import Kind, Survey, Verbs

if TYPE_CHECKING:
    from runner.core.inspection import Description
    from runner.core.state import ObservedResource


def _portray(survey: Survey, observed: ObservedResource) -> Description:
    from runner.kinds.container.describe import portray

    return portray(survey, observed)


def _verbs() -> Verbs:
    from runner.kinds.container.verbs.create import confirm, create, settle
    from runner.kinds.container.verbs.remove import delete
    from runner.kinds.container.verbs.replace import replace
    from runner.kinds.container.verbs.update import update
    from runner.kinds.container.verbs.wait_ready import meet

    return Verbs(
        create=create,
        update=update,
        replace=replace,
        delete=delete,
        settle=settle,
        confirm=confirm,
        meet=meet,
    )


CONTAINER = Kind(
    name="container",
    section="containers",
    doc="Containers that keep running.",
    settings=SETTINGS,
    fields=FIELDS,
    vitals=VITALS,
    groups=GROUPS,
    instead=INSTEAD,
    declare=declare,
    observe=observe,
    weigh=rejoined,
    follows=following,
    verb=verb,
    attributes=attributes,
    loses_by_moving=loses_by_moving,
    retains=retains,
    portray=_portray,
    verbs=_verbs,
)
