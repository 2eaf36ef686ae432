"""The image kind of a swarm: pinned by the digest that its registry knows it by, so that every node runs the same.

What is built is built by the manager that runner talks to, and pushed.
"""

from __future__ import annotations

from runner.core.struct import replace
from runner.kinds.image import IMAGE as OF_ENGINE
from runner.kinds.swarm.image.declare import declare
from runner.kinds.swarm.image.observe import observe
from runner.kinds.swarm.image.options import INTERNAL_FIELDS, action_label
from runner.resource.kind import Operations


def _operations() -> Operations:
    from runner.kinds.image.operations import delete
    from runner.kinds.swarm.image.operations import obtain, update

    return Operations(create=obtain, update=update, replace=obtain, delete=delete)


IMAGE = replace(
    OF_ENGINE,
    doc="Images to build and push, or to pin by digest; services refer to them by key.",
    internal_fields=INTERNAL_FIELDS,
    declare=declare,
    observe=observe,
    action_label=action_label,
    operations=_operations,
)
