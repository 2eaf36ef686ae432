"""Containers that Docker Compose created: which of them are declared, and which the file lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic, Severity
from runner.kinds.shared import label_overrides
from runner.kinds.shared.label_overrides import Labels
from runner.resource import compose_labels
from runner.resource.labels import WORKFLOW, owned_address

if TYPE_CHECKING:
    from runner.core.address import Address
    from runner.core.engine_answers import EngineJSON
    from runner.resource.observation import ObserveContext

_KINDS = ("container", "job")


def stand_ins(
    kind: str, context: ObserveContext, listed: Iterable[EngineJSON], records: label_overrides.Records
) -> Mapping[str, Address]:
    """Return the declared resource of one kind that each container without a workflow is by its labels, by id."""
    wanted = context.wanted(kind)
    labels = {short["Id"]: records.labels(short["Id"], short.get("Labels") or {}) for short in listed}
    owned = {owned_address(one, context.workflow) for one in labels.values()}
    free = [resource for resource in wanted if resource.address not in owned]
    return compose_labels.match({id: one for id, one in labels.items() if WORKFLOW not in one}, free)


def changed(
    stand_ins: Mapping[str, Address],
    context: ObserveContext,
    listed: Iterable[EngineJSON],
    attributes: Callable[[str], Mapping[str, str]],
) -> frozenset[str]:
    """Return the ids of those stand-ins that were not made from the file's declaration, or may not have been.

    `attributes` returns what can be referred to of a container, given its id.
    """
    if not stand_ins or context.desired is None:
        return frozenset()
    ids = _ids(context)
    resources = context.desired.resources
    return frozenset(
        short["Id"]
        for short in listed
        if (address := stand_ins.get(short["Id"]))
        and not compose_labels.is_unchanged(
            short.get("Labels") or {}, resources[address], lambda ref: attributes(ids[ref.address])[ref.attribute]
        )
    )


def _ids(context: ObserveContext) -> Mapping[Address, str]:
    """Return the id of what is, or is to be adopted as, each declared container."""
    records = _records("container", context)
    labels = {short["Id"]: records.labels(short["Id"], short.get("Labels") or {}) for short in context.containers}
    own = {address: id for id, one in labels.items() if (address := owned_address(one, context.workflow))}
    theirs = stand_ins("container", context, context.containers, records)
    return {**own, **{address: id for id, address in theirs.items()}}


def undeclared(context: ObserveContext) -> Iterator[Diagnostic]:
    """Warn of the containers of the same Compose project that the file lacks: they are never touched.

    One-offs, and services that are switched off, are where they should be.
    """
    wanted = [resource for kind in _KINDS for resource in context.wanted(kind)]
    projects = compose_labels.projects(wanted)
    if not projects or context.desired is None:
        return
    owned = {id for kind in _KINDS for id in _records(kind, context).kept}
    known = {id for kind in _KINDS for id in stand_ins(kind, context, context.containers, _records(kind, context))}
    off = {address.name for address in context.desired.left_alone if address.kind == "container"}
    for short in context.containers:
        labels: Labels = short.get("Labels") or {}
        service = labels.get(compose_labels.SERVICE, "")
        is_ours = WORKFLOW in labels or short["Id"] in owned or short["Id"] in known
        if labels.get(compose_labels.PROJECT) not in projects or is_ours or service in off:
            continue
        if labels.get(compose_labels.ONE_OFF) != "True":
            yield _undeclared(short, service, any(compose_labels.is_what(labels, resource) for resource in wanted))


def _records(kind: str, context: ObserveContext) -> label_overrides.Records:
    return label_overrides.find(kind, context.records)


def _undeclared(short: EngineJSON, service: str, is_declared: bool) -> Diagnostic:
    name = next((name.lstrip("/") for name in short.get("Names") or ()), short["Id"][:12])
    lacks = f'which has fewer replicas of service "{service}"' if is_declared else f'which has no service "{service}"'
    message = f'container "{name}" is of the same Compose project as this file, {lacks}'
    help = f"runner leaves it alone; if it is no longer needed: docker rm -f {name}"
    return Diagnostic("under-compose", message, help=help, severity=Severity.WARNING)
