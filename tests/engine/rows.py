"""Rows of a table on a real engine: what their values must come out as there, and the walk from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from runner.core.plan import Action, Effect, Plan, Reason
from runner.resource.field import Field
from tests.harness.workflow import Sections, Workflow, change_of, pending

Inspect = Mapping[str, Any]

_ACTIONS = {Effect.UPDATE: Action.UPDATE, Effect.ROLL: Action.UPDATE, Effect.REPLACE: Action.REPLACE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the engine itself must say of a row: where, for each of its examples, and when nobody sets it."""

    where: str | Callable[[Inspect], Any]
    first: Any
    second: Any
    unset: Any
    beside: Mapping[str, Any] = field(default_factory=dict)
    """What is declared beside the row, so that it can work."""
    values: tuple[Any, Any] | None = None
    """What is declared instead of the row's examples, where these name what not every machine has."""

    def steps(self, row: Field) -> list[tuple[Any, Any]]:
        """Return what is declared and what must be seen, so that unsetting the last one is a change, too."""
        first, second = self.values or row.examples
        steps = [(first, self.first), (second, self.second)]
        return steps if (self.second or None) != (self.unset or None) else steps[::-1]

    def look(self, inspect: Inspect) -> Any:
        """Return what the engine says."""
        if callable(self.where):
            return self.where(inspect)
        found: Any = inspect
        for key in self.where.split("."):
            found = found.get(key)
        return found


def declare(row: Field, value: Any, beside: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with one key of the language set, if there is a value, and with what is beside it."""
    entry = dict(beside)
    if value is not None:
        *sections, key = row.name.split(".")
        place = entry
        for section in sections:
            place[section] = place = dict(place.get(section, {}))
        place[key] = value
    return entry


def join(several: Iterable[Sections]) -> Sections:
    """Put the entries of several files into one."""
    joined: dict[str, dict[str, Any]] = {}
    for sections in several:
        for section, entries in sections.items():
            joined.setdefault(section, {}).update(entries)
    return joined


@dataclass(frozen=True, slots=True)
class Subject:
    """A resource on which one row is tried, and what must be seen there."""

    address: str
    row: Field
    seen: Seen
    sections: Callable[[Mapping[str, Any]], Sections]
    """Makes the file of the resource's own entry."""
    inspect: Callable[[], Inspect]
    """Asks the engine for the resource."""

    def declared(self, value: Any) -> Sections:
        """Return the file in which the row has a value, or none."""
        return self.sections(declare(self.row, value, self.seen.beside))

    def expect(self, expected: Any, inspect: Inspect) -> None:
        """Assert what the engine says."""
        found = self.seen.look(inspect)
        assert found == expected, f"the engine has {found!r} instead of {expected!r}"

    def expect_change(self, plan: Plan, effect: Effect, before: Inspect, after: Inspect) -> None:
        """Assert that a plan did what the row promises, for the reason that it was declared otherwise."""
        change = change_of(plan, self.address)
        assert change.reasons == (Reason.CONFIG,)
        assert change.action is _ACTIONS[effect]
        if "Id" in after:  # volumes have none
            assert (before["Id"] == after["Id"]) is (effect is not Effect.REPLACE)
        assert any(f"{diff.path}.".startswith(f"{self.row.name}.") for diff in change.diff)


@dataclass(frozen=True, slots=True)
class Walk:
    """The way of rows through all that can happen to them: side by side, each on a resource of its own."""

    workflow: Workflow
    subjects: Sequence[Subject]

    def set_change_and_unset(self) -> None:
        """Set each, give it another value, and leave it out: all is done as the row promises, and only once."""
        values, expected = zip(*(self._steps(subject) for subject in self.subjects), strict=True)
        effects = [(None, row.on_change, row.on_unset) for row in (subject.row for subject in self.subjects)]
        before: list[Inspect] = []
        for step in range(3):
            plan = self._declare([given[step] for given in values])
            after = [subject.inspect() for subject in self.subjects]
            with _told_together() as told:
                for at, subject in enumerate(self.subjects):
                    with told(subject):
                        subject.expect(expected[at][step], after[at])
                        if effect := effects[at][step]:
                            subject.expect_change(plan, effect, before[at], after[at])
            before = after

    def _steps(self, subject: Subject) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        (first, seen), (second, changed) = subject.seen.steps(subject.row)
        return (first, second, None), (seen, changed, subject.seen.unset)

    def set_and_unset(self) -> None:
        """Set each to what it is anyway, and leave it out again: that changes nothing."""
        self._declare([(subject.seen.values or subject.row.examples)[0] for subject in self.subjects])
        before = [subject.inspect() for subject in self.subjects]
        for subject, inspect in zip(self.subjects, before, strict=True):
            subject.expect(subject.seen.first, inspect)
            subject.expect(subject.seen.unset, inspect)
        self._declare([None for _ in self.subjects])
        assert [subject.inspect() for subject in self.subjects] == before

    def _declare(self, values: Sequence[Any]) -> Plan:
        sections = join(subject.declared(value) for subject, value in zip(self.subjects, values, strict=True))
        plan = self.workflow.apply(sections)
        assert pending(self.workflow.plan(sections)) == {}, "the second apply would not be empty"
        return plan


@contextmanager
def _told_together() -> Iterator[Callable[[Subject], AbstractContextManager[None]]]:
    """Let every row come to its word before the test fails with all that was wrong."""
    failures: list[AssertionError] = []

    @contextmanager
    def told(subject: Subject) -> Iterator[None]:
        try:
            yield
        except AssertionError as failure:
            failure.add_note(f"row {subject.row.name}")
            failures.append(failure)

    yield told
    if failures:
        raise ExceptionGroup("rows went wrong", failures)
