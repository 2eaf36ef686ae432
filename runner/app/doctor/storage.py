"""Checks of where an engine keeps its data, and how much room there is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from runner.app.doctor.subject import Patient
from runner.core.examination import Finding, broken, fine, untested, warning

_FULL: Final = 100_000_000
"""Bytes with which an image or a log can't be written any more."""
_LITTLE: Final = 2_000_000_000
"""Bytes that a few images take."""
_SHARE: Final = 0.05
"""The share of a file system, or of its files, that is little."""
_SLOW: Final = ("vfs", "devicemapper", "aufs")
"""Storage drivers that copy whole layers, or that current engines no longer have."""


def check_storage(patient: Patient) -> Iterator[Finding]:
    """Tell how images and containers are stored."""
    driver = patient.engine.capabilities.storage_driver
    if driver in _SLOW:
        yield warning("storage.slow", driver=driver)
    elif driver:
        yield fine("storage.driver", driver=driver)


def check_disk(patient: Patient) -> Iterator[Finding]:
    """Measure the room that is left for the engine's data, if it is on this machine."""
    root, capabilities = patient.report.data_root, patient.engine.capabilities
    if not root or not capabilities.on_this_machine:
        yield untested("disk.elsewhere", folder=root)
        return
    # An engine may have mounts of its own, which its processes show.
    try:
        room = os.statvfs(capabilities.processes.removesuffix("/proc") + root)
    except OSError:
        yield untested("disk.unreadable", folder=root)
        return
    free, size = room.f_bavail * room.f_frsize, room.f_blocks * room.f_frsize
    if free < _FULL:
        yield broken("disk.full", folder=root, free=free, size=size)
    elif room.f_files and room.f_favail < room.f_files * _SHARE:
        yield warning("disk.few_inodes", folder=root, inodes=room.f_favail)
    elif free < _LITTLE or free < size * _SHARE:
        yield warning("disk.little", folder=root, free=free, size=size)
    else:
        yield fine("disk.room", folder=root, free=free, size=size)
