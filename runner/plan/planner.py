"""The planner: what has to change to make the engine match the file, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, Change, Effect, FieldDiff, Plan, Reason
from runner.core.sensitive import MASK, is_sensitive
from runner.core.state import (
    DesiredState,
    ObservedResource,
    ObservedState,
    Ref,
    Resource,
    UnmanagedResource,
)
from runner.core.struct import MutableStruct, field, replace
from runner.core.values import UNKNOWN, Marker, Value
from runner.plan.adoption import Unmanaged, adopted, adoption_blockers, is_adopted
from runner.plan.concealment import concealed
from runner.plan.conflicts import taken_claims
from runner.plan.irreversible import irreversible_changes
from runner.plan.left_alone import left_alone
from runner.plan.ordering import in_order, make_steps
from runner.plan.protection import protection, violations
from runner.plan.removal import by_kind, removal, retained_data
from runner.plan.unhealthy import unhealthy_findings
from runner.resource.diff import diff_fields
from runner.resource.field import Field
from runner.resource.kind import Catalog, Kind
from runner.resource.requirements import unsupported

if TYPE_CHECKING:
    from runner.core.codes import Code


def make_plan(desired: DesiredState, observed: ObservedState, catalog: Catalog, *, adopt: bool = False) -> Plan:
    """Diff the two states resource by resource in topological order; list the changes in file order.

    Orphans and abandoned resources come last. With `adopt`, unmanaged resources under a desired name are adopted if
    they need no replacement; those that are declared resources by their labels are adopted in any case.
    """
    comparison = _Comparison(observed, catalog, adopt, desired.knows_secrets)
    for resource in in_order(desired.resources, catalog):
        comparison.add(resource)
    undeclared = [one for address, one in observed.resources.items() if address not in desired.resources]
    left = left_alone(desired, observed)
    orphans = [one for one in undeclared if one.owned and one.address not in left]
    gone = (
        *(removal(one, Reason.ORPHAN, catalog) for one in by_kind(orphans, catalog)),
        *(removal(one, Reason.ABANDONED, catalog) for one in by_kind(observed.abandoned, catalog)),
    )
    changes = (*(comparison.changes[address] for address in desired.resources), *gone)
    problems = (
        *observed.problems,
        *comparison.problems,
        *violations(changes),
        *taken_claims(changes, observed.occupants),
        *(irreversible_changes(changes, catalog) if desired.atomic else ()),
    )
    steps = make_steps((*comparison.changes.values(), *gone), catalog)
    return Plan(
        desired.workflow,
        observed.engine,
        changes,
        steps,
        problems,
        desired.atomic,
        desired.checks,
        proxies=desired.proxies,
        warnings=(*observed.warnings, *unhealthy_findings(changes), *_findings(changes)),
        retained=retained_data(observed),
        left_alone=tuple(one for one in undeclared if one.address in left),
    )


def _findings(changes: Iterable[Change]) -> Iterator[Diagnostic]:
    """Yield the diagnostics of declared resources that stay; a replacement would not have them."""
    for change in changes:
        if change.desired and change.observed and change.action in (Action.NOOP, Action.UPDATE):
            for found in change.observed.findings:
                yield replace(found, span=found.span or change.desired.span)


class _Comparison(MutableStruct):
    """Diffs the resources in order; each decision is visible to the dependants."""

    observed: ObservedState
    catalog: Catalog
    adopt: bool
    knows_secrets: bool
    unmanaged: Unmanaged = field(default_factory=Unmanaged)
    changes: dict[Address, Change] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    row_numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    """The place of each row in the table of its kind, by kind and name."""

    def __post_init__(self) -> None:
        self.unmanaged = Unmanaged.of(self.observed.foreign)

    def add(self, resource: Resource) -> None:
        """Decide the action for one resource."""
        live, kind = self.observed.resources.get(resource.address), self.catalog[resource.address.kind]
        if resource.external:
            self._add_external(resource, live)
            return
        met = self.unmanaged.met_by(resource, kind, has_own=live is not None)
        found = live or next((thing.live for thing in met), None)
        settled = self._with_strangers(kind.complete(resource, found, self._resolve))
        self._check_engine(settled, kind)
        change = self._create(settled, kind) if live is None else self._compare(settled, live, kind)
        for thing in met:
            change = self._meet(thing, change, kind)
        self.changes[resource.address] = change

    def _with_strangers(self, resource: Resource) -> Resource:
        """Resolve references to resources outside the workflow: no step of the run creates them."""
        found_by_name: dict[str, Value | Marker] = {}
        for name, value in resource.fields.items():
            if isinstance(value, Ref) and value.address not in self.changes:
                found = self._resolve(value)
                if found is None:
                    message = f"{resource.address}: {name} refers to {value.address}, which is not on the engine"
                    help = "declare it in this workflow, or create it first"
                    self._report("unknown-reference", message, resource, help)
                else:
                    found_by_name[name] = found
        return replace(resource, fields={**resource.fields, **found_by_name}) if found_by_name else resource

    def _meet(self, thing: UnmanagedResource, change: Change, kind: Kind) -> Change:
        """Adopt an unmanaged resource in place of one to be created, or report why not."""
        assert change.desired is not None
        live = thing.live if change.action is Action.CREATE and not thing.owner else None
        compared = self._compare(change.desired, live, kind) if live else None
        self.problems.extend(adoption_blockers(thing, change.desired, compared, kind, adopt=self.adopt))
        if compared and is_adopted(thing, adopt=self.adopt):
            return adopted(compared, thing)
        return replace(change, name_conflict=True)

    def _add_external(self, resource: Resource, live: ObservedResource | None) -> None:
        if live is None:
            message = f'{resource.address} is external, but the engine has no "{resource.engine_name}"'
            self._report("external-missing", message, resource, "create it, or fix its name")
        self.changes[resource.address] = Change(resource.address, Action.NOOP, desired=resource, observed=live)

    def _check_engine(self, resource: Resource, kind: Kind) -> None:
        """Reject what this engine would silently ignore, and what it would reject halfway."""
        engine, used = self.observed.engine, list(kind.needs(resource))
        for row in self._rows_set(resource, kind):
            value = resource.fields[row.name]
            if isinstance(value, Ref | Marker):
                used.append(row)
            elif value is not None:
                used += row.keys_of(value)
                if reason := row.reject(value, engine):
                    shown = MASK if is_sensitive(row.name, resource.sensitive_places) else row.codec.show(value)
                    self._report("engine-cannot", f"{row.name} {shown} {reason}", resource)
        for lack in unsupported(used, engine):
            self._report(lack.code, f"{lack.key} {lack.reason}", resource, lack.help)

    def _rows_set(self, resource: Resource, kind: Kind) -> list[Field]:
        """Return the rows that a resource sets, a few of the many of its kind, in the order of the table."""
        numbers = self.row_numbers.get(kind.name)
        if numbers is None:
            numbers = self.row_numbers[kind.name] = {row.name: number for number, row in enumerate(kind.fields)}
        return [kind.fields[number] for number in sorted(numbers[name] for name in resource.fields if name in numbers)]

    def _report(self, code: Code, message: str, resource: Resource, help: str | None = None) -> None:
        self.problems.append(Diagnostic(code, message, resource.span, help))

    def _create(self, resource: Resource, kind: Kind) -> Change:
        verb = kind.action_label(resource, Action.CREATE, ())
        return Change(resource.address, Action.CREATE, (Reason.MISSING,), verb=verb, desired=resource)

    def _compare(self, resource: Resource, live: ObservedResource, kind: Kind) -> Change:
        found = diff_fields(kind.compared, resource.fields, live, self._resolve)
        weighed = kind.adjust_diff(resource, live, found)
        if _action(weighed) is not Action.REPLACE:
            weighed = (*weighed, *self._followed(resource, live, weighed))
        weighed = (*weighed, *protection(resource, live))
        diff = concealed(weighed, resource, live, kind, knows_secrets=self.knows_secrets)
        reasons = tuple(dict.fromkeys(found.reason for found in diff))
        action = _action(diff)
        if any(map(self._is_remade, live.recorded_dependencies)) or self._would_lose(resource, kind):
            action, reasons = Action.REPLACE, tuple(dict.fromkeys((*reasons, Reason.DEPENDENCY)))
        return Change(
            resource.address,
            action,
            reasons,
            diff,
            kind.action_label(resource, action, diff),
            resource,
            live,
            destroys_data=kind.keeps_data and action is Action.REPLACE,
            retains=tuple(kind.retains(live, resource)) if action is Action.REPLACE else (),
            pace=kind.pace(resource, diff) if action is Action.UPDATE else None,
        )

    def _followed(self, resource: Resource, live: ObservedResource, diff: tuple[FieldDiff, ...]) -> Iterable[FieldDiff]:
        """Return the extra changes that this plan's changes to a resource's dependencies require."""
        kind, paths = self.catalog[resource.address.kind], {found.path for found in diff}
        below = ((self.changes.get(dependency.address), dependency) for dependency in resource.depends_on)
        lost = {found.path: found for change, needed in below if change for found in kind.follows(live, change, needed)}
        return (found for path, found in lost.items() if path not in paths)

    def _is_remade(self, address: Address) -> bool:
        """Tell whether a resource is created or recreated delete-before-create, and so all its dependants."""
        change = self.changes.get(address)
        is_new = change is not None and change.action in (Action.REPLACE, Action.CREATE)
        return is_new and self.catalog[address.kind].delete_before_create

    def _would_lose(self, resource: Resource, kind: Kind) -> bool:
        """Tell whether moving over to a recreated dependency would lose something that the resource declares."""
        below = (self.changes.get(dependency.address) for dependency in resource.depends_on)
        return any(
            change.action is Action.REPLACE
            and self.catalog[change.address.kind].recreates_in_place
            and kind.needs_recreate(resource, change.desired, self.observed.engine)
            for change in below
            if change and change.desired
        )

    def _resolve(self, ref: Ref) -> Value | Marker:
        """Resolve a reference; UNKNOWN for what is yet to be created."""
        change = self.changes.get(ref.address)
        if change is not None and change.action in (Action.CREATE, Action.REPLACE):
            return UNKNOWN
        live = change.observed if change is not None else None
        found = live or self.observed.resources.get(ref.address) or self.observed.index.get(ref.address)
        return found.attributes.get(ref.attribute) if found else None


def _action(diff: tuple[FieldDiff, ...]) -> Action:
    if not diff:
        return Action.NOOP
    return Action.REPLACE if any(found.effect is Effect.REPLACE for found in diff) else Action.UPDATE
