"""From an entry under `containers` to a service."""

from __future__ import annotations

from collections.abc import Iterable

from runner.core.state import Resource
from runner.kinds.container.declare.resources import settings_of
from runner.kinds.swarm.declare import declare_as
from runner.kinds.swarm.service.table import ROWS
from runner.resource.declaration import Declaration


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Declare a service, and the implicit image and network that it uses."""
    yield from declare_as("container", declaration, ROWS, settings_of(declaration), state="running")
