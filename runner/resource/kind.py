"""A kind: all the facts about one sort of resource, declared once and used by every stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from runner.core.address import Address
from runner.core.build import BuildContext, Dockerfile
from runner.core.diagnostic import did_you_mean
from runner.core.gateway import Gateway
from runner.core.plan import Action
from runner.core.state import Condition, DesiredState, Engine, Foreign, Observed, Resource
from runner.core.task import Task
from runner.core.values import Value
from runner.resource.codec import Invalid
from runner.resource.diff import Resolve
from runner.resource.field import Field, Setting


class Inputs(Protocol):
    """The files that a declaration rests on. Paths are relative to the file that declares it.

    Every method raises Invalid when a file is missing or can't be read.
    """

    def locate(self, path: str) -> str:
        """Return the absolute path."""

    def env_file(self, path: str) -> Mapping[str, str]:
        """Read a dotenv file."""

    def dockerfile(
        self, context: str, name: str | None, inline: str | None, args: Mapping[str, str | None], target: str | None
    ) -> Dockerfile:
        """Read a Dockerfile, or take the inline text."""

    def context(self, path: str, dockerfile: str | None) -> BuildContext:
        """Read a build context."""

    def variable(self, name: str) -> str | None:
        """Return a variable of the caller's environment."""


Report: TypeAlias = Callable[[Invalid], None]


@dataclass(frozen=True, slots=True)
class Declaration:
    """One entry of a section, its values parsed by the table: by dotted name, only what the file has."""

    workflow: str
    key: str
    values: Mapping[str, Value]
    siblings: Mapping[str, Mapping[str, Value]]
    """The values of every entry of the same section, this one too."""
    declared: Mapping[Address, Resource]
    """What the sections before it declare."""
    inputs: Inputs
    report: Report
    """Takes every finding, with its path from the entry; parsing goes on after it."""
    is_unread: Callable[[str, str], bool]
    """Tells, given a kind and a name, whether a part of the file that could not be read may declare it."""

    def find(self, kind: str, name: str, *path: str | int) -> Resource | None:
        """Return what `name` refers to; when nothing does, report it at `path`."""
        found = self.declared.get(Address(kind, name))
        if found is None and not self.is_unread(kind, name):
            known = [address.name for address in self.declared if address.kind == kind]
            self.report(unknown(kind, name, known).within(*path))
        return found


def unknown(kind: str, name: str, known: Iterable[str]) -> Invalid:
    """Make the finding that nothing of a kind bears a name."""
    help = did_you_mean(name, known) or f"declare it under {kind}s"
    return Invalid(f'unknown {kind} "{name}"', help=help, code="unknown-reference")


@dataclass(frozen=True, slots=True)
class Survey:
    """What a kind is given to look at the engine; `desired` is None when only the name is known."""

    gateway: Gateway
    workflow: str
    engine: Engine
    desired: DesiredState | None = None

    def wanted(self, kind: str) -> list[Resource]:
        """Return the declared resources of a kind."""
        return [r for a, r in self.desired.resources.items() if a.kind == kind] if self.desired else []


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a kind saw: its own, an interrupted run's leftovers, what stands in the way, what others refer to."""

    own: tuple[Observed, ...] = ()
    leftovers: tuple[Observed, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    index: tuple[Observed, ...] = ()


def _always_met(_task: Task, _id: str, _condition: Condition, _timeout: float) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbs:
    """What can be done to a resource of a kind; each returns its id on the engine and raises RunnerError."""

    create: Callable[[Task], str]
    update: Callable[[Task], str]
    replace: Callable[[Task], str]
    delete: Callable[[Task], None]
    confirm: Callable[[Task, str], None] | None = None
    """Look once more at the end of the run: a thing that works must still do so."""
    meet: Callable[[Task, str, Condition, float], None] = _always_met
    """Wait, for so many seconds, until what others rest on meets their condition; the task is the dependant's."""


def _as_declared(resource: Resource, _observed: Observed | None, _resolve: Resolve) -> Resource:
    return resource


def _just_the_id(id: str) -> Mapping[str, str]:
    return {"id": id}


def _plain_verb(_desired: Resource | None, action: Action) -> str:
    return action.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The facts about one sort of resource."""

    name: str
    section: str
    """The key of the file under which they are declared."""
    doc: str
    settings: tuple[Setting, ...]
    fields: tuple[Field, ...]
    vitals: tuple[Field, ...] = ()
    """What runner itself wants of every resource and the file doesn't say, such as its name."""
    shorthand: Mapping[str, str] = field(default_factory=dict)
    """Keys that may be given as one value instead of a map: which key of the map that value is."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """What the maps are about that only hold other keys, by dotted name."""
    later: tuple[str, ...] = ()
    """Keys of the language that are refused as not supported yet."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Keys that people bring from elsewhere, each with the help that says what to write here."""
    declare: Callable[[Declaration], Iterable[Resource]]
    observe: Callable[[Survey], Sighting]
    verbs: Verbs
    settle: Callable[[Resource, Observed | None, Resolve], Resource] = field(default=_as_declared)
    """Complete a declaration with what only the engine knows, before the two are compared."""
    verb: Callable[[Resource | None, Action], str] = field(default=_plain_verb)
    """The kind's own word for an action."""
    attributes: Callable[[str], Mapping[str, str]] = field(default=_just_the_id)
    """What a Ref to a resource may ask for, given its id on the engine."""
    in_halves: bool = False
    """True when the old one must be gone before the new one can be: dependants are then made anew too."""
    keeps_data: bool = False
    """True when removing one destroys what can't be made again."""

    @property
    def rows(self) -> tuple[Field | Setting, ...]:
        """Every key of the kind, settings first."""
        return (*self.settings, *self.fields)

    @property
    def compared(self) -> tuple[Field, ...]:
        """Everything that is compared with the engine."""
        return (*self.fields, *self.vitals)


Catalog: TypeAlias = Mapping[str, Kind]
"""Every kind by name; in the order in which they may rest on each other."""
