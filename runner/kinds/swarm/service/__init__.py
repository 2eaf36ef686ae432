"""The service kind: what `containers` of a file are on a swarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.kinds.container.declare.key_hints import KEY_HINTS
from runner.kinds.container.options import GROUPS
from runner.kinds.swarm.service.declare import declare
from runner.kinds.swarm.service.observe import observe
from runner.kinds.swarm.service.restart import action_label, following, pace, restart
from runner.kinds.swarm.service.table import FIELDS, INTERNAL_FIELDS, SETTINGS
from runner.resource.kind import Kind, Operations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.core.inspection import Description
    from runner.core.state import ObservedResource
    from runner.resource.census import EngineLists, OwnedResource
    from runner.resource.observation import ObserveContext


def _list_owned(lists: EngineLists) -> Iterable[OwnedResource]:
    from runner.kinds.swarm.service.listed import list_owned

    return list_owned(lists)


def _describe(context: ObserveContext, observed: ObservedResource) -> Description:
    from runner.kinds.swarm.service.describe import describe

    return describe(context, observed)


def _operations() -> Operations:
    from runner.kinds.swarm.service.verbs.create import create, settle, verify
    from runner.kinds.swarm.service.verbs.remove import delete
    from runner.kinds.swarm.service.verbs.replace import replace
    from runner.kinds.swarm.service.verbs.update import update
    from runner.kinds.swarm.service.verbs.wait_for import wait_for

    return Operations(
        create=create, update=update, replace=replace, delete=delete, settle=settle, verify=verify, wait_for=wait_for
    )


SERVICE = Kind(
    name="container",
    section="containers",
    doc="Services, whose tasks keep running.",
    settings=SETTINGS,
    fields=FIELDS,
    internal_fields=INTERNAL_FIELDS,
    groups=GROUPS,
    key_hints=KEY_HINTS,
    declare=declare,
    observe=observe,
    list_owned=_list_owned,
    describe=_describe,
    action_label=action_label,
    pace=pace,
    follows=following,
    restart=restart,
    operations=_operations,
)
