"""The inputs of a plan, as digests: enough to tell later whether and what changed; never the values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import TypeAlias

from runner.core.address import Address
from runner.core.build import BuildContext
from runner.core.diagnostic import Diagnostic
from runner.core.plan import Change, Plan, Reason
from runner.core.redact import Redactor
from runner.core.sensitive import Places, is_sensitive, with_sensitive_keys
from runner.core.state import Dependency, ObservedResource, Resource
from runner.core.struct import Struct, compared, field_names
from runner.core.values import Digest, Value

Digests: TypeAlias = Mapping[str, str]
"""By field, a map's key after a dot."""

_ID = "id"
_AGAIN = "create a new plan"


class PlanFingerprint(Struct):
    """Digests of the desired and observed side of a plan, by address."""

    desired: Mapping[str, Digests]
    observed: Mapping[str, Digests]


def fingerprint_of(plan: Plan, redactor: Redactor, then: PlanFingerprint | None = None) -> PlanFingerprint:
    """Digest both sides of every change, and every check; sensitive keys are redacted.

    Sensitive values are digested with a salt: with the same one as `then`, if the value is still the same.
    """
    then = then or PlanFingerprint({}, {})
    seen = {_place(change): change for change in plan.changes if change.observed}
    return PlanFingerprint(
        desired_digests(plan, redactor, then.desired),
        {
            place: _Account(change.sensitive_places, redactor, then.observed).of_live(place, change.observed)
            for place, change in seen.items()
            if change.observed
        },
    )


def desired_digests(plan: Plan, redactor: Redactor, then: Mapping[str, Digests]) -> Mapping[str, Digests]:
    """Digest the desired side alone, by address; `then` as for `fingerprint_of`."""
    declared = (*(change.desired for change in plan.changes if change.desired), *plan.checks)
    return {
        str(resource.address): _Account(resource.sensitive_places, redactor, then).of(resource) for resource in declared
    }


def changed_since(then: PlanFingerprint, now: PlanFingerprint) -> Iterator[Diagnostic]:
    """Yield a problem for everything that has changed."""
    for address in changed_addresses(then.desired, now.desired):
        yield _problem(address, "in the file", changed_fields(then.desired.get(address), now.desired.get(address)))
    for address in changed_addresses(then.observed, now.observed):
        yield _problem(address, "on the engine", changed_fields(then.observed.get(address), now.observed.get(address)))


def changed_addresses(then: Mapping[str, Digests], now: Mapping[str, Digests]) -> list[str]:
    """Return the addresses whose digests differ between the two."""
    return [address for address in dict.fromkeys((*then, *now)) if then.get(address) != now.get(address)]


def changed_fields(then: Digests | None, now: Digests | None) -> list[str]:
    """Return the fields that differ; none if it exists on one side only."""
    if then is None or now is None:
        return []
    return [name for name in dict.fromkeys((*then, *now)) if then.get(name) != now.get(name)]


def _problem(address: str, where: str, names: list[str]) -> Diagnostic:
    if not names:
        message = f"{address} was added or removed {where} since the plan was made"
    elif _ID in names:
        message = f"{address} was replaced {where} since the plan was made"
    else:
        message = f"{address} has changed {where} since the plan was made: {', '.join(names)}"
    return Diagnostic("plan-stale", message, help=_AGAIN)


def _place(change: Change) -> str:
    """Name the observed side of a change: abandoned resources share the address of a real one."""
    assert change.observed is not None
    abandoned = Reason.ABANDONED in change.reasons
    return f"{change.address} (leftover {change.observed.id[:12]})" if abandoned else str(change.address)


class _Account(Struct):
    """Digests one side of a resource field by field, and maps key by key; sensitive `places` with a salt."""

    places: Places
    redactor: Redactor
    then: Mapping[str, Digests]

    def of(self, resource: Resource) -> Digests:
        """Digest a declared resource; its settings may contain sensitive values in many forms."""
        known = self.then.get(str(resource.address), {})
        order = sorted(map(_needed, resource.depends_on))
        fields = {**resource.fields, "depends_on": tuple(order), **({"external": True} if resource.external else {})}
        own = {name: getattr(resource.settings, name) for name in field_names(resource.settings)}
        settings = {name: value for name, value in own.items() if name not in fields}
        return {**self._named(settings, known, salted=bool(self.places)), **self._named(fields, known)}

    def of_live(self, place: str, one: ObservedResource) -> Digests:
        """Digest an observed resource."""
        seen = {**one.fields, _ID: one.id, "record": one.applied, "protect": one.protected}
        return self._named(seen, self.then.get(place, {}))

    def _named(self, values: Mapping[str, object], known: Digests, *, salted: bool = False) -> Digests:
        digests: dict[str, str] = {}
        for name, value in values.items():
            if not isinstance(value, Mapping) or with_sensitive_keys(name) in self.places:
                keyed: Mapping[str, object] = {name: value}
            else:
                keyed = {f"{name}.{key}": item for key, item in value.items()}
            for path, item in keyed.items():
                shown, is_salted = self.redactor.text(path), salted or is_sensitive(path, self.places)
                digests[shown] = _digest(_plain(item), known.get(shown), salted=is_salted)
        return digests


def _needed(one: Dependency) -> str:
    more = f" {'' if one.required else 'optional'} {'restart' if one.restart else ''}".rstrip()
    return f"{one.address} {one.condition.value} {one.timeout}{more}"


def _digest(value: Value, known: str | None, *, salted: bool) -> str:
    if not salted:
        return Digest.of(value).text
    return known if known is not None and Digest(known).matches(value) else Digest.salted(value).text


def _plain(value: object) -> Value:
    """Return what a value is compared by, the same in every process; for a build context its digest, without mtimes."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return Digest.of_bytes(value).text
        case BuildContext():
            return value.digest
        case Address():
            return str(value)
        case Enum():
            return _plain(value.value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case tuple() | list():
            return tuple(map(_plain, value))
        case set() | frozenset():
            return tuple(sorted(str(_plain(item)) for item in value))
    if isinstance(value, Struct):
        return {name: _plain(item) for name, item in compared(value).items()}
    return repr(value)
