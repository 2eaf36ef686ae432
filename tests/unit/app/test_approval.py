"""Approval: of the plan that was shown, and of no more than that once the lock is held."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from runner.app.approval import approve
from runner.app.data_loss import DataLoss
from runner.app.frontend import Consequence, Headless
from runner.app.loaded_workflow import LoadedWorkflow
from runner.app.request import RunRequest
from runner.app.workspace import Workspace
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.engine import Engine
from runner.core.errors import Cancelled, InvalidInput, RunnerError
from runner.core.plan import Action, Change, Plan, Reason
from runner.core.redact import Redactor
from runner.core.state import DesiredState, ObservedResource
from runner.document.files import Files

WORKSPACE = Workspace.for_user(os.environ)
ENGINE = Engine("Docker", "28", "1.50", "linux", "amd64")


def plan(*volumes: str, problems: tuple[Diagnostic, ...] = ()) -> Plan:
    """Return a plan that removes volumes with their data."""
    changes = []
    for name in volumes:
        address = Address("volume", name)
        live = ObservedResource(address, name, name)
        changes.append(Change(address, Action.DELETE, (Reason.ORPHAN,), observed=live, destroys_data=True))
    return Plan("shop", ENGINE, tuple(changes), problems=problems)


def request(first: Plan, later: Plan | None = None, secrets: frozenset[str] = frozenset()) -> RunRequest:
    workflow = LoadedWorkflow("shop", DesiredState("shop", {}), Redactor(secrets), Files(WORKSPACE.access))
    gateway = cast("Any", None)  # approval asks no engine
    return RunRequest(
        command="apply",
        workflow=workflow,
        gateway=gateway,
        workspace=WORKSPACE,
        plan=first,
        replan=lambda: later or first,
    )


@dataclass
class Asked:
    """Approves, and remembers what it was asked."""

    consequences: list[Consequence] = field(default_factory=list)

    def __call__(self, consequence: Consequence) -> bool:
        self.consequences.append(consequence)
        return True


def test_what_is_declined_cancels_the_run() -> None:
    with pytest.raises(Cancelled):
        approve(request(plan("data")), Headless())


def test_a_plan_that_destroys_nothing_needs_no_approval() -> None:
    assert approve(request(plan()), Headless())() == plan()


def test_what_is_approved_holds_for_the_same_plan_under_the_lock() -> None:
    asked = Asked()
    assert approve(request(plan("data")), Headless(decide=asked))() == plan("data")
    assert asked.consequences == [DataLoss((Address("volume", "data"),), ("to keep it, declare it again",))]


def test_more_than_what_was_approved_is_refused_under_the_lock() -> None:
    replan = approve(request(plan("data"), plan("data", "mail")), Headless(decide=Asked()))
    with pytest.raises(RunnerError, match=r"volume\.mail"):
        replan()


def test_everything_is_approved_in_advance_where_that_was_said() -> None:
    replan = approve(request(plan("data"), plan("data", "mail")), Headless(approves_all=True))
    assert len(replan().destroys_data) == 2


def test_a_problem_of_the_plan_under_the_lock_is_refused_whatever_was_approved() -> None:
    later = plan(problems=(Diagnostic("name-taken", "the name is taken"),))
    with pytest.raises(InvalidInput, match="taken"):
        approve(request(plan(), later), Headless(approves_all=True))()


def test_a_problem_of_the_plan_under_the_lock_quotes_nothing_sensitive() -> None:
    later = plan(problems=(Diagnostic("name-taken", "the name data-hunter2-secret is taken"),))
    with pytest.raises(InvalidInput) as refused:
        approve(request(plan(), later, frozenset({"hunter2-secret"})), Headless(approves_all=True))()
    assert [found.message for found in refused.value.diagnostics] == ["the name data-*** is taken"]
