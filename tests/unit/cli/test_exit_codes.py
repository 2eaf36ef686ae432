"""The exit codes of commands, as far as they need no engine: a contract with scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.cli import main as command_line
from runner.core.exit_code import ExitCode

VALID = "version: 1\nname: shop\ncontainers: {web: {image: nginx}}\n"
INVALID = "version: 1\nname: shop\ncontainers: {web: {imag: nginx}}\n"


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Run a command in a folder of its own, without an engine, and return its exit code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")

    def run(*arguments: str) -> int:
        return command_line._run(arguments)

    return run


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        (VALID, ["--help"], ExitCode.OK),
        (VALID, ["version"], ExitCode.OK),
        (VALID, ["validate"], ExitCode.OK),
        (VALID, ["graph"], ExitCode.OK),
        (VALID, ["history"], ExitCode.OK),
        (VALID, ["schema"], ExitCode.OK),
        (INVALID, ["validate"], ExitCode.INVALID),
        (INVALID, ["validate", "-o", "json"], ExitCode.INVALID),
        (INVALID, ["plan"], ExitCode.INVALID),
        (INVALID, ["apply"], ExitCode.INVALID),
        (VALID, ["no-such-command"], ExitCode.INVALID),
        (VALID, ["plan", "--no-such-option"], ExitCode.INVALID),
        (VALID, ["plan", "--var", "no-value"], ExitCode.INVALID),
        (VALID, ["plan", "-H", "unix:///a", "--context", "b"], ExitCode.INVALID),
        (VALID, ["validate", "missing.yaml"], ExitCode.INVALID),
        (VALID, ["init"], ExitCode.INVALID),
        (VALID, ["check"], ExitCode.INVALID),
        (VALID, ["show", "0123"], ExitCode.INVALID),
        (VALID, ["rollback"], ExitCode.INVALID),
        (VALID, ["inspect", "nonsense"], ExitCode.INVALID),
        (VALID, ["plan"], ExitCode.UNREACHABLE),
        (VALID, ["apply"], ExitCode.UNREACHABLE),
        (VALID, ["destroy", "shop"], ExitCode.UNREACHABLE),
        (VALID, ["status"], ExitCode.UNREACHABLE),
        (VALID, ["logs"], ExitCode.UNREACHABLE),
        (VALID, ["lock"], ExitCode.UNREACHABLE),
        (VALID, ["doctor"], ExitCode.UNREACHABLE),
        (VALID, ["unlock", "--yes"], ExitCode.UNREACHABLE),
    ],
)
def test_a_command_ends_with_its_code(ends, tmp_path: Path, text: str, arguments: list[str], code: ExitCode) -> None:
    (tmp_path / "workflow.yaml").write_text(text, "utf-8")
    assert ends(*arguments) == code


def test_the_codes_are_those_that_the_readme_lists() -> None:
    codes = {code.name: int(code) for code in ExitCode}
    assert codes == {
        "OK": 0,
        "FAILED": 1,
        "INVALID": 2,
        "UNREACHABLE": 3,
        "LOCKED": 4,
        "ROLLED_BACK": 5,
        "CHANGES_PENDING": 10,
        "INTERRUPTED": 130,
    }


def test_an_error_after_the_file_was_read_shows_nothing_sensitive(
    ends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    text = (
        "version: 1\nname: shop\nvariables: {TOKEN: {sensitive: true}}\ncontainers: {web: {image: 'shop:${TOKEN}'}}\n"
    )
    (tmp_path / "workflow.yaml").write_text(text, "utf-8")
    monkeypatch.setenv("TOKEN", "s3cr3tvalue99")
    assert ends("lock", "--upgrade", "shop:s3cr3tvalue98") == ExitCode.INVALID
    shown = capfd.readouterr()
    assert "did you mean" in shown.err
    assert "s3cr3tvalue99" not in shown.out + shown.err
