"""A secret's content comes from where the file says; commands are run only by a caller who allows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from runner.core.diagnostic import Severity
from runner.document.access import Access
from runner.document.command import CommandError, run_command, withhold_command
from runner.document.files import Files
from runner.document.root import ANYWHERE
from runner.kinds import sections_of
from runner.workflow.compile import ReadResult, read

SECRET = "hunter2-and-more"


def result(folder: Path, secret: str, run: Any, **environ: str) -> ReadResult:
    (folder / "workflow.yaml").write_text(f"""\
version: 1
name: shop
secrets: {{token: {secret}}}
containers: {{web: {{image: "busybox:stable", environment: {{TOKEN: {{secret: token}}}}}}}}
""")
    return read(str(folder / "workflow.yaml"), sections_of, Files(Access(ANYWHERE, environ, run_command=run)))


def token_of(found: ReadResult) -> str:
    assert found.desired is not None
    (web,) = (one for one in found.desired.resources.values() if one.address.kind == "container")
    return str(dict(web.fields["environment"])["TOKEN"])  # type: ignore[call-overload]


def test_a_command_is_run_beside_the_file_and_in_the_callers_environment(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text("from beside\n")
    script = "{command: [/bin/sh, -c, 'cat token.txt; echo $$MORE']}"
    found = result(tmp_path, script, run_command, MORE=SECRET, PATH="/usr/bin:/bin")
    assert found.findings == []
    assert token_of(found) == f"from beside\n{SECRET}"
    assert found.desired is not None
    assert f"from beside\n{SECRET}\n" in found.desired.sensitive


def test_a_caller_without_need_of_the_content_runs_nothing(tmp_path: Path) -> None:
    found = result(tmp_path, "{command: [touch, made]}", withhold_command)
    assert found.findings == []
    assert not (tmp_path / "made").exists()


def test_what_a_failing_command_wrote_is_in_no_finding(tmp_path: Path) -> None:
    def fail(argv: Sequence[str], folder: Path, environ: Mapping[str, str], most: int) -> bytes:
        assert (argv, folder, dict(environ)) == (["sops", "-d", "x y"], tmp_path, {})
        raise CommandError('"sops" exited with code 128')

    (found,) = result(tmp_path, "{command: sops -d 'x y'}", fail).findings
    assert (found.code, found.message) == ("secret-command", '"sops" exited with code 128')
    assert found.help == "its output is never shown; to see it, run: sops -d 'x y'"


def test_output_beyond_all_bounds_is_refused(tmp_path: Path) -> None:
    (found,) = result(tmp_path, "{command: [big]}", lambda _argv, _folder, _environ, most: b"x" * most).findings
    assert found.message == 'too much output of "big"'


@pytest.mark.parametrize("content", [b"a\0b", b"\xff\xfe and more"])
def test_what_is_not_text_cannot_be_a_variable(tmp_path: Path, content: bytes) -> None:
    found = result(tmp_path, "{command: [any]}", lambda *_: content)
    wrong = [one.message for one in found.findings if one.severity is Severity.ERROR]
    assert wrong == ["a secret that is not text"]


@pytest.mark.parametrize(
    ("content", "value"), [(b"a\n", "a"), (b"a\r\n", "a"), (b"a\n\n", "a\n"), (b"a\r", "a\r"), (b"a", "a"), (b"\n", "")]
)
def test_a_variable_loses_the_line_break_at_the_end_of_its_secret(tmp_path: Path, content: bytes, value: str) -> None:
    assert token_of(result(tmp_path, "{command: [any]}", lambda *_: content)) == value
