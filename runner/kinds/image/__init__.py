"""The image kind: built from a context or pulled by reference.

The fingerprint of a build is stored on the engine as a second tag of its image, so that any client sees whether it must
be rebuilt, and the image keeps the id that the build gave it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runner.kinds.image.declare import declare, needs
from runner.kinds.image.fingerprint import contents
from runner.kinds.image.force_rebuild import adjust_diff
from runner.kinds.image.observe import complete, observe
from runner.kinds.image.operations import action_label, delete, obtain, update
from runner.kinds.image.options import INTERNAL_FIELDS, SETTINGS
from runner.kinds.image.sensitivity import sensitive_settings
from runner.resource.kind import Kind, Operations
from runner.resource.observation import ObserveContext

if TYPE_CHECKING:
    from runner.core.inspection import Description
    from runner.core.state import ObservedResource
    from runner.resource.census import EngineLists, OwnedResource


def _describe(context: ObserveContext, observed: ObservedResource) -> Description:
    from runner.kinds.image.describe import describe

    return describe(context, observed)


def _list_owned(lists: EngineLists) -> Iterable[OwnedResource]:
    from runner.kinds.image.listed import list_owned

    return list_owned(lists)


def _operations() -> Operations:
    return Operations(create=obtain, update=update, replace=obtain, delete=delete)


IMAGE = Kind(
    name="image",
    section="images",
    doc="Images to build or pull; containers refer to them by key.",
    settings=SETTINGS,
    fields=(),
    internal_fields=INTERNAL_FIELDS,
    groups={"build": "Build options; a single value is the context."},
    shorthand={"build": "build.context"},
    declare=declare,
    observe=observe,
    list_owned=_list_owned,
    complete=complete,
    adjust_diff=adjust_diff,
    needs=needs,
    describe=_describe,
    contents=contents,
    passes_on=sensitive_settings,
    action_label=action_label,
    operations=_operations,
)
