"""Who is measured: each side gets from one workload to another in its own way. What their processes see, too."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from tests.bench.cost import Cost
from tests.bench.workload import Workload

ROOT = Path(__file__).parents[2]
_FOREIGN = ("DOCKER_", "COMPOSE_", "RUNNER_", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


class Side(Protocol):
    """Somebody who gets containers to where a workload wants them."""

    name: str

    def apply(self, before: Workload | None, after: Workload) -> Cost | None:
        """Go from one workload, or from nothing, to another; None where it takes nothing to get there."""

    def destroy(self, workload: Workload) -> Cost:
        """Remove everything."""


def environment(url: str) -> dict[str, str]:
    """Return this process's environment with the engine at `url` as the only one that it names.

    Python may keep what it has compiled, as it may wherever runner is installed.
    """
    kept = {name: text for name, text in os.environ.items() if not name.startswith(_FOREIGN)}
    return {**kept, "DOCKER_HOST": url}
