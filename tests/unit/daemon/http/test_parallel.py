"""Several calls at a time: in order, no more than are wanted, and nobody is held by one that takes for ever."""

from __future__ import annotations

import time
from itertools import islice
from threading import Barrier, Event, current_thread, main_thread

import pytest

from runner.daemon.http.parallel import parallel_map


def test_answers_come_in_the_order_of_the_questions():
    def slower_at_first(number: int) -> int:
        time.sleep((40 - number) / 4000)
        return number

    assert list(parallel_map(slower_at_first, range(40))) == [*range(40)]


def test_many_calls_are_made_side_by_side():
    meeting = Barrier(4)  # which one caller alone would wait at for ever
    assert len(list(parallel_map(lambda _: meeting.wait(timeout=10), range(40)))) == 40


def test_few_calls_open_no_more_connections():
    assert list(parallel_map(lambda _: current_thread(), range(19))) == [main_thread()] * 19


def test_the_first_error_is_raised_and_ends_it():
    made: list[int] = []

    def fails_at_ten(number: int) -> int:
        made.append(number)
        if number == 10:
            raise LookupError(number)
        time.sleep(0.001)
        return number

    answers = parallel_map(fails_at_ten, range(10_000))
    assert list(islice(answers, 10)) == [*range(10)]
    with pytest.raises(LookupError):
        next(answers)
    time.sleep(0.05)
    assert len(made) < 100


def test_who_stops_listening_waits_for_no_answer():
    never = Event()
    answers = parallel_map(lambda number: never.wait() if number else number, range(40))
    assert next(answers) == 0
    answers.close()
    never.set()
