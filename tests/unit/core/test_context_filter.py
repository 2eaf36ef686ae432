"""Which part of a folder a build takes files from: all that it needs, and not much more."""

from __future__ import annotations

import pytest

from runner.core.build import ContextEntry, EntryType
from runner.core.context_filter import select_entries

ENTRIES = [
    ContextEntry("a", EntryType.FOLDER, 0o755),
    ContextEntry("a/b", EntryType.FOLDER, 0o755),
    ContextEntry("a/b/file", EntryType.FILE, 0o644),
    ContextEntry("a/other", EntryType.FILE, 0o644),
    ContextEntry("deep", EntryType.LINK, 0o777, target="a/b"),
    ContextEntry("file", EntryType.FILE, 0o644),
    ContextEntry("loop", EntryType.LINK, 0o777, target="loop"),
    ContextEntry("out", EntryType.LINK, 0o777, target="../../file"),
    ContextEntry("root", EntryType.LINK, 0o777, target="/a/other"),
    ContextEntry("way", EntryType.FOLDER, 0o755),
    ContextEntry("way/file", EntryType.LINK, 0o777, target="../file"),
    ContextEntry("way/folder", EntryType.LINK, 0o777, target="../a/b"),
    ContextEntry("way/on", EntryType.LINK, 0o777, target="on/on"),
]
ALL = " ".join(entry.path for entry in ENTRIES)


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        ([], ALL),
        (["/"], ALL),
        (["file"], "file"),
        (["./file", "nowhere"], "file"),
        (["a/b"], "a a/b a/b/file"),
        (["a/other"], "a a/other"),
        (["a/*"], "a a/b a/b/file a/other"),
        (["a/[b]/file"], "a a/b a/b/file a/other"),
        (["deep"], "a a/b a/b/file deep"),
        (["deep/file"], "a a/b a/b/file deep"),
        (["root"], "a a/other root"),
        (["out"], "file out"),
        (["loop"], "loop"),
        (["*.py"], ALL),
        (["way"], "way way/file way/folder way/on"),
        (["way/*"], "a a/b a/b/file file way way/file way/folder way/on"),
        (["way/f*/file"], "a a/b a/b/file file way way/file way/folder way/on"),
    ],
)
def test_what_lies_at_or_below_a_path_is_needed_and_what_leads_there(paths: list[str], found: str) -> None:
    assert [entry.path for entry in select_entries(ENTRIES, paths)] == found.split()
