"""A kind: the schema and operations of one type of resource, declared once and used by every stage.

A part of the file that has no counterpart on the engine, such as a secret, is a section without being a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from runner.core.engine import Engine
from runner.core.plan import Action, Change, FieldDiff, Pace, Reason
from runner.core.resource_state import State
from runner.core.sensitive import Places
from runner.core.state import (
    Condition,
    Dependency,
    DesiredState,
    FieldValues,
    ObservedResource,
    Resource,
    RetainedData,
)
from runner.core.struct import Struct, field
from runner.core.values import Value
from runner.resource.declaration import Declaration
from runner.resource.diff import Resolve
from runner.resource.field import Field, Setting
from runner.resource.observation import Observation, ObserveContext
from runner.resource.requirements import Requirement

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.inspection import Description
    from runner.core.task import Task
    from runner.resource.census import EngineLists, OwnedResource


class ExclusiveRange(Struct, order=True):
    """A range in a space where each element has at most one holder: a name, or a range of addresses."""

    space: str
    first: int = 0
    last: int = 0


def _holds_nothing(_name: str, _fields: FieldValues) -> Iterable[ExclusiveRange]:
    return ()


def _always_met(_task: Task, _other: Resource | None, _id: str, _condition: Condition, _timeout: float) -> None:
    return


class Operations(Struct, kw_only=True):
    """Operations on a resource of a kind: create, update and replace return its engine id; all raise RunnerError."""

    create: Callable[[Task], str]
    update: Callable[[Task], str]
    replace: Callable[[Task], str]
    delete: Callable[[Task], str | None]
    """Remove it; return its id if it is left, because others use it."""
    settle: Callable[[Task, str, float], None] | None = None
    """Wait until one started in this run, at that time of the monotonic clock, counts as working.

    Dependants do not wait for that.
    """
    verify: Callable[[Task, str], State] | None = None
    """Verify once more at the end of the run that it still works; return the state in which it ends."""
    wait_for: Callable[[Task, Resource | None, str, Condition, float], None] = _always_met
    """Wait until a dependency meets the condition, up to a timeout in seconds; the task is the dependant's.

    The dependency is given as declared, if it is, and by its id.
    """


def _as_declared(resource: Resource, _observed: ObservedResource | None, _resolve: Resolve) -> Resource:
    return resource


def _as_found(_resource: Resource, _observed: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    return diff


def _stays_as_it_is(_live: ObservedResource, _change: Change, _needed: Dependency | None) -> Iterable[FieldDiff]:
    return ()


def _shares_nothing(_observed: ObservedResource, _other: ObservedResource) -> bool:
    return False


def _needs_nothing(_resource: Resource) -> Iterable[Requirement]:
    return ()


def _passes_nothing_on(_resource: Resource | None, _observed: ObservedResource | None) -> Places:
    return frozenset()


def _retains_nothing(_observed: ObservedResource, _desired: Resource | None) -> Iterable[RetainedData]:
    return ()


def _stands_for_nothing(_resource: Resource, _path: str) -> Mapping[str, Value]:
    return {}


def _has_nothing(_gateway: Gateway, _live: ObservedResource, _path: str, _digest: str) -> Mapping[str, Value]:
    return {}


def _just_the_id(id: str) -> Mapping[str, str]:
    return {"id": id}


def _moves_whole(_resource: Resource, _other: Resource, _engine: Engine) -> bool:
    return False


def _owns_nothing(_lists: EngineLists) -> Iterable[OwnedResource]:
    return ()


def _at_once(_desired: Resource | None, _diff: tuple[FieldDiff, ...]) -> Pace | None:
    return None


def _plain_verb(_desired: Resource | None, action: Action, _diff: tuple[FieldDiff, ...]) -> str:
    return action.value


class Section(Struct, kw_only=True):
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
    describe_declared: Callable[[Resource, DesiredState], Description] | None = None
    """Describe an entry that has no counterpart on the engine."""

    @property
    def rows(self) -> tuple[Field | Setting, ...]:
        """Every key of an entry, settings first."""
        return (*self.settings, *self.fields)


class Kind(Section, kw_only=True):
    """A type of resource: a section whose entries exist on the engine."""

    internal_fields: tuple[Field, ...] = ()
    """Fields that runner sets on every resource and the file can't, such as its name."""
    observe: Callable[[ObserveContext], Observation]
    list_owned: Callable[[EngineLists], Iterable[OwnedResource]] = field(default=_owns_nothing)
    """Yield what all workflows of an engine have of it, as far as lists tell."""
    operations: Callable[[], Operations]
    """The operations, loaded lazily, since most commands never need them."""
    complete: Callable[[Resource, ObservedResource | None, Resolve], Resource] = field(default=_as_declared)
    """Complete a declaration with what only the engine knows, before the diff."""
    adjust_diff: Callable[[Resource, ObservedResource, tuple[FieldDiff, ...]], tuple[FieldDiff, ...]] = field(
        default=_as_found
    )
    """Filter the diff, and add forced changes."""
    follows: Callable[[ObservedResource, Change, Dependency | None], Iterable[FieldDiff]] = field(
        default=_stays_as_it_is
    )
    """Yield what a change to another resource requires of this one, as the diffs that do it.

    Either it breaks something in this one, whatever is declared, or the given dependency asks for a restart.
    """
    is_sharer: Callable[[ObservedResource, ObservedResource], bool] = field(default=_shares_nothing)
    """Return whether a live resource shares something of another one, and can only start while that runs."""
    action_label: Callable[[Resource | None, Action, tuple[FieldDiff, ...]], str] = field(default=_plain_verb)
    """The kind's own label for an action, which may depend on the diff."""
    pace: Callable[[Resource | None, tuple[FieldDiff, ...]], Pace | None] = field(default=_at_once)
    """Return how an update starts what runs anew, if that is a few at a time."""
    attributes: Callable[[str], Mapping[str, str]] = field(default=_just_the_id)
    """The attributes a Ref to a resource can resolve to, given its engine id; operations may tell more."""
    needs: Callable[[Resource], Iterable[Requirement]] = field(default=_needs_nothing)
    """Yield a resource's engine requirements beyond its fields."""
    retains: Callable[[ObservedResource, Resource | None], Iterable[RetainedData]] = field(default=_retains_nothing)
    """Yield the data without an entry that is kept when one is removed, or replaced by what is declared."""
    restart: Callable[[ObservedResource, Resource | None, Reason], Change] | None = None
    """Return the change that restarts a live resource, declared or not; None if the kind has nothing to restart.

    Its `update` carries the change out, and changes nothing else.
    """
    describe: Callable[[ObserveContext, ObservedResource], Description] | None = None
    """Describe an existing resource in full."""
    contents: Callable[[Resource, str], Mapping[str, Value]] = field(default=_stands_for_nothing)
    """The content, by path, that the digest at a path of a declared resource stands for; empty if it isn't known."""
    live_contents: Callable[[Gateway, ObservedResource, str, str], Mapping[str, Value]] = field(default=_has_nothing)
    """The same of a live resource, as the engine has it; empty if it isn't that of the given digest."""
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
    treated_as: str = ""
    """The kind that the engine treats it as: they share names and may depend on each other; by default its own."""

    @property
    def engine_kind(self) -> str:
        """The kind that the engine treats it as."""
        return self.treated_as or self.name

    @property
    def compared(self) -> tuple[Field, ...]:
        """Every field that is compared with the engine."""
        return (*self.fields, *self.internal_fields)


Catalog: TypeAlias = Mapping[str, Kind]
"""Every kind by name, in dependency order."""

Sections: TypeAlias = Mapping[str, Section]
"""Every section of a file by the name of its entries, in the order in which they may refer to each other."""
