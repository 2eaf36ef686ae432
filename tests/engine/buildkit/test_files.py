"""What a build is sent: the folder as it is, and of a folder that was sent before only what has changed."""

from __future__ import annotations

import os
import random
import shutil
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from docker import DockerClient

from runner.core.build import BuildRequest, Dockerfile
from runner.core.errors import StepFailed
from runner.core.progress_update import ProgressUpdate
from runner.daemon.buildkit import connect as dial
from runner.daemon.buildkit.build import build
from runner.daemon.http.api import Api
from runner.workflow.build_context.context import read_context
from tests.engine.buildkit.conftest import REPOSITORY, Build
from tests.harness.rootfs import Entry, in_folder, in_image

EVERYTHING = "FROM scratch\nCOPY . /\n"
ROUNDS = int(os.environ.get("RUNNER_RESYNC_ROUNDS", "12"))
"""How often a folder is changed and synchronised; more with RUNNER_RESYNC_ROUNDS."""
FILES = int(os.environ.get("RUNNER_BUILD_FILES", "2000"))
MEGABYTES = int(os.environ.get("RUNNER_BUILD_MEGABYTES", "32"))
"""How many files are sent, and how large a single one is; more with RUNNER_BUILD_FILES and RUNNER_BUILD_MEGABYTES."""


def fill(root: Path) -> Path:
    """Make a folder with something of everything that is awkward."""
    for name, content in {
        "src/a.py": b"a", "src/deep/er/b.py": b"b" * 300_000, "é ü/ß.txt": b"unicode", "[odd] *?!": b"odd",
        f"{'n' * 120}/{'m' * 120}": b"long", "empty-file": b"", "-dash": b"-", "back\\slash": b"\\",
    }.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    for name, target in {
        "link": "src/./a.py", "folder": "src/", "nowhere": "/no//where", "loop": "loop", "up": "../../x",
    }.items():  # fmt: skip
        os.symlink(target, root / name)  # noqa: PTH211 - a Path would tidy the target up
    (root / "new").write_bytes(os.urandom(8))  # so that no cache of an engine has it
    (root / "src" / "twin").hardlink_to(root / "src" / "a.py")
    (root / "z-twin").hardlink_to(root / "src" / "a.py")
    (root / "closed").mkdir(0o700)
    (root / "sticky").mkdir()
    (root / "sticky").chmod(0o1777)
    (root / "setuid").write_bytes(b"#!")
    (root / "setuid").chmod(0o6755)
    (root / "read-only").write_bytes(b"r")
    (root / "read-only").chmod(0o400)
    os.chown(root / "src" / "deep" / "er" / "b.py", 1000, 1000)
    os.mkfifo(root / "pipe")
    for number, path in enumerate(sorted(root.rglob("*"))):
        os.utime(path, ns=(0, 1_500_000_000_123_456_789 + number * 10**9), follow_symlinks=False)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "context").mkdir()
    return fill(tmp_path / "context")


@pytest.fixture
def is_old(api: Api) -> bool:
    """True for an engine before 23: its COPY leaves pipes out."""
    return tuple(map(int, api.api_version.split("."))) < (1, 42)


def expected(root: Path, *, is_old: bool) -> dict[str, Entry]:
    """Return what an image of a whole folder holds."""
    return {path: entry for path, entry in in_folder(root).items() if not (is_old and entry.type == "pipe")}


def test_an_image_holds_what_the_folder_holds(
    root: Path, build_folder: Build, docker_client: DockerClient, *, is_old: bool
) -> None:
    assert in_image(docker_client, build_folder(root, EVERYTHING)) == expected(root, is_old=is_old)


def test_after_any_changes_an_image_holds_what_the_folder_holds(
    root: Path, build_folder: Build, docker_client: DockerClient, *, is_old: bool
) -> None:
    build_folder(root, EVERYTHING)
    draw = random.Random(11)
    for number in range(ROUNDS):
        for _ in range(draw.randint(1, 6)):
            change(root, draw, number)
        image = build_folder(root, EVERYTHING)
        # Times don't count in BuildKit's cache: what was there before with the same content comes with its old one.
        assert timeless(in_image(docker_client, image)) == timeless(expected(root, is_old=is_old)), f"round {number}"


def timeless(entries: dict[str, Entry]) -> dict[str, Entry]:
    return {path: replace(entry, time=0) for path, entry in entries.items()}


def change(root: Path, draw: random.Random, number: int) -> None:
    """Change something in a folder."""
    paths = [path for path in sorted(root.rglob("*")) if "sticky" not in path.parts]
    path, new = draw.choice(paths), root / f"new-{number}-{draw.randint(0, 99)}"
    is_file = path.is_file() and not path.is_symlink()
    deeds: list[Callable[[], object]] = [
        lambda: new.write_bytes(draw.randbytes(draw.randint(0, 5000))),
        lambda: new.symlink_to("src/a.py") if not new.exists() and not new.is_symlink() else None,
        lambda: shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(),
        lambda: path.rename(new) if not new.exists() and not new.is_symlink() else None,
        lambda: path.chmod(draw.choice((0o600, 0o644, 0o755, 0o4711))) if is_file else None,
        lambda: os.utime(path, ns=(0, draw.randint(10**18, 17 * 10**17)), follow_symlinks=False),
        lambda: path.write_bytes(path.read_bytes() + b"more") if is_file else None,
        lambda: new.hardlink_to(path) if is_file and not new.exists() else None,
        lambda: (path.unlink(), path.mkdir(), (path / "inside").write_text("x")) if is_file else None,
    ]
    draw.choice(deeds)()


def test_only_what_changed_is_sent_again(root: Path, build_folder: Build) -> None:
    (root / "large").write_bytes(os.urandom(3_000_000))
    assert sent(lambda watch: build_folder(root, EVERYTHING, watch=watch)) > 3_000_000
    (root / "src" / "a.py").write_bytes(b"changed")
    assert sent(lambda watch: build_folder(root, EVERYTHING, watch=watch)) < 20_000


def test_only_what_the_dockerfile_names_is_sent(root: Path, build_folder: Build, docker_client: DockerClient) -> None:
    (root / "large").write_bytes(os.urandom(3_000_000))
    text = "FROM scratch\nCOPY link /a\nCOPY folder/deep /deep\nCOPY src/t*n /twins/\n"
    assert sent(lambda watch: build_folder(root, text, watch=watch)) < 400_000
    entries = in_image(docker_client, build_folder(root, text))
    assert set(entries) == {"a", "deep", "deep/er", "deep/er/b.py", "twins", "twins/twin"}
    assert entries["a"].content == in_folder(root)["src/a.py"].content


def sent(build: Callable[[Callable[[ProgressUpdate], None]], object]) -> int:
    """Return how many bytes of the context a build was sent."""
    advances: list[ProgressUpdate] = []
    build(advances.append)
    return max((one.current or 0 for one in advances if one.phase == "load build context"), default=0)


class _SpeaksGrpc:
    """An engine as those from 29.2 on are, where every connection takes BuildKit's calls without being asked to."""

    speaks_grpc = True
    has_containerd_store = False
    base = ""

    def __init__(self, api: Api) -> None:
        self._api = api

    def connect(self) -> socket.socket:
        return dial.upgrade(self._api, "/grpc", [])


def test_a_session_can_be_a_call_of_the_one_connection_that_there_is(
    root: Path, api: Api, docker_client: DockerClient, *, is_old: bool
) -> None:
    (root / "large").write_bytes(os.urandom(3_000_000))
    dockerfile = Dockerfile("Dockerfile", EVERYTHING)
    request, name = BuildRequest(read_context(root), dockerfile), f"{REPOSITORY}:grpc"
    image = build(_SpeaksGrpc(api), request, name, lambda _: None, lambda _: None)
    try:
        assert in_image(docker_client, image) == expected(root, is_old=is_old)
    finally:
        docker_client.images.remove(image, force=True)


def test_many_files_and_a_large_one_arrive_whole(
    tmp_path: Path, build_folder: Build, docker_client: DockerClient
) -> None:
    for number in range(FILES):
        path = tmp_path / f"{number % 100}" / f"{number}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{number}")
    with (tmp_path / "large").open("wb") as large:
        for _ in range(MEGABYTES):
            large.write(os.urandom(1_000_000))
    assert timeless(in_image(docker_client, build_folder(tmp_path, EVERYTHING))) == timeless(in_folder(tmp_path))


def test_a_file_that_changes_while_it_is_sent_ends_the_build(root: Path, build_folder: Build) -> None:
    def meddle(advance: ProgressUpdate) -> None:
        (root / "src" / "a.py").write_bytes(b"something else")

    with pytest.raises(StepFailed, match=r'"src/a\.py" changed while it was being read'):
        build_folder(root, EVERYTHING, watch=meddle)


def test_a_name_that_is_no_utf_8_is_an_error_where_it_is_needed(root: Path, build_folder: Build) -> None:
    (root / os.fsdecode(b"src/\xff")).write_text("x")
    build_folder(root, "FROM scratch\nCOPY setuid /\n")
    with pytest.raises(StepFailed, match=r"are not UTF-8: \"src/\\xff\""):
        build_folder(root, EVERYTHING)


def test_builds_of_one_folder_at_the_same_time_do_not_disturb_each_other(
    root: Path, build_folder: Build, docker_client: DockerClient, *, is_old: bool
) -> None:
    texts = [f"{EVERYTHING}ENV NUMBER={number}\n" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        images = list(pool.map(lambda text: build_folder(root, text), texts))
    for number, image in enumerate(images):
        assert f"NUMBER={number}" in docker_client.images.get(image).attrs["Config"]["Env"]
        assert in_image(docker_client, image) == expected(root, is_old=is_old)
