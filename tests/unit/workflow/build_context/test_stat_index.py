"""A file that the file system says hasn't changed isn't read again, and every other file is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.workflow.build_context import hashing
from runner.workflow.build_context.cache import Cache
from runner.workflow.build_context.context import read_context
from runner.workflow.build_context.stat_index import key_of, pack, settled, unpack

LATER = 10_000_000_000
"""Nanoseconds after which files count as old."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "context"
    (root / "src").mkdir(parents=True)
    for name in ("a", "b", "src/c"):
        (root / name).write_text(name)
    return root


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


class Clock:
    """The time of day as the reading of contexts sees it, ahead of the real one by `ahead` nanoseconds."""

    def __init__(self) -> None:
        self.ahead = LATER

    def __call__(self) -> int:
        return time.time_ns() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("runner.workflow.build_context.context.time_ns", clock)
    return clock


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch, root: Path, cache: Cache) -> Callable[[], set[str]]:
    """Read the context and return the paths of the files that were opened; the digest must be the true one."""

    def read() -> set[str]:
        opened: list[str] = []
        with monkeypatch.context() as patch:
            original = hashing.digest_files
            patch.setattr(
                "runner.workflow.build_context.digests.digest_files",
                lambda top, files: opened.extend(file.path for file in files) or original(top, files),
            )
            digest = read_context(root, cache=cache).digest
        assert digest == read_context(root).digest
        return set(opened)

    return read


def index_of(cache: Cache) -> Path:
    assert cache.folder
    (index,) = cache.folder.glob("*.index")
    return index


def test_only_what_has_changed_is_read(root: Path, clock: Clock, reads: Callable[[], set[str]]) -> None:
    assert reads() == {"a", "b", "src/c"}
    assert reads() == set()
    (root / "b").chmod(0o600)
    (root / "new").write_text("new")
    assert reads() == {"b", "new"}
    (root / "src").rename(root / "moved")
    (root / "a").unlink()
    assert reads() == set()


def test_a_change_that_hides_behind_its_old_time_and_size_is_seen(
    root: Path, clock: Clock, reads: Callable[[], set[str]]
) -> None:
    reads()
    status = (root / "a").stat()
    (root / "a").write_text("A")
    os.utime(root / "a", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert reads() == {"a"}


def test_a_file_put_in_place_of_another_is_read(root: Path, clock: Clock, reads: Callable[[], set[str]]) -> None:
    (root / "spare").write_text("A")
    os.utime(root / "spare", ns=(0, (root / "a").stat().st_mtime_ns))
    reads()
    (root / "spare").rename(root / "a")
    assert reads() <= {"a"}


def test_what_changed_just_before_the_reading_is_read_again(
    root: Path, clock: Clock, reads: Callable[[], set[str]], cache: Cache
) -> None:
    clock.ahead = 0
    os.utime(root / "a", (1, 1))
    reads()
    assert reads() == {"a", "b", "src/c"}
    clock.ahead = LATER
    reads()
    os.utime(root / "a", ns=(0, clock() - 1_000_000_000))
    os.utime(root / "b", ns=(0, clock() + 3_600_000_000_000))
    assert reads() == {"a", "b"}
    assert reads() == {"a", "b"}


def test_an_index_from_the_future_is_not_trusted(clock: Clock, reads: Callable[[], set[str]]) -> None:
    clock.ahead = 2 * LATER
    reads()
    clock.ahead = LATER
    assert reads() == {"a", "b", "src/c"}
    assert reads() == set()


BROKEN: dict[str, Callable[[Path], object]] = {
    "empty": lambda index: index.write_bytes(b""),
    "cut short": lambda index: os.truncate(index, index.stat().st_size - 1),
    "another bit": lambda index: index.write_bytes(index.read_bytes()[:-1] + bytes([index.read_bytes()[-1] ^ 1])),
    "longer": lambda index: index.write_bytes(index.read_bytes() + bytes(80)),
    "others may write": lambda index: index.chmod(0o666),
    "a link": lambda index: (index.rename(index.with_suffix(".other")), index.symlink_to(index.with_suffix(".other"))),
    "a pipe": lambda index: (index.unlink(), os.mkfifo(index, 0o600)),
    "another context's": lambda index: index.rename(index.with_name("0" * 32 + ".index")),
}
if os.geteuid() == 0:
    BROKEN["somebody else's"] = lambda index: os.chown(index, 65534, -1)


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN.keys())
def test_an_index_that_is_not_as_it_was_written_is_made_anew(
    clock: Clock, reads: Callable[[], set[str]], cache: Cache, spoil: Callable[[Path], object]
) -> None:
    reads()
    spoil(index_of(cache))
    assert reads() == {"a", "b", "src/c"}
    assert reads() == set()


def test_an_ignore_file_of_another_name_has_an_index_of_its_own(root: Path, clock: Clock, cache: Cache) -> None:
    (root / "D.dockerignore").write_text("a")
    for dockerfile in ("D", None):
        read_context(root, dockerfile, cache)
    assert cache.folder
    assert len(list(cache.folder.glob("*.index"))) == 2


def test_a_cache_that_cannot_be_kept_is_no_error(root: Path, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for cache in (Cache(), Cache(tmp_path / "file"), Cache(tmp_path / "file" / "below"), Cache(Path("/proc/none"))):
        assert read_context(root, cache=cache).digest == read_context(root).digest
    assert (tmp_path / "file").read_bytes() == b""


def test_the_cache_is_for_nobody_elses_eyes(clock: Clock, reads: Callable[[], set[str]], cache: Cache) -> None:
    reads()
    assert cache.folder
    assert cache.folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in cache.folder.iterdir()} == {0o600}


def test_attributes_given_to_a_remembered_file_are_seen(root: Path, clock: Clock, cache: Cache) -> None:
    read_context(root, cache=cache)
    os.setxattr(root / "a", "user.x", b"1")
    for _ in range(2):
        (entry,) = [entry for entry in read_context(root, cache=cache).entries if entry.attributes]
        assert (entry.path, entry.attributes) == ("a", (("user.x", b"1"),))


def test_times_beyond_every_index_do_no_harm(root: Path, clock: Clock, reads: Callable[[], set[str]]) -> None:
    for name, seconds in {"a": 1 << 34, "b": -(1 << 31)}.items():
        os.utime(root / name, (0, seconds))
    reads()
    assert reads() == {"a"}


def test_an_index_comes_back_as_it_was_packed(root: Path) -> None:
    index = {key_of((root / "a").stat()): (True, bytes(range(32)))}
    assert unpack(pack(index, 5), 5) == index
    assert unpack(pack(index, 5), 4) == {}
    assert unpack(b"", 0) == {}
    assert settled(index, time.time_ns()) == {}
