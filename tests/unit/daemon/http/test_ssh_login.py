"""Where the socket of a shared ssh login lies: in a place of the user's own, or nowhere."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.daemon.http.ssh_login import control_socket

BOX = ["--", "box"]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder whose path is short enough for a socket's."""
    folder = Path(tempfile.mkdtemp())
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    shutil.rmtree(folder)


def own(place: Path) -> Path:
    return place / f"runner-{os.getuid()}"


def test_each_command_has_a_socket_of_its_own_in_a_folder_that_nobody_else_can_enter(place: Path) -> None:
    first, second = control_socket(BOX, os.environ), control_socket(BOX, os.environ)
    assert first[-1].startswith(f"-oControlPath={own(place)}/")
    assert first != second
    assert own(place).stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_can_enter_is_not_used(place: Path) -> None:
    own(place).mkdir()
    own(place).chmod(0o755)
    assert control_socket(BOX, os.environ) == []


def test_a_link_to_somewhere_else_is_not_used(place: Path) -> None:
    (place / "elsewhere").mkdir(mode=0o700)
    own(place).symlink_to("elsewhere")
    assert control_socket(BOX, os.environ) == []


def test_a_path_too_long_for_a_socket_is_not_used(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = place / ("x" * 60)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    assert control_socket(BOX, os.environ) == []
