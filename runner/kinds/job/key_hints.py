"""Keys of long-running containers, and their equivalents for a job."""

from __future__ import annotations

from runner.kinds.container.declare.key_hints import KEY_HINTS as OF_CONTAINERS

KEY_HINTS = {
    **{key: help for key, help in OF_CONTAINERS.items() if key != "scale"},
    "deploy": "write limits here",
    "healthcheck": "a job is well when it ends with exit code 0; others wait for it to be completed",
    "protect": "a job that ended is only a record; protect the volumes that it wrote to",
    "ready": "others wait for a job to be completed",
    "replicas": "a job runs once; declare another one, with << and an anchor",
    "restart": "write retries",
    "update": "a job that has changed runs again; see rerun",
}
"""The help to show for each key."""
