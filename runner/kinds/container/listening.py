"""Listeners on ports of this machine, from the kernel's socket tables; with their process, if it is visible."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from runner.core.claim import ExclusiveClaim, Occupant
from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import Struct

_TABLES = ("tcp", "tcp6", "udp", "udp6")
_WAITING = {"tcp": "0A", "udp": "07"}
"""The state of a listening or unconnected socket, by protocol."""
_CONTAINER = lazy_pattern(r"[0-9a-f]{64}")
_ANY = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}


class _Socket(Struct):
    port: int
    protocol: str
    address: str
    inode: str


def listeners(wanted: Iterable[tuple[ExclusiveClaim, str]], containers: Mapping[str, str]) -> Iterator[Occupant]:
    """Yield the occupants of the ports that claims with a protocol need.

    `containers` has the text that names a container by its id, for processes that belong to one.
    """
    sockets = list(_sockets())
    taken = [(claim, found) for claim, protocol in wanted for found in _in_the_way(claim, protocol, sockets)]
    owners = _owners({found.inode for _, found in taken}) if taken else {}
    for claim, found in taken:
        part = claim.part(range(found.port, found.port + 1))
        yield _occupant(part, owners.get(found.inode), containers)


def _in_the_way(claim: ExclusiveClaim, protocol: str, sockets: Iterable[_Socket]) -> Iterator[_Socket]:
    """Yield a socket for each port that it keeps from being bound; an attempt to bind the port decides."""
    rivals: dict[int, list[_Socket]] = {}
    for one in sockets:
        if one.protocol == protocol and one.port in (claim.numbers or ()):
            rivals.setdefault(one.port, []).append(one)
    for port, found in rivals.items():
        if not _can_bind(port, protocol, claim.where):
            yield next((one for one in found if one.address == claim.where), found[0])


def _can_bind(port: int, protocol: str, address: str) -> bool:
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for one in (family,) if address else (socket.AF_INET, socket.AF_INET6):
        try:
            with socket.socket(one, kind) as probe:
                if kind == socket.SOCK_STREAM:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if one == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind((address or _ANY[one], port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False  # without permission to bind, a listed socket counts
    return True


def _sockets() -> Iterator[_Socket]:
    for table in _TABLES:
        protocol = table.removesuffix("6")
        for row in _lines(Path("/proc/self/net") / table)[1:]:
            columns = row.split()
            if columns[3] == _WAITING[protocol]:
                address, _, port = columns[1].partition(":")
                yield _Socket(int(port, 16), protocol, _address(address), columns[9])


def _address(digits: str) -> str:
    """Parse an address of the kernel's tables: four-byte words, the last byte first."""
    raw = b"".join(bytes.fromhex(digits[at : at + 8])[::-1] for at in range(0, len(digits), 8))
    return str(IPv4Address(raw) if len(raw) == 4 else IPv6Address(raw))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _owners(inodes: set[str]) -> dict[str, int]:
    """Return the process of each socket, among the processes whose open files are visible."""
    found: dict[str, int] = {}
    links = {f"socket:[{inode}]": inode for inode in inodes}
    for process in Path("/proc").glob("[0-9]*"):
        for target in links.keys() & set(_open_files(process)):
            found.setdefault(links[target], int(process.name))
    return found


def _open_files(process: Path) -> Iterator[str]:
    with suppress(OSError):  # another user's process, or it exited meanwhile
        for file in (process / "fd").iterdir():
            with suppress(OSError):
                yield str(file.readlink())


def _occupant(claim: ExclusiveClaim, pid: int | None, containers: Mapping[str, str]) -> Occupant:
    if pid is None:
        return Occupant(claim, "a process of another user")
    process = Path("/proc") / str(pid)
    ids = {id for line in _lines(process / "cgroup") for id in _CONTAINER.findall(line)}
    id = next(iter(ids & containers.keys()), None)
    if id is not None:
        return Occupant(claim, containers[id], id)
    program = " ".join(_lines(process / "comm")) or "unknown"
    return Occupant(claim, f"process {pid} ({program})")
