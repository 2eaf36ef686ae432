"""What a plan holds of texts that differ: enough to show the difference, however large they are."""

from __future__ import annotations

import time

from runner.app.plan_contents import excerpts
from runner.views.text_diff import text_diff

LINES = [f"line {number}\n" for number in range(100_000)]


def test_of_a_large_text_what_differs_is_kept_with_a_few_lines_around_it():
    changed = [*LINES[:50_000], "new\n", *LINES[50_000:]]
    before, after = excerpts("".join(LINES), "".join(changed))
    assert before == "".join(LINES[49_997:50_003])
    assert after == "".join(changed[49_997:50_004])


def test_between_distant_differences_equal_lines_are_left_out():
    lines = LINES[:5000]
    changed = [line.replace("\n", "!\n") if at in (5, 4000) else line for at, line in enumerate(lines)]
    before, after = excerpts("".join(lines), "".join(changed))
    assert before == "".join([*lines[2:9], "…\n", *lines[3997:4004]])
    found = text_diff(before, after)
    assert found is not None
    assert [mark for mark, _ in found.lines] == [" ", "-", "+", " ", "@@", " ", "-", "+", " "]


def test_equal_lines_by_the_thousand_take_no_time():
    started = time.process_time()
    excerpts("a\n" * 9000 + "b\n" * 900, "b\n" * 900 + "a\n" * 9000)
    assert time.process_time() - started < 2


def test_texts_that_differ_everywhere_are_told_by_their_size():
    before, after = excerpts("".join(LINES), "".join(reversed(LINES)))
    assert before == after == "1088890 characters, 100000 lines"


def test_a_text_that_only_grew_keeps_its_end():
    before, after = excerpts("a\n" * 10, "a\n" * 12)
    found = text_diff(before, after)
    assert found is not None
    assert found.summary == "+2 lines"


def test_what_is_no_text_is_kept_as_it_is():
    assert excerpts(("a",), None) == (("a",), None)
    assert excerpts(None, "one\ntwo\n") == (None, "one\ntwo\n")
