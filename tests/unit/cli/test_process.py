"""The process of a command ends at once, but not before everything that is due at its end has been done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
ENDING = "import sys; sys.argv[1:] = ['version', '-H', 'unix:///nowhere']; from runner.cli.main import main; main()"
WAITED_FOR = """
import threading
threading.Thread(target=lambda: (threading.main_thread().join(), print("waited for"))).start()
"""
AT_EXIT = "import atexit; atexit.register(print, 'at exit')"


def run(tmp_path: Path, *lines: str, stdout: Any = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """Run the lines and then the program, with output that is buffered as in a pipe of a shell."""
    return subprocess.run(
        [sys.executable, "-c", "\n".join([*lines, ENDING])],
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("lines", [[], [WAITED_FOR], [AT_EXIT], [AT_EXIT, WAITED_FOR]])
def test_everything_due_is_done_first(tmp_path: Path, lines: list[str]) -> None:
    done = run(tmp_path, *lines)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("runner ")
    assert ("waited for" in done.stdout) == (WAITED_FOR in lines)
    assert ("at exit" in done.stdout) == (AT_EXIT in lines)


def test_what_could_not_be_written_is_a_failure(tmp_path: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = run(tmp_path, stdout=full)
    assert (done.returncode, done.stderr) == (
        1,
        "error[system-error]: no space left on device\nerror[cannot-write]: cannot write: no space left on device\n",
    )


def test_a_reader_that_is_gone_is_a_failure_without_a_word(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = run(tmp_path, stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("line", ["sys.stdout = None", "sys.stderr = None"])
def test_a_closed_stream_is_no_failure(tmp_path: Path, line: str) -> None:
    assert run(tmp_path, f"import sys; {line}").returncode == 0
