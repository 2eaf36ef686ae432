"""Bind mount sources on the engine's host: whether they exist, and whether a running container still has them.

Checked only if the engine's host is this machine, as `daemon.locality` decides. What can't be accessed is assumed to be
in order.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.engine import Engine
from runner.core.kernel_table import read_path, table_rows
from runner.core.lazy_pattern import lazy_pattern
from runner.core.state import DesiredState, HostPath

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON

_SUFFIX = lazy_pattern(r"\.(?!d$)[A-Za-z][A-Za-z0-9]{0,9}$")
"""The suffix of a file's name; the names of folders such as conf.d or v1.2 don't match."""
_DELETED = "//deleted"
"""What Linux appends to the root of a mount whose source was deleted."""
_MAKE_FOLDER = "create it first, or let the engine create it: {type: bind, ..., bind: {create_host_path: true}}"
_CORRECT = "fix the path or the link, or create its target: engines do not create a folder there"
_MAKE_FILE = "create the file, or fix its path; for a folder, set create_host_path: true"


def missing_sources(kind: str, desired: DesiredState, engine: Engine) -> Iterator[Diagnostic]:
    """Yield a finding for each missing bind mount source of a kind: an error if it is to be a file, else a warning.

    A source inside a folder that any resource of the workflow bind-mounts may still be created in time.
    """
    if not engine.capabilities.on_this_machine:
        return
    resources = desired.resources.values()
    folders = {path.source for resource in resources for path in resource.host_paths}
    paths = (path for resource in resources if resource.address.kind == kind for path in resource.host_paths)
    for path in dict.fromkeys(paths):
        if not _is_missing(path.source):
            continue
        obstacle = _obstacle(path.source)
        if obstacle or path.may_be_made is not True:
            may_come = any(_lies_in(path.source, folder) or _leads_into(path.source, folder) for folder in folders)
            yield _obstructed(path, obstacle, may_come) if obstacle else _missing(path, may_come=may_come)


def _is_missing(path: str) -> bool:
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _obstacle(path: str) -> str | None:
    """Return what keeps an engine from creating a folder at a missing path: a dangling link, or a file above it."""
    for one in (Path(path), *Path(path).parents):
        if os.path.lexists(one):
            is_itself = str(one) == path
            if one.is_symlink() and not one.exists():
                return "is a broken link" if is_itself else f'is below "{one}", a broken link'
            return None if one.is_dir() else f'is below "{one}", which is a file'
    return None


def _obstructed(path: HostPath, obstacle: str, may_come: bool) -> Diagnostic:
    severity = Severity.WARNING if may_come else Severity.ERROR
    return Diagnostic("mount-missing", f'"{path.source}" {obstacle}', path.span, _CORRECT, severity=severity)


def _missing(path: HostPath, *, may_come: bool) -> Diagnostic:
    message = f'"{path.source}" is not on this machine'
    is_file = looks_like_a_file(path.source) or looks_like_a_file(path.target)
    severity = Severity.WARNING if may_come else Severity.ERROR
    if path.may_be_made is False:
        message += ", and create_host_path is false"
    elif not is_file:
        message += ": the engine would create a folder there, owned by root"
        severity = Severity.WARNING
    return Diagnostic("mount-missing", message, path.span, _MAKE_FILE if is_file else _MAKE_FOLDER, severity=severity)


def looks_like_a_file(path: str) -> bool:
    """Return whether a path is likely to be a file's, judging by its name.

    >>> [looks_like_a_file(path) for path in ("/etc/nginx.conf", "/run/docker.sock", "/etc/conf.d", "/srv/v1.2", "/.a")]
    [True, True, False, False, False]
    """
    name = PurePosixPath(path).name
    return not name.startswith(".") and _SUFFIX.search(name) is not None


def _lies_in(path: str, folder: str) -> bool:
    return PurePosixPath(folder) in PurePosixPath(path).parents


def _leads_into(path: str, folder: str) -> bool:
    return _lies_in(os.path.realpath(path), os.path.realpath(folder))


# --- sources replaced under a running container


def swapped_sources(inspect: EngineJSON, engine: Engine) -> Iterator[Diagnostic]:
    """Yield a finding for each bind mount of a running container whose source was replaced.

    A bind mount keeps the very file that was there when the container started: after an editor writes a new file in its
    place, or the folder is moved away, the container still has the old one.
    """
    pid, processes = inspect["State"].get("Pid"), engine.capabilities.processes
    binds = [mount for mount in inspect.get("Mounts") or () if mount["Type"] == "bind"]
    if not (pid and processes and binds):
        return
    process = Path(processes, str(pid))
    mounted = _mounted(process, inspect["Id"])
    for mount in binds:
        root = mounted.get(mount["Destination"])
        if root is not None and _is_swapped(process, mount["Source"], mount["Destination"], root):
            name = inspect["Name"].lstrip("/")
            message = f'{name} still uses the previous "{mount["Source"]}" at {mount["Destination"]}, since replaced'
            help = f"run docker restart {name}, or list it under triggers to replace on change"
            yield Diagnostic("mount-replaced", message, help=help, severity=Severity.WARNING)


def _mounted(process: Path, container: str) -> Mapping[str, str]:
    """Return the root of each mount of a container's process by mount point; empty if the process isn't its own."""
    try:
        if container.encode() not in process.joinpath("cgroup").read_bytes():
            return {}
        rows = table_rows(process.joinpath("mountinfo").read_bytes())
    except OSError:
        return {}
    # FUSE file systems need not keep the device and inode numbers that identify files.
    return {read_path(it[4]): read_path(it[3]) for it in rows if not it[it.index(b"-") + 1].startswith(b"fuse")}


def _is_swapped(process: Path, source: str, target: str, root: str) -> bool:
    try:
        there = Path(source).stat()
    except OSError:
        return False  # a missing source is reported separately
    if root.endswith(_DELETED):
        return True
    try:
        return not os.path.samestat(there, Path(f"{process}/root{target}").stat())
    except OSError:
        return False
