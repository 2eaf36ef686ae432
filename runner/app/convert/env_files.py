"""Variables that a service has from env files, which the model has as if they stood in the Compose file."""

from __future__ import annotations

from collections.abc import Mapping

from runner.app.convert.originals import Originals
from runner.compose.node_edit import entry, mapping, scalar, sequence
from runner.document.nodes import Entry, MappingNode, ScalarNode

ENV_FILE = "env_file"
_ENVIRONMENT = "environment"


def with_env_files(service: MappingNode, originals: Originals) -> Mapping[str, Entry]:
    """Return the keys of an entry with the names of env files in place of what they contain."""
    environment = service.entries.get(_ENVIRONMENT)
    if environment is None or not isinstance(environment.value, MappingNode):
        return service.entries
    files: dict[int, ScalarNode] = {}
    own: dict[str, Entry] = {}
    for name, one in environment.value.entries.items():
        written = originals.text_at(one.value)
        if written is not None and one.key.start == one.value.start and written.partition("=")[0] != name:
            files.setdefault(one.value.start, scalar(one.value, written))
        else:
            own[name] = one
    if not files:
        return service.entries
    named = sequence(environment.value, [files[at] for at in sorted(files)])
    place = environment.key
    entries = {name: one for name, one in service.entries.items() if name != _ENVIRONMENT}
    entries[ENV_FILE] = entry(next(iter(files.values())), ENV_FILE, named)
    return {**entries, _ENVIRONMENT: Entry(place, mapping(environment.value, own))} if own else entries
