"""What is remembered between runs never outgrows its bounds, and is where the user wants it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from runner.app.workspace import Workspace
from runner.workflow.build_context import cache as module
from runner.workflow.build_context.cache import Cache


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"XDG_CACHE_HOME": "/cache", "HOME": "/home/ada"}, "/cache/runner"),
        ({"XDG_CACHE_HOME": "not/absolute", "HOME": "/home/ada"}, "/home/ada/.cache/runner"),
        ({"HOME": "not/absolute"}, None),
    ],
)
def test_it_is_where_the_specification_wants_it(
    environ: dict[str, str], folder: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert Workspace.for_user(os.environ).access.cache == (folder and Path(folder))


def test_a_blob_comes_back_under_its_own_name_alone(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    assert cache.get("a") is None
    cache.put("a", b"one")
    cache.put("a", b"two")
    assert (cache.get("a"), cache.has("a"), cache.has("b")) == (b"two", True, False)
    (tmp_path / "cache" / "a").rename(tmp_path / "cache" / "b")
    assert cache.get("b") is None
    assert not cache.has("b")


def test_what_was_not_used_for_long_goes_with_the_next_one(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for name in "abc":
        cache.put(name, b"")
    for name in "abc":
        os.utime(tmp_path / name, (1, time.time() - 31 * 86_400))
    assert cache.get("b") == b""
    assert cache.has("c")
    cache.put("d", b"")
    assert names(tmp_path) == ["b", "c", "d"]


def test_what_was_used_least_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path)
    monkeypatch.setattr(module, "KEPT", 3)
    monkeypatch.setattr(module, "KEPT_BYTES", 300)
    for age, name in enumerate("abcd"):
        cache.put(name, bytes(10))
        os.utime(tmp_path / name, (1, time.time() - 100 + age))
    cache.get("b")
    cache.put("e", bytes(10))
    assert names(tmp_path) == ["b", "d", "e"]
    cache.put("f", bytes(280))
    assert names(tmp_path) == ["f"]
    assert cache.get("f") == bytes(280)
