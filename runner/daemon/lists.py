"""The lists of everything that an engine has: what each observation asks for, and what a plan needs first."""

from __future__ import annotations

from typing import Final

CONTAINERS: Final = "/containers/json?all=1"
IMAGES: Final = "/images/json"
NETWORKS: Final = "/networks"
VOLUMES: Final = "/volumes"
LISTS: Final = (CONTAINERS, IMAGES, NETWORKS, VOLUMES)

SERVICES: Final = "/services"
TASKS: Final = "/tasks?filters=%7B%22label%22%3A+%5B%22runner.workflow%22%5D%7D"
"""The tasks of services that runner owns, whose labels they have."""
NODES: Final = "/nodes"
SECRETS: Final = "/secrets"
CONFIGS: Final = "/configs"
SWARM_LISTS: Final = (SERVICES, TASKS, NODES, SECRETS, CONFIGS, NETWORKS)
"""What a swarm has, in the order of what takes longest."""

VERSION: Final = "/version"
INFO: Final = "/info"
ABOUT: Final = (VERSION, INFO)
"""What the engine is, which stays the same while runner works with it."""
