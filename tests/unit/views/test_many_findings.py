"""Findings in great number: the first errors are shown, the rest is counted, and it is said where more may follow."""

from __future__ import annotations

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.span import Position, Span
from runner.views.diagnostics import diagnostic_lines
from runner.views.lines import text_of


def finding(line: int, severity: Severity = Severity.ERROR, *, hides_more: bool = False) -> Diagnostic:
    span = Span("workflow.yaml", Position(line, 1), Position(line, 2))
    return Diagnostic("code", f"number {line}", span, severity=severity, hides_more=hides_more)


def shown(found: list[Diagnostic]) -> list[str]:
    return [text_of(line) for line in diagnostic_lines(found, {"workflow.yaml": "x\n" * 1000})]


def test_a_hundred_are_shown_and_errors_before_warnings():
    found = [*(finding(n, Severity.WARNING) for n in range(1, 100)), *(finding(n) for n in range(100, 200))]
    lines = shown(found)
    assert sum("error[code]" in line for line in lines) == 100
    assert not any("warning[code]" in line for line in lines)
    assert lines[-3:-1] == ["99 more not shown; use -o json to see all", "100 errors, 99 warnings"]


def test_a_few_are_shown_in_their_order():
    lines = shown([finding(1, Severity.WARNING), finding(2)])
    assert [line.partition(":")[2][:1] for line in lines if "[code]" in line] == ["1", "2"]
    assert lines[-2:] == ["1 error, 1 warning", "for more: runner explain code"]


def test_the_end_says_when_more_may_follow():
    assert shown([finding(1, hides_more=True)])[-2] == "1 error; more may be reported once all files can be read"
