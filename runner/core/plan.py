"""The difference between what should be and what is, as a value; sentences about it are made elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum, IntEnum

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.file_changes import FileChange
from runner.core.sensitive import Places
from runner.core.state import Engine, ObservedResource, Resource, RetainedData
from runner.core.values import Marker, Value


class Action(Enum):
    """What happens to a resource."""

    NOOP = "no-op"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


class Reason(Enum):
    """Why something happens."""

    CONFIG = "spec"
    """The file changed since it was applied."""
    DRIFT = "drift"
    """The engine's side changed by another hand."""
    IMAGE = "image"
    """The image behind the name is another one."""
    DEPENDENCY = "dependency"
    """Something it rests on is made anew or started again."""
    MISSING = "missing"
    """It isn't there."""
    ORPHAN = "orphan"
    """It is owned by this workflow and no longer declared."""
    ABANDONED = "leftover"
    """An interrupted run left it behind."""
    REQUESTED = "requested"
    """The user asked for it: destroy, a pull policy."""


class Effect(IntEnum):
    """What it costs to bring a field to its value; the dearest field decides."""

    UPDATE = 1
    REPLACE = 2


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field's way from `before` to `after`; `path` is the key in the language, with a map's key after a dot."""

    path: str
    before: Value
    after: Value | Marker
    reason: Reason
    effect: Effect
    files: tuple[FileChange, ...] = ()
    """What became of the files that the value is a digest of, where that is known."""
    shown_path: str = ""
    """The path as it may be shown, where a key in it is sensitive."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource, why, and the two sides that it was found between."""

    address: Address
    action: Action
    reasons: tuple[Reason, ...] = ()
    diff: tuple[FieldDiff, ...] = ()
    verb: str = ""
    """The kind's own word for it, such as "build" for the creation of an image."""
    desired: Resource | None = None
    observed: ObservedResource | None = None
    destroys_data: bool = False
    name_conflict: bool = False
    """True when something that isn't its own bears its name."""
    retains: tuple[RetainedData, ...] = ()
    """The data without an entry of its own that stays when it goes."""

    @property
    def is_abandoned(self) -> bool:
        """True for what an interrupted run left behind beside the real thing."""
        return Reason.ABANDONED in self.reasons

    @property
    def sensitive_places(self) -> Places:
        """Where it is sensitive, as it is declared or on record."""
        declared = self.desired.sensitive_places if self.desired else frozenset()
        recorded = self.observed.sensitive_places if self.observed else None
        return declared | (recorded or frozenset())


class Phase(Enum):
    """The two halves of a change: deletes run against the order of dependencies, the rest along it."""

    DELETE = "delete"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Step:
    """A unit of work: one half of one change; `needs` are the numbers of the steps before it."""

    number: int
    change: Change
    phase: Phase
    needs: frozenset[int] = frozenset()
    batch: tuple[Change, ...] = ()
    """Changes that are carried out in the same go; their own steps come after this one, and find them done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Every resource with what happens to it, and the steps that make it happen.

    `problems` must be solved first: a plan that has any is shown and never applied.
    """

    workflow: str
    engine: Engine
    changes: tuple[Change, ...]
    steps: tuple[Step, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    atomic: bool = False
    """True when a failure anywhere undoes all that was done."""
    checks: tuple[Resource, ...] = ()
    """What must hold when all is done."""
    proxies: bool = True
    """True when the docker client's proxies are given to what is built and made."""
    file: str = ""
    """The workflow file, HOST:PATH, as it is put on record on what is made; nothing where no file is applied."""
    warnings: tuple[Diagnostic, ...] = ()
    """What is worth knowing and stands in nobody's way."""
    retained: tuple[RetainedData, ...] = ()
    """Data that outlived what it belonged to, and that this plan leaves alone."""

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that would do something."""
        return tuple(change for change in self.changes if change.action is not Action.NOOP)

    @property
    def counts(self) -> Counter[Action]:
        """How many resources meet each action."""
        return Counter(change.action for change in self.changes)

    @property
    def destroys_data(self) -> tuple[Change, ...]:
        """The changes after which data is gone for good."""
        return tuple(change for change in self.changes if change.destroys_data)
