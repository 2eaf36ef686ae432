"""The container kind: long-running containers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runner.kinds.container.anonymous import retains
from runner.kinds.container.declare.key_hints import KEY_HINTS
from runner.kinds.container.declare.network_recreate import needs_recreate
from runner.kinds.container.declare.resources import declare
from runner.kinds.container.declare.settings import SETTINGS
from runner.kinds.container.granted_files import contents, live_contents
from runner.kinds.container.image_names import named_images
from runner.kinds.container.observe import attributes, observe
from runner.kinds.container.options import FIELDS, GROUPS, INTERNAL_FIELDS
from runner.kinds.container.options.hooks import without_past_hooks
from runner.kinds.container.options.lifecycle import COMPLETED
from runner.kinds.container.sharing import action_label, following, is_sharer, rejoined
from runner.resource.kind import Kind, Operations
from runner.resource.observation import ObserveContext

if TYPE_CHECKING:
    from runner.core.inspection import Description
    from runner.core.plan import Change, FieldDiff, Reason
    from runner.core.state import ObservedResource, Resource
    from runner.resource.census import EngineLists, OwnedResource


def _describe(context: ObserveContext, observed: ObservedResource) -> Description:
    from runner.kinds.container.describe import describe

    return describe(context, observed)


def _list_owned(lists: EngineLists) -> Iterable[OwnedResource]:
    from runner.kinds.container.listed import list_owned

    return list_owned(lists)


def _adjust_diff(resource: Resource, live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    found = named_images(resource, live, rejoined(resource, live, without_past_hooks(live, diff)))
    if live.fields.get("state") != COMPLETED:
        return found
    from runner.kinds.container.completion import as_completed

    return as_completed(resource, live, found)


def _restart(live: ObservedResource, declared: Resource | None, reason: Reason) -> Change:
    from runner.kinds.container.restart import restart

    return restart(live, declared, reason)


def _operations() -> Operations:
    from runner.kinds.container.verbs.create import create, settle, verify
    from runner.kinds.container.verbs.remove import delete
    from runner.kinds.container.verbs.replace import replace
    from runner.kinds.container.verbs.update import update
    from runner.kinds.container.verbs.wait_ready import wait_for

    return Operations(
        create=create,
        update=update,
        replace=replace,
        delete=delete,
        settle=settle,
        verify=verify,
        wait_for=wait_for,
    )


CONTAINER = Kind(
    name="container",
    section="containers",
    doc="Containers that keep running.",
    settings=SETTINGS,
    fields=FIELDS,
    internal_fields=INTERNAL_FIELDS,
    groups=GROUPS,
    key_hints=KEY_HINTS,
    declare=declare,
    observe=observe,
    list_owned=_list_owned,
    adjust_diff=_adjust_diff,
    follows=following,
    is_sharer=is_sharer,
    action_label=action_label,
    attributes=attributes,
    needs_recreate=needs_recreate,
    retains=retains,
    restart=_restart,
    describe=_describe,
    contents=contents,
    live_contents=live_contents,
    operations=_operations,
)
