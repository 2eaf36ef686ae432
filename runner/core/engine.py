"""The engine that a run works on: its versions, what it can do, and the defaults that its daemon fills in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from runner.core.struct import Struct, field


class Feature(Enum):
    """Something that an engine, its kernel or its storage may lack."""

    MEMORY_LIMIT = "memory limit"
    SWAP_LIMIT = "swap limit"
    MEMORY_SWAPPINESS = "memory swappiness"
    OOM_KILL_DISABLE = "oom kill disable"
    PIDS_LIMIT = "pids limit"
    CPU_SHARES = "cpu shares"
    CPU_CFS_PERIOD = "cpu cfs period"
    CPU_CFS_QUOTA = "cpu cfs quota"
    CPUSET = "cpuset"
    IO_WEIGHT = "io weight"
    IO_READ_BPS = "io read bps"
    IO_WRITE_BPS = "io write bps"
    IO_READ_IOPS = "io read iops"
    IO_WRITE_IOPS = "io write iops"
    STORAGE_OPTIONS = "storage options"
    BUILDKIT = "buildkit"


class Capabilities(Struct, kw_only=True):
    """What an engine can do, and its defaults; a feature that it doesn't report is taken to be there."""

    missing: frozenset[Feature] = frozenset()
    unsupported_keys: Mapping[str, str] = field(default_factory=dict)
    """Keys of the language that this kind of engine can't honour, with the reason."""
    containerd_store: bool = False
    """True where images are identified by their manifests, False where by their configs."""
    storage_driver: str = ""
    cgroup_version: str = ""
    cgroup: str = "private"
    """The default cgroup namespace of containers: private or host."""
    log_driver: str = "json-file"
    runtime: str = "runc"
    runtimes: tuple[str, ...] | None = None
    """None: not reported."""
    processors: int | None = None
    on_this_machine: bool = False
    processes: str = ""
    """Where the engine's processes are found in this machine's file system, if they are: a path such as /proc."""

    def has(self, feature: Feature) -> bool:
        """Tell whether the engine has a feature."""
        return feature not in self.missing


class Engine(Struct):
    """The connected engine: versions, capabilities, and the defaults its daemon fills in."""

    name: str
    version: str
    api_version: str
    os: str
    architecture: str
    capabilities: Capabilities = field(default_factory=Capabilities)
    id: str = ""
    """A permanent unique id; empty if the engine has none."""
