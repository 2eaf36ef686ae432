"""The redactor: nothing of an error is left out."""

from __future__ import annotations

from runner.core.diagnostic import Diagnostic, Related
from runner.core.errors import InvalidInput, RunnerError
from runner.core.redact import Redactor
from runner.core.span import Position, Span

SECRET = "hunter2-secret"


def test_an_error_is_masked_in_every_text_that_it_carries() -> None:
    error = RunnerError(f"a {SECRET}", help=f"b {SECRET}", output=(f"c {SECRET}",), detail=f"d {SECRET}")
    Redactor(frozenset({SECRET})).error(error)
    assert (error.message, error.help, error.output, error.detail) == ("a ***", "b ***", ("c ***",), "d ***")


def test_an_error_is_masked_in_its_findings_too() -> None:
    start = Position(1, 1)
    related = (Related(f"c {SECRET}", Span("shop.yaml", start, start)),)
    error = InvalidInput([Diagnostic("conflict", f"a {SECRET}", help=f"b {SECRET}", related=related)])
    Redactor(frozenset({SECRET})).error(error)
    (found,) = error.diagnostics
    assert (error.message, found.message, found.help, found.related[0].message) == ("a ***", "a ***", "b ***", "c ***")
