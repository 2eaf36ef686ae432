"""Recognition of Podman, which is all of it that is loaded for other engines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_podman(version: Mapping[str, Any]) -> bool:
    """Recognise Podman by the components that it reports: it claims Docker's API like any other engine."""
    return any("Podman" in str(part.get("Name", "")) for part in version.get("Components") or ())
