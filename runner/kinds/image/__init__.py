"""Images: built from a context or pulled by reference.

What went into a build is kept on the engine as a second tag of its image, so that any client sees
whether it must be built again, and the image's own id stays what the build made it.
"""

from __future__ import annotations

from runner.kinds.image.declare import declare
from runner.kinds.image.observe import observe, settle
from runner.kinds.image.options import LATER, SETTINGS, VITALS
from runner.kinds.image.verbs import delete, make, update, verb
from runner.resource.kind import Kind, Verbs

IMAGE = Kind(
    name="image",
    section="images",
    doc="Images that are built here or pulled; a container names them by their key.",
    settings=SETTINGS,
    fields=(),
    vitals=VITALS,
    groups={"build": "How it is built; a single value is the context."},
    shorthand={"build": "build.context"},
    later=LATER,
    declare=declare,
    observe=observe,
    settle=settle,
    verb=verb,
    verbs=Verbs(create=make, update=update, replace=make, delete=delete),
)
