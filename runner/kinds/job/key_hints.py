"""Keys of long-running containers, and their equivalents for a job."""

from __future__ import annotations

from runner.kinds.container.declare.key_hints import KEY_HINTS as OF_CONTAINERS

KEY_HINTS = {
    **OF_CONTAINERS,
    "deploy": "use limits",
    "healthcheck": "a job succeeds with exit code 0; dependents wait for completed",
    "livenessProbe": "a job succeeds with exit code 0; dependents wait for completed",
    "post_start": "run it in another job that depends on this one",
    "pre_stop": "a job ends by itself; write what comes after it into another one that depends on it",
    "protect": "a finished job is only a record; protect its volumes",
    "readinessProbe": "dependents wait for completed",
    "ready": "dependents wait for completed",
    "replicas": "a job runs once; declare another one, with an anchor and <<",
    "restart": "use retries",
    "restartPolicy": "use retries",
    "scale": "a job runs once; declare another one, with an anchor and <<",
    "update": "a changed job runs again; see rerun",
}
"""The help to show for each key."""
