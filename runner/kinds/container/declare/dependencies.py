"""Dependencies: which containers and jobs must meet which condition before a container starts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import product

from runner.core.address import Address
from runner.core.diagnostic import did_you_mean
from runner.core.state import Condition, Dependency
from runner.core.values import Value, as_map
from runner.kinds.container.declare.readiness_probe import has_probe
from runner.kinds.container.sharing import OF_CONTAINER
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration
from runner.resource.scalars import SECOND

_NAMED = ("container", "job")
"""The kinds that depends_on may refer to."""
_MODES = ("network_mode", "ipc", "pid")
"""Keys that may refer to another container, of the workflow or any other of the engine, to share its namespace."""


def dependencies(declaration: Declaration) -> Iterator[Dependency]:
    """Yield the dependencies that shared namespaces and depends_on imply; report the invalid ones."""
    for key, owner in namespace_owners(declaration):
        if owner.name in declaration.entries_of("container"):
            yield Dependency(owner, Condition.STARTED, path=(key,), restart=True)
    for name, detail in as_map(declaration.values.get("depends_on")).items():
        if as_map(detail).get("required") is False and not _is_expected(name, declaration):
            continue
        on = _on_job if _kind_of(name, declaration) == "job" else _on_container
        try:
            yield from on(declaration, name, as_map(detail))
        except Invalid as invalid:
            declaration.report(invalid.within("depends_on", name))


def namespace_owners(declaration: Declaration) -> Iterator[tuple[str, Address]]:
    """Yield each key that names a container to share a namespace with, and that container, of the workflow or not.

    It is named by its key in the file, or by its name on the engine.
    """
    for key in _MODES:
        mode = declaration.values.get(key)
        if isinstance(mode, str) and mode.startswith(OF_CONTAINER):
            yield key, Address("container", _key_of(mode.removeprefix(OF_CONTAINER), declaration))


def _key_of(name: str, declaration: Declaration) -> str:
    if name in declaration.entries_of("container"):
        return name
    named = declaration.entries_with("container", "name").items()
    return next((key for key, values in named if values["name"] == name), name)


def unusable_owners(declaration: Declaration) -> Iterator[Invalid]:
    """Yield a finding for each namespace that can't be shared: a job's ends with it."""
    jobs = declaration.entries_of("job")
    for key, owner in namespace_owners(declaration):
        if owner.name in jobs and owner.name not in declaration.entries_of("container"):
            message = f"{owner.name} is a job, whose namespaces end with it"
            yield Invalid(message, path=(key,), help="share those of a container, which keeps running")


def _is_expected(name: str, declaration: Declaration) -> bool:
    """Return whether something of the name is declared."""
    return any(name in declaration.entries_of(kind) for kind in _NAMED)


def _kind_of(name: str, declaration: Declaration) -> str:
    """Return the kind that a name refers to; for an unknown name, the kind with the most similar key."""

    def is_declared(known: Collection[str], _kind: str) -> bool:
        return name in known

    def may_be_declared(_known: Collection[str], kind: str) -> bool:
        return declaration.may_be_declared(kind, name)

    def is_similar(known: Collection[str], _kind: str) -> bool:
        return did_you_mean(name, known) is not None

    tests = product((is_declared, may_be_declared, is_similar), _NAMED)
    return next((kind for means, kind in tests if means(declaration.entries_of(kind), kind)), "container")


def _on_container(declaration: Declaration, name: str, detail: Mapping[str, Value]) -> Iterator[Dependency]:
    condition, entries = Condition(str(detail["condition"])), declaration.entries_of("container")
    if condition is Condition.COMPLETED:
        raise Invalid(
            f"{name} is a container and never completes", help="use started, healthy or ready, or declare it as a job"
        )
    if condition is Condition.READY and name in entries and not has_probe(entries[name]):
        raise Invalid(f"{name} has no ready probe", help="add ready, or wait for started or healthy")
    replicas = entries.get(name, {}).get("replicas", 1)
    for index in range(1, max(replicas if isinstance(replicas, int) else 1, 1) + 1):
        if replicas or name not in entries:
            yield _dependency(Address("container", name, index), condition, detail)


def _on_job(_declaration: Declaration, name: str, detail: Mapping[str, Value]) -> Iterator[Dependency]:
    condition = Condition(str(detail["condition"]))
    if condition not in (Condition.COMPLETED, Condition.BEST_AVAILABLE):
        raise Invalid(f"{name} is a job and never {condition.value}", help="use completed")
    if "timeout" in detail:
        raise Invalid(f"{name} is a job, which has its own timeout", path=("timeout",), help="set it there")
    yield _dependency(Address("job", name), Condition.COMPLETED, detail)


def _dependency(address: Address, condition: Condition, detail: Mapping[str, Value]) -> Dependency:
    return Dependency(
        address,
        condition,
        _seconds(detail),
        path=("depends_on", address.name),
        restart=detail.get("restart") is True,
        required=detail.get("required") is not False,
    )


def _seconds(detail: Mapping[str, Value]) -> float | None:
    timeout = detail.get("timeout")
    return timeout / SECOND if isinstance(timeout, int) else None
