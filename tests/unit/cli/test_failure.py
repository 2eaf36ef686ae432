"""An error that ends a command: masked wherever it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.cli.failure import show_failure
from runner.cli.session import CommandContext, Options
from runner.core.diagnostic import Diagnostic
from runner.core.errors import InvalidInput, RunnerError
from runner.core.redact import Redactor

SECRET = "hunter2-secret"
FOUND = Diagnostic("name-taken", f"the name data-{SECRET} is taken", help=f"not data-{SECRET}")


@pytest.mark.parametrize("output", ["plain", "json"])
@pytest.mark.parametrize("has_findings", [True, False])
def test_the_summary_of_a_step_holds_no_more_than_the_terminal(
    has_findings: bool, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    context = CommandContext(Options(output=output))
    context.redactors.append(Redactor(frozenset({SECRET})))
    error = InvalidInput([FOUND]) if has_findings else RunnerError(FOUND.message, help=FOUND.help)
    show_failure(error, [context])
    told = capsys.readouterr()
    for text in (told.out + told.err, summary.read_text("utf-8")):
        assert "data-***" in text
        assert SECRET not in text
