"""Whether a command reads Compose files: by their content; without a file, by what there is in this folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from runner.app.defaults import DEFAULT_FILE
from runner.app.source import Source, workflow_path
from runner.compose.names import FILES, OVERRIDES
from runner.core.compose_options import ComposeOptions
from runner.core.errors import UsageError
from runner.document.files import Files

_ELSEWHERE: Final = "COMPOSE_FILE"
"""The variable by which Compose finds files of other names."""
_OWN_SECTIONS: Final = frozenset(("containers", "jobs", "images", "checks", "variables", "on_failure", "proxies"))
_COMPOSE_SECTIONS: Final = frozenset(("services", "include", "models"))
_PREFIXES: Final = ("compose.", "docker-compose.")
_MOST: Final = 1_000_000
"""Bytes of a file that are searched for its sections."""


def takes_compose(source: Source, files: Files) -> bool:
    """Return whether a source is a Compose project.

    UsageError for several files, of which the first is a workflow.
    """
    path = workflow_path(source.file)
    if is_left_out(source):
        return not _is_there(path, files) and _compose_is_near(source, files)
    if not _is_there(path, files):
        folder = path.parent if os.path.isdir(source.file) else None  # noqa: PTH112 - never raises
        return bool(folder and found_in(folder))
    is_asked = source.compose != ComposeOptions()
    is_compose = _is_compose(path, _content(path, files), is_asked=is_asked)
    if not is_compose and source.compose.more_files:
        raise UsageError(f'"{path}" is a workflow, which is one file: only Compose files are merged')
    return is_compose


def is_left_out(source: Source) -> bool:
    """Return whether no file is given."""
    return source.file == DEFAULT_FILE and not source.compose.more_files


def is_found_again(source: Source) -> bool:
    """Return whether a Compose project is found by its first file, or by none, without more options."""
    return source.compose == ComposeOptions()


def refuse_compose_options(source: Source) -> None:
    """Raise UsageError for an option that says nothing about a workflow; a file that is not there may be anything."""
    path = workflow_path(source.file)
    if source.compose != ComposeOptions() and (os.path.lexists(path) or not path.suffix):
        spelling = next(source.compose.spellings())
        raise UsageError(f'{spelling} is for Compose files, and "{source.file}" is none')


def found_in(folder: Path) -> tuple[str, ...]:
    """Return the files that Compose finds in a folder by their names: its file, and the one that overrides it."""
    first = next((name for name in FILES if (folder / name).is_file()), None)
    if first is None:
        return ()
    second = next((name for name in OVERRIDES if (folder / name).is_file()), None)
    return tuple(str(folder / name) for name in (first, second) if name)


def _is_there(path: Path, files: Files) -> bool:
    return files.is_remembered(path) or os.path.lexists(path)


def _compose_is_near(source: Source, files: Files) -> bool:
    """Return whether Compose would find files of its own without being told which: here or in a folder above."""
    here = Path(source.compose.folder or "").absolute()
    if files.access.environ.get(_ELSEWHERE) or _ELSEWHERE.encode() in _content(here / ".env", files):
        return True
    return any(found_in(folder) for folder in (here, *here.parents))


def _content(path: Path, files: Files) -> bytes:
    """Return the beginning of a regular file; empty if it isn't one or can't be read, which its reader reports."""
    if files.is_remembered(path):
        return files.read(path, _MOST)
    try:
        with files.access.root.open(path) as stream:
            return stream.read(_MOST)
    except (OSError, ValueError):
        return b""


def _is_compose(path: Path, content: bytes, *, is_asked: bool) -> bool:
    """Return whether a file is one of Compose; where its content doesn't tell, one that `is_asked` for as such is."""
    text = content.decode("utf-8-sig", "replace")
    keys = _keys_of_flow(path, content) if text.lstrip().startswith("{") else _keys(text.splitlines())
    if keys.get("version") == "1":
        return False
    if "services" in keys:
        return True
    if keys.keys() & _OWN_SECTIONS or path.name == DEFAULT_FILE:
        return False
    return is_asked or bool(keys.keys() & _COMPOSE_SECTIONS) or path.name.startswith(_PREFIXES)


def _keys(lines: Iterable[str]) -> Mapping[str, str]:
    """Return the keys at the beginning of lines, with what follows on the line; nothing after those of a workflow."""
    found: dict[str, str] = {}
    for line in lines:
        if line[:1].isalpha() or line[:1] in "\"'":
            key, colon, value = line.partition(":")
            if colon:
                found[key.strip("\"' ")] = value.partition(" #")[0].strip()
                if found.get("version") == "1":
                    break
    return found


def _keys_of_flow(path: Path, content: bytes) -> Mapping[str, str]:
    """Return the keys of a file that is written as JSON is."""
    from runner.document.nodes import ScalarNode
    from runner.document.yaml_reader import read_mapping

    root = read_mapping(str(path), [], lambda _path, _most: content)
    entries = root.entries if root else {}
    return {
        name: one.value.text if isinstance(one.value, ScalarNode) and one.value.plain else ""
        for name, one in entries.items()
    }
