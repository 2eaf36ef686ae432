"""The tar stream in which a context reaches the classic builder."""

from __future__ import annotations

import os
import tarfile
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from runner.core.build import BuildContext, BuildRequest, ContextEntry, Dockerfile, EntryType
from runner.core.errors import StepFailed
from runner.daemon.build.context_tar import write_tar

TEXT = "FROM scratch\nCOPY . /\n"
STAND_IN = ".runner.Dockerfile"


def entry(root: Path, path: str) -> ContextEntry:
    file = root / path
    status = file.lstat()
    mode = status.st_mode & 0o7777
    if file.is_symlink():
        return ContextEntry(path, EntryType.LINK, mode, mtime_ns=status.st_mtime_ns, target=os.fspath(file.readlink()))
    if file.is_dir():
        return ContextEntry(path, EntryType.FOLDER, mode, mtime_ns=status.st_mtime_ns)
    return ContextEntry(path, EntryType.FILE, mode, status.st_size, status.st_mtime_ns)


def request(
    root: Path, *paths: str, name: str = "Dockerfile", inline: bool = False, ignore_file: str | None = None
) -> BuildRequest:
    """Make a request of those files that travel; what isn't there yet becomes a file that holds its own name."""
    for path in paths:
        if not os.path.lexists(root / path):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(os.fsencode(path))
    entries = tuple(entry(root, path) for path in sorted(paths, key=os.fsencode))
    return BuildRequest(BuildContext(str(root), entries, "", ignore_file), Dockerfile(name, TEXT, inline=inline))


def written(wanted: BuildRequest) -> tuple[str, dict[str, tarfile.TarInfo], dict[str, bytes]]:
    sink = BytesIO()
    dockerfile = write_tar(wanted, sink)
    sink.seek(0)
    with tarfile.open(fileobj=sink, mode="r:", errors="surrogateescape") as tar:
        members = tar.getmembers()
        contents = {m.name: file.read() for m in members if (file := tar.extractfile(m)) and m.isreg()}
    names = [member.name for member in members]
    assert len(names) == len(set(names))
    return dockerfile, dict(zip(names, members, strict=True)), contents


def test_entries_travel_in_order_after_the_root(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "link").symlink_to("src/../a")
    dockerfile, members, contents = written(request(tmp_path, "a", "Dockerfile", "link", "src", "src/b"))
    assert dockerfile == "Dockerfile"
    assert list(members) == [".", "Dockerfile", "a", "link", "src", "src/b"]
    assert contents == {"Dockerfile": b"Dockerfile", "a": b"a", "src/b": b"src/b"}
    assert members["link"].linkname == "src/../a"
    assert members["src"].isdir()


def test_owners_and_fractions_of_seconds_stay_behind(tmp_path: Path) -> None:
    wanted = request(tmp_path, "a")
    os.utime(tmp_path / "a", ns=(0, 1_700_000_000_999_999_999))
    (tmp_path / "a").chmod(0o640)
    member = written(request(tmp_path, "a"))[1]["a"]
    assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")
    assert (member.mtime, member.mode) == (1_700_000_000, 0o640)
    assert wanted.context.entries[0].path == "a"


def test_the_stream_begins_with_a_plain_folder(tmp_path: Path) -> None:
    sink = BytesIO()
    write_tar(request(tmp_path, "n" * 120), sink)
    first = tarfile.TarInfo.frombuf(sink.getvalue()[:512], "utf-8", "strict")
    assert (first.name, first.type) == (".", tarfile.DIRTYPE)
    assert len(sink.getvalue()) % tarfile.BLOCKSIZE == 0


@pytest.mark.parametrize(
    "name", ["é", "\U0001f433", os.fsdecode(b"\xff\xfe"), "a\nb", " ", "-", "n" * 150, "n/" * 90 + "n"]
)
def test_odd_names_travel(tmp_path: Path, name: str) -> None:
    _, members, contents = written(request(tmp_path, name))
    assert contents[name] == os.fsencode(name)
    assert name in members


@pytest.mark.parametrize(
    ("name", "place"),
    [("Dockerfile", "Dockerfile"), ("./docker/../Dockerfile", "Dockerfile"), ("docker/app/Dockerfile", "docker")],
)
def test_a_dockerfile_that_stays_behind_is_sent_and_removed_again(tmp_path: Path, name: str, place: str) -> None:
    dockerfile, members, contents = written(request(tmp_path, "a", name=name))
    assert dockerfile == place
    assert list(members) == [".", "a", ".dockerignore", place]
    assert contents[place] == TEXT.encode()
    assert contents[".dockerignore"] == f".dockerignore\n{place}\n".encode()


def test_the_users_ignore_file_removes_the_dockerfile_that_it_leaves_out(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("Dockerfile")
    dockerfile, members, contents = written(request(tmp_path, ".dockerignore", ignore_file=".dockerignore"))
    assert (dockerfile, list(members)) == ("Dockerfile", [".", ".dockerignore", "Dockerfile"])
    assert contents[".dockerignore"] == b"Dockerfile"


@pytest.mark.parametrize("name", ["../Dockerfile", "/etc/Dockerfile", "link", "folder/Dockerfile"])
def test_a_dockerfile_without_a_place_of_its_own_gets_a_stand_in(tmp_path: Path, name: str) -> None:
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "folder").symlink_to(".")
    dockerfile, _, contents = written(request(tmp_path, "a", "link", "folder", name=name))
    assert dockerfile == STAND_IN
    assert contents[STAND_IN] == TEXT.encode()
    assert contents[".dockerignore"] == f".dockerignore\n{STAND_IN}\n".encode()


def test_an_inline_dockerfile_never_hides_a_file(tmp_path: Path) -> None:
    dockerfile, _, contents = written(request(tmp_path, "Dockerfile", STAND_IN, inline=True))
    assert dockerfile == f"{STAND_IN}_"
    assert (contents["Dockerfile"], contents[STAND_IN]) == (b"Dockerfile", STAND_IN.encode())


def test_an_inline_dockerfile_adds_a_line_to_an_ignore_file_that_travels(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("# mine\nx\n")
    (tmp_path / ".dockerignore").chmod(0o600)
    wanted = request(tmp_path, ".dockerignore", "a", inline=True, ignore_file=".dockerignore")
    _, members, contents = written(wanted)
    assert list(members) == [".", ".dockerignore", "a", STAND_IN]
    assert contents[".dockerignore"] == f"# mine\nx\n{STAND_IN}\n".encode()
    assert members[".dockerignore"].mode == 0o600


@pytest.mark.parametrize(("travels", "line"), [(True, "!docker/D"), (False, "docker/D")])
def test_an_ignore_file_that_is_not_heeded_removes_nothing(tmp_path: Path, travels: bool, line: str) -> None:
    (tmp_path / ".dockerignore").write_text("*")
    (tmp_path / "docker").mkdir()
    paths = [".dockerignore", "docker", *(["docker/D"] if travels else [])]
    dockerfile, _, contents = written(request(tmp_path, *paths, name="docker/D", ignore_file="docker/D.dockerignore"))
    assert dockerfile == "docker/D"
    assert contents[".dockerignore"] == f"*\n!.dockerignore\n{line}\n".encode()


def test_an_ignore_file_that_is_a_link_is_not_relied_on(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").symlink_to("ignored")
    _, members, contents = written(request(tmp_path, ".dockerignore", ignore_file=".dockerignore"))
    assert members[".dockerignore"].isreg()
    assert contents[".dockerignore"] == b"!.dockerignore\nDockerfile\n"


@pytest.mark.parametrize("name", ["my [odd] file", "!x", "#x", " x ", "é*", os.fsdecode(b"\xff"), "a\nb"])
def test_an_odd_dockerfile_name_makes_no_odd_pattern(tmp_path: Path, name: str) -> None:
    dockerfile, _, contents = written(request(tmp_path, name=name))
    assert dockerfile == name
    pattern = contents[".dockerignore"].decode("ascii").splitlines()[1]
    assert len(pattern) == len(name)
    assert not set(pattern) & set("[]!#* \n")


CHANGES: dict[str, Callable[[Path], object]] = {
    "longer": lambda file: file.write_text("longer than before"),
    "shorter": lambda file: file.write_text(""),
    "touched": lambda file: os.utime(file, (1, 1)),
    "gone": lambda file: file.unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("path", ["a", ".dockerignore"])
def test_a_file_that_changed_since_it_was_digested_stops_the_build(
    tmp_path: Path, path: str, change: Callable[[Path], object]
) -> None:
    wanted = request(tmp_path, "a", ".dockerignore", inline=True, ignore_file=".dockerignore")
    change(tmp_path / path)
    with pytest.raises(StepFailed) as caught:
        write_tar(wanted, BytesIO())
    assert caught.value.message == f'"{path}" changed while it was being read'
    assert caught.value.help == "run it again"


def test_a_file_that_grows_while_it_is_read_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(1 << 20))
    wanted = request(tmp_path, "a")

    class Growing(BytesIO):
        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            if len(data) > 1 << 16:
                with (tmp_path / "a").open("ab") as file:
                    file.write(b"more")
            return super().write(data)

    with pytest.raises(StepFailed, match='"a" changed'):
        write_tar(wanted, Growing())


def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    with (tmp_path / "big").open("wb") as file:
        file.truncate(1 << 27)

    class Counter:
        size = 0

        def write(self, data: bytes, /) -> None:
            self.size += len(data)

    counter = Counter()
    wanted = request(tmp_path, "big")
    tracemalloc.start()
    try:
        write_tar(wanted, counter)
        assert tracemalloc.get_traced_memory()[1] < 1 << 22
    finally:
        tracemalloc.stop()
    assert counter.size > 1 << 27
