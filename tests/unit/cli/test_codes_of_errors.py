"""Errors that end a command: each is shown with its code, for programs, too, and with a hint where it is explained."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runner.app.explanations import explain
from runner.cli import main as command_line
from runner.core import errors
from runner.core.errors import Conflict, ProgramNotRun, Rejected, RolledBack, RunnerError, StepFailed

VALID = "version: 1\nname: shop\ncontainers: {web: {image: nginx}}\n"
SOURCES = Path(__file__).parents[3] / "runner"

ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, RunnerError)}

Run = Callable[..., tuple[str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command beside a valid workflow, without an engine; return what it writes to its two streams."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    (tmp_path / "workflow.yaml").write_text(VALID, "utf-8")

    def run(*arguments: str) -> tuple[str, str]:
        command_line._run(arguments)
        written = capsys.readouterr()
        return written.out, written.err

    return run


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("plan", "engine-unreachable"),
        ("plan --host ftp://example.com", "engine-address"),
        ("plan --context nowhere", "engine-address"),
        ("plan --var TAG", "usage"),
        ("plan missing.yaml", "file-missing"),
        ("check", "no-checks"),
        ("inspect wbe", "unknown-resource"),
        ("show 0000", "unknown-run"),
        ("rollback", "unknown-run"),
        ("explain unknown-kye", "usage"),
    ],
)
def test_an_error_that_ends_a_command_has_its_code_and_one_hint(run: Run, line: str, code: str) -> None:
    out, err = run(*line.split())
    assert (out, err.count(f"error[{code}]: ")) == ("", 1)
    assert err.endswith(f"\nfor more: runner explain {code}\n")
    assert err.count("runner explain") == 1


@pytest.mark.parametrize("line", ["plan --no-such-option", "pln", "init", "plan --parallel 0", "logs --since x"])
def test_a_line_that_is_refused_has_a_code(run: Run, line: str) -> None:
    code = "file-exists" if line == "init" else "usage"
    out, err = run(*line.split())
    assert (out, err.count(f"error[{code}]: ")) == ("", 1)


def test_programs_get_the_code_on_standard_output(run: Run) -> None:
    out, err = run("plan", "-o", "json")
    error = json.loads(out)["error"]
    assert error["code"] == "engine-unreachable"
    assert f"error[engine-unreachable]: {error['message']}\nhelp: {error['help']}\n" in err


def test_findings_are_one_document_as_before(run: Run) -> None:
    out, _ = run("validate", "missing.yaml", "-o", "json")
    assert [found["code"] for found in json.loads(out)["diagnostics"]] == ["file-missing"]


def test_an_error_without_a_code_of_its_own_has_that_of_its_cause() -> None:
    cause = StepFailed("exited with code 1", code="container-exited")
    error = RolledBack("new container exited with code 1; restored the previous one")
    error.__cause__ = cause
    assert (cause.code, error.code) == ("container-exited", "container-exited")
    assert (Conflict("is in use").code, StepFailed("failed").code) == ("engine-conflict", "step-failed")


def test_a_code_that_was_given_counts_more_than_that_of_a_class() -> None:
    taken = Conflict("host port 80 is already in use by web")
    taken.__cause__ = Conflict("host port 80 is already in use", code="port-taken")
    assert taken.code == "port-taken"
    not_run = ProgramNotRun("program x not found in the container", 127)
    not_run.__cause__ = Rejected("program x not found in the image", code="program-missing")
    assert not_run.code == "program-not-run"


def test_no_error_is_raised_without_a_code() -> None:
    """Of a class without a usual one, unless a cause has one."""
    codeless = {name for name in ERRORS if getattr(errors, name).usual_code is None} - {"DiagnosedError"}
    assert [place for path in SOURCES.rglob("*.py") for place in _codeless(path, codeless)] == []


def _codeless(path: Path, classes: set[str]) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    with_cause = {id(node.exc) for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.cause is not None}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in classes:
            has_code = any(keyword.arg == "code" for keyword in node.keywords)
            if not has_code and id(node) not in with_cause and node.func.id != "InvalidInput":
                yield f"{path.relative_to(SOURCES)}:{node.lineno}"


def test_no_error_bears_the_code_of_a_warning() -> None:
    given = {code for path in SOURCES.rglob("*.py") for code in _given(path)}
    assert len(given) > 50
    assert [code for code in sorted(given) if "error" not in explain(code).severity] == []


def _given(path: Path) -> Iterator[str]:
    """Yield the codes that errors are given in a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            for keyword in node.keywords:
                if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                    yield keyword.value.value
