"""What a plan rests on, as digests: enough to tell later whether something has changed, and what; never the values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import TypeAlias

from runner.core.address import Address
from runner.core.build import BuildContext
from runner.core.diagnostic import Diagnostic
from runner.core.plan import Change, Plan, Reason
from runner.core.redact import Redactor
from runner.core.state import Observed, Resource
from runner.core.values import Digest, Value

Digests: TypeAlias = Mapping[str, str]
"""By field, with a map's key after a dot."""

_ID = "id"
_AGAIN = "make the plan again"


@dataclass(frozen=True, slots=True)
class Basis:
    """The two sides of a plan, by address."""

    desired: Mapping[str, Digests]
    observed: Mapping[str, Digests]


def basis_of(plan: Plan, redactor: Redactor) -> Basis:
    """Digest both sides of every change, and every check; keys that hold something sensitive are masked."""
    declared = (*(change.desired for change in plan.changes if change.desired), *plan.checks)
    return Basis(
        {str(resource.address): _named(_declared(resource), redactor) for resource in declared},
        {_place(change): _named(_seen(change.observed), redactor) for change in plan.changes if change.observed},
    )


def stale(then: Basis, now: Basis) -> Iterator[Diagnostic]:
    """Yield a problem for everything that is no longer as it was."""
    for address in departures(then.desired, now.desired):
        yield _problem(address, "in the file", departed(then.desired.get(address), now.desired.get(address)))
    for address in departures(then.observed, now.observed):
        yield _problem(address, "on the engine", departed(then.observed.get(address), now.observed.get(address)))


def departures(then: Mapping[str, Digests], now: Mapping[str, Digests]) -> list[str]:
    """Return the addresses of which one side has another account than the other."""
    return [address for address in dict.fromkeys((*then, *now)) if then.get(address) != now.get(address)]


def departed(then: Digests | None, now: Digests | None) -> list[str]:
    """Return the fields that differ; none when it is only there on one side."""
    if then is None or now is None:
        return []
    return [name for name in dict.fromkeys((*then, *now)) if then.get(name) != now.get(name)]


def _problem(address: str, where: str, names: list[str]) -> Diagnostic:
    if not names:
        message = f"{address} has come or gone {where} since the plan was made"
    elif _ID in names:
        message = f"{address} is another one {where} since the plan was made"
    else:
        message = f"{address} has changed {where} since the plan was made: {', '.join(names)}"
    return Diagnostic("plan-stale", message, help=_AGAIN)


def _place(change: Change) -> str:
    """Name the observed side of a change: leftovers share the address of a real thing."""
    assert change.observed is not None
    leftover = Reason.LEFTOVER in change.reasons
    return f"{change.address} (leftover {change.observed.id[:12]})" if leftover else str(change.address)


def _declared(resource: Resource) -> dict[str, object]:
    order = sorted(f"{needed.address} {needed.condition.value} {needed.timeout}" for needed in resource.depends_on)
    declared = {**resource.settings, **resource.fields, "depends_on": tuple(order)}
    return {**declared, "external": True} if resource.external else declared


def _seen(one: Observed) -> dict[str, object]:
    return {**one.fields, _ID: one.id, "record": one.applied, "protect": one.protected}


def _named(values: Mapping[str, object], redactor: Redactor) -> Digests:
    """Digest values field by field, and maps key by key."""
    digests: dict[str, str] = {}
    for name, value in values.items():
        keyed = {f"{name}.{key}": item for key, item in value.items()} if isinstance(value, Mapping) else {name: value}
        digests |= {redactor.text(path): Digest.of(_plain(item)).text for path, item in keyed.items()}
    return digests


def _plain(value: object) -> Value:
    """Return what a value is compared by, the same in every process; of a build context its digest, not its times."""
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
    if is_dataclass(value):
        return {row.name: _plain(getattr(value, row.name)) for row in fields(value) if row.compare}
    return repr(value)
