"""A kind: the schema and operations of one type of resource, declared once and used by every stage.

A part of the file that has no counterpart on the engine, such as a secret, is a section without being a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeAlias

from runner.core.address import Address
from runner.core.claim import Occupant
from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.core.engine import Engine
from runner.core.plan import Action, Change, FieldDiff
from runner.core.resource_state import State
from runner.core.sensitive import Places
from runner.core.state import (
    Condition,
    DesiredState,
    FieldValues,
    ObservedResource,
    Resource,
    RetainedData,
    UnmanagedResource,
)
from runner.core.values import Value
from runner.resource.codec import Invalid
from runner.resource.diff import Resolve
from runner.resource.field import Field, Setting
from runner.resource.requirements import Requirement

if TYPE_CHECKING:
    from runner.core.build import BuildContext, ChangesSince, Dockerfile
    from runner.core.gateway import EngineJSON, Gateway
    from runner.core.inspection import Description
    from runner.core.task import Task


@dataclass(frozen=True, slots=True)
class EnvFile:
    """The variables of an env file, and its diagnostics, each with its position there."""

    values: Mapping[str, str]
    found: tuple[Diagnostic, ...]


class Inputs(Protocol):
    """The files that a declaration reads. Paths are relative to the file that declares it.

    Every method raises Invalid when a file is missing, unreadable or not permitted.
    """

    def locate(self, path: str) -> str:
        """Return the absolute path of something that is forwarded, such as a socket."""

    def mount_source(self, path: str) -> str:
        """Return the absolute path of a bind mount's source on the engine's host."""

    def read(self, path: str) -> bytes:
        """Read a whole file."""

    def read_secret(self, path: str) -> bytes:
        """Read a whole file whose content must not be cached."""

    def fingerprint(self, pattern: str) -> str:
        """Return a short digest of the content of a file, a folder tree, or everything that matches a glob."""

    def env_file(self, path: str) -> EnvFile:
        """Read a dotenv file."""

    def dockerfile(
        self, context: str, name: str | None, inline: str | None, args: Mapping[str, str | None], target: str | None
    ) -> Dockerfile:
        """Read a Dockerfile, or use the inline text."""

    def context(self, path: str, dockerfile: str | None) -> BuildContext:
        """Read a build context."""

    def changes_since(self, contexts: Mapping[str, BuildContext]) -> ChangesSince:
        """Return a function that lists the files that changed in the contexts; the main one has the key ""."""

    def variable(self, name: str) -> str | None:
        """Return a variable of the caller's environment."""

    def commit_time(self, path: str) -> int | None:
        """Return the last commit time of a folder, in seconds since the epoch; None without a commit."""


Report: TypeAlias = Callable[[Invalid], None]


@dataclass(frozen=True, slots=True)
class Declaration:
    """One entry of a section, parsed by the table: the keys the file sets, by dotted name."""

    workflow: str
    key: str
    values: Mapping[str, Value]
    entries: Mapping[str, Mapping[str, Mapping[str, Value]]]
    """The values of every entry of the file, by kind and key."""
    declared: Mapping[Address, Resource]
    """The resources that earlier sections declare."""
    inputs: Inputs
    report: Report
    """Takes every error, with its path from the entry; parsing continues after it."""
    report_in_file: Callable[[Diagnostic, tuple[str | int, ...]], None]
    """Takes a diagnostic positioned in another file, and the path from the entry to the key that names that file."""
    may_be_declared: Callable[[str, str], bool]
    """Tells whether an unreadable part of the file may declare a given kind and name."""
    sensitive: Places = frozenset()
    """Which values, or keys of them, contain a sensitive variable."""
    sensitive_variables: frozenset[str] = frozenset()
    """Names of the variables that the file marks as sensitive."""

    def entries_of(self, kind: str) -> Mapping[str, Mapping[str, Value]]:
        """Return the values of every entry of one kind, by key."""
        return self.entries.get(kind, {})

    def find(self, kind: str, name: str, *path: str | int, otherwise: str = "") -> Resource | None:
        """Resolve `name`; if nothing declares it, report that at `path`, with help as for `unknown`."""
        found = self.declared.get(Address(kind, name))
        if found is None and not self.may_be_declared(kind, name):
            self.report(unknown(kind, name, self.entries_of(kind), otherwise).within(*path))
        return found


def unknown(kind: str, name: str, known: Collection[str], otherwise: str = "") -> Invalid:
    """Make the error for an unknown name of a kind; `otherwise` extends the help, where more is possible."""
    help = did_you_mean(name, known) or f"declare it under {kind}s{otherwise}"
    return Invalid(f'unknown {kind} "{name}"', help=help, code="unknown-reference")


@dataclass(frozen=True)
class ObserveContext:
    """What a kind needs to observe the engine; `desired` is None when only the workflow's name is known.

    Lists that several kinds need are fetched once.
    """

    gateway: Gateway
    workflow: str
    engine: Engine
    desired: DesiredState | None = None

    @cached_property
    def containers(self) -> Sequence[EngineJSON]:
        """Every container of the engine, in the list endpoint's short form."""
        return self.gateway.containers.list()

    @cached_property
    def volumes(self) -> Sequence[EngineJSON]:
        """Every volume of the engine."""
        return self.gateway.volumes.list()

    @cached_property
    def networks(self) -> Sequence[EngineJSON]:
        """Every network of the engine."""
        return self.gateway.networks.list()

    def wanted(self, kind: str) -> list[Resource]:
        """Return the declared resources of a kind."""
        return [r for a, r in self.desired.resources.items() if a.kind == kind] if self.desired else []


@dataclass(frozen=True, slots=True)
class Observation:
    """What a kind observed: owned, abandoned and unmanaged resources, and an index of referenced ones."""

    own: tuple[ObservedResource, ...] = ()
    abandoned: tuple[ObservedResource, ...] = ()
    foreign: tuple[UnmanagedResource, ...] = ()
    index: tuple[ObservedResource, ...] = ()
    retained: tuple[ObservedResource, ...] = ()
    """Data that outlived its owner."""
    warnings: tuple[Diagnostic, ...] = ()
    """What could not be observed; the plan assumes the worst."""
    problems: tuple[Diagnostic, ...] = ()
    """Declarations that cannot work on this engine."""
    occupants: tuple[Occupant, ...] = ()
    """Current holders of claimable things, declared or not."""


@dataclass(frozen=True, slots=True, order=True)
class ExclusiveRange:
    """A range in a space where each element has at most one holder: a name, or a range of addresses."""

    space: str
    first: int = 0
    last: int = 0


def _holds_nothing(_name: str, _fields: FieldValues) -> Iterable[ExclusiveRange]:
    return ()


def _always_met(_task: Task, _other: Resource | None, _id: str, _condition: Condition, _timeout: float) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Operations on a resource of a kind: create, update and replace return its engine id; all raise RunnerError."""

    create: Callable[[Task], str]
    update: Callable[[Task], str]
    replace: Callable[[Task], str]
    delete: Callable[[Task], None]
    settle: Callable[[Task, str, float], None] | None = None
    """Wait until one started in this run, at that time of the monotonic clock, counts as working.

    Dependants do not wait for that.
    """
    verify: Callable[[Task, str], None] | None = None
    """Verify once more at the end of the run that it still works."""
    wait_for: Callable[[Task, Resource | None, str, Condition, float], None] = _always_met
    """Wait until a dependency meets the condition, up to a timeout in seconds; the task is the dependant's.

    The dependency is given as declared, if it is, and by its id.
    """


def _as_declared(resource: Resource, _observed: ObservedResource | None, _resolve: Resolve) -> Resource:
    return resource


def _as_found(_resource: Resource, _observed: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    return diff


def _stays_as_it_is(_observed: ObservedResource, _change: Change) -> Iterable[FieldDiff]:
    return ()


def _needs_nothing(_resource: Resource) -> Iterable[Requirement]:
    return ()


def _passes_nothing_on(_resource: Resource | None, _observed: ObservedResource | None) -> Places:
    return frozenset()


def _retains_nothing(_observed: ObservedResource, _desired: Resource | None) -> Iterable[RetainedData]:
    return ()


def _just_the_id(id: str) -> Mapping[str, str]:
    return {"id": id}


def _moves_whole(_resource: Resource, _other: Resource, _engine: Engine) -> bool:
    return False


def _plain_verb(_desired: Resource | None, action: Action, _diff: tuple[FieldDiff, ...]) -> str:
    return action.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One type of entry that a file declares, under a key of its own."""

    name: str
    section: str
    """The key of the file under which they are declared."""
    doc: str
    settings: tuple[Setting, ...]
    fields: tuple[Field, ...] = ()
    shorthand: Mapping[str, str] = field(default_factory=dict)
    """Keys that accept a scalar instead of a map, with the key of the map that the scalar sets."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Descriptions of maps that only group other keys, by dotted name."""
    key_hints: Mapping[str, str] = field(default_factory=dict)
    """Keys known from other tools, each with the help that says what to write instead."""
    declare: Callable[[Declaration], Iterable[Resource]]
    keeps_data: bool = False
    """True if removing one destroys data that can't be recreated."""
    is_check: bool = False
    """True for checks: run once everything is up, and never created."""

    @property
    def rows(self) -> tuple[Field | Setting, ...]:
        """Every key of an entry, settings first."""
        return (*self.settings, *self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Section):
    """A type of resource: a section whose entries exist on the engine."""

    internal_fields: tuple[Field, ...] = ()
    """Fields that runner sets on every resource and the file can't, such as its name."""
    observe: Callable[[ObserveContext], Observation]
    operations: Callable[[], Operations]
    """The operations, loaded lazily, since most commands never need them."""
    complete: Callable[[Resource, ObservedResource | None, Resolve], Resource] = field(default=_as_declared)
    """Complete a declaration with what only the engine knows, before the diff."""
    adjust_diff: Callable[[Resource, ObservedResource, tuple[FieldDiff, ...]], tuple[FieldDiff, ...]] = field(
        default=_as_found
    )
    """Filter the diff, and add forced changes."""
    follows: Callable[[ObservedResource, Change], Iterable[FieldDiff]] = field(default=_stays_as_it_is)
    """Yield what a change to another resource breaks in this one, as the diffs that repair it."""
    action_label: Callable[[Resource | None, Action, tuple[FieldDiff, ...]], str] = field(default=_plain_verb)
    """The kind's own label for an action, which may depend on the diff."""
    attributes: Callable[[str], Mapping[str, str]] = field(default=_just_the_id)
    """The attributes a Ref to a resource can resolve to, given its engine id."""
    needs: Callable[[Resource], Iterable[Requirement]] = field(default=_needs_nothing)
    """Yield a resource's engine requirements beyond its fields."""
    retains: Callable[[ObservedResource, Resource | None], Iterable[RetainedData]] = field(default=_retains_nothing)
    """Yield the data without an entry that is kept when one is removed, or replaced by what is declared."""
    describe: Callable[[ObserveContext, ObservedResource], Description] | None = None
    """Describe an existing resource in full."""
    passes_on: Callable[[Resource | None, ObservedResource | None], Places] = field(default=_passes_nothing_on)
    """Paths at which resources that refer to one, declared or live, get something sensitive from it."""
    delete_before_create: bool = False
    """Delete-before-create: the old resource must be removed before the new one can exist.

    Dependants are then recreated as well.
    """
    recreates_in_place: bool = False
    """True if `replace` moves all users from the old one to the new one: users that are to leave do so before.

    Its `replace` also carries out the task's batch.
    """
    exclusive_ranges: Callable[[str, FieldValues], Iterable[ExclusiveRange]] = field(default=_holds_nothing)
    """The exclusive ranges that these fields, under this engine name, occupy."""
    needs_recreate: Callable[[Resource, Resource, Engine], bool] = field(default=_moves_whole)
    """Tell whether a resource must be recreated when a dependency that moves its users over is."""
    success_state: State = State.READY
    """The final state of a resource that was applied successfully."""
    lives_as: str = ""
    """The kind that the engine treats it as, if another one: they share names and may depend on each other."""

    @property
    def engine_kind(self) -> str:
        """The kind that the engine treats it as."""
        return self.lives_as or self.name

    @property
    def compared(self) -> tuple[Field, ...]:
        """Every field that is compared with the engine."""
        return (*self.fields, *self.internal_fields)


Catalog: TypeAlias = Mapping[str, Kind]
"""Every kind by name, in dependency order."""

Sections: TypeAlias = Mapping[str, Section]
"""Every section of a file by the name of its entries, in the order in which they may refer to each other."""
