"""Describe one live resource in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from runner.app.former_secrets import learn_former
from runner.app.instances import names_of
from runner.core.address import Address
from runner.core.diagnostic import did_you_mean
from runner.core.errors import RunnerError, UsageError
from runner.core.gateway import Gateway
from runner.core.inspection import Description, masked
from runner.core.sensitive import Places, is_sensitive
from runner.core.state import DesiredState, ObservedResource, ObservedState, Ref
from runner.core.struct import replace

if TYPE_CHECKING:
    from runner.app.loaded_workflow import LoadedWorkflow

_WORTH_A_HINT: Final = 1_000_000
"""Minimum unused bytes in a build context for a hint."""

_TEXTS: Final = frozenset({"environment", "labels", "command", "entrypoint", "healthcheck"})


def find_address(name: str, workflow: LoadedWorkflow) -> Address:
    """Return the address that a key or address stands for; one that isn't declared is what it says.

    UsageError for an ambiguous key, and for what is no address either.
    """
    from runner.kinds import orchestrator

    meant = [address for address in _declared(workflow.desired) if name in names_of(address)]
    entries = dict.fromkeys((address.kind, address.name) for address in meant)
    if len(entries) > 1:
        listed = ", ".join(f"{kind}.{key}" for kind, key in entries)
        raise UsageError(f'"{name}" is ambiguous: {listed}', code="unknown-resource")
    if meant:
        return min(meant)
    try:
        address = Address.parse(name)
    except ValueError:
        hint = did_you_mean(name, _names(workflow.desired)) or "see runner status"
        message = f'{workflow.desired.workflow} declares no "{name}"; {hint}'
        raise UsageError(message, code="unknown-resource") from None
    sections = orchestrator(workflow.desired.orchestrator).sections
    if address.kind not in sections:
        message = f'"{name}" is not an address; its kind is one of: {", ".join(sections)}'
        raise UsageError(message, code="unknown-resource")
    return address


def _names(desired: DesiredState) -> set[str]:
    return {name for address in _declared(desired) for name in names_of(address)}


def _declared(desired: DesiredState) -> Iterator[Address]:
    yield from desired.resources
    yield from (one.address for one in (*desired.contents, *desired.checks))


def is_on_engine(address: Address, workflow: LoadedWorkflow) -> bool:
    """Return whether there is something on the engine to inspect, besides what is declared."""
    from runner.kinds import orchestrator

    return address.kind in orchestrator(workflow.desired.orchestrator).catalog


def inspect(address: Address, workflow: LoadedWorkflow, gateway: Gateway) -> Description:
    """Describe the live resource at an address, redacted; RunnerError if there is none."""
    description = _redacted(_describe(address, workflow, gateway), workflow)
    return replace(description, hints=(*description.hints, *_waste(address, workflow.desired)))


def inspect_declared(address: Address, workflow: LoadedWorkflow) -> Description:
    """Describe a secret, config or check as it is declared, redacted; RunnerError if there is none."""
    from runner.kinds import orchestrator

    desired = workflow.desired
    describe = orchestrator(desired.orchestrator).sections[address.kind].describe_declared
    resource = next((one for one in (*desired.contents, *desired.checks) if one.address == address), None)
    if resource is None or describe is None:
        help = did_you_mean(str(address), [*map(str, _declared(desired))])
        raise RunnerError(f"{address} is not declared", help=help, code="unknown-resource")
    return _redacted(masked(describe(resource, desired), resource.sensitive_places), workflow)


def _describe(address: Address, workflow: LoadedWorkflow, gateway: Gateway) -> Description:
    from runner.app.observing import observe_workflow
    from runner.kinds import orchestrator
    from runner.resource.observation import ObserveContext

    desired = workflow.desired
    kind = orchestrator(desired.orchestrator).catalog[address.kind]
    observed = observe_workflow(gateway, desired.workflow, desired, desired.orchestrator)
    live = observed.resources.get(address) or observed.index.get(address)
    if live is None:
        raise RunnerError(f"{address} is not on the engine", help=_help(address, workflow), code="not-on-engine")
    assert kind.describe is not None, kind.name
    learn_former(workflow.redactor, observed, desired)
    description = kind.describe(ObserveContext(gateway, desired.workflow, observed.engine, desired), live)
    places = _sensitive_places(desired, live).union(*_handed_on(desired, observed, address))
    made = {row.name for row in kind.fields if row.made_from and is_sensitive(row.made_from, places)}
    return masked(description, places | made)


def _sensitive_places(desired: DesiredState, live: ObservedResource) -> Places:
    """Return the sensitive paths, declared or recorded; without a record, also `_TEXTS` if any secrets are known."""
    resource = desired.resources.get(live.address)
    declared = resource.sensitive_places if resource else frozenset()
    if live.sensitive_places is None:
        return declared | _TEXTS if desired.knows_secrets else declared
    return declared | live.sensitive_places


def _handed_on(desired: DesiredState, observed: ObservedState, address: Address) -> Iterator[Places]:
    """Yield the paths that are sensitive because of the resources that this one refers to."""
    from runner.kinds import orchestrator

    catalog = orchestrator(desired.orchestrator).catalog
    resource, live = desired.resources.get(address), observed.resources.get(address)
    if resource is None and live is not None:
        made_from = live.fields.get("image")
        images = (one for one in observed.resources.values() if one.id == made_from)
        yield from (catalog[one.address.kind].passes_on(None, one) for one in images)
    for value in resource.fields.values() if resource else ():
        if isinstance(value, Ref):
            other = value.address
            yield catalog[other.kind].passes_on(desired.resources.get(other), observed.resources.get(other))


def _waste(address: Address, desired: DesiredState) -> Iterator[str]:
    """Yield a hint if a large part of an image's build context is never copied."""
    from runner.kinds.image.settings import build_of
    from runner.workflow.build_context.unused import unused_bytes

    resource = desired.resources.get(address)
    request = build_of(resource.settings) if resource else None
    if request is not None:
        name = None if request.dockerfile.inline else request.dockerfile.name
        unused = unused_bytes(request.dockerfile.text, request.context, name)
        if unused >= _WORTH_A_HINT:
            yield f"{unused // 1_000_000} MB of the build context are never copied: exclude them with .dockerignore"


def _help(address: Address, workflow: LoadedWorkflow) -> str:
    declared = list(map(str, workflow.desired.resources))
    if str(address) in declared:
        return "create it with: runner apply"
    return did_you_mean(str(address), declared) or "list resources with: runner status"


def _redacted(description: Description, workflow: LoadedWorkflow) -> Description:
    value = workflow.redactor.value
    tables = tuple(
        replace(table, rows=tuple({column: value(cell) for column, cell in row.items()} for row in table.rows))
        for table in description.tables
    )
    return replace(description, facts={name: value(fact) for name, fact in description.facts.items()}, tables=tables)
