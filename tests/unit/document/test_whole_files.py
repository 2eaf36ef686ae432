"""What is written whole takes the place of a file or of nothing; what is no file is refused where somebody names it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runner.document.atomic_write import atomic_write, require_regular_file


def write(path: Path) -> None:
    with atomic_write(path) as stream:
        stream.write(b"new")


@pytest.mark.parametrize("kind", ["pipe", "folder", "link to a pipe", "link to a device"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str):
    path = tmp_path / "out"
    os.mkfifo(tmp_path / "pipe")
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/null" if kind == "link to a device" else "pipe")
    with pytest.raises(OSError, match=r"is a directory|a device or a pipe"):
        require_regular_file(path if kind != "pipe" else tmp_path / "pipe")


@pytest.mark.parametrize("path", ["", ".", "/"])
def test_a_path_without_a_name_is_refused(path: str):
    with pytest.raises(OSError, match="not a file path"):
        write(Path(path))


def test_a_file_and_nothing_are_replaced(tmp_path: Path):
    require_regular_file(tmp_path / "nothing")
    (tmp_path / "file").touch()
    require_regular_file(tmp_path / "file")


def test_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path: Path):
    (tmp_path / "kept").write_text("old")
    (tmp_path / "link").symlink_to("kept")
    write(tmp_path / "link")
    assert ((tmp_path / "link").read_text(), (tmp_path / "kept").read_text()) == ("new", "old")
