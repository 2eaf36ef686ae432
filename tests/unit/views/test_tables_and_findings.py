"""Findings, and how lines reach a stream."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, StringIO, TextIOWrapper

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.span import Position, Span
from runner.views.diagnostics import diagnostic_lines, diagnostics_json
from runner.views.lines import text_of
from runner.views.text_width import cut
from runner.views.writer import LineWriter, wants_colour

Golden = Callable[[str, str], None]

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
        LineWriter(stream, colour=colour).write([(("good", "healthy"), ("", " since 2s"))])
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
