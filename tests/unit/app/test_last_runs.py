"""ls tells the last run of each workflow on this engine, without reading all that is on record."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from runner.app.past_runs import last_runs
from runner.app.workspace import Workspace
from runner.core.engine import Engine
from runner.core.struct import replace
from runner.history.recorder import Recording, RunMetadata
from runner.history.store import HEADER, Header, last_run
from tests.unit.views.streams import BEGIN, STARTED, Stream

HERE, THERE = "unix:///run/podman.sock", "ssh://there"


def engine(id: str) -> Engine:
    return Engine("Podman", "5", "1.41", "linux", "amd64", id=id)


def record(root: Path, number: int, id: str, address: str) -> Path:
    """Record the run of a number, a minute after the one before; return its folder."""
    (started,) = Stream().add(STARTED).records
    began = BEGIN + timedelta(minutes=number)
    header = Header(engine_id=id, engine_address=address)
    recording = Recording(lambda: root, RunMetadata(header, {}, dict), print)
    recording.show(replace(started, run_id=f"run-{number}", timestamp=began))
    recording.close()
    folder = root / "shop" / f"run-{number}"
    os.utime(folder, (began.timestamp() + 30, began.timestamp() + 30))
    return folder


def last(home: Path, id: str, address: str) -> str | None:
    workspace = Workspace.for_user({"XDG_STATE_HOME": str(home)})
    found = last_runs(["shop", "other"], engine(id), address, workspace)
    return found["shop"].id if found else None


def test_engines_without_an_id_are_told_apart_by_their_address(tmp_path: Path) -> None:
    for number, (id, address) in enumerate([("", HERE), ("", THERE), ("abc", HERE)]):
        record(tmp_path / "runner", number, id, address)
    assert last(tmp_path, "", HERE) == "run-0"
    assert last(tmp_path, "", THERE) == "run-1"
    assert last(tmp_path, "abc", THERE) == "run-2"  # one engine at two addresses
    assert last(tmp_path, "", "tcp://nowhere") is None


def test_of_many_runs_the_newest_alone_is_read(tmp_path: Path) -> None:
    folders = [record(tmp_path, number, "abc", HERE) for number in range(5)]
    for folder in folders[:3]:
        (folder / HEADER).write_text("nothing that could be read")
    left_out: list = []
    run = last_run(tmp_path, "shop", lambda _: True, left_out=left_out)
    assert run is not None
    assert (run.id, left_out) == ("run-4", [])


@pytest.mark.parametrize("copied", [0, 3])
def test_a_run_whose_folder_changed_since_is_not_taken_for_the_newest(tmp_path: Path, copied: int) -> None:
    folders = [record(tmp_path, number, "abc", HERE) for number in range(5)]
    os.utime(folders[copied])
    run = last_run(tmp_path, "shop", lambda _: True)
    assert run is not None
    assert run.id == "run-4"


def test_that_nothing_can_be_read_is_told_once_and_with_its_code() -> None:
    told: list[str] = []
    workspace = replace(Workspace.for_user({}), environ={"HOME": "relative"}, notify=told.append)
    assert last_runs(["one", "two", "three"], engine("abc"), HERE, workspace) == {}
    assert [text.partition(": ")[0] for text in told] == ["warning[file-unreadable]"]
