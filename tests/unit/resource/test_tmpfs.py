"""Folders in memory: their options, in one order, and none that the kernel would refuse."""

from __future__ import annotations

from typing import Any

import pytest

from runner.resource.codec import Invalid
from runner.resource.tmpfs import TMPFS, read_tmpfs


@pytest.mark.parametrize(
    ("raw", "mounts"),
    [
        ("/run", {"/run": ""}),
        (["/run/:size=64m,mode=1777"], {"/run": "mode=1777,size=64m"}),
        (["/run", "/tmp:ro"], {"/run": "", "/tmp": "ro"}),
    ],
)
def test_folders_in_memory_have_their_options_in_one_order(raw: Any, mounts: dict[str, str]):
    assert TMPFS.parse(raw) == mounts
    assert read_tmpfs(TMPFS.parse(raw)) == mounts


def test_a_folder_in_memory_needs_an_absolute_path():
    with pytest.raises(Invalid) as refused:
        TMPFS.parse(["/run", "tmp"])
    assert refused.value.path == (1,)


@pytest.mark.parametrize(
    ("options", "message", "help"),
    [
        ("sise=64m", 'unknown tmpfs option "sise=64m"', 'did you mean "size"?'),
        ("noexecute", 'unknown tmpfs option "noexecute"', 'did you mean "noexec"?'),
        ("size", 'unknown tmpfs option "size"', 'did you mean "size"?'),
        ("size=x", 'not a value of size: "x"', "write it as in size=64m,mode=1777,uid=1000"),
        ("mode=rwx", 'not a value of mode: "rwx"', "write it as in size=64m,mode=1777,uid=1000"),
    ],
)
def test_an_option_that_the_kernel_would_refuse_is_refused_at_once(options: str, message: str, help: str):
    with pytest.raises(Invalid) as refused:
        TMPFS.parse(["/run", f"/tmp:{options}"])
    assert (refused.value.message, refused.value.help, refused.value.path) == (message, help, (1,))


def test_what_the_kernel_knows_of_a_folder_in_memory_is_taken():
    known = "exec,gid=0,mode=1777,noatime,nodev,nosuid,nr_inodes=10k,size=50%,uid=1000"
    assert TMPFS.parse([f"/tmp:{known}"]) == {"/tmp": known}
