"""Keys of long-running containers, and their equivalents for a job."""

from __future__ import annotations

from runner.kinds.container.declare.key_hints import KEY_HINTS as OF_CONTAINERS

KEY_HINTS = {
    **{key: help for key, help in OF_CONTAINERS.items() if key != "scale"},
    "deploy": "use limits",
    "healthcheck": "a job succeeds with exit code 0; dependents wait for completed",
    "protect": "a finished job is only a record; protect its volumes",
    "ready": "dependents wait for completed",
    "replicas": "a job runs once; declare another one, with an anchor and <<",
    "restart": "use retries",
    "update": "a changed job runs again; see rerun",
}
"""The help to show for each key."""
