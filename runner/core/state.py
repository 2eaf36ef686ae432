"""Desired and observed state: the two values whose difference is the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from runner.core.address import Address
from runner.core.claim import ExclusiveClaim, Occupant
from runner.core.diagnostic import Diagnostic
from runner.core.engine import Engine
from runner.core.health import Health
from runner.core.sensitive import Places
from runner.core.settings import Settings
from runner.core.span import Span
from runner.core.struct import GuardedStruct, Struct, field
from runner.core.traits import Traits
from runner.core.values import Marker, Value

if TYPE_CHECKING:
    from runner.core.file_changes import FileChange

SettingsT = TypeVar("SettingsT", bound=Settings)


class Ref(Struct):
    """A reference to an attribute of another resource, known only once that resource exists on the engine."""

    address: Address
    attribute: str = "id"


class LateText(Struct):
    """A text with attributes of other resources, known only once these exist on the engine."""

    parts: tuple[str | Ref, ...]
    is_digested: bool = False
    """True if the SHA-256 digest of the text, in hexadecimal, stands for it."""


def has_reference(value: object) -> bool:
    """Tell whether a value is a reference, or an entry of a map that has one."""
    if isinstance(value, Ref):
        return True
    return isinstance(value, Mapping) and any(isinstance(inner, Ref) for inner in value.values())


def resolved(value: Any, resolve: Callable[[Ref], Any]) -> Any:
    """Return a value with the references in it resolved; the marker for the whole where one of them isn't known yet.

    >>> resolved({"source": Ref(Address("image", "app")), "target": "/app"}, lambda ref: "sha256:1")
    {'source': 'sha256:1', 'target': '/app'}
    """
    if isinstance(value, Ref):
        return resolve(value)
    if not has_reference(value):
        return value
    found = {key: resolve(inner) if isinstance(inner, Ref) else inner for key, inner in value.items()}
    return next((inner for inner in found.values() if isinstance(inner, Marker)), found)


class Condition(Enum):
    """What a dependant waits for."""

    EXISTS = "exists"
    STARTED = "started"
    HEALTHY = "healthy"
    READY = "ready"
    COMPLETED = "completed"
    BEST_AVAILABLE = "strongest"
    """The strongest condition that the target offers, determined once it exists."""


class Dependency(Struct):
    """An edge of the graph: the dependant starts when `address` meets `condition`.

    `timeout` is in seconds; None means the run's timeout.
    """

    address: Address
    condition: Condition = Condition.EXISTS
    timeout: float | None = None
    path: tuple[str | int, ...] = ()
    """Path from the dependant's entry in the file to the key that names the dependency."""
    restart: bool = False
    """True if the dependant is restarted whenever the dependency is, once that has passed its readiness check."""
    required: bool = True
    """False if the dependant starts although the dependency failed."""


class Locator(Protocol):
    """Resolves positions inside a resource's entry in the file."""

    def at(self, path: tuple[str | int, ...]) -> Span | None:
        """Resolve a path, as far as the entry has it."""

    def find(self, keys: tuple[str, ...], value: str) -> tuple[str, Span] | None:
        """Return the first of the given keys that the entry has, with the span of its item that equals `value`."""


class HostPath(Struct):
    """A host path that a resource mounts."""

    source: str
    target: str
    may_be_made: bool | None = None
    """Whether the engine may create a missing folder; None if unspecified."""
    path: tuple[str | int, ...] = ()
    """Path from the resource's entry in the file to the key that names it."""
    span: Span | None = None


FieldValue: TypeAlias = "Value | Ref | Marker"
FieldValues: TypeAlias = Mapping[str, FieldValue]
Applied: TypeAlias = Mapping[str, "str | Mapping[str, str]"]
"""By field, the digest of the value runner last applied; for a keyed field, one digest per key."""


class Resource(GuardedStruct):
    """A declared resource, ready to be compared with the engine.

    `fields` holds only what the file sets; `settings` what the kind decides by and the engine never sees (an external
    network, a pull policy).
    """

    UNCOMPARED = UNSEEN = frozenset({"locator"})

    address: Address
    engine_name: str
    fields: FieldValues = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    depends_on: tuple[Dependency, ...] = ()
    claims: tuple[ExclusiveClaim, ...] = ()
    host_paths: tuple[HostPath, ...] = ()
    external: bool = False
    """True if it must exist already; it is read and never changed."""
    creation_labels: Mapping[str, str | LateText] = field(default_factory=dict)
    """Labels that it gets when it is created, for other programs: no field, so never compared."""
    sensitive: frozenset[str] = frozenset()
    """Strings in its content that must be redacted."""
    sensitive_places: Places = frozenset()
    """Paths of its sensitive values, settings included."""
    shared: bool = False
    """True if nobody declares it but others refer to it: the implicit network, an image by its name."""
    span: Span | None = None
    locator: Locator | None = None

    def settings_as(self, kind: type[SettingsT]) -> SettingsT:
        """Return the settings as those of a kind; TypeError for those of another one."""
        if not isinstance(self.settings, kind):
            raise TypeError(f"{self.address} has {type(self.settings).__name__}, not {kind.__name__}")
        return self.settings


class DesiredState(Struct):
    """Everything a workflow declares, by address, in file order."""

    workflow: str
    resources: Mapping[Address, Resource]
    sensitive: frozenset[str] = frozenset()
    """Strings that must be redacted."""
    checks: tuple[Resource, ...] = ()
    """Checks that must pass once everything is up."""
    contents: tuple[Resource, ...] = ()
    """Secrets and configs, which are on the engine only as files of containers."""
    atomic: bool = False
    """True if a failed apply rolls back everything it did."""
    proxies: bool = True
    """True if builds and containers get the docker client's proxies."""
    orchestrator: str = "docker"
    """What runs it: docker, one engine, or swarm."""
    left_alone: frozenset[Address] = frozenset()
    """Entries that are switched off, each as the address of its first replica: what the engine has of them stays."""
    knows_secrets: bool = False
    """True if it declares anything sensitive: resources made from a former version may hold secrets too."""


class RetainedData(Struct):
    """Data without an entry in the file, such as an anonymous volume, with its owner and mount path."""

    name: str
    """Its name on the engine."""
    owner: Address
    target: str
    """The path at which its owner mounts it."""

    @property
    def address(self) -> Address:
        """Its address when its owner is gone."""
        return Address("volume", self.name[:12])


class ObservedResource(Struct):
    """A resource on the engine, normalized for comparison field by field.

    `defaults` says what each field that runner once set falls back to when it is unset.
    """

    address: Address
    id: str
    engine_name: str
    fields: Mapping[str, Value] = field(default_factory=dict)
    applied: Applied = field(default_factory=dict)
    defaults: Mapping[str, Value] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What a Ref to it can resolve to, such as its id."""
    traits: Traits = field(default_factory=Traits)
    recorded_dependencies: frozenset[Address] = frozenset()
    """Its dependencies when it was created, so that it is deleted before them."""
    removed_after: frozenset[str] = frozenset()
    """Ids that cannot be removed before this one, whatever they are called by now."""
    health: Health | None = None
    owned: bool = True
    """False if the workflow only uses it: an external network, a pulled image."""
    protected: bool = False
    """True if it was created with `protect`."""
    abandoned: bool = False
    """True if left behind by an interrupted run, beside the real resource."""
    sensitive_places: Places | None = frozenset()
    """Its sensitive paths as of the last apply; None if not recorded."""
    file: str = ""
    """The workflow file that created or last changed it, HOST:PATH; empty if not recorded."""
    files: Mapping[str, tuple[FileChange, ...]] = field(default_factory=dict)
    """By field, changes to the files it was made from since then."""
    retained: RetainedData | None = None
    """Set if it is only data left by a resource that is gone."""
    findings: tuple[Diagnostic, ...] = ()
    """Diagnostics that apply as long as it stays unchanged."""


class UnmanagedResource(Struct):
    """An object that has a desired name but isn't managed by this workflow."""

    kind: str
    engine_name: str
    id: str
    owner: str | None = None
    """The other workflow that owns it, if one does."""
    live: ObservedResource | None = None
    """Its observed state, read as if it were managed, if it could be adopted."""
    stands_for: Address | None = None
    """The declared resource that it is, whatever its name, if the labels of the program that created it say so."""


class ObservedState(Struct):
    """Everything a workflow has on the engine, and what conflicts with it.

    `index` finds undeclared resources that others refer to, such as an image by its name.
    """

    engine: Engine
    resources: Mapping[Address, ObservedResource] = field(default_factory=dict)
    abandoned: tuple[ObservedResource, ...] = ()
    foreign: tuple[UnmanagedResource, ...] = ()
    index: Mapping[Address, ObservedResource] = field(default_factory=dict)
    retained: tuple[ObservedResource, ...] = ()
    """Data that outlived its owner."""
    warnings: tuple[Diagnostic, ...] = ()
    """What could not be observed; the plan assumes the worst."""
    problems: tuple[Diagnostic, ...] = ()
    """Declarations that cannot work on this engine."""
    occupants: tuple[Occupant, ...] = ()
    """Current holders of claimable things, declared or not."""
