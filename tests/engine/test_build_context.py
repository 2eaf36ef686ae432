"""Instructions see a context's entries and nothing else, wherever the Dockerfile is and whatever is ignored."""

from __future__ import annotations

import os
import socket
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

import pytest
from docker import DockerClient
from docker.errors import ImageNotFound

from runner.core.build import BuildContext, BuildRequest, EntryType
from runner.daemon.build.context_tar import write_tar
from runner.workflow.build_context.context import read_context
from runner.workflow.build_context.dockerfile import read_dockerfile

Seen: TypeAlias = dict[str, tuple[str, int, str, bytes]]
"""By path: type, permission bits, where a link points, content."""

TEXT = "FROM scratch\nCOPY . /x\n"
FILES = {
    b"Dockerfile": TEXT.encode(),
    b"app/Dockerfile": TEXT.encode(),
    b"src/a.py": b"a",
    b"src/deep/b.py": b"b",
    b"node_modules/x.js": b"x",
    b"[odd] *?!\n": b"odd",
    "é ".encode(): b"unicode",
    b"\xff": b"no unicode",
    b"n" * 130 + b"/" + b"n" * 130: b"long",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        file = tmp_path / os.fsdecode(name)
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_bytes(content)
    (tmp_path / "src" / "a.py").chmod(0o755)
    (tmp_path / "twin").hardlink_to(tmp_path / "src" / "a.py")
    (tmp_path / "empty").mkdir(0o700)
    for name, target in {"link": "src/./a.py", "folder": "src/", "nowhere": "/no//where", "loop": "loop"}.items():
        os.symlink(target, tmp_path / name)  # noqa: PTH211 - a Path would tidy the target up
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


@contextmanager
def built(client: DockerClient, request: BuildRequest) -> Iterator[str]:
    with tempfile.TemporaryFile() as stream:
        dockerfile = write_tar(request, stream)
        stream.seek(0)
        answer = list(
            client.api.build(fileobj=stream, custom_context=True, dockerfile=dockerfile, rm=True, decode=True)
        )
    image = next((line["aux"]["ID"] for line in answer if "aux" in line), None)
    assert image, answer
    try:
        yield image
    finally:
        with suppress(ImageNotFound):
            client.images.remove(image)


def seen_by_instructions(client: DockerClient, request: BuildRequest) -> Seen:
    with built(client, request) as image:
        container = client.containers.create(image, "none")
        try:
            archive = b"".join(container.get_archive("/x")[0])
        finally:
            container.remove()
    kinds = {tarfile.REGTYPE: "file", tarfile.DIRTYPE: "folder", tarfile.SYMTYPE: "link"}
    seen: Seen = {}
    with tarfile.open(fileobj=BytesIO(archive), encoding="utf-8", errors="surrogateescape") as tar:
        for member in tar.getmembers()[1:]:
            file = tar.extractfile(member) if member.isreg() else None
            content = file.read() if file else b""
            path = member.name.removeprefix("x/")
            seen[path] = (kinds[member.type], member.mode & 0o7777, member.linkname if member.issym() else "", content)
    return seen


def entries_of(context: BuildContext) -> Seen:
    return {
        entry.path: (
            entry.type.value,
            entry.mode,
            entry.target,
            Path(context.root, entry.path).read_bytes() if entry.type is EntryType.FILE else b"",
        )
        for entry in context.entries
        if entry.type is not EntryType.PIPE
    }


CASES = {
    "nothing ignored": ("Dockerfile", {}),
    "a folder ignored": ("Dockerfile", {".dockerignore": "node_modules"}),
    "the Dockerfile ignored": ("Dockerfile", {".dockerignore": "Dockerfile"}),
    "the ignore file ignored": ("Dockerfile", {".dockerignore": ".dockerignore"}),
    "both ignored": ("Dockerfile", {".dockerignore": "Dockerfile\n.dockerignore"}),
    "all but one ignored": ("Dockerfile", {".dockerignore": "*\n!src/deep"}),
    "in a folder": ("app/Dockerfile", {}),
    "in a folder, ignored": ("app/Dockerfile", {".dockerignore": "app"}),
    "in a folder, ignored with the ignore file": ("app/Dockerfile", {".dockerignore": "app\n.dockerignore"}),
    "with its own ignore file": ("Dockerfile", {"Dockerfile.dockerignore": "Dockerfile*\nsrc"}),
    "with its own ignore file, the other ignored": (
        "Dockerfile",
        {"Dockerfile.dockerignore": "Dockerfile*\n.dockerignore", ".dockerignore": "*"},
    ),
    "odd name, ignored": ("my [odd] *?Docker\nfile ", {".dockerignore": "my*", "my [odd] *?Docker\nfile ": TEXT}),
    "inline": (None, {}),
    "inline, the ignore file ignored": (None, {".dockerignore": ".dockerignore\nsrc"}),
    "outside": ("../Dockerfile", {}),
    "through a link": ("linked/Dockerfile", {}),
}


@pytest.mark.parametrize(("dockerfile", "files"), CASES.values(), ids=CASES.keys())
def test_instructions_see_the_entries_of_the_context(
    docker_client: DockerClient,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    dockerfile: str | None,
    files: dict[str, str],
) -> None:
    (root / "linked").symlink_to("app")
    for name, content in files.items():
        (root / name).write_text(content)
    with socket.socket(socket.AF_UNIX) as listener:
        monkeypatch.chdir(root)
        listener.bind("socket")
        context = read_context(root, dockerfile)
    text = read_dockerfile(TEXT, dockerfile or "inline", {}, None, inline=dockerfile is None)
    assert seen_by_instructions(docker_client, BuildRequest(context, text)) == entries_of(context)


@pytest.mark.parametrize(
    ("dockerfile", "files"),
    [
        (None, {".dockerignore": "src"}),
        ("Dockerfile", {".dockerignore": "*", "Dockerfile.dockerignore": "src"}),
        ("Dockerfile", {".dockerignore": "src", "Dockerfile.dockerignore": "Dockerfile"}),
    ],
)
def test_an_ignore_file_that_says_otherwise_travels_with_more_lines(
    docker_client: DockerClient, root: Path, dockerfile: str | None, files: dict[str, str]
) -> None:
    for name, content in files.items():
        (root / name).write_text(content)
    context = read_context(root, dockerfile)
    text = read_dockerfile(TEXT, dockerfile or "inline", {}, None, inline=dockerfile is None)
    seen = seen_by_instructions(docker_client, BuildRequest(context, text))
    expected = entries_of(context)
    assert seen.pop(".dockerignore")[3].startswith(expected.pop(".dockerignore")[3])
    assert seen == expected


@pytest.mark.parametrize("dockerfile", ["Dockerfile", None])
def test_another_text_of_an_ignored_dockerfile_leaves_what_was_copied_in_the_cache(
    docker_client: DockerClient, root: Path, dockerfile: str | None
) -> None:
    (root / ".dockerignore").write_text("Dockerfile")

    def request(text: str) -> BuildRequest:
        (root / "Dockerfile").write_text(text)
        context = read_context(root, dockerfile)
        return BuildRequest(context, read_dockerfile(text, dockerfile or "inline", {}, None, inline=dockerfile is None))

    with built(docker_client, request(TEXT)) as one, built(docker_client, request(f"# changed\n{TEXT}")) as other:
        assert one == other
