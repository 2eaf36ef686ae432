"""What a saved plan rests on: the same for the same two sides, and told apart by address and field."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from runner.core.plan import Plan
from runner.core.redact import Redactor
from runner.core.values import Digest
from runner.plan.fingerprint import PlanFingerprint, changed_since, fingerprint_of
from tests.unit.examples import examples
from tests.unit.plan.case import Case
from tests.unit.plan.workflows import workflow_texts

CHANGED = "container.web has changed in the file since the plan was made"
WEB = "containers: {web: {image: nginx, environment: {A: '1', B: '2'}, limits: {memory: 32m}}}"


def _basis(folder: Path, **case: object) -> PlanFingerprint:
    return fingerprint_of(_plan(folder, **case), Redactor())


def _plan(folder: Path, **case: object) -> Plan:
    return Case(**case).plan(folder)  # type: ignore[arg-type]


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=workflow_texts())
def test_the_same_two_sides_give_the_same_basis(tmp_path: Path, text: str) -> None:
    first, second = (_basis(tmp_path, applied=text, desired=text) for _ in range(2))
    assert first == second
    assert not list(changed_since(first, second))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            WEB.replace("B: '2'", "B: '3'"),
            f"{CHANGED}: environment.B",
        ),
        (WEB.replace("32m", "64m"), f"{CHANGED}: limits.memory"),
        (WEB.replace("web:", "www:"), "container.web was added or removed in the file since the plan was made"),
    ],
)
def test_a_change_of_the_file_is_told_by_address_and_field(tmp_path: Path, changed: str, said: str) -> None:
    then, now = _basis(tmp_path, desired=WEB), _basis(tmp_path, desired=changed)
    assert said in [problem.message for problem in changed_since(then, now)]


def test_keys_that_hold_something_sensitive_are_masked(tmp_path: Path) -> None:
    plan = _plan(tmp_path, desired=WEB.replace("A: '1'", "HUNTER2: '1'"))
    digests = fingerprint_of(plan, Redactor(frozenset({"HUNTER2"}))).desired["container.web"]
    assert "environment.***" in digests
    assert not [name for name in digests if "HUNTER2" in name]


SECRET_WEB = (
    "variables: {PW: {sensitive: true, default: sesame}}\n"
    "containers: {web: {image: nginx, environment: {A: '${PW}', B: sesame}}}"
)


def test_what_is_sensitive_is_digested_with_a_salt_and_known_again(tmp_path: Path) -> None:
    plan = _plan(tmp_path, applied=SECRET_WEB, desired=SECRET_WEB)
    then = fingerprint_of(plan, Redactor())
    anew, again = fingerprint_of(plan, Redactor()), fingerprint_of(plan, Redactor(), then)
    web = then.desired["container.web"]
    assert web["environment.A"] != web["environment.B"] != anew.desired["container.web"]["environment.A"]
    assert anew != then
    assert again == then


def test_a_rotated_secret_makes_a_plan_stale(tmp_path: Path) -> None:
    then = _basis(tmp_path, desired=SECRET_WEB)
    rotated = _plan(tmp_path, desired=SECRET_WEB.replace("default: sesame", "default: another"))
    found = [problem.message for problem in changed_since(then, fingerprint_of(rotated, Redactor(), then))]
    assert found == [f"{CHANGED}: environment.A"]


def test_a_plan_that_an_older_runner_saved_still_holds(tmp_path: Path) -> None:
    plan = _plan(tmp_path, desired=SECRET_WEB)
    then = fingerprint_of(plan, Redactor())
    old = {**then.desired["container.web"], "environment.A": Digest.of("sesame").text}
    unsalted = PlanFingerprint({**then.desired, "container.web": old}, then.observed)
    assert not list(changed_since(unsalted, fingerprint_of(plan, Redactor(), unsalted)))
