"""The names by which Compose finds its files."""

from __future__ import annotations

from typing import Final

FILES: Final = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""Of a project's file, the best first."""
OVERRIDES: Final = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
"""Of the file beside it that is merged into it, the best first."""
