"""A planner case: a file that says what was applied, what happened since, and what is wanted now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from runner.core.address import Address
from runner.core.diagnostic import Severity
from runner.core.plan import Plan, Step
from runner.core.state import DesiredState, ObservedState
from runner.core.struct import replace
from runner.document.access import Access
from runner.document.files import Files
from runner.document.loader import load
from runner.document.root import ANYWHERE
from runner.kinds import CATALOG, SECTIONS
from runner.plan.planner import make_plan
from runner.plan.removal import make_destroy_plan
from runner.views.lines import text_of
from runner.views.plan_changes import change_lines
from runner.workflow.compile import read_workflow
from tests.unit.plan.observed_fixtures import ENGINE, abandoned, after_apply, by_hand, give_away

_HEAD = "version: 1\nname: shop\n"


@dataclass(frozen=True, slots=True)
class Case:
    """`applied` and `desired` are workflows without their head; the rest is as observed_fixtures.py reads it.

    With `destroy`, the kinds that are spared, there need be no desired state.
    """

    applied: str = ""
    desired: str = ""
    by_hand: Mapping[str, Any] | None = None
    abandoned: tuple[str, ...] = ()
    foreign: tuple[Mapping[str, str], ...] = ()
    adopt: bool = False
    api: str = ENGINE.api_version
    destroy: tuple[str, ...] | None = None
    left_alone: tuple[str, ...] = ()

    @classmethod
    def read(cls, file: Path) -> Case:
        """Read a case; `desired: same` stands for what was applied."""
        given = yaml.safe_load(file.read_text("utf-8"))
        if given.get("desired") == "same":
            given["desired"] = given["applied"]
        return cls(**given)

    def plan(self, folder: Path) -> Plan:
        """Compare the two sides; files that a workflow names are looked for in `folder`."""
        observed = self._observed(folder)
        if self.destroy is not None:
            wanted = self._desired(folder) if self.desired else None
            return make_destroy_plan("shop", observed, CATALOG, frozenset(self.destroy), wanted)
        return make_plan(self._desired(folder), observed, CATALOG, adopt=self.adopt)

    def _desired(self, folder: Path) -> DesiredState:
        return replace(declared(self.desired, folder), left_alone=frozenset(map(Address.parse, self.left_alone)))

    def _observed(self, folder: Path) -> ObservedState:
        state = by_hand(after_apply(declared(self.applied, folder)), self.by_hand or {})
        return replace(
            give_away(state, self.foreign),
            engine=replace(state.engine, api_version=self.api),
            abandoned=tuple(abandoned(text, state) for text in self.abandoned),
        )


def declared(text: str, folder: Path) -> DesiredState:
    """Read a workflow without its head."""
    file = folder / "workflow.yaml"
    file.write_text(_HEAD + text, "utf-8")
    document, found = load(file, overrides={}, var_files=[], files=Files(Access(ANYWHERE)))
    assert document is not None, found
    desired = read_workflow(document, SECTIONS, Files(Access(ANYWHERE)), found, contents=False)
    assert not [finding for finding in found if finding.severity is Severity.ERROR], found
    return desired


def printed(plan: Plan) -> str:
    """Write a plan, its steps with what they wait for, and its problems."""
    lines = [text_of(line).rstrip() for line in change_lines(plan.pending, 120, folds=False)]
    left = [f"\nleft alone: {', '.join(str(one.address) for one in plan.left_alone)}"] if plan.left_alone else []
    return "\n".join([*lines, *_steps(plan.steps), *_problems(plan), *left]).strip("\n") + "\n"


def _steps(steps: tuple[Step, ...]) -> Iterator[str]:
    if steps:
        yield from ("", "steps:")
    for step in steps:
        needs = f" after {', '.join(map(str, sorted(step.needs)))}" if step.needs else ""
        others = "".join(f" with {other.address}" for other in step.batch)
        yield f"  {step.number} {step.phase.value} {step.change.address}{others}{needs}"


def _problems(plan: Plan) -> Iterator[str]:
    if plan.problems:
        yield from ("", "problems:")
    for problem in plan.problems:
        place = f"{problem.span.start.line}:{problem.span.start.column}" if problem.span else "nowhere"
        yield f"  {place} {problem.code}: {problem.message} ({problem.help})"
