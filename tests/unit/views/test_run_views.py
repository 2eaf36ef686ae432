"""Recorded runs, replayed into every view."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from runner.core.event import LogRecord
from runner.core.plan import Action, Reason
from runner.core.resource_state import State
from runner.core.struct import replace
from runner.log import JsonLog
from runner.views import human
from runner.views.human import HumanView
from runner.views.next_steps import Call
from runner.views.plain import PlainView
from runner.views.view import View
from tests.unit.views.scenes import SCENES, crowd_of
from tests.unit.views.screen import Screen
from tests.unit.views.streams import STARTED, STREAMS, WEB, Stream, crowd, failed, first_apply

APPLIED = Call(again=" apply")
Golden = Callable[[str, str], None]


class Terminal:
    """Shows records to a human view on a screen of a given size, at the records' own time."""

    def __init__(self, width: int, height: int = 24, progress: StringIO | TextIOWrapper | None = None) -> None:
        self.width = width
        self.result, self.progress = StringIO(), progress or StringIO()
        self._now = None
        self.view = HumanView(
            self.result,
            self.progress,
            colour=False,
            animate=False,
            width=width,
            height=height,
            clock=lambda: self._now,
            call=lambda: APPLIED,
        )

    def show(self, *records: LogRecord) -> Terminal:
        for record in records:
            self._now = record.timestamp
            self.view.show(record)
        return self

    def resize(self, width: int) -> None:
        self.width = self.view._width = width

    def screen(self) -> str:
        return Screen(self.width).feed(self.progress.getvalue()).text()


@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("name", STREAMS)
def test_a_terminal_is_left_with_a_line_for_each_resource_and_a_summary(name: str, width: int, golden: Golden):
    terminal = Terminal(width).show(*STREAMS[name]())
    golden(f"{name}.human.{width}", f"{terminal.screen()}--- result\n{terminal.result.getvalue()}")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_terminal_shows_in_the_middle_of_a_run_what_is_being_worked_on(width: int, golden: Golden):
    golden(f"first_apply.middle.{width}", Terminal(width).show(*first_apply()[:17]).screen())


@pytest.mark.parametrize("name", SCENES)
def test_the_middle_of_a_run_fits_windows_of_every_width(name: str, golden: Golden):
    screens = []
    for width in (40, 80, 120, 200):
        screen = Terminal(width, height=16).show(*SCENES[name]()).screen()
        assert len(screen.splitlines()) < 16
        assert all(len(line) < width for line in screen.splitlines())
        screens.append(f"--- {width} columns\n{screen}")
    golden(f"scene.{name}", "".join(screens))


@pytest.mark.parametrize("name", ["pulls_and_builds", "waits", "up_and_healthy", "interruption"])
def test_the_middle_of_a_run_in_plain_lines(name: str, golden: Golden):
    progress = StringIO()
    view = PlainView(StringIO(), progress)
    for record in SCENES[name]():
        view.show(record)
    golden(f"scene.{name}.plain", progress.getvalue())


def test_a_resized_window_is_drawn_anew_without_leftovers():
    records = crowd_of(12)
    terminal = Terminal(120, height=60).show(*records[:25])
    screen = Screen(120).feed(terminal.progress.getvalue())
    for shown, width in enumerate((50, 200, 33, 80), 25):
        drawn = len(terminal.progress.getvalue())
        screen.resize(width)
        terminal.resize(width)
        terminal.show(records[shown])
        screen.feed(terminal.progress.getvalue()[drawn:])
        assert screen.text() == Terminal(width, height=60).show(*records[: shown + 1]).screen()


def test_a_redraw_is_one_synchronized_write_and_only_if_something_changed():
    written: list[str] = []

    class Stream(StringIO):
        def write(self, text: str) -> int:
            written.append(text)
            return super().write(text)

    records = first_apply()
    terminal = Terminal(80, progress=Stream()).show(*records[:12])
    assert all(text.startswith("\x1b[?2026h") and text.endswith("\x1b[?2026l") for text in written)
    before = len(written)
    terminal.show(replace(records[0], timestamp=records[11].timestamp))
    assert len(written) == before


def test_only_lines_that_changed_are_written_again():
    records = first_apply()
    terminal = Terminal(80).show(*records[:12])
    before = len(terminal.progress.getvalue())
    terminal.show(records[12])
    assert "network.default" not in terminal.progress.getvalue()[before:]


def test_a_crowd_that_does_not_fit_shows_the_active_ones_and_a_count(golden: Golden):
    golden("crowd.middle.80", Terminal(80, height=12).show(*crowd()[:50]).screen())


def test_a_crowd_never_takes_more_lines_than_the_terminal_has():
    records = crowd()
    terminal = Terminal(80, height=6)
    for record in records:
        before = len(terminal.progress.getvalue())
        terminal.show(record)
        drawn = terminal.progress.getvalue()[before:]
        assert drawn.count("\x1b[1A") <= 2 * 6


@pytest.mark.parametrize("name", STREAMS)
def test_plain_lines_are_stable(name: str, golden: Golden):
    result, progress = StringIO(), StringIO()
    view = PlainView(result, progress, call=lambda: APPLIED)
    for record in STREAMS[name]():
        view.show(record)
    golden(f"{name}.plain", f"{progress.getvalue()}--- result\n{result.getvalue()}")


@pytest.mark.parametrize("name", ["failed", "first_apply", "waited"])
def test_json_lines_are_stable(name: str, golden: Golden):
    stream = StringIO()
    view: View = JsonLog(stream)
    for record in STREAMS[name]():
        view.show(record)
    golden(f"{name}.json", stream.getvalue())


def test_a_terminal_without_unicode_gets_marks_in_ascii():
    stream = TextIOWrapper(BytesIO(), encoding="ascii")
    Terminal(80, progress=stream).show(*failed())
    stream.flush()
    shown = stream.buffer.getvalue().decode("ascii")
    assert "x container.web" in Screen(80).feed(shown).text()


def test_nothing_from_outside_can_command_the_terminal():
    terminal = Terminal(80).show(*failed())
    assert "\x1b" not in terminal.result.getvalue()
    assert "\x1b[2J" not in terminal.progress.getvalue()


def test_without_colour_no_style_reaches_the_terminal():
    assert "m" not in {part[-1:] for part in Terminal(80).show(*failed()).progress.getvalue().split("\x1b[")[1:]}


def test_a_view_that_has_shown_nothing_has_not_touched_the_terminal():
    terminal = Terminal(80)
    assert terminal.progress.getvalue() == ""
    terminal.view.close()
    assert terminal.progress.getvalue() == ""


def test_a_view_that_fails_while_it_draws_gives_the_cursor_back(monkeypatch: pytest.MonkeyPatch):
    terminal = Terminal(80).show(*first_apply()[:10])
    monkeypatch.setattr(human, "frame", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), closing(terminal.view):
        terminal.show(*first_apply()[10:])
    shown = terminal.progress.getvalue()
    assert shown.rfind("\x1b[?25h") > shown.rfind("\x1b[?25l") >= 0


def test_a_run_that_breaks_off_gives_the_cursor_back():
    terminal = Terminal(80).show(*first_apply()[:10])
    terminal.view.close()
    shown = terminal.progress.getvalue()
    assert shown.rfind("\x1b[?25h") > shown.rfind("\x1b[?25l")
    assert terminal.result.getvalue() == ""


def test_an_animated_view_leaves_the_same_as_a_still_one():
    still = Terminal(80, height=10).show(*crowd())
    result, progress = StringIO(), StringIO()
    view = HumanView(result, progress, width=80, height=10, call=lambda: APPLIED)
    for record in crowd():
        view.show(record)
        time.sleep(0.003)
    assert Screen(80).feed(progress.getvalue()).text() == still.screen()
    assert result.getvalue() == still.result.getvalue()


def test_views_for_pipes_do_not_pay_for_rich():
    modules = "runner.views.plain, runner.views.plan, runner.views.status, runner.views.human, runner.log"
    code = f"import sys, {modules}; print({{'rich', 'structlog'}} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_after_a_plan_plain_lines_neither_repeat_it_nor_tell_every_state_of_very_many():
    progress = StringIO()
    view = PlainView(StringIO(), progress, follows_plan=True)
    for record in crowd_of(300):
        view.show(record)
    lines = progress.getvalue().splitlines()
    assert not any("to create" in line or line.endswith(("creating", "starting", "is running")) for line in lines)
    assert any(line.endswith("container.svc-002 running") for line in lines)
    assert any("container.svc-001 failed" in line for line in lines)


def test_a_terminal_that_is_gone_is_told_with_the_next_record():
    class Gone(StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    view = HumanView(StringIO(), Gone(), width=80, height=10)
    records = first_apply()
    view.show(records[1])
    time.sleep(0.5)
    with pytest.raises(BrokenPipeError):
        view.show(records[2])


def next_lines(call: Call, result: str = "failed", command: str = "apply") -> list[str]:
    """Return what is to be typed next after a run of a container that fails."""
    stream = Stream().add(replace(STARTED, command=command)).plan(WEB, Action.CREATE, "create", Reason.MISSING)
    stream.move(WEB, State.STARTING, State.RUNNING, State.FAILED, cause="exited with code 3")
    shown = StringIO()
    view = PlainView(shown, StringIO(), call=lambda: call)
    for record in stream.finish(result, 1, {"failed": 1}):
        view.show(record)
    return [line.strip() for line in shown.getvalue().partition("next:\n")[2].splitlines()]


def test_after_a_failure_the_next_commands_are_told_for_the_same_workflow_and_engine():
    call = Call(" --context there", " 'my shop.yaml'", " restart web --file 'my shop.yaml' --context there")
    assert next_lines(call, command="restart")[::2] == [
        "runner logs container.web --context there --file 'my shop.yaml'",
        "runner show 20260304T120304-9f2c 'my shop.yaml'",
        "runner restart web --file 'my shop.yaml' --context there",
    ]


def test_a_command_that_would_do_something_else_is_not_told():
    assert not any(line.startswith("runner apply") for line in next_lines(Call(workflow=" shop")))
    assert next_lines(Call(workflow=None)) == []
    assert next_lines(Call(again=" rollback 3f2a"), command="rollback")[-1].startswith("runner history ")


def test_a_past_run_has_nothing_to_type_next():
    result = StringIO()
    view = PlainView(result, StringIO())
    for record in failed():
        view.show(record)
    assert "next:" not in result.getvalue()


def test_a_long_command_stands_on_a_line_of_its_own_unbroken():
    command = f" apply {' '.join(f'--target container.web-{number}' for number in range(9))}"
    lines = next_lines(Call(again=command))
    assert f"runner{command}" in lines
    assert "all events of this run" in lines
