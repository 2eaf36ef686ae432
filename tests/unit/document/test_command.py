"""A command is run as it is written, for its output alone, and within its time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from runner.document import command
from runner.document.command import CommandError, CommandNotStarted, run_command

MOST = 1_000_000


def output_of(*argv: str, folder: Path = Path(), most: int = MOST) -> bytes:
    return run_command(argv, folder, os.environ, most)


def test_its_output_is_returned_byte_by_byte(tmp_path: Path) -> None:
    assert output_of("printf", r"a\000\377\n\n") == b"a\0\xff\n\n"
    assert output_of("pwd", folder=tmp_path).decode().strip() == str(tmp_path.resolve())
    assert output_of("cat") == b""


def test_no_shell_reads_it() -> None:
    assert output_of("echo", "$HOME", ";", "false") == b"$HOME ; false\n"


def test_a_failure_is_told_without_anything_that_it_wrote() -> None:
    with pytest.raises(CommandError) as raised:
        output_of("sh", "-c", "echo hunter2-out; echo hunter2-err >&2; exit 3")
    assert str(raised.value) == '"sh" exited with code 3'
    with pytest.raises(CommandError, match="was ended by signal 15"):
        output_of("sh", "-c", "kill $$")


@pytest.mark.parametrize("argv", [["no-such-program"], ["/etc/passwd"], ["/"]])
def test_what_is_no_program_is_not_started(argv: list[str]) -> None:
    with pytest.raises(CommandNotStarted, match=f'cannot run "{argv[0]}": '):
        output_of(*argv)


@pytest.mark.parametrize("script", ["sleep 100", "exec >&-; sleep 100", "sleep 100 & exit 0"])
def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(command, "TIMEOUT", 0.2)
    with pytest.raises(CommandError, match="did not finish within"):
        output_of("sh", "-c", script)


def test_one_without_an_end_is_read_no_further_than_asked() -> None:
    assert output_of(sys.executable, "-c", "while True: print('x' * 1000)", most=5_000)[:3] == b"xxx"
