"""From an entry under `images` to a resource: what a service runs must come from a registry that all nodes reach."""

from __future__ import annotations

from collections.abc import Iterable

from runner.core.state import Resource
from runner.kinds.image.declare import declare as declare_as_on_engine
from runner.kinds.image.settings import BuildSettings
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration

HELP = "give it a tag with a registry, and push: true"
_RUNNING = ("container", "job")
"""The kinds of what runs on nodes."""


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Declare the resource of one entry; a build that services run must be pushed."""
    for image in declare_as_on_engine(declaration):
        if isinstance(image.settings, BuildSettings) and not declaration.values.get("push") and _is_run(declaration):
            message = f'only the manager that builds it would have "{image.engine_name}"'
            declaration.report(Invalid(message, path=("push",), help=HELP, code="unreachable-image"))
        yield image


def _is_run(declaration: Declaration) -> bool:
    """Tell whether something runs the image: what is only a base of others stays where it is built."""
    users = (values for kind in _RUNNING for values in declaration.entries_of(kind).values())
    return any(values.get("image") == declaration.key for values in users)
