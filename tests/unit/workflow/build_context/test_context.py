"""What a folder is as a build context."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.core.build import BuildContext, ContextEntry, EntryType
from runner.workflow.build_context import hashing
from runner.workflow.build_context.context import read_context
from runner.workflow.build_context.digests import read_contents
from runner.workflow.build_context.hashing import digest_files
from runner.workflow.build_context.ignore import IgnoreRules, Verdicts
from runner.workflow.build_context.walk import ContextError, walk


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("a")
    (tmp_path / "README.md").write_text("read me")
    (tmp_path / "Dockerfile").write_text("FROM scratch")
    return tmp_path


# Version 2; rw for the owner, r for user 1, for the group, as the mask and for others.
ACCESS_LIST = bytes.fromhex(
    "02000000 01000600ffffffff 0200040001000000 04000400ffffffff 10000400ffffffff 20000400ffffffff"
)


def find(context: BuildContext, path: str) -> ContextEntry:
    return next(entry for entry in context.entries if entry.path == path)


def paths(context: BuildContext) -> list[str]:
    return [entry.path for entry in context.entries]


def test_a_folder_without_an_ignore_file_travels_whole(root: Path) -> None:
    context = read_context(root, "Dockerfile")
    assert paths(context) == ["Dockerfile", "README.md", "src", "src/a.py"]
    assert context.root == str(root)
    assert context.ignore_file is None


def test_a_folder_comes_before_what_is_in_it_and_names_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    names = [b"B", b"a", b"a-b", b"a.b", "é".encode(), "\uffff".encode(), "\U0001f433".encode(), b"\xff"]
    for name in names:
        (tmp_path / os.fsdecode(name)).touch()
    (tmp_path / "a").unlink()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "z").touch()
    found = [os.fsencode(path) for path in paths(read_context(tmp_path))]
    assert found == [b"B", b"a", b"a/z", *names[2:]]


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


def test_sockets_stay_behind_and_pipes_do_not(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_context(root)
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert read_context(root) == before
    os.mkfifo("pipe", 0o600)
    with_pipe = read_context(root)
    pipe = next(entry for entry in with_pipe.entries if entry.path == "pipe")
    assert (pipe.type, pipe.mode, pipe.size) == (EntryType.PIPE, 0o600, 0)
    Path("pipe").chmod(0o644)
    assert len({before.digest, with_pipe.digest, read_context(root).digest}) == 3


def test_other_names_of_a_file_say_whose_twin_they_are(root: Path) -> None:
    alone = read_context(root).digest
    (root / "a-b").hardlink_to(root / "src" / "a.py")
    (root / "a").mkdir()
    (root / "a" / "z").hardlink_to(root / "src" / "a.py")
    twins = {entry.path: entry.hardlink_of for entry in read_context(root).entries if entry.hardlink_of}
    assert twins == {"a-b": "a/z", "src/a.py": "a/z"}
    (root / ".dockerignore").write_text(".dockerignore\na\na-b")
    left = read_context(root)
    assert not any(entry.hardlink_of for entry in left.entries)
    assert left.digest == alone


def test_attributes_travel_and_count_unless_no_image_keeps_them(root: Path) -> None:
    before = read_context(root)
    os.setxattr(root / "README.md", "user.b", b"2")
    os.setxattr(root / "README.md", "user.a", b"1\0")
    os.setxattr(root / "src", "user.c", b"")
    after = read_context(root)
    assert {entry.path: entry.attributes for entry in after.entries if entry.attributes} == {
        "README.md": (("user.a", b"1\0"), ("user.b", b"2")),
        "src": (("user.c", b""),),
    }
    assert after.digest != before.digest
    os.setxattr(root / "Dockerfile", "system.posix_acl_access", ACCESS_LIST)
    (root / "Dockerfile").chmod(0o644)
    assert read_context(root).digest == after.digest
    assert "system.posix_acl_access" in dict(find(read_context(root), "Dockerfile").attributes)


def test_special_bits_and_fractions_of_seconds_are_kept(root: Path) -> None:
    (root / "README.md").chmod(0o6755)
    (root / "src").chmod(0o1777)
    os.utime(root / "README.md", ns=(0, 1_700_000_000_999_999_999))
    context = read_context(root)
    assert (find(context, "README.md").mode, find(context, "src").mode) == (0o6755, 0o1777)
    assert find(context, "README.md").mtime_ns == 1_700_000_000_999_999_999


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


def test_what_goes_away_while_it_is_looked_at_was_never_there(root: Path) -> None:
    class Vanishing(IgnoreRules):
        def matches(self, path: str, above: Verdicts | None = None) -> tuple[bool, Verdicts]:
            if path == "README.md":
                (root / path).unlink()
            elif path == "src":
                (root / "src").rename(root / "moved")
            return super().matches(path, above)

    found = [one.path for one in walk(str(root), Vanishing())]
    assert found in (["Dockerfile"], ["Dockerfile", "moved", "moved/a.py"])


def test_a_file_that_goes_away_before_it_is_read_does_not_travel(root: Path) -> None:
    found = walk(str(root), IgnoreRules())
    (root / "README.md").unlink()
    (root / "src" / "a.py").unlink()
    (root / "src").rmdir()
    contents = read_contents(str(root), found, {})
    assert (set(contents.digests), len(contents.fresh)) == ({"Dockerfile"}, 1)


def test_what_takes_a_files_place_before_it_is_read_is_not_waited_for(root: Path) -> None:
    found = walk(str(root), IgnoreRules())
    (root / "README.md").unlink()
    os.mkfifo(root / "README.md")
    with pytest.raises(ContextError, match=r'"README\.md" changed while it was being read'):
        read_contents(str(root), found, {})
    (root / "README.md").unlink()
    (root / "README.md").symlink_to("/dev/zero")
    with pytest.raises(ContextError, match=r'cannot read "README\.md"'):
        read_contents(str(root), found, {})


def test_a_file_that_grows_while_it_is_read_is_not_remembered(root: Path) -> None:
    found = walk(str(root), IgnoreRules())
    with (root / "README.md").open("a") as file:
        file.write("more")
    contents = read_contents(str(root), found, {})
    assert (len(contents.digests), len(contents.fresh)) == (3, 2)


@pytest.mark.parametrize("size", [0, 1, (1 << 18) + 1])
def test_many_files_are_digested_as_each_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for number in range(9):
        (tmp_path / str(number)).write_bytes(bytes([number]) * size * (number % 3))
    (tmp_path / "large").write_bytes(bytes(1 << 22))
    monkeypatch.setattr(hashing, "_WORTH_A_THREAD", 1 << 20)
    digests = digest_files(str(tmp_path), walk(str(tmp_path), IgnoreRules()))
    assert {path: read.digest for path, read in digests.items()} == {
        file.name: sha256(file.read_bytes()).digest() for file in tmp_path.iterdir()
    }


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)])  # noqa: PTH211
def test_an_ignore_file_that_is_no_file_is_not_waited_for(root: Path, make: Callable[[Path], object]) -> None:
    make(root / ".dockerignore")
    with pytest.raises(ContextError, match=r'cannot read "\.dockerignore": (is|not) a'):
        read_context(root)


def test_a_context_is_the_same_however_it_is_reached(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(root)
    assert read_context(link).digest == read_context(Path(f"{root}/")).digest == read_context(root).digest


def test_an_ignore_file_is_looked_for_beside_a_dockerfile_elsewhere(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    linked = tmp_path_factory.mktemp("elsewhere") / "linked"
    linked.symlink_to(root)
    (linked.parent / "D.dockerignore").write_text("src")
    (root / ".dockerignore").write_text("*")
    for dockerfile in ("../D", str(linked.parent / "D"), "no/such/folder/../../../../D"):
        context = read_context(linked, dockerfile)
        assert (context.ignore_file, "src" in paths(context)) == (f"{dockerfile}.dockerignore", False)
    assert paths(read_context(linked, None)) == []


def test_an_empty_context_is_one(tmp_path: Path) -> None:
    assert read_context(tmp_path).entries == ()


def test_a_path_that_no_system_takes_is_an_error(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("n" * 200, dir_fd=folder)
        inner = os.open("n" * 200, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(folder)
    with pytest.raises(ContextError, match=r'cannot read "n{80}…[n/]{80}": file name too long'):
        read_context(tmp_path)


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
