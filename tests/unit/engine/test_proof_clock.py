"""What proofs cost: the time in which a run does nothing but watch."""

from __future__ import annotations

import time

from runner.core.address import Address
from runner.engine.proof_clock import ProofClock

WEB, DB = Address("container", "web", 1), Address("container", "db", 1)


def test_a_wait_counts_while_no_step_is_at_work() -> None:
    clock = ProofClock()

    with clock.working(), clock.waiting(WEB):
        time.sleep(0.02)

    seconds, whose = clock.read()
    assert seconds >= 0.02
    assert whose == (WEB,)


def test_a_wait_beside_other_work_costs_nothing() -> None:
    clock = ProofClock()

    with clock.working(), clock.working(), clock.waiting(WEB):
        time.sleep(0.02)

    assert clock.read() == (0.0, ())


def test_two_waits_at_a_time_are_counted_once_and_both_are_named() -> None:
    clock = ProofClock()
    began = time.monotonic()

    with clock.working(), clock.working(), clock.waiting(WEB), clock.waiting(DB):
        time.sleep(0.02)

    seconds, whose = clock.read()
    assert 0.02 <= seconds <= time.monotonic() - began
    assert whose == (WEB, DB)


def test_a_wait_for_something_else_is_no_proof() -> None:
    clock = ProofClock()

    with clock.working(), clock.waiting(None):
        time.sleep(0.01)

    assert clock.read() == (0.0, ())
