"""What becomes of a row on a swarm: where it lies in a service's spec, or why a service can't have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TypeAlias

from runner.core.plan import Effect
from runner.core.struct import Struct
from runner.core.values import Value
from runner.resource.engine_json import Binding
from runner.resource.requirements import SubRequirement

if TYPE_CHECKING:
    from runner.resource.codec import Invalid

Refuse: TypeAlias = Callable[[Value, Mapping[str, Value]], "Iterable[Invalid]"]


def _refuse_nothing(_value: Value, _values: Mapping[str, Value]) -> Iterable[Invalid]:
    return ()


class InService(Struct, kw_only=True):
    """A row that a service's spec has a place for."""

    bind: Binding
    """Where it lies in the spec: the document that services are created, listed and updated with."""
    default: Value = None
    """The value that counts when unset; None: no value, since a spec leaves to the image what it doesn't have."""
    equals: Callable[[Value, Value], bool] | None = None
    """None: as the row compares."""
    on_change: Effect = Effect.ROLL
    """Cost of setting, changing and unsetting the value."""
    needs_api: str = ""
    """The minimum API version in which managers keep it; earlier ones drop it without a word."""
    parts: tuple[SubRequirement, ...] = ()
    """Keys inside its value with requirements of their own."""
    refuse: Refuse = _refuse_nothing
    """Yields why no service can have a value, given the entry's other values; paths lead from the value."""
    show: Callable[[Value], Value] | None = None
    """None: as the row's codec shows it."""
    merged_by_key: bool = False
    """Of a setting for swarms only: whether it is a map whose entries are managed one by one."""
    note: str = ""
    """What is different on a swarm, as a sentence for the reference page."""


class NotInService(Struct):
    """A row that a service's spec has no place for; `reason` completes a sentence that starts with the key's name."""

    reason: str
    help: str


class OfRunner(Struct):
    """A row that runner itself obeys, on a swarm as on one engine."""

    note: str = ""
    """What is different on a swarm, as a sentence for the reference page."""


OF_RUNNER = OfRunner()

ServiceBinding: TypeAlias = InService | NotInService | OfRunner


class Late(Struct):
    """A binding in a module that only a swarm has a use for, loaded when it is asked for."""

    place: str
    """MODULE:NAME."""


class _Row(Protocol):
    @property
    def service(self) -> ServiceBinding | Late | None: ...


def service_of(row: _Row) -> ServiceBinding | None:
    """Return what becomes of a row on a swarm; None for rows of kinds that aren't services there."""
    if not isinstance(row.service, Late):
        return row.service
    module, _, name = row.service.place.partition(":")
    found: ServiceBinding = getattr(import_module(module), name)
    return found


_NO_PLACE = "is not an option of services"
_OF_ONE_ENGINE = "is for containers of one engine; the tasks of a service may be on any node"


def no_place(help: str = "remove it, or run the file on one engine") -> NotInService:
    """Return what says that a service's spec has no place for a row."""
    return NotInService(_NO_PLACE, help)


def of_one_engine(help: str) -> NotInService:
    """Return what says that a row needs the engine on which the container is."""
    return NotInService(_OF_ONE_ENGINE, help)
