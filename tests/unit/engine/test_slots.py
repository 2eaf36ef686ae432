"""The slots of a run are handed out in order, but first to what only has something to finish."""

from __future__ import annotations

import time
from threading import Thread

from runner.engine.slots import Slots


def queue_up(slots: Slots, told: list[str], name: str, *, finishing: bool = False) -> Thread:
    def work() -> None:
        slots.acquire(finishing=finishing)
        told.append(name)
        slots.release()

    thread = Thread(target=work)
    thread.start()
    time.sleep(0.05)  # until it waits
    return thread


def test_those_with_something_to_finish_go_first_and_all_others_in_the_order_of_asking() -> None:
    slots, told = Slots(1), list[str]()
    slots.acquire()
    waiting = [queue_up(slots, told, name) for name in ("first", "second")]
    waiting += [queue_up(slots, told, name, finishing=True) for name in ("up", "settled")]
    assert told == []
    slots.release()
    for thread in waiting:
        thread.join(5)
    assert told == ["up", "settled", "first", "second"]


def test_as_many_as_there_are_slots_get_one_at_once() -> None:
    slots, told = Slots(2), list[str]()
    slots.acquire()
    queue_up(slots, told, "other").join(5)
    assert told == ["other"]
