"""Writing a record: in full, as far as it gets, and never at the cost of the run."""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from runner.core.decode import decode
from runner.core.redact import Redactor
from runner.document.user_files import xdg_dir
from runner.history.recorder import Recording, RunMetadata
from runner.history.snapshot import Snapshot, StoredSnapshot, read_snapshot, snapshot_json, storable
from runner.history.store import MAX_RUNS, Header, find_runs, header_json, list_runs, prune, state_folder
from tests.unit.views import streams

SUBJECT = RunMetadata(Header(file="/srv/workflow.yaml"), {"plan.json": {"changes": []}}, dict)


def record_in(root: Path, subject: RunMetadata = SUBJECT) -> list[str]:
    """Record a run; return what it warned of."""
    warnings: list[str] = []
    recording = Recording(lambda: root, subject, warnings.append)
    for record in streams.first_apply():
        recording.show(record)
    recording.close()
    return warnings


@contextmanager
def disk_full_after(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_run_is_found_again_with_how_it_began_and_ended(tmp_path: Path) -> None:
    assert not record_in(tmp_path)
    (run,) = list_runs(tmp_path, "shop")
    assert run.succeeded
    assert (run.start, run.header) == (streams.STARTED, SUBJECT.header)
    assert run.document("plan.json", dict[str, Any]) == {"changes": []}
    assert find_runs([run], run.id[:4]) == [run]


@pytest.mark.parametrize("size", [0, 40, 2000])
def test_a_full_disk_ends_the_record_and_is_told_once(tmp_path: Path, size: int) -> None:
    with disk_full_after(size):
        warnings = record_in(tmp_path)
    assert len(warnings) == 1
    assert all(run.ending is None for run in list_runs(tmp_path, "shop"))


def test_what_is_to_be_set_for_a_record_is_named_as_it_is() -> None:
    warnings: list[str] = []
    recording = Recording(lambda: xdg_dir({"HOME": "here"}, "XDG_STATE_HOME"), SUBJECT, warnings.append)
    for record in streams.first_apply():
        recording.show(record)
    recording.close()
    assert warnings == ["no home folder; set XDG_STATE_HOME"]


def test_a_log_that_was_cut_off_counts_as_far_as_it_goes(tmp_path: Path) -> None:
    record_in(tmp_path)
    (run,) = list_runs(tmp_path, "shop")
    log = run.folder / "events.jsonl"
    log.write_text(log.read_text()[:-20])
    (cut,) = list_runs(tmp_path, "shop")
    assert cut.ending is None
    assert all(json.loads(line) for line, _ in cut.events())


def test_what_is_no_record_is_passed_over(tmp_path: Path) -> None:
    record_in(tmp_path)
    (tmp_path / "shop" / "empty").mkdir()
    (tmp_path / "shop" / "file").write_text("")
    assert len(list_runs(tmp_path, "shop")) == 1
    assert list_runs(tmp_path, "unheard-of") == []


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    record_in(tmp_path)
    (run,) = list_runs(tmp_path, "shop")
    for number in range(MAX_RUNS + 5):
        shutil.copytree(run.folder, run.folder.with_name(f"copy-{number}"))
    prune(tmp_path, "shop", changed=True)
    assert len(list_runs(tmp_path, "shop")) == MAX_RUNS


def test_failed_checks_do_not_push_out_what_can_be_rolled_back_to(tmp_path: Path) -> None:
    record_in(tmp_path)
    (run,) = list_runs(tmp_path, "shop")
    for number in range(MAX_RUNS + 5):
        copy = run.folder.with_name(f"copy-{number}")
        shutil.copytree(run.folder, copy)
        (copy / "run.json").write_text(json.dumps(header_json(Header(changed=False))))
    prune(tmp_path, "shop", changed=False)
    assert [one.folder for one in list_runs(tmp_path, "shop") if one.header.changed] == [run.folder]
    assert len(list_runs(tmp_path, "shop")) == 1 + MAX_RUNS


def test_a_header_of_an_earlier_version_is_that_of_a_run_that_changed_something(tmp_path: Path) -> None:
    record_in(tmp_path)
    (run,) = list_runs(tmp_path, "shop")
    header = {name: value for name, value in header_json(SUBJECT.header).items() if name != "changed"}
    (run.folder / "run.json").write_text(json.dumps(header))
    assert [one.header for one in list_runs(tmp_path, "shop")] == [SUBJECT.header]


def test_records_lie_where_the_environment_says() -> None:
    assert state_folder({"XDG_STATE_HOME": "/state", "HOME": "/home/ada"}) == Path("/state/runner")
    assert state_folder({"HOME": "/home/ada"}) == Path("/home/ada/.local/state/runner")
    assert state_folder({"XDG_STATE_HOME": "not/absolute", "HOME": "/h"}) == Path("/h/.local/state/runner")
    with pytest.raises(OSError, match="no home folder"):
        state_folder({"HOME": "not/absolute"})


def test_a_snapshot_comes_back_as_it_was() -> None:
    snapshot = Snapshot(
        file="/srv/workflow.yaml",
        files={"/srv/workflow.yaml": b"version: 1\n", "/srv/logo": b"\xff\x00"},
        variables={"TAG": "1"},
        sensitive=("PASSWORD",),
        declared={"container.web": {"image": "0a"}},
        targets=("container.web",),
    )
    assert read_snapshot(decode(StoredSnapshot, json.dumps(snapshot_json(snapshot)))) == snapshot


def test_files_with_a_secret_or_without_end_are_not_stored() -> None:
    files = {"open": b"MODE=prod", "secret": b"TOKEN=hunter2", "large": b"x" * 1_000_001}
    assert storable(files, Redactor(frozenset({"hunter2"}))) == {"open": b"MODE=prod"}
