"""A row of a table on a real engine: what its values must come out as there, and the walk from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runner.core.plan import Action, Effect, Plan, Reason
from runner.resource.field import Field
from tests.harness.workflow import Sections, Workflow, change_of, pending

Inspect = Mapping[str, Any]

_ACTIONS = {Effect.UPDATE: Action.UPDATE, Effect.REPLACE: Action.REPLACE}


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


@dataclass(frozen=True, slots=True)
class Walk:
    """The way of one row through all that can happen to it, on one resource."""

    workflow: Workflow
    address: str
    row: Field
    seen: Seen
    sections: Callable[[Mapping[str, Any]], Sections]
    """Makes the file of the resource's own entry."""
    inspect: Callable[[], Inspect]
    """Asks the engine for the resource."""

    def set_change_and_unset(self) -> None:
        """Set it, give it another value, and leave it out: each is done as the row promises, and only once."""
        (first, expected), (second, changed) = self.seen.steps(self.row)
        self._declare(first)
        self._expect(expected, self.inspect())
        self._change(second, changed, self.row.change)
        self._change(None, self.seen.unset, self.row.unset)

    def set_and_unset(self) -> None:
        """Set it to what it is anyway, and leave it out again: that changes nothing."""
        self._declare((self.seen.values or self.row.examples)[0])
        before = self.inspect()
        self._expect(self.seen.first, before)
        self._expect(self.seen.unset, before)
        self._declare(None)
        assert self.inspect() == before

    def _declare(self, value: Any) -> Plan:
        sections = self.sections(declare(self.row, value, self.seen.beside))
        plan = self.workflow.apply(sections)
        assert pending(self.workflow.plan(sections)) == {}, "the second apply would not be empty"
        return plan

    def _change(self, value: Any, expected: Any, effect: Effect) -> None:
        before = self.inspect()
        change = change_of(self._declare(value), self.address)
        after = self.inspect()
        self._expect(expected, after)
        assert change.reasons == (Reason.SPEC,)
        assert change.action is _ACTIONS[effect]
        if "Id" in after:  # volumes have none
            assert (before["Id"] == after["Id"]) is (effect is Effect.UPDATE)
        assert any(f"{diff.path}.".startswith(f"{self.row.name}.") for diff in change.diff)

    def _expect(self, expected: Any, inspect: Inspect) -> None:
        found = self.seen.look(inspect)
        assert found == expected, f"the engine has {found!r} instead of {expected!r}"
