"""What a Compose project declares by name, for completions; found in its own files alone, and no value is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner.app.file_choice import found_in
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode
from runner.document.yaml_reader import read_mapping

if TYPE_CHECKING:
    from runner.app.workspace import Workspace

_MOST: Final = 100_000
"""Bytes of a file that is parsed while somebody waits."""
_ENDS: Final = "service_completed_successfully"
"""The condition that makes a job of a service."""


def compose_files_near() -> Sequence[str]:
    """Return the files that Compose finds here or in a folder above; none if there are none."""
    here = Path.cwd()
    return next(filter(None, map(found_in, (here, *here.parents))), ())


def compose_outline(files: Sequence[str], workspace: Workspace) -> tuple[str, dict[str, dict[str, str]]]:
    """Return the name of a project, and what its files declare, as sections of a workflow.

    `profiles` are those of all services.
    """

    def read(path: Path, _most: int) -> bytes:
        return workspace.access.root.read(path, _MOST)

    roots = [root for file in files if (root := read_mapping(file, [], read))]
    keys: dict[str, dict[str, str]] = {}
    for root in roots:
        for section in ("networks", "volumes", "secrets", "configs"):
            keys.setdefault(section, {}).update(dict.fromkeys(_entries(root, section), ""))
    services = {name: one for root in roots for name, one in _entries(root, "services").items()}
    jobs = {name for service in services.values() for name in _awaited(service)}
    keys["containers"] = {name: "" for name in services if name not in jobs}
    keys["jobs"] = {name: "" for name in services if name in jobs}
    keys["images"] = {name: "" for name, service in services.items() if _child(service, "build")}
    keys["profiles"] = {text: "" for service in services.values() for text in _texts(_child(service, "profiles"))}
    names = [text for root in roots for text in _texts(_child(root, "name"))]
    folder = Path(files[0]).absolute().parent.name.lower() if files else ""
    return (names[-1] if names else folder), keys


def _entries(node: Node, name: str) -> dict[str, Node]:
    found = _child(node, name)
    return {key: entry.value for key, entry in found.entries.items()} if isinstance(found, MappingNode) else {}


def _child(node: Node, name: str) -> Node | None:
    entry = node.entries.get(name) if isinstance(node, MappingNode) else None
    return entry.value if entry else None


def _awaited(service: Node) -> Iterator[str]:
    """Yield the services that another one waits for until they have ended."""
    for name, waited in _entries(service, "depends_on").items():
        if _ENDS in _texts(_child(waited, "condition")):
            yield name


def _texts(node: Node | None) -> Iterator[str]:
    items = node.items if isinstance(node, SequenceNode) else (node,)
    return (item.text for item in items if isinstance(item, ScalarNode))
