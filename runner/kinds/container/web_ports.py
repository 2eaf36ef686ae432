"""The ports of a container that are known to speak HTTP: by its readiness probe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from runner.kinds.container.settings import ContainerSettings
from runner.kinds.probing.probe import PORTS, Http

if TYPE_CHECKING:
    from runner.core.state import Resource


def web_ports(resource: Resource | None) -> Mapping[int, str]:
    """Return the scheme of each port inside that is requested to find out whether the container is ready."""
    settings = resource.settings if resource else None
    ready = settings.ready if isinstance(settings, ContainerSettings) else None
    if ready is None or ready.outside or not isinstance(ready.probe, Http):
        return {}
    parts = urlsplit(ready.probe.url)
    return {(PORTS.get(parts.scheme, 0) if parts.port is None else parts.port): parts.scheme}
