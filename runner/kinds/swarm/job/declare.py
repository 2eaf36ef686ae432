"""From an entry under `jobs` to its resource on a swarm."""

from __future__ import annotations

from collections.abc import Iterable

from runner.core.state import Resource
from runner.kinds.container.options.lifecycle import SUCCEEDED
from runner.kinds.job.declare import read_settings
from runner.kinds.swarm.declare import declare_as
from runner.kinds.swarm.job.options import ROWS
from runner.resource.declaration import Declaration


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Declare the job, and the implicit resources that it uses."""
    yield from declare_as("job", declaration, ROWS, read_settings(declaration), state=SUCCEEDED)
