"""Which files make the difference between what was built and what is there now."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.core.build import BuildContext, combined_digest
from runner.core.file_changes import FileChange, FileStatus
from runner.document.access import Access
from runner.document.files import Files
from runner.document.root import ANYWHERE
from runner.workflow.build_context.cache import Cache
from runner.workflow.build_context.context import read_context
from runner.workflow.build_context.manifest import DIGITS, NAMED
from runner.workflow.input_files import FileInputs


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "context"
    (root / "src" / "deep").mkdir(parents=True)
    for name in ("a.py", "b.py", "src/c", "src/deep/d"):
        (root / name).write_text(name)
    return root


def edit_several(root: Path) -> None:
    (root / "a.py").write_text("A")
    (root / "b.py").chmod(0o755)
    (root / "src" / "deep" / "d").unlink()
    (root / "src" / "deep").rmdir()
    (root / "new" / "er").mkdir(parents=True)
    (root / "new" / "er" / "file").touch()
    (root / "empty").mkdir()


EDITS: dict[str, tuple[Callable[[Path], object], dict[FileStatus, tuple[str, ...]]]] = {
    "several": (
        edit_several,
        {
            FileStatus.CHANGED: ("a.py", "b.py"),
            FileStatus.ADDED: ("empty/", "new/er/file"),
            FileStatus.REMOVED: ("src/deep/d",),
        },
    ),
    "a name that begins another": (
        lambda root: ((root / "x").touch(), (root / "xy").touch()),
        {FileStatus.ADDED: ("x", "xy")},
    ),
    "a folder's mode": (lambda root: (root / "src").chmod(0o700), {FileStatus.CHANGED: ("src/",)}),
    "a file becomes a folder": (
        lambda root: ((root / "a.py").unlink(), (root / "a.py").mkdir()),
        {FileStatus.ADDED: ("a.py/",), FileStatus.REMOVED: ("a.py",)},
    ),
    "a file becomes a link": (
        lambda root: ((root / "a.py").unlink(), (root / "a.py").symlink_to("b.py")),
        {FileStatus.CHANGED: ("a.py",)},
    ),
    "a name that isn't UTF-8": (
        lambda root: (root / os.fsdecode(b"caf\xe9")).touch(),
        {FileStatus.ADDED: ("caf\\xe9",)},
    ),
    "nothing but times": (lambda root: os.utime(root / "a.py", (1, 1)), {}),
}


@pytest.mark.parametrize(("edit", "expected"), EDITS.values(), ids=EDITS.keys())
def test_each_file_is_named_with_what_became_of_it(
    root: Path, tmp_path: Path, edit: Callable[[Path], object], expected: dict[FileStatus, tuple[str, ...]]
) -> None:
    cache = Cache(tmp_path / "cache")
    before = read_context(root, cache=cache).digest[:DIGITS]
    edit(root)
    changes = read_context(root, cache=cache).changes_since(before)
    assert changes == tuple(FileChange(fate, len(names), names) for fate, names in expected.items())


def test_all_are_counted_and_the_first_are_named(root: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    before = read_context(root, cache=cache).digest[:DIGITS]
    for number in range(100):
        (root / f"n{number:03}").touch()
    (added,) = read_context(root, cache=cache).changes_since(before)
    assert (added.count, len(added.first), added.first[0]) == (100, NAMED, "n000")


def test_nothing_is_said_where_nothing_is_known(root: Path, tmp_path: Path) -> None:
    known, empty = Cache(tmp_path / "cache"), Cache(tmp_path / "other")
    before = read_context(root, cache=known).digest[:DIGITS]
    (root / "a.py").write_text("A")
    assert read_context(root, cache=empty).changes_since(before) == ()
    assert read_context(root).changes_since(before) == ()
    assert read_context(root, cache=known).changes_since("0" * DIGITS) == ()
    (tmp_path / "cache" / f"{before}.manifest").write_text("{}")
    assert read_context(root, cache=known).changes_since(before) == ()


def test_of_several_contexts_the_files_are_told_behind_the_names_of_theirs(root: Path, tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "x.css").write_text("x")
    inputs = FileInputs.beside(
        str(tmp_path / "workflow.yaml"), Files(Access(ANYWHERE, cache=tmp_path / "cache")), contents=True
    )

    def read() -> dict[str, BuildContext]:
        return {"": inputs.context("context", None), "assets": inputs.context("assets", None)}

    before = read()
    inputs.changes_since(before)
    (root / "a.py").write_text("A")
    (tmp_path / "assets" / "x.css").write_text("y")
    (tmp_path / "assets" / "new").touch()

    told = inputs.changes_since(read())(combined_digest(before))

    assert {one.fate: one.first for one in told} == {
        FileStatus.CHANGED: ("a.py", "assets: x.css"),
        FileStatus.ADDED: ("assets: new",),
    }
