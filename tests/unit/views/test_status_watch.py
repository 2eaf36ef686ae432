"""The status while it is watched: drawn as a whole on a terminal, and only told when it changed elsewhere."""

from __future__ import annotations

import re
from datetime import datetime
from io import StringIO

import pytest

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import EngineUnreachable, InvalidInput
from runner.views.status_row import StatusRow, Sync
from runner.views.status_watch import Moment, StatusLog, StatusScreen, trouble_text
from runner.views.text_width import cells
from runner.views.writer import LineWriter

GONE = trouble_text(EngineUnreachable("lost the engine at unix:///run/docker.sock"))
DRIFT = Diagnostic("mount-missing", '"/srv/www" is not on this machine', severity=Severity.WARNING)


def clock() -> datetime:
    return datetime(2026, 2, 3, 4, 5, 6)


def moment(number: int = 3, *, uptime: int = 60, phase: str = "running", trouble: str = "") -> Moment:
    rows = [
        StatusRow(Address("container", f"c{index}"), Sync.IN_SYNC, phase, uptime=uptime + index)
        for index in range(number)
    ]
    return Moment("shop", rows, warnings=(DRIFT,), trouble=trouble)


def frames(*moments: Moment, size: tuple[int, int] = (60, 12)) -> tuple[list[str], str]:
    """Return the frames drawn, without escapes, and what is left after the last one."""
    stream = StringIO()
    with StatusScreen(stream, LineWriter(stream), lambda: size, clock=clock) as screen:
        for one in moments:
            screen.show(one)
    drawn, _, left = stream.getvalue().partition("\x1b[?1049l")
    assert drawn.startswith("\x1b[?2026h\x1b[?1049h\x1b[?25l"), "it is drawn on a screen of its own, without a cursor"
    assert drawn.endswith("\x1b[?25h"), "which is given back"
    drawn = drawn.replace("\x1b[?1049h\x1b[?25l", "")
    whole = re.findall(r"\x1b\[\?2026h\x1b\[H(.*?)\x1b\[J\x1b\[\?2026l", drawn, re.DOTALL)
    return [re.sub(r"\x1b\[K", "", frame).replace("\r\n", "\n") for frame in whole], left


def test_a_frame_fills_the_window_and_no_more():
    [few, many], left = frames(moment(3), moment(40))
    assert few.splitlines()[0] == "shop, 04:05:06  Ctrl-C ends"
    assert "3 resources: 3 in sync" in few
    assert '"/srv/www" is not on this machine' in few
    assert len(many.splitlines()) == 12
    assert many.splitlines()[-1].startswith("… 35 more lines")
    assert "container.c39" in left, "the last table stays below the command, as a whole"


def test_a_frame_leaves_the_last_cell_of_each_line_free():
    [narrow], _ = frames(moment(trouble=GONE), size=(24, 40))
    assert max(map(cells, narrow.splitlines())) == 23


@pytest.mark.parametrize("goes_through", [False, True])
def test_a_terminal_is_given_back_if_the_first_frame_is_interrupted(goes_through: bool):
    class Interrupting(StringIO):
        is_told = False

        def write(self, text: str) -> int:
            if goes_through or self.is_told:
                super().write(text)
            if not self.is_told:
                self.is_told = True
                raise KeyboardInterrupt
            return len(text)

    stream = Interrupting()
    with (
        pytest.raises(KeyboardInterrupt),
        StatusScreen(stream, LineWriter(stream), lambda: (60, 12), clock=clock) as screen,
    ):
        screen.show(moment())
    assert "\x1b[?25h\x1b[?1049l" in stream.getvalue()


def test_an_engine_that_is_gone_is_told_above_what_was_last_known():
    [_, gone], _ = frames(moment(), moment(trouble=GONE))
    assert gone.splitlines()[1].startswith("the engine is gone, trying again:")
    assert "container.c0" in gone


def test_a_window_of_another_size_is_drawn_anew():
    size = [80, 24]
    screen = StatusScreen(StringIO(), LineWriter(StringIO()), lambda: (size[0], size[1]))
    screen.show(moment())
    assert not screen.is_resized()
    size[0] = 40
    assert screen.is_resized()


def test_nothing_is_written_to_a_terminal_that_was_never_drawn_on():
    stream = StringIO()
    with StatusScreen(stream, LineWriter(stream), lambda: (80, 24)):
        pass
    assert stream.getvalue() == ""


def test_a_pipe_gets_a_table_only_when_something_changed():
    stream = StringIO()
    log = StatusLog(LineWriter(stream), clock=clock)
    for one in (moment(uptime=60), moment(uptime=65), moment(uptime=70, phase="exited"), moment(trouble=GONE)):
        log.show(one)
        log.show(one)
    assert stream.getvalue().count("2026-02-03 04:05:06") == 3
    assert stream.getvalue().count("the engine is gone") == 1
    assert stream.getvalue().count("RESOURCE") == 2


def test_a_file_that_became_invalid_is_told_as_that():
    told = trouble_text(InvalidInput([Diagnostic("unknown-key", 'unknown key "imgaes"')]))
    assert "last valid one" in told
    assert 'unknown key "imgaes"' in told
