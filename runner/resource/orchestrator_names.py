"""The names of what runs a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SWARM: Final = "swarm"
DOCKER: Final = "docker"


def orchestrator_of(data: Mapping[str, Any]) -> str:
    """Return the name of what runs a file's workflow."""
    return SWARM if data.get("engine") == SWARM else DOCKER
