"""The plan: the difference between desired and observed state, as a value; rendered as text elsewhere."""

from __future__ import annotations

from collections import Counter
from enum import Enum, IntEnum

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.engine import Engine
from runner.core.file_changes import FileChange
from runner.core.sensitive import Places
from runner.core.state import ObservedResource, Resource, RetainedData
from runner.core.struct import Struct
from runner.core.values import Marker, Value


class Action(Enum):
    """The action planned for a resource."""

    NOOP = "no-op"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


class Reason(Enum):
    """Why an action is planned."""

    CONFIG = "spec"
    """The file changed since it was last applied."""
    DRIFT = "drift"
    """Drift: the engine's side was changed outside of runner."""
    IMAGE = "image"
    """The image name resolves to another image."""
    DEPENDENCY = "dependency"
    """A dependency is recreated or restarted."""
    MISSING = "missing"
    """It doesn't exist."""
    ORPHAN = "orphan"
    """This workflow owns it but no longer declares it."""
    ABANDONED = "leftover"
    """It was left behind by an interrupted run."""
    UNMANAGED = "unmanaged"
    """It exists, and its labels say that it is this one, but it isn't managed yet: another program made it."""
    REQUESTED = "requested"
    """The user requested it: destroy, a pull policy."""


class Effect(IntEnum):
    """The cost of changing a field; the highest cost among the changed fields decides the action."""

    UPDATE = 1
    """In place: what runs isn't disturbed."""
    ROLL = 2
    """An update that starts what runs anew, a few at a time: the tasks of a service."""
    REPLACE = 3


class FieldDiff(Struct):
    """One field's change from `before` to `after`; `path` is the key in the file, a map's key after a dot."""

    path: str
    before: Value
    after: Value | Marker
    reason: Reason
    effect: Effect
    files: tuple[FileChange, ...] = ()
    """Changes to the files that the value is a digest of, where known."""
    shown_path: str = ""
    """The redacted path, if a key in it is sensitive."""
    is_digest: bool = False
    """True if both values stand for content by its digest."""
    details: tuple[FieldDiff, ...] = ()
    """What differs in the content that they stand for, as far as known; a whole text is one value."""


class Pace(Struct):
    """How many of the tasks of a service are replaced at a time, and of how many; None: all, or not known."""

    at_once: int | None
    of: int | None = None


class Change(Struct):
    """The action planned for one resource, its reasons, and the desired and observed state it was derived from."""

    address: Address
    action: Action
    reasons: tuple[Reason, ...] = ()
    diff: tuple[FieldDiff, ...] = ()
    verb: str = ""
    """The kind's own label for the action, such as "build" for creating an image."""
    desired: Resource | None = None
    observed: ObservedResource | None = None
    destroys_data: bool = False
    name_conflict: bool = False
    """True if an unmanaged resource has its name."""
    retains: tuple[RetainedData, ...] = ()
    """Data without an entry of its own that is kept when it is removed."""
    pace: Pace | None = None
    """How what runs is started anew, if the change does that a few at a time."""

    @property
    def is_abandoned(self) -> bool:
        """True if left behind by an interrupted run, beside the real resource."""
        return Reason.ABANDONED in self.reasons

    @property
    def sensitive_places(self) -> Places:
        """Its sensitive paths, declared or recorded."""
        declared = self.desired.sensitive_places if self.desired else frozenset()
        recorded = self.observed.sensitive_places if self.observed else None
        return declared | (recorded or frozenset())


class Phase(Enum):
    """The two phases of a change: deletes run in reverse dependency order, the rest in dependency order."""

    DELETE = "delete"
    APPLY = "apply"


class Step(Struct):
    """A unit of work: one phase of one change; `needs` are the numbers of the steps it waits for."""

    number: int
    change: Change
    phase: Phase
    needs: frozenset[int] = frozenset()
    batch: tuple[Change, ...] = ()
    """Changes carried out together with this one; their own steps follow, and find them done."""


class Plan(Struct):
    """Every resource with its planned action, and the steps that carry the actions out.

    A plan that has `problems` is shown and never applied.
    """

    workflow: str
    engine: Engine
    changes: tuple[Change, ...]
    steps: tuple[Step, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    atomic: bool = False
    """True if any failure rolls back the whole run."""
    checks: tuple[Resource, ...] = ()
    """Checks that must pass after the last step."""
    proxies: bool = True
    """True if builds and containers get the docker client's proxies."""
    file: str = ""
    """The workflow file, HOST:PATH, as recorded on created resources; empty if no file is applied."""
    warnings: tuple[Diagnostic, ...] = ()
    """Non-blocking diagnostics."""
    retained: tuple[RetainedData, ...] = ()
    """Data that outlived its owner and that this plan does not touch."""
    left_alone: tuple[ObservedResource, ...] = ()
    """What the workflow owns and this plan does not touch, since its entries are switched off."""

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that are not no-ops."""
        return tuple(change for change in self.changes if change.action is not Action.NOOP)

    @property
    def counts(self) -> Counter[Action]:
        """Number of resources per action."""
        return Counter(change.action for change in self.changes)

    @property
    def destroys_data(self) -> tuple[Change, ...]:
        """The changes that destroy data irrevocably."""
        return tuple(change for change in self.changes if change.destroys_data)
