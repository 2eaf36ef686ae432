"""The status table, findings, and how lines reach a stream."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.span import Position, Span
from runner.views.diagnostics import diagnostic_lines, diagnostics_json
from runner.views.lines import text_of
from runner.views.status import StatusRow, Sync, status_json, status_lines
from runner.views.text_width import cells, cut
from runner.views.writer import LineWriter, wants_colour

Golden = Callable[[str, str], None]

ROWS = [
    StatusRow(Address("network", "default"), Sync.IN_SYNC),
    StatusRow(
        Address("container", "web"),
        Sync.DRIFTED,
        "running",
        "healthy",
        93_784,
        ("8080->80/tcp", "127.0.0.1:8443->443/tcp"),
        image_id="sha256:" + "1f2e3d4c5b6a" + "0" * 52,
    ),
    StatusRow(Address("container", "web", 2), Sync.MISSING),
    StatusRow(Address("container", "old"), Sync.ORPHAN, "exited"),
]

SOURCE = "version: 1\nimgaes:\n  web: nginx\n"
FINDINGS = [
    Diagnostic("unknown-key", 'unknown key "imgaes"', Span("workflow.yaml", Position(2, 1), Position(2, 7)), "hm?"),
    Diagnostic("no-name", "a name is required"),
    Diagnostic("unused", "nothing uses it", severity=Severity.WARNING),
]


def rendered(lines) -> str:
    return "".join(f"{text_of(line).rstrip()}\n" for line in lines)


class Tty(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_status_leaves_out_the_columns_that_do_not_fit(width: int, golden: Golden):
    lines = status_lines(ROWS, width)
    assert all(cells(text_of(line)) <= width for line in lines[:-1])
    golden(f"status.{width}", rendered(lines))


def test_a_status_for_a_pipe_has_every_column():
    assert "1f2e3d4c5b6a" in rendered(status_lines(ROWS))


def test_a_status_without_resources_says_so():
    assert rendered(status_lines([])) == "no resources\n"


def test_a_status_as_json_keeps_whole_ids_and_seconds():
    web = status_json("shop", ROWS)["resources"][1]
    assert web["uptime_seconds"] == 93_784
    assert web["image_id"] == ROWS[1].image_id


def test_findings_end_with_their_count_and_where_to_read_more(golden: Golden):
    shown = rendered(diagnostic_lines(FINDINGS, {"workflow.yaml": SOURCE}))
    golden("findings", shown)
    assert shown.endswith("\n2 errors, 1 warning\nfor more: runner explain CODE\n")


def test_no_findings_are_no_lines():
    assert list(diagnostic_lines([], {})) == []


def test_findings_as_json_name_the_place_or_null():
    found, nowhere, _ = diagnostics_json(FINDINGS)
    assert (found["file"], found["line"], found["column"]) == ("workflow.yaml", 2, 1)
    assert (nowhere["file"], nowhere["line"], nowhere["help"]) == (None, None, None)


def test_colour_only_on_a_terminal_that_wants_it():
    assert wants_colour(Tty(), {})
    assert not wants_colour(StringIO(), {})
    assert not wants_colour(Tty(), {"NO_COLOR": "1"})
    assert not wants_colour(Tty(), {"TERM": "dumb"})
    assert not wants_colour(Tty(), {}, refused=True)


def test_coloured_and_bare_text_say_the_same():
    coloured, bare = StringIO(), StringIO()
    for stream, colour in ((coloured, True), (bare, False)):
        LineWriter(stream, colour=colour).write(status_lines(ROWS))
    assert "\x1b[32m" in coloured.getvalue()
    assert "\x1b" not in bare.getvalue()


def test_markup_in_a_message_is_just_text():
    stream = StringIO()
    LineWriter(stream, colour=True).write([(("error", "[bold]not markup[/bold]"),)])
    assert "[bold]not markup[/bold]" in stream.getvalue()


def test_a_stream_that_lacks_a_character_gets_another():
    stream = TextIOWrapper(BytesIO(), encoding="latin-1")
    LineWriter(stream).write([(("", "a → b … 日"),)])
    stream.flush()
    assert stream.buffer.getvalue() == b"a -> b ~ ?\n"


def test_wide_characters_count_twice_when_text_is_cut():
    assert cut("日本語", 5) == "日本…"
