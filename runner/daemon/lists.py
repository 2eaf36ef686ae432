"""The lists of everything that an engine has: what each observation asks for, and what a plan needs first."""

from __future__ import annotations

from typing import Final

CONTAINERS: Final = "/containers/json?all=1"
IMAGES: Final = "/images/json"
NETWORKS: Final = "/networks"
VOLUMES: Final = "/volumes"
LISTS: Final = (CONTAINERS, IMAGES, NETWORKS, VOLUMES)

VERSION: Final = "/version"
INFO: Final = "/info"
ABOUT: Final = (VERSION, INFO)
"""What the engine is, which stays the same while runner works with it."""
