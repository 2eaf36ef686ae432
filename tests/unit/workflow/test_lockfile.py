"""Lock files: the same text for the same images, read back as they were, and refused with a place when they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.core.diagnostic import Diagnostic
from runner.core.lockfile import LockedImage, LockFile
from runner.document.access import Access
from runner.document.files import Files
from runner.document.root import ANYWHERE
from runner.workflow.lockfile import lock_file_text, read_lock_file

A, B = (f"sha256:{digit * 64}" for digit in "ab")
LOCK = LockFile(
    "shop",
    {
        "nginx:1.27": LockedImage(A, platforms=("linux/amd64", "linux/arm64")),
        "127.0.0.1:5000/a/b:latest": LockedImage(B),
        "local:1": LockedImage(id=B, platforms=("linux/amd64",)),
    },
)
TEXT = f"""\
# The images that shop.yaml stands for, as resolved by runner lock; runner apply --locked uses exactly these.
# Commit this file. Update it with: runner lock --upgrade
version: 1
workflow: shop
images:
  127.0.0.1:5000/a/b:latest:
    digest: {B}
  local:1:
    id: {B}
    platforms: [linux/amd64]
  nginx:1.27:
    digest: {A}
    platforms: [linux/amd64, linux/arm64]
"""


def read(folder: Path, text: str) -> tuple[LockFile | None, list[Diagnostic]]:
    path = folder / "shop.lock.yaml"
    path.write_text(text)
    found: list[Diagnostic] = []
    return read_lock_file(path, "shop", found, {}, Files(Access(ANYWHERE))), found


@pytest.mark.parametrize("lock", [LOCK, LockFile("shop")], ids=["some", "none"])
def test_what_is_written_is_read_back_as_it_was(tmp_path: Path, lock: LockFile) -> None:
    assert read(tmp_path, lock_file_text(lock, "shop.yaml")) == (lock, [])


def test_images_are_written_in_order_whatever_the_order_they_were_found_in() -> None:
    assert lock_file_text(LOCK, "shop.yaml") == TEXT


@pytest.mark.parametrize(
    ("bad", "line", "said"),
    [
        (TEXT.replace("version: 1", "version: 2"), 3, "version 2 of the lock file"),
        (TEXT.replace("version: 1", "version: one"), 3, "has no version"),
        (TEXT.replace("workflow: shop", "workflow: other"), 4, 'another workflow: "other", not "shop"'),
        (TEXT.replace("workflow: shop\n", ""), 3, "names no workflow"),
        (TEXT.replace("sha256:bbb", "sha256:xyz"), 7, "64 hexadecimal digits"),
        (TEXT.replace("    id:", "    ids:"), 9, 'unknown key "ids"'),
        (TEXT.replace("    id:", "    digest: x\n    id:"), 8, "a digest or an id"),
        (TEXT.replace("[linux/amd64]", "linux/amd64"), 10, "expected a list"),
        (TEXT.replace("nginx:1.27", "nginx"), 11, 'with its tag: "nginx"'),
        (TEXT.partition("images:")[0], 3, "expected images"),
        (TEXT.replace("nginx:1.27", "local:1"), 11, 'duplicate key "local:1"'),
        (f"<<<<<<< HEAD\n{TEXT}", 4, "after the document"),
        ("", 1, "the file is empty"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, bad: str, line: int, said: str) -> None:
    lock, found = read(tmp_path, bad)
    assert lock is None
    assert found[0].span
    assert (found[0].span.start.line, said in found[0].message) == (line, True), found
