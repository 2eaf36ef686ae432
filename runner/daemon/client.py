"""One engine: the gateway that every other package uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from runner.core.engine import Capabilities, Engine, Feature
from runner.core.engine_answers import EngineEvent
from runner.core.values import is_decimal
from runner.daemon.changes import Reading, is_unchanged, read_clock
from runner.daemon.containers import Containers
from runner.daemon.event_stream import read_events
from runner.daemon.http.api import Api
from runner.daemon.images import Images
from runner.daemon.lists import INFO, LISTS
from runner.daemon.locality import local_processes
from runner.daemon.networks import Networks
from runner.daemon.opening import Opening
from runner.daemon.podman.recognise import is_podman
from runner.daemon.volumes import Volumes

if TYPE_CHECKING:
    from runner.core.engine_report import EngineReport
    from runner.daemon.swarm.client import Swarm


class DockerGateway:
    """See `core.gateway.Gateway`; EngineUnreachable when nothing answers."""

    def __init__(self, opening: Opening) -> None:
        self._endpoint = opening.endpoint
        self._api = opening.api
        self._contact = opening.contact
        self._clock: Reading | None = None
        try:
            podman = is_podman(self._api.version)
        except BaseException:
            self._api.close()
            raise
        self.containers, self.images, self.networks = _podman_parts(self._api) if podman else _parts(self._api)
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
        """Return the engine's identity and the defaults that it fills in; asked for once, since they stay the same."""
        return self._engine

    @cached_property
    def _info(self) -> Mapping[str, Any]:
        return self._api.get(INFO)  # type: ignore[no-any-return]

    @cached_property
    def _engine(self) -> Engine:
        version, info = self._api.version, self._info
        podman = is_podman(version)
        self._clock = None if podman else read_clock(info)
        return Engine(
            name="Podman" if podman else "Docker",
            version=str(version["Version"]),
            api_version=self._api.api_version,
            os=str(version.get("Os", "")),
            architecture=str(version.get("Arch", "")),
            capabilities=_capabilities(info, self.address, podman=podman),
            id="" if podman else str(info.get("ID") or ""),  # Podman generates a new one for every response
        )

    @cached_property
    def swarm(self) -> Swarm:
        """The swarm that it may manage."""
        from runner.daemon.swarm.client import Swarm

        return Swarm(self._api, self._info)

    def report(self) -> EngineReport:
        """See `core.gateway.Gateway`."""
        from runner.daemon.report import read_report

        self.engine()  # connects, so that only the answer is timed
        return read_report(self._api)

    def ask_ahead(self) -> None:
        """Ask for all lists side by side."""
        self._api.ask_ahead((INFO, *LISTS) if "_info" not in self.__dict__ else LISTS)

    def is_unchanged(self, own: Sequence[str]) -> bool:
        """See `changes.is_unchanged`; False for Podman, which keeps its events in another way."""
        return self._clock is not None and is_unchanged(self._api, self._contact, self._clock, own)

    def events(self, label: str) -> Iterator[EngineEvent]:
        """Stream the events of all objects with a label."""
        return read_events(self._api, {"label": [label]})

    def close(self) -> None:
        """Close every connection."""
        self._api.close()


_Parts: TypeAlias = tuple[Containers, Images, Networks]


def _parts(api: Api) -> _Parts:
    return Containers(api), Images(api), Networks(api)


def _podman_parts(api: Api) -> _Parts:
    from runner.daemon.podman.adapter import PodmanContainers, PodmanImages, PodmanNetworks

    return PodmanContainers(api), PodmanImages(api), PodmanNetworks(api)


def _unsupported_by_podman() -> Mapping[str, str]:
    from runner.daemon.podman.adapter import UNSUPPORTED

    return UNSUPPORTED


_REPORTED: Final = {
    Feature.MEMORY_LIMIT: "MemoryLimit",
    Feature.SWAP_LIMIT: "SwapLimit",
    Feature.OOM_KILL_DISABLE: "OomKillDisable",
    Feature.PIDS_LIMIT: "PidsLimit",
    Feature.CPU_SHARES: "CPUShares",
    Feature.CPU_CFS_PERIOD: "CpuCfsPeriod",
    Feature.CPU_CFS_QUOTA: "CpuCfsQuota",
    Feature.CPUSET: "CPUSet",
}
"""Features that /info reports as booleans."""

_SNAPSHOTTER: Final = "io.containerd.snapshotter.v1"
"""The storage type reported by engines with containerd's image store, which identify images by their manifests."""

_WARNED_OF: Final = {
    Feature.IO_WEIGHT: ("No blkio weight support", "No io.weight support"),
    Feature.IO_READ_BPS: ("No blkio throttle.read_bps_device support", "No io.max (rbps) support"),
    Feature.IO_WRITE_BPS: ("No blkio throttle.write_bps_device support", "No io.max (wbps) support"),
    Feature.IO_READ_IOPS: ("No blkio throttle.read_iops_device support", "No io.max (riops) support"),
    Feature.IO_WRITE_IOPS: ("No blkio throttle.write_iops_device support", "No io.max (wiops) support"),
}
"""Features that /info reports only by warnings when they are missing, as worded with cgroups v1 and v2."""


def _capabilities(info: Mapping[str, Any], address: str, *, podman: bool) -> Capabilities:
    """Return the defaults for the tables and the facts for doctor."""
    storage = dict(info.get("DriverStatus") or ())
    with_containerd = _SNAPSHOTTER in storage.values()
    processes = local_processes(address, info)
    return Capabilities(
        missing=frozenset(_missing(info, storage, podman=podman)),
        unsupported_keys=_unsupported_by_podman() if podman else {},
        containerd_store=with_containerd,
        storage_driver=str(info.get("Driver") or ""),
        cgroup_version=_cgroup_version(info),
        cgroup="private" if "name=cgroupns" in (info.get("SecurityOptions") or ()) else "host",
        log_driver=str(info.get("LoggingDriver") or "json-file"),
        runtime=str(info.get("DefaultRuntime") or ""),
        runtimes=tuple(sorted(map(str, info.get("Runtimes") or ()))) or None,
        processors=int(info.get("NCPU") or 0) or None,
        on_this_machine=processes is not None,
        processes=processes or "",
    )


def _cgroup_version(info: Mapping[str, Any]) -> str:
    return str(info.get("CgroupVersion") or "1")


def _missing(info: Mapping[str, Any], storage: Mapping[str, Any], *, podman: bool) -> Iterator[Feature]:
    """Yield what the engine reports to be missing."""
    warnings = " ".join(info.get("Warnings") or ())
    yield from (feature for feature, key in _REPORTED.items() if info.get(key) is False)
    yield from (feature for feature, phrases in _WARNED_OF.items() if any(one in warnings for one in phrases))
    if _SNAPSHOTTER in storage.values() or not _may_have_quotas(info, storage):
        yield Feature.STORAGE_OPTIONS
    if _cgroup_version(info) != "1":
        yield Feature.MEMORY_SWAPPINESS
    elif _lost_io_weight(info):
        yield Feature.IO_WEIGHT
    if podman:
        yield Feature.BUILDKIT


def _may_have_quotas(info: Mapping[str, Any], storage: Mapping[str, Any]) -> bool:
    """Return whether the storage driver can limit a container's writable layer; overlay2 only on xfs with pquota."""
    return info.get("Driver") != "overlay2" or storage.get("Backing Filesystem") in ("xfs", None)


def _lost_io_weight(info: Mapping[str, Any]) -> bool:
    """Return whether the kernel lacks blkio.weight, removed with the CFQ scheduler in 5.0 (docker/cli#2908).

    Engine 20.10 reports that only when it creates a container, and then only in a warning.
    """
    major, _, _ = str(info.get("KernelVersion") or "").partition(".")
    return is_decimal(major) and int(major) >= 5
