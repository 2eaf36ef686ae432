"""Load a Compose project into desired state, as `load` does with a workflow file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner.app.file_choice import found_in, is_left_out
from runner.app.loaded_workflow import InputOverrides, LoadedWorkflow
from runner.app.source import Source, workflow_path
from runner.compose.labels import with_labels
from runner.compose.load import load
from runner.compose.mapping.project import MappedProject, map_project
from runner.compose.request import ComposeRequest
from runner.compose.stack_labels import with_stack_labels
from runner.core.address import Address
from runner.core.compose_options import ComposeOptions
from runner.core.diagnostic import Diagnostic
from runner.core.errors import InvalidInput, UsageError
from runner.core.redact import Redactor
from runner.core.struct import Struct, replace
from runner.daemon.proxies import proxy_secrets
from runner.document.excerpts import without_content
from runner.document.files import Files
from runner.document.variables import Variable
from runner.kinds import sections_of
from runner.resource.orchestrator_names import SWARM
from runner.workflow.compile import read_workflow

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.compose.model import ComposeModel


_PROFILES: Final = "COMPOSE_PROFILES"
_OPTIONS: Final = frozenset(
    f"COMPOSE_{name}"
    for name in ("PROFILES", "PROJECT_NAME", "FILE", "PATH_SEPARATOR", "ENV_FILES", "DISABLE_ENV_FILE")
)
"""Variables that stand for options, which are kept as such."""


class ComposeProject(Struct):
    """A Compose project as it was read, and mapped to runner's language."""

    model: ComposeModel
    mapped: MappedProject
    findings: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


def read_compose(
    source: Source,
    workspace: Workspace,
    texts: MutableMapping[str, str],
    files: Files,
    *,
    contents: bool,
    inputs: InputOverrides,
) -> tuple[LoadedWorkflow | None, list[Diagnostic]]:
    """Load a Compose project as far as possible; return it with all findings."""
    found: list[Diagnostic] = []
    model = load(_request(source), files, found, texts)
    if model is None:
        return None, found if inputs.is_named else _withheld(found, texts)
    mapped = map_project(model, found, source.engine)
    document = mapped.document.with_data(source.head)
    sections = sections_of(document.data)
    desired = read_workflow(document, sections, files, found, contents=contents, entry_overrides=inputs.overrides)
    desired = with_stack_labels(desired) if desired.orchestrator == SWARM else with_labels(desired, model)
    desired = replace(desired, left_alone=_left_alone(model, mapped))
    secrets = document.sensitive | desired.sensitive | proxy_secrets(workspace.environ)
    redactor = Redactor(secrets, document.sensitive_spots())
    if not inputs.is_named:
        found = _withheld(found, texts)
    loaded = LoadedWorkflow(
        shown_file(source, model),
        desired,
        redactor,
        files,
        dict(texts),
        _variables(model, mapped),
        compose=options_again(source, model),
        engine=source.engine,
    )
    return loaded, list(map(redactor.diagnostic, dict.fromkeys(found)))


def read_project(source: Source, files: Files) -> ComposeProject:
    """Read and map a Compose project; InvalidInput with all findings if Compose would refuse it."""
    found: list[Diagnostic] = []
    texts: dict[str, str] = {}
    model = load(_request(source), files, found, texts)
    if model is None:
        raise InvalidInput(found, texts)
    mapped = map_project(model, found, source.engine)
    return ComposeProject(model, mapped, tuple(dict.fromkeys(found)), texts)


def load_model(source: Source, files: Files) -> tuple[ComposeModel, list[Diagnostic], Mapping[str, str]]:
    """Return the model of a Compose project, with its warnings and texts; InvalidInput if it is refused."""
    found: list[Diagnostic] = []
    texts: dict[str, str] = {}
    model = load(_request(source), files, found, texts)
    if model is None:
        raise InvalidInput(found, texts)
    return model, found, texts


def _left_alone(model: ComposeModel, mapped: MappedProject) -> frozenset[Address]:
    """Return what Compose leaves alone: services of other profiles, and what is declared for nobody."""
    services = (Address(kind, name) for name in mapped.left_alone for kind in ("container", "job", "image"))
    return frozenset((*services, *(Address(section.removesuffix("s"), key) for section, key in model.unused)))


def _variables(model: ComposeModel, mapped: MappedProject) -> Mapping[str, Variable]:
    """Return the variables that the project depends on."""
    used = {name: value for name, value in model.used.items() if name not in _OPTIONS}
    variables = {name: Variable(value, sensitive=value in model.sensitive) for name, value in used.items()}
    return {**variables, **mapped.document.variables}


def _withheld(found: list[Diagnostic], texts: MutableMapping[str, str]) -> list[Diagnostic]:
    """Return findings that tell nothing of the content of any file, and drop the texts."""
    texts.clear()
    return without_content(found, {one.span.file for one in found if one.span})


def shown_file(source: Source, model: ComposeModel) -> str:
    """Return the project's first file as it is told: as it was given, else relative to this folder."""
    path = workflow_path(source.file)
    return str(path) if not is_left_out(source) and path.is_file() else os.path.relpath(model.files[0])


def options_again(source: Source, model: ComposeModel) -> ComposeOptions:
    """Return the options that read the same project again, wherever and whenever it is read."""
    given = source.compose
    profiles = given.profiles or tuple(filter(None, model.used.get(_PROFILES, "").split(",")))
    return ComposeOptions(
        more_files=model.files[1:],
        project=model.name,
        profiles=profiles,
        env_files=tuple(_absolute(given.env_files)),
        folder=model.folder,
        strict=given.strict,
    )


def _request(source: Source) -> ComposeRequest:
    if source.variable_files:
        raise UsageError("--var-file is for workflow files; Compose files take --env-file")
    given = source.compose
    return ComposeRequest(
        files=_files(source),
        folder=given.folder,
        project=given.project,
        env_files=given.env_files,
        profiles=given.profiles,
        overrides=source.overrides,
        strict=given.strict,
    )


def _files(source: Source) -> tuple[str, ...]:
    """Return the files that are given; none if Compose is to find them."""
    if is_left_out(source):
        return ()
    path = workflow_path(source.file)
    if path.is_file() or source.compose.more_files or not os.path.isdir(source.file):  # noqa: PTH112 - never raises
        return (str(path), *source.compose.more_files)
    return found_in(path.parent)


def _absolute(files: tuple[str, ...]) -> Iterator[str]:
    return (str(Path(file).absolute()) for file in files)
