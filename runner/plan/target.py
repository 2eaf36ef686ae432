"""Targets: named resources with all their dependencies; the rest of the workflow is left alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.core.plan import Action, Plan
from runner.core.state import DesiredState, ObservedResource, ObservedState, Resource
from runner.core.struct import Struct, replace
from runner.resource.kind import Catalog


class Selection(Struct):
    """The selected addresses, and the entries that are selected with all their replicas."""

    addresses: frozenset[Address]
    entries: frozenset[Address] = frozenset()

    def has(self, address: Address) -> bool:
        """Tell whether an address is selected; a replica no longer declared belongs to its entry."""
        return address in self.addresses or _entry(address) in self.entries


def select(desired: DesiredState, names: Iterable[str], found: list[Diagnostic]) -> Selection:
    """Return the named addresses with all dependencies; an entry selects its replicas. Unknown names go to `found`."""
    named: set[Address] = set()
    entries: set[Address] = set()
    for name in names:
        meant = [address for address in desired.resources if name in (str(address), str(_entry(address)))]
        if not meant:
            found.append(_unknown(name, desired.resources))
        named.update(meant)
        entries.update(address for address in meant if str(address) == str(_entry(address)) == name)
    return Selection(frozenset(_with_bases(desired, named)), frozenset(entries))


def declared_part(desired: DesiredState, part: Selection) -> DesiredState:
    """Limit the desired state to the selection, and the checks to those about it alone."""
    return replace(
        desired,
        resources={address: one for address, one in desired.resources.items() if address in part.addresses},
        checks=tuple(_checks_about(desired.checks, part)),
    )


def observed_part(observed: ObservedState, part: Selection) -> ObservedState:
    """Limit the observed state to the selection."""
    return replace(
        observed,
        resources={address: one for address, one in observed.resources.items() if part.has(address)},
        abandoned=tuple(one for one in observed.abandoned if part.has(one.address)),
    )


def missed_by_targets(plan: Plan, observed: ObservedState, catalog: Catalog) -> Iterator[Diagnostic]:
    """Yield a problem for each change that can't do without live resources outside of the plan."""
    inside = {change.address for change in plan.changes}
    outside = [one for one in observed.resources.values() if one.owned and one.address not in inside]
    yield from _excluded_holders(plan, outside, catalog)
    yield from _excluded_dependents(plan, outside, catalog)


def _excluded_holders(plan: Plan, outside: Sequence[ObservedResource], catalog: Catalog) -> Iterator[Diagnostic]:
    """Yield a problem for each name that something outside of the plan still has."""
    holders = {(catalog[one.address.kind].engine_kind, one.engine_name): one for one in outside}
    for change in plan.changes:
        desired = change.desired
        holder = desired and holders.get((catalog[change.address.kind].engine_kind, desired.engine_name))
        if desired and holder and change.action is not Action.NOOP:
            message = f'{change.address}: the name "{desired.engine_name}" is still that of {holder.address}'
            yield Diagnostic("target-too-narrow", message, desired.span, _help(str(holder.address), plan))


def _excluded_dependents(plan: Plan, outside: Sequence[ObservedResource], catalog: Catalog) -> Iterator[Diagnostic]:
    """Yield a problem for each change that would affect live dependants outside of the plan."""
    for change in plan.changes:
        is_remade = change.action is Action.REPLACE and catalog[change.address.kind].delete_before_create
        users = _users(change.address, outside) if is_remade else []
        users += [str(one.address) for one in outside if any(catalog[one.address.kind].follows(one, change, None))]
        if users:
            done = "replaced" if change.action is Action.REPLACE else "restarted"
            message = f"{change.address} would be {done} while used by {', '.join(users)}"
            span = change.desired.span if change.desired else None
            yield Diagnostic("target-too-narrow", message, span, _help(users[0], plan))


def _help(outside: str, plan: Plan) -> str:
    """Return how something that is not a part of the plan, by its address, becomes one."""
    if outside in map(str, (one.address for one in plan.left_alone)):
        return f"switch {outside} on too, by its profile, or remove it first"
    return f"--target {outside} too, or omit --target"


def _checks_about(checks: Sequence[Resource], part: Selection) -> Iterator[Resource]:
    """Yield the checks that depend on nothing outside the selection, directly or through other checks."""
    by_address = {check.address: check for check in checks}

    def is_about(check: Resource) -> bool:
        needed = [dependency.address for dependency in check.depends_on]
        inside = [is_about(by_address[one]) if one in by_address else one in part.addresses for one in needed]
        return bool(needed) and all(inside)

    return filter(is_about, checks)


def _users(address: Address, others: Iterable[ObservedResource]) -> list[str]:
    return [str(one.address) for one in others if address in one.recorded_dependencies]


def _with_bases(desired: DesiredState, named: Collection[Address]) -> set[Address]:
    """Add direct and indirect dependencies."""
    found: set[Address] = set()
    open_ends = list(named)
    while open_ends:
        address = open_ends.pop()
        if address not in found and address in desired.resources:
            found.add(address)
            open_ends += (dependency.address for dependency in desired.resources[address].depends_on)
    return found


def _unknown(name: str, known: Iterable[Address]) -> Diagnostic:
    addresses = [str(address) for address in known]
    same = [text for text in addresses if Address.parse(text).name == name]
    help = f'did you mean "{same[0]}"?' if same else did_you_mean(name, addresses)
    return Diagnostic("unknown-target", f'no resource "{name}" is declared', help=help or "write KIND.NAME")


def _entry(address: Address) -> Address:
    """Return the address that stands for all replicas of an entry."""
    return Address(address.kind, address.name)
