"""Containers: what keeps running."""

from __future__ import annotations

from runner.kinds.container.declare import declare
from runner.kinds.container.instead import INSTEAD
from runner.kinds.container.observe import attributes, observe
from runner.kinds.container.options import FIELDS, GROUPS, LATER, VITALS
from runner.kinds.container.readiness import meet
from runner.kinds.container.settings import SETTINGS
from runner.kinds.container.updating import update
from runner.kinds.container.verbs import confirm, create, delete, replace
from runner.resource.kind import Kind, Verbs

CONTAINER = Kind(
    name="container",
    section="containers",
    doc="Containers that keep running.",
    settings=SETTINGS,
    fields=FIELDS,
    vitals=VITALS,
    groups=GROUPS,
    later=LATER,
    instead=INSTEAD,
    declare=declare,
    observe=observe,
    attributes=attributes,
    verbs=Verbs(create=create, update=update, replace=replace, delete=delete, confirm=confirm, meet=meet),
)
