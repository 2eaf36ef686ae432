"""A thing in full fits the terminal that it is shown on."""

from __future__ import annotations

import pytest

from runner.core.inspection import Description, Table, masked, table_from
from runner.core.sensitive import MASK
from runner.views.inspect import description_json, description_lines
from runner.views.lines import text_of
from runner.views.text_width import cells

WIDE = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" * 2
ROWS = (
    {"key": "environment.PATH", "image": WIDE, "container": WIDE},
    {"key": "init", "image": None, "container": True},
)
PORTRAIT = Description(
    facts={"name": "shop-web-1", "command": WIDE},
    tables=(Table("config", ("key", "image", "container"), ROWS, "key"),),
)


@pytest.mark.parametrize("width", [70, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int):
    lines = [text_of(line) for line in description_lines("container.web", PORTRAIT, width)]
    assert max(map(cells, lines)) in (width - 1, width)


def test_a_narrow_column_leaves_its_room_to_the_wide_one():
    row = {"key": "command", "image": "sh", "container": "x" * 60}
    description = Description({}, (Table("config", ("key", "image", "container"), (row,), "key"),))
    assert any("x" * 60 in text_of(line) for line in description_lines("container.web", description, 80))


def test_nothing_is_cut_where_there_is_no_terminal():
    assert any(text_of(line).count(WIDE) == 2 for line in description_lines("container.web", PORTRAIT))


def test_what_is_sensitive_by_its_place_is_masked_in_tables_and_facts():
    description = Description(
        {"name": "shop-a", "hostname": "x"},
        (
            table_from("config", "key", ("image", "container"), {"environment.PW": {"container": "a"}, "labels.l": {}}),
            table_from("networks", "name", ("address",), {"n-a": {"address": "10.0.0.1"}}, "networks."),
            Table("mounts", ("target", "source"), ({"target": "/srv", "source": "v-a"},), places=("volumes.",)),
            Table("probes", ("began", "output"), ({"began": "1", "output": "said a"},), places=("healthcheck.test",)),
        ),
    )
    places = frozenset({"environment.PW", "networks.*", "volumes./srv", "healthcheck.test", "name"})
    shown = description_json("container.web", masked(description, places))
    assert shown["config"]["environment.PW"] == {"image": None, "container": MASK}
    assert shown["networks"] == {MASK: MASK}
    assert shown["mounts"] == [{"target": "/srv", "source": MASK}]
    assert shown["probes"] == [{"began": "1", "output": MASK}]
    assert (shown["name"], shown["hostname"]) == (MASK, "x")
