"""Past runs as a table: what each changed, folded, with its reason and variables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from runner.core.address import Address
from runner.core.event import RunFinished, RunStarted
from runner.views.history import ChangeRow, RunRow, history_json, history_lines
from runner.views.lines import text_of
from runner.views.logs import PrefixedLines
from runner.views.text_width import cells

Golden = Callable[[str, str], None]

BEGAN = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
VERSIONS = {"runner": "1.0", "engine": "28.5", "api": "1.51"}


def changes(verb: str, *addresses: Address, is_done: bool = True) -> list[ChangeRow]:
    action = {"restart": "update", "build": "create"}.get(verb, verb)
    return [ChangeRow(address, action, verb, is_done) for address in addresses]


ROWS = [
    RunRow(
        "3f2a1b4c5d6e",
        BEGAN,
        RunStarted("restart", VERSIONS, "ann@box", "workflow.yaml", None, "stuck since\nthe \x1b[31mupdate"),
        RunFinished("cancelled", {"ready": 1, "cancelled": 1}, 2100, 130),
        (
            *changes("restart", Address("container", "web", 2)),
            *changes("restart", Address("container", "web"), is_done=False),
        ),
    ),
    RunRow(
        "0a1b2c3d4e5f",
        BEGAN - timedelta(hours=1),
        RunStarted("apply", VERSIONS, "ann@box", "workflow.yaml", "c0ffee" * 6, "release 1.2"),
        RunFinished("succeeded", {"ready": 44, "unchanged": 1}, 61_000, 0),
        (
            *changes("build", Address("image", "app")),
            *changes("create", *(Address("container", f"svc-{number:02}") for number in range(40))),
            *changes("replace", *(Address("container", "web", index) for index in (1, 2, 3))),
        ),
        {"RELEASE": "1.2", "PASSWORD": None, "NOTE": "a long text that says more than fits into so few cells"},
    ),
    RunRow("9e8d7c6b5a40", BEGAN - timedelta(days=1), RunStarted("destroy", VERSIONS, "bob@box"), None),
]


@pytest.mark.parametrize("width", [40, 80, 120, None])
def test_each_run_is_told_with_what_it_changed(width: int | None, golden: Golden) -> None:
    lines = [text_of(line).rstrip() for line in history_lines(ROWS, width)]
    assert width is None or max(map(cells, lines)) <= width
    golden(f"history.{width or 'pipe'}", "".join(f"{line}\n" for line in lines))


def test_programs_get_every_change_and_the_values_that_may_be_told() -> None:
    told = history_json("shop", ROWS)["runs"]
    assert isinstance(told, list)
    first, second, _ = told
    assert first["message"] == "stuck since\nthe \x1b[31mupdate"
    assert first["changes"][1] == {"address": "container.web", "action": "update", "verb": "restart", "done": False}
    assert len(second["changes"]) == 44
    assert second["variables"]["PASSWORD"] is None


def test_a_line_of_a_log_has_the_time_of_its_writing_on_request() -> None:
    prefixed, moment = PrefixedLines(["web"]), 1_770_091_506_789_123_456
    assert text_of(prefixed.line("web", "up")) == "web | up"
    assert text_of(prefixed.line("web", "up", moment)) == "web | 2026-02-03T04:05:06.789123456Z up"
