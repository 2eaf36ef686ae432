"""One engine: the gateway that every other room sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.gateway import EngineEvent
from runner.core.state import Engine
from runner.daemon.api import Api
from runner.daemon.containers import Containers
from runner.daemon.endpoint import Endpoint
from runner.daemon.errors import translated
from runner.daemon.images import Images
from runner.daemon.networks import Networks
from runner.daemon.volumes import Volumes

_SPARE_CONNECTIONS = 4
"""Beside one for each step: the event stream and what asks in between."""


class DockerGateway:
    """See `core.gateway.Gateway`; EngineUnreachable when nothing answers."""

    def __init__(self, endpoint: Endpoint, *, timeout: float = 60.0, parallel: int = 8) -> None:
        self._api = Api(endpoint, timeout=timeout, connections=parallel + _SPARE_CONNECTIONS)
        self.containers = Containers(self._api)
        self.images = Images(self._api)
        self.networks = Networks(self._api)
        self.volumes = Volumes(self._api)

    @property
    def address(self) -> str:
        """The URL that reaches it."""
        return self._api.host

    def engine(self) -> Engine:
        """Ask what it is and which defaults it fills in."""
        version, info = self._api.version, self._api.get("/info")
        return Engine(
            name=_name(version),
            version=str(version["Version"]),
            api_version=self._api.api_version,
            os=str(version.get("Os", "")),
            architecture=str(version.get("Arch", "")),
            facts=_facts(info),
        )

    def events(self, label: str) -> Iterator[EngineEvent]:
        """Follow what happens to everything that bears a label."""
        with translated(self.address):
            stream = self._api.client.events(decode=True, filters={"label": label})
        return self._read(stream)

    def _read(self, stream: Any) -> Iterator[EngineEvent]:
        with translated(self.address):
            for record in stream:
                actor = record.get("Actor") or {}
                yield EngineEvent(
                    type=str(record.get("Type", "")),
                    action=str(record.get("Action", "")),
                    id=str(actor.get("ID", "")),
                    attributes=actor.get("Attributes") or {},
                )

    def close(self) -> None:
        """Let go of every connection."""
        self._api.close()


def _name(version: Mapping[str, Any]) -> str:
    components = [str(component.get("Name", "")) for component in version.get("Components") or ()]
    return "Podman" if any("Podman" in name for name in components) else "Docker"


def _facts(info: Mapping[str, Any]) -> dict[str, Any]:
    """Pick what the tables fall back to and doctor tells."""
    return {
        "log_driver": info.get("LoggingDriver") or "json-file",
        "runtime": info.get("DefaultRuntime") or "",
        "storage_driver": info.get("Driver") or "",
        "cgroup_version": str(info.get("CgroupVersion") or "1"),
        "memory_limit": bool(info.get("MemoryLimit")),
        "swap_limit": bool(info.get("SwapLimit")),
        "pids_limit": bool(info.get("PidsLimit")),
        "cpu_cfs_quota": bool(info.get("CpuCfsQuota")),
        "processors": int(info.get("NCPU") or 0),
        "memory": int(info.get("MemTotal") or 0),
    }
