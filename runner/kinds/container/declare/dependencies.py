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
    for key, name in shared_namespaces(declaration.values):
        if name in declaration.entries_of("container"):
            yield Dependency(Address("container", name), Condition.STARTED, path=(key,), restart=True)
    for name, detail in as_map(declaration.values.get("depends_on")).items():
        on = _on_job if _kind_of(name, declaration) == "job" else _on_container
        try:
            yield from on(declaration, name, as_map(detail))
        except Invalid as invalid:
            declaration.report(invalid.within("depends_on", name))


def shared_namespaces(values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Yield each key that names a container to share a namespace with, and the container's name."""
    for key in _MODES:
        mode = values.get(key)
        if isinstance(mode, str) and mode.startswith(OF_CONTAINER):
            yield key, mode.removeprefix(OF_CONTAINER)


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
            yield Dependency(Address("container", name, index), condition, _seconds(detail), path=("depends_on", name))


def _on_job(_declaration: Declaration, name: str, detail: Mapping[str, Value]) -> Iterator[Dependency]:
    condition = Condition(str(detail["condition"]))
    if condition not in (Condition.COMPLETED, Condition.BEST_AVAILABLE):
        raise Invalid(f"{name} is a job and never {condition.value}", help="use completed")
    if "timeout" in detail:
        raise Invalid(f"{name} is a job, which has its own timeout", path=("timeout",), help="set it there")
    yield Dependency(Address("job", name), Condition.COMPLETED, path=("depends_on", name))


def _seconds(detail: Mapping[str, Value]) -> float | None:
    timeout = detail.get("timeout")
    return timeout / SECOND if isinstance(timeout, int) else None
