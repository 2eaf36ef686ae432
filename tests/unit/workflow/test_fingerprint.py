"""What counts as the content of a file, a folder and a glob, and what doesn't."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.workflow.fingerprint import fingerprint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.conf", "b.conf", "sub/c.conf", "sub/.hidden", "other.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def test_only_content_counts(folder: Path) -> None:
    before = fingerprint(folder / "a.conf")
    os.utime(folder / "a.conf", (0, 0))
    (folder / "a.conf").chmod(0o600)
    assert fingerprint(folder / "a.conf") == before
    (folder / "a.conf").write_text("else")
    assert fingerprint(folder / "a.conf") != before


@pytest.mark.parametrize(
    ("pattern", "files"), [("*.conf", 2), ("**/*.conf", 3), ("sub", 2), ("s*/c.conf", 1), ("[ab].conf", 2), (".", 5)]
)
def test_every_file_that_a_pattern_covers_counts(folder: Path, pattern: str, files: int) -> None:
    before = fingerprint(folder / pattern)
    assert before.startswith(f"{files} file")
    (folder / "sub" / "c.conf").write_text("else")
    assert (fingerprint(folder / pattern) != before) == (pattern not in ("*.conf", "[ab].conf"))


def test_a_file_by_another_name_is_another_content(folder: Path) -> None:
    before = fingerprint(folder / "*.conf")
    (folder / "b.conf").rename(folder / "z.conf")
    assert fingerprint(folder / "*.conf") != before


def test_a_name_with_brackets_in_it_is_a_file_when_there_is_one(folder: Path) -> None:
    (folder / "[ab].conf").write_text("plain")
    assert fingerprint(folder / "[ab].conf").startswith("content ")


@pytest.mark.parametrize("pattern", ["missing.conf", "*.missing", "missing/*.conf", "sub/c.conf/x"])
def test_a_pattern_that_covers_nothing_is_a_missing_file(folder: Path, pattern: str) -> None:
    with pytest.raises(FileNotFoundError):
        fingerprint(folder / pattern)
