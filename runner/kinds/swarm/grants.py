"""Grants on a swarm: a service refers to a version of a secret or config by id, and also has its name.

A node mounts it in the memory of the container, where nothing is copied. A swarm doesn't ask who the program runs as:
without a number for it, a file is for everybody in the container to read, as Docker has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from runner.core.address import Address
from runner.core.lazy_pattern import lazy_pattern
from runner.core.state import Ref
from runner.core.values import Value, as_map
from runner.resource.engine_json import Binding, Body, get, put
from runner.resource.file_grants import owner_of

if TYPE_CHECKING:
    from runner.resource.declaration import Declaration

GRANTED: Final = {"secrets": "secret", "configs": "config"}
"""The kind by the key that grants it."""
_FOR_ALL: Final = 0o444
_NUMBERS: Final = lazy_pattern(r"(?P<uid>[0-9]{1,10})(?::(?P<gid>[0-9]{1,10}))?")


def granted(declaration: Declaration, key: str) -> dict[str, Mapping[str, Any]]:
    """Return what an entry is granted, by path: source and name, which refer to it, and owner and mode.

    What can't be found is reported.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for target, value in as_map(declaration.values.get(key)).items():
        grant = as_map(value)
        source = str(grant["source"])
        declared = declaration.find(GRANTED[key], source, key, str(grant.get("target", source)))
        if declared is not None:
            found[target] = {**_references(declared.address), **_access(grant, declaration.values.get("user"))}
    return found


def _references(address: Address) -> dict[str, Ref]:
    return {"source": Ref(address), "name": Ref(address, "name")}


def _access(grant: Mapping[str, Value], user: Value) -> dict[str, int]:
    owner = owner_of(grant) or _runs_as(user)
    given = grant.get("mode", _FOR_ALL if owner is None else grant.get("usual_mode"))
    uid, gid = owner or (0, 0)
    return {"uid": uid, "gid": gid, "mode": given if isinstance(given, int) else _FOR_ALL}


def _runs_as(user: Value) -> tuple[int, int] | None:
    """Return the user that a program runs as, if the file says so in numbers."""
    found = _NUMBERS.fullmatch(user) if isinstance(user, str) else None
    return (int(found["uid"]), int(found["gid"] or 0)) if found else None


def references(key: str, values: Mapping[str, Value]) -> Iterator[Address]:
    """Yield the addresses of what an entry is granted, on which it depends."""
    for value in as_map(values.get(key)).values():
        yield Address(GRANTED[key], str(as_map(value)["source"]))


def binding(key: str) -> Binding:
    """Return where the grants of a key lie in the spec of a service."""
    kind = GRANTED[key].capitalize()
    path = f"TaskTemplate.ContainerSpec.{key.capitalize()}"

    def write(value: Value, body: Body) -> None:
        put(body, path, [_reference(kind, target, as_map(grant)) for target, grant in as_map(value).items()])

    def read(document: Mapping[str, Any]) -> Value:
        return dict(_read(kind, get(document, path) or ()))

    return Binding(write, read)


def _reference(kind: str, target: str, grant: Mapping[str, Value]) -> dict[str, Any]:
    file = {"Name": target, "UID": str(grant["uid"]), "GID": str(grant["gid"]), "Mode": grant["mode"]}
    return {f"{kind}ID": grant["source"], f"{kind}Name": grant["name"], "File": file}


def _read(kind: str, given: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Value]]:
    for one in given:
        file = one.get("File") or {}
        access = {"uid": _number(file.get("UID")), "gid": _number(file.get("GID")), "mode": file.get("Mode")}
        yield str(file.get("Name")), {"source": one[f"{kind}ID"], "name": one.get(f"{kind}Name"), **access}
