"""Keys known from Compose and `docker run`, and their equivalents here."""

from __future__ import annotations

KEY_HINTS = {
    "build": "declare the build under images, and name its key with image",
    "container_name": "it is called WORKFLOW-KEY-1, and others reach it by its key",
    "cpu_shares": "write it under limits",
    "cpus": "write it under limits",
    "cpuset": "write it under limits",
    "deploy": "write replicas and limits here",
    "env": "write environment",
    "extends": "use an anchor and <<",
    "links": "containers reach each other by their keys on the networks that they share",
    "mem_limit": "write memory under limits",
    "mem_reservation": "write memory_reservation under limits",
    "memswap_limit": "write memory_swap under limits",
    "pids_limit": "write pids under limits",
    "pull_policy": "declare the image under images, and write pull there",
    "scale": "write replicas",
}
"""The help to show for each key."""
