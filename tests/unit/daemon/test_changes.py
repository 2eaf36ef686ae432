"""What an engine's events tell: nothing but the creation of a run's own tickets, or that something else happened."""

from __future__ import annotations

import time

import pytest

from runner.daemon.changes import Reading, read_clock, tell_only_of

TICKETS = ("runner.lock.shop.0a.0", "runner.lock.shop.0a.1")
NOW = 1_800_000_000.0
"""The engine's clock when it was read, just now."""


def _event(type: str, action: str, id: str, at: float = NOW + 0.1) -> dict:
    return {"Type": type, "Action": action, "Actor": {"ID": id}, "timeNano": int(at * 1e9)}


OLD = _event("container", "start", "c1", NOW - 60)


def _tells(*events: dict, old: dict | None = OLD) -> bool:
    return tell_only_of(TICKETS, [*([old] if old else []), *events], NOW, Reading(NOW, time.monotonic()))


FIRST, LAST = (_event("volume", "create", ticket) for ticket in TICKETS)


def test_only_the_tickets_were_created() -> None:
    assert _tells(FIRST, LAST)
    assert _tells(_event("container", "exec_start: true", "c1"), FIRST, _event("container", "exec_die", "c1"), LAST)


def test_events_that_do_not_reach_back_tell_nothing() -> None:
    assert not _tells(FIRST, LAST, old=None)
    assert not _tells(FIRST, LAST, old=_event("container", "exec_die", "c1"))


@pytest.mark.parametrize(
    "event",
    [
        _event("container", "update", "c1"),
        _event("container", "health_status: healthy", "c1"),
        _event("volume", "create", "runner.lock.shop.ff.0"),
        _event("volume", "destroy", TICKETS[0]),
        _event("image", "exec_start", "i1"),
        _event("daemon", "reload", "d1"),
    ],
)
def test_anything_else_before_the_last_ticket_counts(event: dict) -> None:
    assert not _tells(FIRST, event, LAST)
    assert _tells(FIRST, LAST, event), "what comes after it is as if it came after a second look"


def test_without_the_last_ticket_nothing_is_told() -> None:
    assert not _tells(FIRST)
    assert not _tells()


@pytest.mark.parametrize("set_by", [-5.0, 5.0])
def test_a_clock_that_was_set_tells_nothing(set_by: float) -> None:
    ticket = _event("volume", "create", TICKETS[1], NOW + 0.1 + set_by)
    assert not _tells(FIRST, ticket)


def test_a_clock_that_is_not_told_is_not_read() -> None:
    assert [read_clock({"SystemTime": told}) for told in (None, "", "noon", 5, "0001-01-01T00:00:00")] == [None] * 5
    assert read_clock({}) is None


def test_a_clock_is_read_with_its_zone() -> None:
    readings = [
        read_clock({"SystemTime": f"2027-01-15T{told}"}) for told in ("08:00:00.123456789Z", "10:00:00.1+02:00")
    ]
    assert [reading and round(reading.seconds, 1) for reading in readings] == [NOW + 0.1] * 2
