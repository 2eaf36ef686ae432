"""A kind: all the facts about one sort of resource, declared once and used by every stage.

What a file declares and no engine has by itself, such as a secret, is a section without being a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeAlias

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.core.plan import Action, Change, FieldDiff
from runner.core.resource_state import State
from runner.core.sensitive import Places
from runner.core.state import (
    Condition,
    DesiredState,
    Engine,
    FieldValues,
    ObservedResource,
    Occupant,
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
    """The variables of an env file, and the findings in it, each with its place there."""

    values: Mapping[str, str]
    found: tuple[Diagnostic, ...]


class Inputs(Protocol):
    """The files that a declaration rests on. Paths are relative to the file that declares it.

    Every method raises Invalid when a file is missing, can't be read or may not be.
    """

    def locate(self, path: str) -> str:
        """Return the absolute path of something that is lent, such as a socket."""

    def mount_source(self, path: str) -> str:
        """Return the absolute path of what is mounted from the engine's machine."""

    def read(self, path: str) -> bytes:
        """Read a whole file."""

    def read_secret(self, path: str) -> bytes:
        """Read a whole file that nobody may remember."""

    def fingerprint(self, pattern: str) -> str:
        """Tell the content of a file, of all below a folder, or of what a glob matches, in a few characters."""

    def env_file(self, path: str) -> EnvFile:
        """Read a dotenv file."""

    def dockerfile(
        self, context: str, name: str | None, inline: str | None, args: Mapping[str, str | None], target: str | None
    ) -> Dockerfile:
        """Read a Dockerfile, or take the inline text."""

    def context(self, path: str, dockerfile: str | None) -> BuildContext:
        """Read a build context."""

    def changes_since(self, contexts: Mapping[str, BuildContext]) -> ChangesSince:
        """Return what tells which files made a difference to contexts, the main one under no name."""

    def variable(self, name: str) -> str | None:
        """Return a variable of the caller's environment."""

    def commit_time(self, path: str) -> int | None:
        """Return when something in a folder was last committed, in seconds since the epoch; None without a commit."""


Report: TypeAlias = Callable[[Invalid], None]


@dataclass(frozen=True, slots=True)
class Declaration:
    """One entry of a section, its values parsed by the table: by dotted name, only what the file has."""

    workflow: str
    key: str
    values: Mapping[str, Value]
    entries: Mapping[str, Mapping[str, Mapping[str, Value]]]
    """The values of every entry of the file, by kind and key."""
    declared: Mapping[Address, Resource]
    """What the sections before it declare."""
    inputs: Inputs
    report: Report
    """Takes every finding, with its path from the entry; parsing goes on after it."""
    report_in_file: Callable[[Diagnostic, tuple[str | int, ...]], None]
    """Takes a finding with its place in another file, and the path from the entry to what names that file."""
    may_be_declared: Callable[[str, str], bool]
    """Tells, given a kind and a name, whether a part of the file that could not be read may declare it."""
    sensitive: Places = frozenset()
    """Which of the values, or keys of them, a sensitive variable goes into."""
    sensitive_variables: frozenset[str] = frozenset()
    """The names of variables that the file calls sensitive."""

    def entries_of(self, kind: str) -> Mapping[str, Mapping[str, Value]]:
        """Return the values of every entry of one kind, by key."""
        return self.entries.get(kind, {})

    def find(self, kind: str, name: str, *path: str | int, otherwise: str = "") -> Resource | None:
        """Return what `name` refers to; when nothing does, report it at `path`, with help as for `unknown`."""
        found = self.declared.get(Address(kind, name))
        if found is None and not self.may_be_declared(kind, name):
            self.report(unknown(kind, name, self.entries_of(kind), otherwise).within(*path))
        return found


def unknown(kind: str, name: str, known: Collection[str], otherwise: str = "") -> Invalid:
    """Make the finding that nothing of a kind bears a name; `otherwise` ends the help, where it could be more."""
    help = did_you_mean(name, known) or f"declare it under {kind}s{otherwise}"
    return Invalid(f'unknown {kind} "{name}"', help=help, code="unknown-reference")


@dataclass(frozen=True)
class ObserveContext:
    """What a kind is given to look at the engine; `desired` is None when only the name is known.

    What several kinds look through is listed once for all.
    """

    gateway: Gateway
    workflow: str
    engine: Engine
    desired: DesiredState | None = None

    @cached_property
    def containers(self) -> Sequence[EngineJSON]:
        """Every container of the engine, in the list's short form."""
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
    """What a kind saw: its own, an interrupted run's leftovers, what stands in the way, what others refer to."""

    own: tuple[ObservedResource, ...] = ()
    abandoned: tuple[ObservedResource, ...] = ()
    foreign: tuple[UnmanagedResource, ...] = ()
    index: tuple[ObservedResource, ...] = ()
    retained: tuple[ObservedResource, ...] = ()
    """Data that outlived what it belonged to."""
    warnings: tuple[Diagnostic, ...] = ()
    """What could not be seen, and is planned for the worse."""
    problems: tuple[Diagnostic, ...] = ()
    """What of the declared is not as it can be on this engine."""
    occupants: tuple[Occupant, ...] = ()
    """Who has what resources may claim, whether it is declared or not."""


@dataclass(frozen=True, slots=True, order=True)
class ExclusiveRange:
    """A part of something of which each bit can be one thing's only: a name, or a row of addresses."""

    space: str
    first: int = 0
    last: int = 0


def _holds_nothing(_name: str, _fields: FieldValues) -> Iterable[ExclusiveRange]:
    return ()


def _always_met(_task: Task, _other: Resource | None, _id: str, _condition: Condition, _timeout: float) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """What can be done to a resource of a kind; each returns its id on the engine and raises RunnerError."""

    create: Callable[[Task], str]
    update: Callable[[Task], str]
    replace: Callable[[Task], str]
    delete: Callable[[Task], None]
    settle: Callable[[Task, str, float], None] | None = None
    """Wait until one that began to run in this run, at that moment of the monotonic clock, counts as working.

    Nothing that rests on it waits for that.
    """
    verify: Callable[[Task, str], None] | None = None
    """Look once more at the end of the run: a thing that works must still do so."""
    wait_for: Callable[[Task, Resource | None, str, Condition, float], None] = _always_met
    """Wait, for so many seconds, until what others rest on meets their condition; the task is the dependant's.

    The other one is given as it is declared, if it is, and by its id.
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
    """One sort of entry that a file declares, under a key of its own."""

    name: str
    section: str
    """The key of the file under which they are declared."""
    doc: str
    settings: tuple[Setting, ...]
    fields: tuple[Field, ...] = ()
    shorthand: Mapping[str, str] = field(default_factory=dict)
    """Keys that may be given as one value instead of a map: which key of the map that value is."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """What the maps are about that only hold other keys, by dotted name."""
    key_hints: Mapping[str, str] = field(default_factory=dict)
    """Keys that people bring from elsewhere, each with the help that says what to write here."""
    declare: Callable[[Declaration], Iterable[Resource]]
    keeps_data: bool = False
    """True when removing one destroys what can't be made again."""
    is_check: bool = False
    """True for what is only asked, once everything is up."""

    @property
    def rows(self) -> tuple[Field | Setting, ...]:
        """Every key of an entry, settings first."""
        return (*self.settings, *self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Section):
    """The facts about one sort of resource: a section whose entries live on the engine."""

    internal_fields: tuple[Field, ...] = ()
    """What runner itself wants of every resource and the file doesn't say, such as its name."""
    observe: Callable[[ObserveContext], Observation]
    operations: Callable[[], Operations]
    """What can be done to one; loaded when something is to be done, which most commands don't come to."""
    complete: Callable[[Resource, ObservedResource | None, Resolve], Resource] = field(default=_as_declared)
    """Complete a declaration with what only the engine knows, before the two are compared."""
    adjust_diff: Callable[[Resource, ObservedResource, tuple[FieldDiff, ...]], tuple[FieldDiff, ...]] = field(
        default=_as_found
    )
    """Say which of the differences count, and add what is asked for whatever they are."""
    follows: Callable[[ObservedResource, Change], Iterable[FieldDiff]] = field(default=_stays_as_it_is)
    """Yield what one loses by what is done to another one, and what mends that."""
    action_label: Callable[[Resource | None, Action, tuple[FieldDiff, ...]], str] = field(default=_plain_verb)
    """The kind's own word for an action, which may depend on the differences that call for it."""
    attributes: Callable[[str], Mapping[str, str]] = field(default=_just_the_id)
    """What a Ref to a resource may ask for, given its id on the engine."""
    needs: Callable[[Resource], Iterable[Requirement]] = field(default=_needs_nothing)
    """Yield what a resource asks of the engine beside its fields."""
    retains: Callable[[ObservedResource, Resource | None], Iterable[RetainedData]] = field(default=_retains_nothing)
    """Yield the data without an entry of its own that stays when one is removed, or replaced by what is declared."""
    describe: Callable[[ObserveContext, ObservedResource], Description] | None = None
    """Describe one that is there in full."""
    passes_on: Callable[[Resource | None, ObservedResource | None], Places] = field(default=_passes_nothing_on)
    """Where things that refer to one, declared or live, have something sensitive from it."""
    delete_before_create: bool = False
    """True when the old one must be gone before the new one can be: dependants are then made anew too."""
    recreates_in_place: bool = False
    """True when whatever is on the old one is moved over to the new one: who is to leave does so before.

    Its `replace` also takes a task's companions along.
    """
    exclusive_ranges: Callable[[str, FieldValues], Iterable[ExclusiveRange]] = field(default=_holds_nothing)
    """What one of these fields, under this name on the engine, has for itself."""
    needs_recreate: Callable[[Resource, Resource, Engine], bool] = field(default=_moves_whole)
    """Tell whether one must be made anew, too, when something that it rests on is, and moves its users over."""
    success_state: State = State.READY
    """The state in which one ends that came out as wanted."""
    lives_as: str = ""
    """The kind that the engine takes it for, if that is another one: they share names and may rest on each other."""

    @property
    def engine_kind(self) -> str:
        """What the engine takes it for."""
        return self.lives_as or self.name

    @property
    def compared(self) -> tuple[Field, ...]:
        """Everything that is compared with the engine."""
        return (*self.fields, *self.internal_fields)


Catalog: TypeAlias = Mapping[str, Kind]
"""Every kind by name; in the order in which they may rest on each other."""

Sections: TypeAlias = Mapping[str, Section]
"""Every section of a file by the name of its entries; in the order in which they may refer to each other."""
