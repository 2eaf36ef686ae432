"""What should be and what is: the two values that a plan is the difference of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.sensitive import Places
from runner.core.span import Span
from runner.core.values import Marker, Value

if TYPE_CHECKING:
    from runner.core.file_changes import FileChange


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that another resource has on the engine: known only once that one is there."""

    address: Address
    attribute: str = "id"


class Condition(Enum):
    """What a dependant waits for."""

    EXISTS = "exists"
    STARTED = "started"
    HEALTHY = "healthy"
    READY = "ready"
    COMPLETED = "completed"
    BEST_AVAILABLE = "strongest"
    """The most that the target offers, found out when it is there."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """An edge of the graph: the dependant starts when `address` meets `condition`.

    `timeout` is in seconds; None takes the run's own.
    """

    address: Address
    condition: Condition = Condition.EXISTS
    timeout: float | None = None
    path: tuple[str | int, ...] = ()
    """Leads from the dependant's entry in the file to what names the dependency."""
    restart: bool = False
    """True where the dependant is started again whenever the other one is, once that has proved itself."""


@dataclass(frozen=True, slots=True)
class ExclusiveClaim:
    """Something that only one resource can have, such as a host port; `where` narrows it to one address."""

    what: str
    where: str = ""
    path: tuple[str | int, ...] = ()
    """Leads from the resource's entry in the file to what claims it."""
    numbers: range | None = None
    """Which ones, where it is several in a row: `what` then has a {} in their place."""
    indexes: tuple[int, ...] = ()
    """For each of the numbers, the item at `path` that claims it."""
    is_choice: bool = False
    """True where any one of the numbers will do: then all of them have one item."""

    def part(self, numbers: range) -> ExclusiveClaim:
        """Return the claim of some of its numbers."""
        if self.numbers is None:
            return self
        start = 0 if self.is_choice else numbers[0] - self.numbers[0]
        return replace(self, numbers=numbers, indexes=self.indexes[start : start + len(numbers)])

    @property
    def place(self) -> tuple[str | int, ...]:
        """Leads from the resource's entry in the file to the first item that claims it."""
        return (*self.path, *self.indexes[:1])

    def __str__(self) -> str:
        """Name what is claimed.

        >>> str(ExclusiveClaim("host port {}/udp", numbers=range(5000, 5010)))
        'host port 5000-5009/udp'
        """
        if self.numbers is None:
            return self.what
        first, last = self.numbers[0], self.numbers[-1]
        return self.what.format(first if first == last else f"{first}-{last}")

    def is_beside(self, other: ExclusiveClaim) -> bool:
        """Tell whether two claims are about one address: nothing stands for all, 0.0.0.0 and :: for those of a family.

        >>> ExclusiveClaim("port 80", "0.0.0.0").is_beside(ExclusiveClaim("port 80", "127.0.0.1"))
        True
        >>> ExclusiveClaim("port 80", "::").is_beside(ExclusiveClaim("port 80", "127.0.0.1"))
        False
        """
        return _covers(self.where, other.where) or _covers(other.where, self.where)

    def taken_by(self, other: ExclusiveClaim) -> ExclusiveClaim | None:
        """Return the part of it that another claim has."""
        if self.what != other.what or not self.is_beside(other):
            return None
        if self.numbers is None or other.numbers is None:
            return self
        shared = range(max(self.numbers.start, other.numbers.start), min(self.numbers.stop, other.numbers.stop))
        return self.part(shared) if shared else None

    def is_taken(self, others: Iterable[ExclusiveClaim]) -> bool:
        """Tell whether others leave too little of it: any part of it counts, of a choice only all together.

        >>> choice = ExclusiveClaim("port {}", numbers=range(80, 82), is_choice=True)
        >>> others = [range(80, 81)], [range(90)]
        >>> [choice.is_taken(ExclusiveClaim("port {}", numbers=one) for one in taken) for taken in others]
        [False, True]
        """
        parts = [part for other in others if (part := self.taken_by(other))]
        if not self.is_choice or self.numbers is None:
            return bool(parts)
        return len({number for part in parts for number in part.numbers or ()}) == len(self.numbers)


def _covers(wide: str, narrow: str) -> bool:
    if wide in ("", narrow):
        return True
    return wide == ("::" if ":" in narrow else "0.0.0.0") and narrow != ""


@dataclass(frozen=True, slots=True)
class Occupant:
    """Who has on the engine what a resource may claim; `id` is the engine's for it, where it is a thing of its own."""

    claim: ExclusiveClaim
    who: str
    """In words, such as: container "db"."""
    id: str | None = None


class Locator(Protocol):
    """Finds places in the entry of a file that declares a resource."""

    def at(self, path: tuple[str | int, ...]) -> Span | None:
        """Return where a path leads, as far as the entry goes along."""

    def find(self, keys: tuple[str, ...], value: str) -> tuple[str, Span] | None:
        """Return the first of some keys that the entry has, with the place of the item there that has a value."""


@dataclass(frozen=True, slots=True)
class HostPath:
    """A file or folder of the engine's machine that a resource is given."""

    source: str
    target: str
    may_be_made: bool | None = None
    """Whether the engine is to make a folder where it is missing; None where nobody said."""
    path: tuple[str | int, ...] = ()
    """Leads from the resource's entry in the file to what names it."""
    span: Span | None = None


FieldValue: TypeAlias = "Value | Ref | Marker"
FieldValues: TypeAlias = Mapping[str, FieldValue]
Applied: TypeAlias = Mapping[str, "str | Mapping[str, str]"]
"""By field, the digest of what runner last set; for a keyed field, a digest for each of its keys."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that the file declares, ready to be compared with the engine.

    `fields` holds what the file sets and nothing else; `settings` what the kind decides by
    and the engine never sees (an external network, a pull policy).
    """

    address: Address
    engine_name: str
    fields: FieldValues = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    depends_on: tuple[Dependency, ...] = ()
    claims: tuple[ExclusiveClaim, ...] = ()
    host_paths: tuple[HostPath, ...] = ()
    external: bool = False
    """True for what must be there already, is looked at and never changed."""
    sensitive: frozenset[str] = frozenset()
    """Texts in its content that must never be shown."""
    sensitive_places: Places = frozenset()
    """Where it holds something sensitive, settings included."""
    shared: bool = False
    """True for what nobody declares but others refer to: the implicit network, an image by its name."""
    span: Span | None = None
    locator: Locator | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DesiredState:
    """All that a workflow declares, by address, in the file's order."""

    workflow: str
    resources: Mapping[Address, Resource]
    sensitive: frozenset[str] = frozenset()
    """Texts that must never be shown."""
    checks: tuple[Resource, ...] = ()
    """What must hold once everything is up."""
    atomic: bool = False
    """True when a failed apply is to undo all that it did."""
    proxies: bool = True
    """True when builds and containers get the docker client's proxies."""
    knows_secrets: bool = False
    """True when it declares anything sensitive: what was made of a former version of it may hold some as well."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a live thing fares: `phase` in the engine's word, `health` only where it reports one."""

    phase: str
    health: str | None = None
    since: str | None = None
    """RFC 3339, when it entered this phase."""
    ports: tuple[str, ...] = ()
    exit_code: int | None = None
    """How it last ended, where it isn't at work and that is known."""
    restarts: int = 0
    """How often the engine has started it again by itself, where the last time was not long ago."""


@dataclass(frozen=True, slots=True)
class RetainedData:
    """Data that has no entry of its own in a file, such as an anonymous volume: what it was made for, and where."""

    name: str
    """What the engine calls it."""
    owner: Address
    target: str
    """The path at which its owner has it."""

    @property
    def address(self) -> Address:
        """How it is called when nothing else is left of its owner."""
        return Address("volume", self.name[:12])


@dataclass(frozen=True, slots=True)
class ObservedResource:
    """One thing on the engine, normalised so that it can be compared field by field.

    `defaults` says what each field that was once set falls back to when nobody sets it any more.
    """

    address: Address
    id: str
    engine_name: str
    fields: Mapping[str, Value] = field(default_factory=dict)
    applied: Applied = field(default_factory=dict)
    defaults: Mapping[str, Value] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What a Ref to it may ask for."""
    recorded_dependencies: frozenset[Address] = frozenset()
    """What it rested on when it was made, so that it goes before them."""
    removed_after: frozenset[str] = frozenset()
    """Ids of what can't go before it, whatever that is called by now."""
    health: Health | None = None
    owned: bool = True
    """False for what the workflow only uses: an external network, a pulled image."""
    protected: bool = False
    """True for what was made never to be removed."""
    abandoned: bool = False
    """True for what an interrupted run left behind beside the real thing."""
    sensitive_places: Places | None = frozenset()
    """Where it held something sensitive when it was last set; None where that is not on record."""
    file: str = ""
    """The workflow file that made it or changed it last, HOST:PATH; nothing where that is not on record."""
    files: Mapping[str, tuple[FileChange, ...]] = field(default_factory=dict)
    """By field, what became of files since it was made from them."""
    retained: RetainedData | None = None
    """What it is if it only holds the data of something that has gone."""
    findings: tuple[Diagnostic, ...] = ()
    """What is wrong with it while it stays as it is."""


@dataclass(frozen=True, slots=True)
class UnmanagedResource:
    """A thing that bears a wanted name and isn't ours."""

    kind: str
    engine_name: str
    id: str
    owner: str | None = None
    """The workflow that owns it, when another one does."""
    live: ObservedResource | None = None
    """What it is, read as if it were ours, where it could be adopted."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What answered: versions, and the defaults that its daemon fills in."""

    name: str
    version: str
    api_version: str
    os: str
    architecture: str
    capabilities: Mapping[str, Value] = field(default_factory=dict)
    """The engine's own defaults and abilities, by the name that a kind's table uses."""
    id: str = ""
    """What tells it from every other one for good; empty for an engine that has no such thing."""


@dataclass(frozen=True, slots=True)
class ObservedState:
    """All that the engine has of a workflow, and what stands in its way.

    `index` finds things that nobody declared but others refer to, such as an image by its name.
    """

    engine: Engine
    resources: Mapping[Address, ObservedResource] = field(default_factory=dict)
    abandoned: tuple[ObservedResource, ...] = ()
    foreign: tuple[UnmanagedResource, ...] = ()
    index: Mapping[Address, ObservedResource] = field(default_factory=dict)
    retained: tuple[ObservedResource, ...] = ()
    """Data that outlived what it belonged to."""
    warnings: tuple[Diagnostic, ...] = ()
    """What could not be seen, and is planned for the worse."""
    problems: tuple[Diagnostic, ...] = ()
    """What of the declared is not as it can be on this engine."""
    occupants: tuple[Occupant, ...] = ()
    """Who has what resources may claim, whether it is declared or not."""
