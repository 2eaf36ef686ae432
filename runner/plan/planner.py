"""The planner: what has to happen to make the engine match the file, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, Change, Effect, FieldDiff, Plan, Reason
from runner.core.state import DesiredState, Foreign, Observed, ObservedState, Ref, Resource
from runner.core.values import UNKNOWN, Marker, Value
from runner.plan.graph import in_order, make_steps
from runner.resource.diff import diff_fields
from runner.resource.kind import Catalog, Kind
from runner.resource.needs import lacks


def make_plan(desired: DesiredState, observed: ObservedState, catalog: Catalog) -> Plan:
    """Compare the two states resource by resource, in the order of dependencies."""
    comparison = _Comparison(observed, catalog)
    for resource in in_order(desired.resources, catalog):
        comparison.add(resource)
    orphans = [one for address, one in observed.resources.items() if address not in desired.resources and one.owned]
    changes = (
        *comparison.changes.values(),
        *(_removal(one, Reason.ORPHAN, catalog) for one in orphans),
        *(_removal(one, Reason.LEFTOVER, catalog) for one in observed.leftovers),
    )
    problems = (*_taken_names(observed.foreign, desired), *comparison.problems, *_protected(changes))
    return Plan(desired.workflow, observed.engine, changes, make_steps(changes, catalog), problems)


def make_destroy_plan(workflow: str, observed: ObservedState, catalog: Catalog, spared: frozenset[str]) -> Plan:
    """Remove everything that the workflow owns, but for the spared kinds and what is protected."""
    doomed = [*observed.resources.values(), *observed.leftovers]
    changes = tuple(
        _removal(one, _why_gone(one), catalog, with_data=_data_kinds(catalog).isdisjoint(spared))
        for one in doomed
        if one.owned and not one.protected and one.address.kind not in spared
    )
    return Plan(workflow, observed.engine, changes, make_steps(changes, catalog))


def _why_gone(one: Observed) -> Reason:
    return Reason.LEFTOVER if one.leftover else Reason.REQUESTED


def _data_kinds(catalog: Catalog) -> set[str]:
    return {kind.name for kind in catalog.values() if kind.keeps_data}


def _removal(one: Observed, reason: Reason, catalog: Catalog, *, with_data: bool = False) -> Change:
    holds_data = catalog[one.address.kind].keeps_data or bool(with_data and one.attributes.get("anonymous"))
    verb = catalog[one.address.kind].verb(None, Action.DELETE)
    return Change(one.address, Action.DELETE, (reason,), verb=verb, observed=one, destroys_data=holds_data)


@dataclass(slots=True)
class _Comparison:
    """Walks the resources; what was decided for one is known to those that rest on it."""

    observed: ObservedState
    catalog: Catalog
    changes: dict[Address, Change] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def add(self, resource: Resource) -> None:
        """Decide what happens to one resource."""
        live, kind = self.observed.resources.get(resource.address), self.catalog[resource.address.kind]
        if resource.external:
            self._add_external(resource, live)
            return
        settled = kind.settle(resource, live, self._resolve)
        self._check_engine(settled, kind)
        change = self._create(settled, kind) if live is None else self._compare(settled, live, kind)
        self.changes[resource.address] = change

    def _add_external(self, resource: Resource, live: Observed | None) -> None:
        if live is None:
            message = f'{resource.address} is external, and the engine has no "{resource.engine_name}"'
            help = "make it, or correct its name"
            self.problems.append(Diagnostic("external-missing", message, resource.span, help))
        self.changes[resource.address] = Change(resource.address, Action.NOOP, desired=resource, observed=live)

    def _check_engine(self, resource: Resource, kind: Kind) -> None:
        """Refuse what this engine would take without a word and ignore."""
        for row in kind.fields:
            value = resource.fields.get(row.name)
            if value is None:
                continue
            used = (row,) if isinstance(value, Ref | Marker) else row.keys_of(value)
            for lack in lacks(used, self.observed.engine):
                self.problems.append(Diagnostic(lack.code, f"{lack.key} {lack.reason}", resource.span, lack.help))

    def _create(self, resource: Resource, kind: Kind) -> Change:
        verb = kind.verb(resource, Action.CREATE)
        return Change(resource.address, Action.CREATE, (Reason.MISSING,), verb=verb, desired=resource)

    def _compare(self, resource: Resource, live: Observed, kind: Kind) -> Change:
        diff = diff_fields(kind.compared, resource.fields, live, self._resolve)
        reasons = tuple(dict.fromkeys(found.reason for found in diff))
        action = _action(diff)
        if any(map(self._is_remade, live.needs)):
            action, reasons = Action.REPLACE, tuple(dict.fromkeys((*reasons, Reason.DEPENDENCY)))
        return Change(
            resource.address,
            action,
            reasons,
            diff,
            kind.verb(resource, action),
            resource,
            live,
            destroys_data=kind.keeps_data and action is Action.REPLACE,
        )

    def _is_remade(self, address: Address) -> bool:
        """Tell whether something must be gone for a moment, and so everything that rests on it."""
        change = self.changes.get(address)
        return change is not None and change.action is Action.REPLACE and self.catalog[address.kind].in_halves

    def _resolve(self, ref: Ref) -> Value | Marker:
        """Return what a reference points to now; what is about to be made is not known yet."""
        change = self.changes.get(ref.address)
        if change is not None and change.action in (Action.CREATE, Action.REPLACE):
            return UNKNOWN
        found = self.observed.resources.get(ref.address) or self.observed.index.get(ref.address)
        return found.attributes.get(ref.attribute) if found else None


def _action(diff: tuple[FieldDiff, ...]) -> Action:
    if not diff:
        return Action.NOOP
    return Action.REPLACE if any(found.effect is Effect.REPLACE for found in diff) else Action.UPDATE


def _taken_names(foreign: Iterable[Foreign], desired: DesiredState) -> Iterator[Diagnostic]:
    wanted: Mapping[tuple[str, str], Resource] = {
        (resource.address.kind, resource.engine_name): resource for resource in desired.resources.values()
    }
    for thing in foreign:
        resource = wanted.get((thing.kind, thing.engine_name))
        if resource is not None:
            owner = f"workflow {thing.owner}" if thing.owner else "somebody else"
            message = f'{thing.kind} "{thing.engine_name}" exists already and belongs to {owner}'
            help = "remove or rename it, or give this one another name"
            yield Diagnostic("name-taken", message, resource.span, help)


def _protected(changes: Iterable[Change]) -> Iterator[Diagnostic]:
    for change in changes:
        declared = change.desired is not None and bool(change.desired.settings.get("protect"))
        shielded = declared or (change.desired is None and change.observed is not None and change.observed.protected)
        if shielded and change.action in (Action.REPLACE, Action.DELETE):
            message = f"{change.address} is protected, and would be {change.action.value}d"
            span = change.desired.span if change.desired else None
            yield Diagnostic("protected", message, span, "undo the change, or take protect away first")
