"""Variables that a service has from env files, which the model has as if they stood in the Compose file."""

from __future__ import annotations

from collections.abc import Mapping

from runner.app.convert.originals import Originals
from runner.compose.node_edit import entry, inner, mapping, scalar, sequence
from runner.document.nodes import Entry, MappingNode, Node

ENV_FILE = "env_file"
_ENVIRONMENT = "environment"


def from_files(service: MappingNode, originals: Originals) -> list[Node]:
    """Return the values of a service's variables that come from env files: they stand at these files' names."""
    environment = service.entries.get(_ENVIRONMENT)
    entries = environment.value.entries if environment and isinstance(environment.value, MappingNode) else {}
    return [one.value for name, one in entries.items() if _is_from_file(name, one, originals)]


def with_env_files(service: MappingNode, originals: Originals) -> Mapping[str, Entry]:
    """Return the keys of an entry with the names of env files in place of what they contain."""
    files = {node.start: scalar(node, originals.text_at(node) or "") for node in from_files(service, originals)}
    if not files:
        return service.entries
    environment = service.entries[_ENVIRONMENT]
    own = {name: one for name, one in inner(service, _ENVIRONMENT).items() if one.value.start not in files}
    named = sequence(environment.value, [files[at] for at in sorted(files)])
    entries = {name: one for name, one in service.entries.items() if name != _ENVIRONMENT}
    entries[ENV_FILE] = entry(next(iter(files.values())), ENV_FILE, named)
    return {**entries, _ENVIRONMENT: Entry(environment.key, mapping(environment.value, own))} if own else entries


def _is_from_file(name: str, one: Entry, originals: Originals) -> bool:
    written = originals.text_at(one.value)
    return written is not None and one.key.start == one.value.start and written.partition("=")[0] != name
