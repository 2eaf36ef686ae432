"""The labels by which Docker Compose finds what belongs to a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.compose.model import ComposeModel
from runner.compose.node_edit import inner
from runner.document.nodes import MappingNode

_PREFIX = "com.docker.compose."
_DEFAULT_NETWORK = "default"


def labels_of_project(model: ComposeModel, root: MappingNode) -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Return Compose's labels by section and key of the document in runner's language."""
    return dict(_labels(model, root))


def _labels(model: ComposeModel, root: MappingNode) -> Iterator[tuple[tuple[str, str], Mapping[str, str]]]:
    project = {f"{_PREFIX}project": model.name}
    for section in ("containers", "jobs"):
        for name in inner(root, section):
            yield (section, name), {**project, **_of_service(model, name)}
    for section, label in (("networks", "network"), ("volumes", "volume")):
        implied = {_DEFAULT_NETWORK} if section == "networks" else set()
        for name in {**inner(root, section), **dict.fromkeys(implied)}:
            yield (section, name), {**project, f"{_PREFIX}{label}": name}


def _of_service(model: ComposeModel, name: str) -> Mapping[str, str]:
    return {
        f"{_PREFIX}service": name,
        f"{_PREFIX}oneoff": "False",
        f"{_PREFIX}project.working_dir": model.folder,
        f"{_PREFIX}project.config_files": ",".join(model.files),
        f"{_PREFIX}depends_on": ",".join(_dependencies(model, name)),
    }


def _dependencies(model: ComposeModel, name: str) -> Iterator[str]:
    """Yield what a service waits for, as Compose writes it: service, condition, and whether it restarts along."""
    for awaited, entry in inner(model.root, "services", name, "depends_on").items():
        details = inner(entry.value)
        condition, restart = (details[key].value if key in details else None for key in ("condition", "restart"))
        yield f"{awaited}:{getattr(condition, 'text', '')}:{getattr(restart, 'text', '') or 'false'}"
