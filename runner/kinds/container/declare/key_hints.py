"""Keys known from Compose and `docker run`, and their equivalents here."""

from __future__ import annotations

KEY_HINTS = {
    "build": "declare the build under images, and set image to its key",
    "container_name": "it is named WORKFLOW-KEY-1 and reachable by its key",
    "cpu_shares": "write it under limits",
    "cpus": "write it under limits",
    "cpuset": "write it under limits",
    "deploy": "use replicas and limits",
    "env": "use environment",
    "extends": "use a YAML anchor and <<",
    "links": "containers on the same network reach each other by key",
    "mem_limit": "write memory under limits",
    "mem_reservation": "write memory_reservation under limits",
    "memswap_limit": "write memory_swap under limits",
    "pids_limit": "write pids under limits",
    "pull_policy": "declare the image under images, and set pull there",
    "scale": "use replicas",
}
"""The help to show for each key."""
