"""A thing in full fits the terminal that it is shown on."""

from __future__ import annotations

import pytest

from runner.core.portrait import Portrait, Table
from runner.views.lines import text_of
from runner.views.measure import cells
from runner.views.portrait import portrait_lines

WIDE = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" * 2
ROWS = (
    {"key": "environment.PATH", "image": WIDE, "container": WIDE},
    {"key": "init", "image": None, "container": True},
)
PORTRAIT = Portrait(
    facts={"name": "shop-web-1", "command": WIDE},
    tables=(Table("config", ("key", "image", "container"), ROWS, "key"),),
)


@pytest.mark.parametrize("width", [70, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int):
    lines = [text_of(line) for line in portrait_lines("container.web", PORTRAIT, width)]
    assert max(map(cells, lines)) in (width - 1, width)


def test_a_narrow_column_leaves_its_room_to_the_wide_one():
    row = {"key": "command", "image": "sh", "container": "x" * 60}
    portrait = Portrait({}, (Table("config", ("key", "image", "container"), (row,), "key"),))
    assert any("x" * 60 in text_of(line) for line in portrait_lines("container.web", portrait, 80))


def test_nothing_is_cut_where_there_is_no_terminal():
    assert any(text_of(line).count(WIDE) == 2 for line in portrait_lines("container.web", PORTRAIT))
