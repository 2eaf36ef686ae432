"""What a workflow file declares by name, found quickly and however broken it is: for completions. No value is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner.app.defaults import DEFAULT_FILE
from runner.app.file_choice import takes_compose
from runner.app.source import Source
from runner.core.struct import Struct, field
from runner.core.values import is_decimal
from runner.document.files import Files
from runner.document.include import load_includes
from runner.document.nodes import Entry, MappingNode, ScalarNode

if TYPE_CHECKING:
    from runner.app.workspace import Workspace

ON_ENGINE: Final = {
    "images": "image",
    "networks": "network",
    "volumes": "volume",
    "containers": "container",
    "jobs": "job",
}
"""The kinds of the sections that have addresses; a test compares them with the catalog, which takes long to load."""

_MOST_REPLICAS: Final = 20
_MOST_PARSED: Final = 100_000
"""Bytes of a file that is parsed while somebody waits; a larger one is searched line by line."""
_MOST_SEARCHED: Final = 2_000_000
_SECTION: Final = r"^([a-z]+):"
_KEY: Final = r"^( +)([\w.-]+):"


class Outline(Struct):
    """The workflow's name, and the keys of each section with what little is known of them."""

    name: str = ""
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By section; of a container the number of replicas, of a variable its description. Compose has `profiles`."""

    def addresses(self) -> Iterator[str]:
        """Yield the address of every resource."""
        for section, kind in ON_ENGINE.items():
            for key, replicas in self.keys.get(section, {}).items():
                yield f"{kind}.{key}"
                number = min(int(replicas), _MOST_REPLICAS) if is_decimal(replicas) else 1
                yield from (f"{kind}.{key}[{index}]" for index in range(2, number + 1))


def read_outline(file: str, workspace: Workspace) -> Outline:
    """Return what a file and its includes declare, or what can be found in one with mistakes, if there is one."""
    path = Path(file)
    try:
        if file == DEFAULT_FILE and not path.exists():
            from runner.app.outline_compose import compose_files_near, compose_outline

            return Outline(*compose_outline(compose_files_near(), workspace))
        if not path.is_file():  # a pipe is for the command that reads it
            return Outline()
        size = path.stat().st_size
        if size <= _MOST_PARSED:
            if takes_compose(Source(file), Files(workspace.access)):
                from runner.app.outline_compose import compose_outline

                return Outline(*compose_outline((file,), workspace))
            if root := load_includes(file, {}, [], Files(workspace.access)).root:
                return _outline(root)
        return _searched(workspace.access.root.read(path, _MOST_SEARCHED).decode("utf-8", "replace"))
    except (OSError, ValueError):
        return Outline()


def _outline(root: MappingNode) -> Outline:
    name = root.entries.get("name")
    keys = {
        section: {key: _note(entry) for key, entry in value.value.entries.items()}
        for section, value in root.entries.items()
        if isinstance(value.value, MappingNode)
    }
    return Outline(name.value.text if name and isinstance(name.value, ScalarNode) else "", keys)


def _note(entry: Entry) -> str:
    if isinstance(entry.value, MappingNode):
        for key in ("replicas", "description"):
            inner = entry.value.entries.get(key)
            if inner and isinstance(inner.value, ScalarNode):
                return inner.value.text
    return ""


def _searched(text: str) -> Outline:
    """Find sections and their keys by indentation alone."""
    keys: dict[str, dict[str, str]] = {}
    section, indent = "", ""
    for line in text.splitlines():
        if found := re.match(_SECTION, line):
            section, indent = found[1], ""
        elif section and (found := re.match(_KEY, line)):
            indent = indent or found[1]
            if found[1] == indent:
                keys.setdefault(section, {})[found[2]] = ""
    name = re.search(r"^name: *([a-z0-9][a-z0-9_-]{0,62}) *$", text, re.MULTILINE)
    return Outline(name[1] if name else "", keys)
