"""What an engine tells about itself and its host besides its capabilities: for doctor, and never compared."""

from __future__ import annotations

from runner.core.struct import Struct


class EngineReport(Struct, kw_only=True):
    """The state of an engine and its host at one moment; what isn't told is empty or None."""

    operating_system: str = ""
    """As the engine names it: "Docker Desktop", or a distribution."""
    security: frozenset[str] = frozenset()
    """The names of its security options, such as rootless or userns."""
    warnings: tuple[str, ...] = ()
    """What it complains about itself."""
    forwards_packets: bool | None = None
    """Whether the kernel forwards IPv4 packets of containers."""
    data_root: str = ""
    """The folder with images, containers and volumes, on its host."""
    clock_ahead: float | None = None
    """Seconds by which its clock is ahead of this machine's."""
    answered_in: float = 0.0
    """Seconds that it took to answer."""
