"""One engine: the gateway that every other package uses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import cached_property
from typing import Any

from runner.core.gateway import EngineEvent
from runner.core.state import Engine
from runner.core.values import is_decimal
from runner.daemon.containers import Containers
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.http.api import Api
from runner.daemon.http.json_stream import json_documents
from runner.daemon.images import Images
from runner.daemon.locality import local_facts
from runner.daemon.networks import Networks
from runner.daemon.podman.adapter import UNSUPPORTED, PodmanContainers, PodmanImages, PodmanNetworks, is_podman
from runner.daemon.volumes import Volumes

_SPARE_CONNECTIONS = 4
"""Connections beside one for each step: for the event stream and requests in between."""


class DockerGateway:
    """See `core.gateway.Gateway`; EngineUnreachable when nothing answers."""

    def __init__(self, endpoint: Endpoint, *, timeout: float = 60.0, parallel: int = 8) -> None:
        self._timeout = timeout
        self._endpoint = endpoint
        self._api = Api(endpoint, timeout=timeout, connections=parallel + _SPARE_CONNECTIONS)
        podman = is_podman(self._api.version)
        self.containers = PodmanContainers(self._api) if podman else Containers(self._api)
        self.images = PodmanImages(self._api) if podman else Images(self._api)
        self.networks = PodmanNetworks(self._api) if podman else Networks(self._api)
        self.volumes = Volumes(self._api)

    @property
    def address(self) -> str:
        """The engine's URL."""
        return self._api.host

    @cached_property
    def shares_network(self) -> bool | None:
        """Whether it runs in this network namespace; None where that can't be determined."""
        from runner.daemon.peer import shares_network

        return shares_network(self._endpoint)

    @cached_property
    def proxies(self) -> Mapping[str, str]:
        """The proxies that the docker client's configuration sets for builds and containers on it."""
        from runner.daemon.proxies import client_proxies

        return client_proxies(self.address, self._endpoint.environ)

    def engine(self) -> Engine:
        """Return the engine's identity and the defaults that it fills in."""
        version, info = self._api.version, self._api.get("/info")
        podman = is_podman(version)
        return Engine(
            name="Podman" if podman else "Docker",
            version=str(version["Version"]),
            api_version=self._api.api_version,
            os=str(version.get("Os", "")),
            architecture=str(version.get("Arch", "")),
            capabilities={
                **_facts(info),
                **local_facts(self.address, info),
                "lacks": UNSUPPORTED if podman else {},
                "buildkit": not podman,
            },
            id="" if podman else str(info.get("ID") or ""),  # Podman generates a new one for every response
        )

    def events(self, label: str) -> Iterator[EngineEvent]:
        """Stream the events of all objects with a label."""
        opened = ExitStack()
        filters = json.dumps({"label": [label]})
        chunks = opened.enter_context(self._api.stream("/events", idle_timeout=self._timeout, filters=filters))
        return self._read(chunks, opened)

    def _read(self, chunks: Iterable[bytes], opened: ExitStack) -> Iterator[EngineEvent]:
        with opened:
            for record in json_documents(chunks):
                actor = record.get("Actor") or {}
                yield EngineEvent(
                    type=str(record.get("Type", "")),
                    action=str(record.get("Action", "")),
                    id=str(actor.get("ID", "")),
                    attributes=actor.get("Attributes") or {},
                )

    def close(self) -> None:
        """Close every connection."""
        self._api.close()


_ABILITIES = {
    "memory_limit": "MemoryLimit",
    "swap_limit": "SwapLimit",
    "oom_kill_disable": "OomKillDisable",
    "pids_limit": "PidsLimit",
    "cpu_shares": "CPUShares",
    "cpu_cfs_period": "CpuCfsPeriod",
    "cpu_cfs_quota": "CpuCfsQuota",
    "cpuset": "CPUSet",
}
"""Capabilities that /info reports as booleans."""

_SNAPSHOTTER = "io.containerd.snapshotter.v1"
"""The storage type reported by engines with containerd's image store, which identify images by their manifests."""

_LACKS = {
    "io_weight": ("No blkio weight support", "No io.weight support"),
    "io_read_bps": ("No blkio throttle.read_bps_device support", "No io.max (rbps) support"),
    "io_write_bps": ("No blkio throttle.write_bps_device support", "No io.max (wbps) support"),
    "io_read_iops": ("No blkio throttle.read_iops_device support", "No io.max (riops) support"),
    "io_write_iops": ("No blkio throttle.write_iops_device support", "No io.max (wiops) support"),
}
"""Capabilities that /info reports only by warnings when they are missing, as worded with cgroups v1 and v2."""


def _facts(info: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults for the tables and the facts for doctor; an unreported capability is taken to be present."""
    warnings = " ".join(info.get("Warnings") or ())
    cgroup_version = str(info.get("CgroupVersion") or "1")
    storage = dict(info.get("DriverStatus") or ())
    with_containerd = _SNAPSHOTTER in storage.values()
    return {
        "log_driver": info.get("LoggingDriver") or "json-file",
        "runtime": info.get("DefaultRuntime") or "",
        "runtimes": tuple(sorted(info.get("Runtimes") or ())) or None,
        "storage_driver": info.get("Driver") or "",
        "containerd_store": with_containerd,
        "storage_options": not with_containerd and _may_have_quotas(info, storage),
        "cgroup_version": cgroup_version,
        "cgroup": "private" if "name=cgroupns" in (info.get("SecurityOptions") or ()) else "host",
        "processors": int(info.get("NCPU") or 0) or None,
        "memory_swappiness": cgroup_version == "1",
        **{fact: info.get(key) is not False for fact, key in _ABILITIES.items()},
        **{fact: not any(lack in warnings for lack in told) for fact, told in _LACKS.items()},
        **({"io_weight": False} if cgroup_version == "1" and _lost_io_weight(info) else {}),
    }


def _may_have_quotas(info: Mapping[str, Any], storage: Mapping[str, Any]) -> bool:
    """Return whether the storage driver can limit a container's writable layer; overlay2 only on xfs with pquota."""
    return info.get("Driver") != "overlay2" or storage.get("Backing Filesystem") in ("xfs", None)


def _lost_io_weight(info: Mapping[str, Any]) -> bool:
    """Return whether the kernel lacks blkio.weight, which was removed with the CFQ scheduler in 5.0.

    Engine 20.10 reports that only when it creates a container, and then only in a warning.
    """
    major, _, _ = str(info.get("KernelVersion") or "").partition(".")
    return is_decimal(major) and int(major) >= 5
