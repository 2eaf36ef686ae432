"""What an entry declares, as a service has it: made from what a container of one engine would have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from runner.core.address import Address
from runner.core.state import FieldValue, FieldValues, Ref, Resource
from runner.core.values import Value, as_map, is_decimal
from runner.kinds.container.granted_files import GRANTED
from runner.kinds.container.in_service.network import with_references
from runner.kinds.container.in_service.storage import of_volume, tmpfs_of
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration
from runner.resource.field import Field, Setting
from runner.resource.file_grants import owner_of
from runner.resource.scalars import SECOND
from runner.resource.service_binding import InService, service_of
from runner.resource.service_table import refusals

_ALWAYS: Final[Mapping[str, Value]] = {
    "update.on_failure": "rollback",
    "update.parallel": 1,
    "update.monitor": 5 * SECOND,
}
"""What a spec is always told.

Managers would stop halfway through an update that fails; and in a block that is sent in part, they take what is missing
as zero: all tasks at once.
"""
_LEFT_OUT = ("networks.priority",)
_PRIVATE, _READABLE = 0o400, 0o444
"""Modes of granted files: only a user that is known can be the one who may read them."""
_ABOUT_FOLDERS = ("must_exist", "to_be_made")
"""What a mount says of a folder that is missing: on a swarm, that is always an error."""


def service_fields(
    declaration: Declaration, rows: Iterable[Field | Setting], fields: FieldValues, networks: Iterable[Resource]
) -> dict[str, FieldValue]:
    """Return the fields of a service, and report what no service can have.

    `rows` are all keys of its section, `fields` what `declared_fields` made of the entry for one engine, with
    these networks.
    """
    rows, values = tuple(rows), declaration.values
    told = {row.name for row in rows if isinstance(row, Setting) and isinstance(service_of(row), InService)}
    found: dict[str, FieldValue] = {key: value for key, value in fields.items() if key not in _LEFT_OUT}
    found |= {name: value for name, value in values.items() if name in told}
    always = {**_ALWAYS, "update.delay": _time_between(values)}
    found |= {name: value for name, value in always.items() if name in told and name not in values}
    found |= _granted(declaration)
    found |= _mounts(declaration, found)
    if "networks" in found:
        found["networks"] = with_references(as_map(found["networks"]), networks)
    for invalid in refusals(rows, values, found):
        declaration.report(invalid)
    return found


def _time_between(values: Mapping[str, Value]) -> Value:
    """Return how long a manager waits before the next tasks: it goes on at once where those before have started.

    Without a healthcheck, started is all that it knows; so each has to run through its settle time first.
    """
    return 0 if "healthcheck.test" in values else values.get("update.settle", SECOND)


def _mounts(declaration: Declaration, fields: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """Return volumes and tmpfs: each tmpfs under the latter, whichever key declares it, since a spec has one list."""
    volumes, tmpfs = as_map(fields.get("volumes")), dict(as_map(fields.get("tmpfs")))
    tmpfs |= {target: tmpfs_of(as_map(mount)) for target, mount in volumes.items() if as_map(mount)["type"] == "tmpfs"}
    others = {
        target: _mount(declaration, target, as_map(mount))
        for target, mount in volumes.items()
        if as_map(mount)["type"] != "tmpfs"
    }
    found = {"volumes": others, "tmpfs": tmpfs}
    return {key: mounts for key, mounts in found.items() if mounts or key in fields}  # type: ignore[misc]


def _mount(declaration: Declaration, target: str, mount: Mapping[str, Value]) -> Mapping[str, Value]:
    kept = {key: value for key, value in mount.items() if key not in _ABOUT_FOLDERS}
    named = as_map(as_map(declaration.values.get("volumes")).get(target)).get("source")
    is_named = mount["type"] == "volume" and named
    volume = declaration.find("volume", str(named), "volumes", target) if is_named else None
    return {**kept, **of_volume(declaration.workflow, volume)} if volume else kept


def _granted(declaration: Declaration) -> dict[str, FieldValue]:
    """Return the granted files by key and path, each with references to both, id and name."""
    found: dict[str, Any] = {}
    for key, path, address, grant in _grants(declaration):
        found.setdefault(key, {})[path] = _grant(declaration, address, grant)
    return found


def granted(declaration: Declaration) -> Iterator[Address]:
    """Yield the addresses of the secrets and configs that an entry is granted; report those that are unknown."""
    taken: set[str] = set()
    for key, path, address, grant in _grants(declaration):
        place = (key, str(grant.get("target", address.name)))
        if path in taken:
            help = "use a different target for each"
            declaration.report(Invalid(f'two files at "{path}"', path=place, help=help))
        taken.add(path)
        if declaration.find(address.kind, address.name, *place) is not None:
            yield address


def _grants(declaration: Declaration) -> Iterator[tuple[str, str, Address, Mapping[str, Value]]]:
    """Yield key, path, address and all that is said of each granted file."""
    for key, kind in GRANTED.items():
        for path, value in as_map(declaration.values.get(key)).items():
            grant = as_map(value)
            yield key, path, Address(kind, str(grant["source"])), grant


def _grant(declaration: Declaration, address: Address, grant: Mapping[str, Value]) -> Mapping[str, object]:
    owner = owner_of(grant) or _numeric_user(str(declaration.values.get("user", "")))
    usual = _PRIVATE if owner and address.kind == "secret" else _READABLE
    uid, gid = owner or (0, 0)
    mode = grant.get("mode", usual)
    return {"id": Ref(address), "name": Ref(address, "name"), "uid": uid, "gid": gid, "mode": mode}


def _numeric_user(user: str) -> tuple[int, int] | None:
    """Return uid and gid of a user that is given by numbers."""
    uid, _, gid = user.partition(":")
    return (int(uid), int(gid or 0)) if is_decimal(uid) and (not gid or is_decimal(gid)) else None
