from textwrap import dedent

import pytest

from runner.core.diagnostic import Diagnostic, Related, Severity
from runner.core.serialize import diagnostic_json
from runner.core.span import Position, Span
from runner.views.diagnostics import one_line
from runner.views.snippet import parts, render


def span(line, column, end_column, *, file="workflow.yaml", end_line=None):
    return Span(file, Position(line, column), Position(end_line or line, end_column))


def shown(text, place, **options):
    """Render a finding in `text`; return its source line and its caret line without their margin."""
    lines = render(Diagnostic("code", "message", place), {"workflow.yaml": text}, **options).splitlines()
    assert len(lines) == 4
    margin = lines[1].index("|") + 2
    return lines[2][margin:], lines[3][margin:]


def test_a_finding_is_shown_with_its_line_a_caret_and_its_help():
    source = "\n" * 11 + "      imgae: nginx\n"
    diagnostic = Diagnostic("unknown-key", 'unknown key "imgae"', span(12, 7, 12), 'did you mean "image"?')
    assert render(diagnostic, {"workflow.yaml": source}) == dedent("""\
        workflow.yaml:12:7: error[unknown-key]: unknown key "imgae"
           |
        12 |       imgae: nginx
           |       ^^^^^
           = help: did you mean "image"?""")


def test_related_places_follow_as_notes_with_margins_aligned():
    sources = {"workflow.yaml": "\n" * 9 + "web: 1\n", "base.yaml": "web: 2\n"}
    related = Related("first given here", span(1, 1, 4, file="base.yaml"))
    diagnostic = Diagnostic("duplicate-key", "twice", span(10, 1, 4), related=(related,))
    assert render(diagnostic, sources) == dedent("""\
        workflow.yaml:10:1: error[duplicate-key]: twice
           |
        10 | web: 1
           | ^^^
        base.yaml:1:1: note: first given here
           |
         1 | web: 2
           | ^^^""")


def test_a_finding_without_a_place_is_its_message_and_help():
    diagnostic = Diagnostic("unused-override", "no such variable", help="look again", severity=Severity.WARNING)
    assert render(diagnostic, {}) == "warning[unused-override]: no such variable\n = help: look again"


@pytest.mark.parametrize("sources", [{}, {"workflow.yaml": "one line"}])
def test_a_line_that_is_not_known_is_left_out(sources):
    assert render(Diagnostic("code", "message", span(3, 1, 2)), sources) == "workflow.yaml:3:1: error[code]: message"


def test_tabs_are_shown_as_blanks():
    assert shown("\ta:\tb", span(1, 5, 6)) == ("    a:    b", " " * 10 + "^")


def test_carets_stand_below_wide_characters():
    assert shown("日本: 🚀 x", span(1, 5, 6)) == ("日本: 🚀 x", "      ^^")
    assert shown("日本: 🚀 x", span(1, 7, 8)) == ("日本: 🚀 x", "         ^")


def test_combining_characters_take_no_cell():
    assert shown("e\u0301: x", span(1, 5, 6)) == ("e\u0301: x", "   ^")


def test_a_place_over_several_lines_is_marked_on_its_first():
    assert shown("a: [1,\n  2]", span(1, 4, 5, end_line=2)) == ("a: [1,", "   ^^^")


def test_an_empty_place_has_one_caret():
    assert shown("a:", span(1, 3, 3)) == ("a:", "  ^")


def test_a_place_past_the_end_of_the_line_is_marked_at_the_end():
    assert shown("a:", span(1, 9, 12)) == ("a:", "  ^")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_editors_see_it(ending):
    assert shown(f"a\x0c\u2028b{ending}c", span(2, 1, 2)) == ("c", "^")


def test_what_could_command_the_terminal_is_not_shown():
    source, _ = shown("a: \x1b[31m \u202e \udc80", span(1, 1, 2))
    assert source == "a: \ufffd[31m \ufffd \ufffd"
    text = render(Diagnostic("code", "key \x1b[2J\n", span(1, 1, 2, file="a\nb"), help="\r"), {})
    assert text == "a b:1:1: error[code]: key \ufffd[2J \n  = help: \ufffd"


def test_a_message_that_quotes_something_without_end_keeps_its_beginning_and_its_end():
    finding = Diagnostic("code", f'"{"x" * 9_000_000}" is not allowed', None, f'expected "{"y" * 9_000_000}"')
    message, help = render(finding, {}).splitlines()
    assert len(message) + len(help) < 2_100
    assert message.startswith('error[code]: "xxx')
    assert message.endswith('xxx" is not allowed')
    assert help.startswith(' = help: expected "yyy')
    told = diagnostic_json(finding)
    assert (len(told["message"]), len(told["help"])) == (1000, 1000)
    assert len(str(list(one_line(finding)))) < 2_100


LONG = "key: " + "x" * 50 + "HERE" + "y" * 50


def test_a_long_line_is_cut_around_the_caret():
    source, caret = shown(LONG, span(1, 56, 60), width=44)
    assert len(source) == 40
    assert source.startswith("…x")
    assert source.endswith("y…")
    assert source[caret.index("^") : len(caret)] == "HERE"


def test_a_long_line_is_cut_behind_a_caret_near_its_start():
    source, caret = shown(LONG, span(1, 1, 4), width=44)
    assert source == LONG[:39] + "…"
    assert caret == "^^^"


def test_a_long_line_is_cut_before_a_caret_at_its_end():
    source, caret = shown(LONG, span(1, 108, 110), width=44)
    assert source[0] == "…"
    assert source[-1] == "y"
    assert len(caret) == len(source)


def test_carets_end_where_the_line_is_cut():
    source, caret = shown(LONG, span(1, 6, 110), width=44)
    assert len(caret) == len(source) - 1


def test_wide_characters_are_cut_by_their_cells():
    source, caret = shown("日" * 100, span(1, 51, 52), width=44)
    assert len(source) == 2 + (40 - 2) // 2
    assert caret.count("^") == 2


def test_the_parts_say_what_they_are_and_make_up_the_text():
    diagnostic = Diagnostic("code", "message", span(1, 1, 2), "help", (Related("note", span(1, 1, 2)),))
    pieces = list(parts(diagnostic, {"workflow.yaml": "a"}))
    assert "".join(text for _, text in pieces) == render(diagnostic, {"workflow.yaml": "a"}) + "\n"
    roles = {"path", "error", "code", "message", "gutter", "source", "caret", "help", "note", "newline"}
    assert {role for role, _ in pieces} == roles
