"""What a folder is as a build context."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.core.build import BuildContext, EntryType
from runner.workflow.building.context import ContextError, read_context


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("a")
    (tmp_path / "README.md").write_text("read me")
    (tmp_path / "Dockerfile").write_text("FROM scratch")
    return tmp_path


def paths(context: BuildContext) -> list[str]:
    return [entry.path for entry in context.entries]


def test_a_folder_without_an_ignore_file_travels_whole(root: Path) -> None:
    context = read_context(root, "Dockerfile")
    assert paths(context) == ["Dockerfile", "README.md", "src", "src/a.py"]
    assert context.root == str(root)
    assert context.ignore_file is None


def test_paths_are_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    names = [b"a", b"a-b", b"a.b", b"B", "é".encode(), b"\xff", "\uffff".encode(), "\U0001f433".encode()]
    for name in names:
        (tmp_path / os.fsdecode(name)).touch()
    (tmp_path / "a").unlink()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "z").touch()
    found = [os.fsencode(path) for path in paths(read_context(tmp_path))]
    assert found == sorted([*names, b"a/z"])


def test_the_dockerfiles_own_ignore_file_comes_first(root: Path) -> None:
    (root / ".dockerignore").write_text("*")
    (root / "Dockerfile.dockerignore").write_text("src\n*ignore")
    context = read_context(root, "Dockerfile")
    assert paths(context) == ["Dockerfile", "README.md"]
    assert context.ignore_file == "Dockerfile.dockerignore"
    assert read_context(root, "other.Dockerfile").ignore_file == ".dockerignore"
    assert paths(read_context(root, None)) == []


def test_an_ignored_dockerfile_changes_nothing(root: Path) -> None:
    (root / ".dockerignore").write_text("Dockerfile\n.dockerignore")
    before = read_context(root, "Dockerfile")
    (root / "Dockerfile").write_text("FROM busybox")
    assert read_context(root, "Dockerfile") == before
    assert "Dockerfile" not in paths(before)


def test_a_folder_travels_with_what_is_brought_back_in_it(root: Path) -> None:
    (root / "src" / "deep").mkdir()
    (root / "src" / "deep" / "keep").touch()
    (root / ".dockerignore").write_text("*\n!src/deep/keep")
    assert paths(read_context(root)) == ["src", "src/deep", "src/deep/keep"]
    (root / ".dockerignore").write_text("*\n!**/keep")
    assert paths(read_context(root)) == ["src", "src/deep", "src/deep/keep"]
    (root / ".dockerignore").write_text("*\n!src/other")
    assert paths(read_context(root)) == []


def test_empty_folders_travel(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "emptied").mkdir()
    (tmp_path / "emptied" / "x.log").touch()
    (tmp_path / ".dockerignore").write_text("**/*.log\n.dockerignore")
    assert [(e.path, e.type) for e in read_context(tmp_path).entries] == [
        ("emptied", EntryType.FOLDER),
        ("empty", EntryType.FOLDER),
    ]


@pytest.mark.parametrize("target", ["loop", "../..", "/nowhere", "src/", "./src//a.py", "src"])
def test_links_travel_as_they_are_written_and_are_not_followed(root: Path, target: str) -> None:
    (root / "loop").symlink_to("x")
    (root / "loop").unlink()
    os.symlink(target, root / "loop")  # noqa: PTH211 - a Path would tidy the target up
    link = next(entry for entry in read_context(root).entries if entry.path == "loop")
    assert (link.type, link.target) == (EntryType.LINK, target)
    assert not any(path.startswith("loop/") for path in paths(read_context(root)))


def test_sockets_and_pipes_stay_behind(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_context(root).digest
    monkeypatch.chdir(root)
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert read_context(root).digest == before


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda root: (root / "README.md").write_text("READ me"),
    "mode": lambda root: (root / "README.md").chmod(0o755),
    "mode of a folder": lambda root: (root / "src").chmod(0o700),
    "name": lambda root: (root / "README.md").rename(root / "README.txt"),
    "place": lambda root: (root / "README.md").rename(root / "src" / "README.md"),
    "new folder": lambda root: (root / "new").mkdir(),
    "new link": lambda root: (root / "new").symlink_to("src"),
    "link instead of file": lambda root: ((root / "README.md").unlink(), (root / "README.md").symlink_to("src")),
    "gone": lambda root: (root / "src" / "a.py").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_digest_tells_changes(root: Path, change: Callable[[Path], object]) -> None:
    before = read_context(root).digest
    change(root)
    assert read_context(root).digest != before


def test_the_digest_is_blind_to_times_and_places(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = read_context(root)
    os.utime(root / "README.md", (1, 1))
    os.utime(root / "src", (1, 1))
    assert read_context(root).digest == before.digest
    moved = root.rename(tmp_path_factory.mktemp("elsewhere") / "context")
    assert read_context(moved).digest == before.digest


def test_a_link_has_another_digest_when_it_points_elsewhere(root: Path) -> None:
    (root / "link").symlink_to("src")
    before = read_context(root).digest
    (root / "link").unlink()
    (root / "link").symlink_to("src/")
    (root / "link").unlink()
    (root / "link").symlink_to("README.md")
    assert read_context(root).digest != before


@given(st.dictionaries(st.sampled_from("abcdef"), st.binary(max_size=6), max_size=4), st.data())
def test_contents_cannot_pass_for_each_other(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], data: st.DataObject
) -> None:
    other = data.draw(st.dictionaries(st.sampled_from("abcdef"), st.binary(max_size=6), max_size=4))
    digests = []
    for contents in (files, other):
        root = tmp_path_factory.mktemp("context")
        for name, content in contents.items():
            (root / name).write_bytes(content)
        digests.append(read_context(root).digest)
    assert (digests[0] == digests[1]) is (files == other)


def test_a_bad_ignore_file_is_named_with_its_line(root: Path) -> None:
    (root / ".dockerignore").write_text("fine\na[\n")
    with pytest.raises(ContextError) as caught:
        read_context(root)
    assert str(caught.value) == '.dockerignore:2: invalid pattern "a[": malformed brackets'


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContextError, match=f'cannot read "{tmp_path}/nope": no such file or directory'):
        read_context(tmp_path / "nope")


def test_an_ignore_file_that_is_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").mkdir()
    with pytest.raises(ContextError, match=r'cannot read "\.dockerignore": is a directory'):
        read_context(tmp_path)


@contextmanager
def ordinary_user() -> Iterator[Path]:
    """Be nobody in particular, in a folder of one's own: root could read everything."""
    user = 65534 if os.geteuid() == 0 else os.geteuid()
    with TemporaryDirectory() as folder:
        os.chown(folder, user, -1)
        os.seteuid(user)
        try:
            yield Path(folder)
        finally:
            os.seteuid(os.getuid())


def test_what_cannot_be_read_is_named_unless_it_stays_behind() -> None:
    with ordinary_user() as root:
        (root / "src").mkdir(mode=0)
        (root / "README.md").touch(mode=0)
        with pytest.raises(ContextError, match=r'cannot read "(src|README\.md)": permission denied'):
            read_context(root)
        (root / ".dockerignore").write_text("src\nREADME.md\n!src/nothing")
        assert paths(read_context(root)) == [".dockerignore"]


def test_a_folder_deeper_than_pythons_stack_is_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    depth = sys.getrecursionlimit() + 100
    monkeypatch.chdir(tmp_path)
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    try:
        assert len(read_context(tmp_path).entries) == depth
    finally:
        for _ in range(depth):
            os.chdir("..")
            Path("d").rmdir()
