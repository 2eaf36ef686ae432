"""What a saved plan rests on: the same for the same two sides, and told apart by address and field."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from runner.core.plan import Plan
from runner.core.redact import Redactor
from runner.plan.basis import Basis, basis_of, stale
from tests.unit.plan.case import Case
from tests.unit.plan.workflows import workflow_texts

CHANGED = "container.web has changed in the file since the plan was made"
WEB = "containers: {web: {image: nginx, environment: {A: '1', B: '2'}, limits: {memory: 32m}}}"


def _basis(folder: Path, **case: object) -> Basis:
    return basis_of(_plan(folder, **case), Redactor())


def _plan(folder: Path, **case: object) -> Plan:
    return Case(**case).plan(folder)  # type: ignore[arg-type]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=workflow_texts())
def test_the_same_two_sides_give_the_same_basis(tmp_path: Path, text: str) -> None:
    first, second = (_basis(tmp_path, applied=text, desired=text) for _ in range(2))
    assert first == second
    assert not list(stale(first, second))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            WEB.replace("B: '2'", "B: '3'"),
            f"{CHANGED}: environment.B",
        ),
        (WEB.replace("32m", "64m"), f"{CHANGED}: limits.memory"),
        (WEB.replace("web:", "www:"), "container.web has come or gone in the file since the plan was made"),
    ],
)
def test_a_change_of_the_file_is_told_by_address_and_field(tmp_path: Path, changed: str, said: str) -> None:
    then, now = _basis(tmp_path, desired=WEB), _basis(tmp_path, desired=changed)
    assert said in [problem.message for problem in stale(then, now)]


def test_keys_that_hold_something_sensitive_are_masked(tmp_path: Path) -> None:
    plan = _plan(tmp_path, desired=WEB.replace("A: '1'", "HUNTER2: '1'"))
    digests = basis_of(plan, Redactor(frozenset({"HUNTER2"}))).desired["container.web"]
    assert "environment.***" in digests
    assert not [name for name in digests if "HUNTER2" in name]
