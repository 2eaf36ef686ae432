"""The loading of a Compose project: from files to a model in canonical form, stage by stage, all errors at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from posixpath import join, normpath

from runner.compose.check import check
from runner.compose.context import Reading, Scope
from runner.compose.layers import load_layers
from runner.compose.locate import Located, locate
from runner.compose.model import ComposeModel
from runner.compose.node_edit import inner
from runner.compose.normalise import normalise, ordered, without_unused
from runner.compose.own_words import called_sensitive
from runner.compose.profiles import active_profiles, split_services
from runner.compose.project_name import project_name
from runner.compose.request import ComposeRequest
from runner.compose.service_files import with_files
from runner.compose.typed import typed
from runner.compose.variables import PROJECT_NAME, Variables
from runner.compose.working_folder import working_folder
from runner.core.diagnostic import Diagnostic, Severity, did_you_mean, in_order
from runner.core.redact import Redactor
from runner.core.span import Span
from runner.core.struct import replace
from runner.document.excerpts import is_own_file, without_content
from runner.document.files import Files
from runner.document.nodes import MappingNode


def load(
    request: ComposeRequest, files: Files, found: list[Diagnostic], texts: MutableMapping[str, str]
) -> ComposeModel | None:
    """Return a project's model, None after errors were added to `found`.

    `texts` receives, by name, the text of each file that may be quoted in excerpts: those that are named, and YAML
    files beside the first one. `files` reads all files, and has the environment.
    """
    own: list[Diagnostic] = []
    model = _load(request, files, own, texts)
    found += in_order(dict.fromkeys(own))
    return model


def _load(
    request: ComposeRequest, files: Files, found: list[Diagnostic], texts: MutableMapping[str, str]
) -> ComposeModel | None:
    variables = Variables({**files.access.open_environ, **request.overrides})
    working = working_folder(files.access.environ)
    if working != os.getcwd():  # noqa: PTH109 - a text
        # ".." leads elsewhere from a folder that is a symlink, so no path may be left for the system to resolve.
        request = replace(request, cwd=Path(working, request.cwd))
    variables.fill({"PWD": normpath(join(working, request.cwd))})
    located = locate(request, working, variables, files, found)
    if located is None:
        return None
    reading = Reading(files, found, texts, working, is_relative=not request.cwd.is_absolute(), strict=request.strict)
    model = _read(request, located, variables, reading)
    found[:] = [one for one in found if one.code != "compose-invalid" or one.span not in reading.refused]
    unquoted = _unquoted(located, texts)
    for name in unquoted:
        del texts[name]
    found[:] = without_content(found, unquoted)
    found += _unused(request, variables.asked)
    found[:] = _first_of_each_place(found)
    if files.remembered:
        found += _withheld(files, variables)
    found[:] = map(Redactor(frozenset(reading.secrets)).diagnostic, found)
    return None if any(one.severity is Severity.ERROR for one in found) else model


def _read(request: ComposeRequest, located: Located, variables: Variables, reading: Reading) -> ComposeModel | None:
    scope = Scope(reading, variables, located.folder)
    documents = [one for file in located.files for one in reading.documents(file) or ()]
    name = project_name(request.project, documents, located.folder, variables, scope.interpolator, reading.found)
    variables.fill({PROJECT_NAME: name} if name else {})
    root = load_layers(scope, located.files)
    if root is not None:
        reading.secrets.update(filter(None, map(variables.find, called_sensitive(root))))
    if root is None or name is None:
        return None
    reading.found += _obsolete(root)
    root = normalise(root, name, variables)
    root, off = split_services(typed(root, reading.found), active_profiles(request.profiles, variables))
    if not reading.is_incomplete:
        check(root, reading.found, off)
    everything = with_files(root, scope)
    root = ordered(without_unused(everything))
    return ComposeModel(
        name,
        located.folder,
        located.paths,
        root,
        off,
        _keys(everything) - _keys(root),
        reading.texts,
        variables.asked,
        variables.ambiguous,
        frozenset(reading.secrets),
    )


def _keys(root: MappingNode) -> frozenset[tuple[str, str]]:
    return frozenset((section, key) for section in ("networks", "volumes") for key in inner(root, section))


def _obsolete(root: MappingNode) -> list[Diagnostic]:
    """Report the version of a file, which says nothing any more."""
    version = root.entries.get("version")
    if version is None:
        return []
    message = '"version" is ignored: Compose files have no versions any more'
    return [Diagnostic("compose-ignored", message, version.key.span, "remove it", severity=Severity.WARNING)]


def _unquoted(located: Located, texts: MutableMapping[str, str]) -> frozenset[str]:
    """Return the files of which nothing may be shown: those that nobody named, outside of the first one's folder."""
    main = located.files[0]
    env_files = {str(Path(name)) for name in located.env_files}
    return frozenset(
        name
        for name in texts
        if name not in located.files and (str(Path(name)) in env_files or not is_own_file(name, main))
    )


def _unused(request: ComposeRequest, asked: Mapping[str, str]) -> list[Diagnostic]:
    """Report each --var that nothing asks for."""
    return [
        Diagnostic("unused-override", f'--var "{name}" is not used here', help=did_you_mean(name, asked))
        for name in request.overrides
        if name not in asked
    ]


def _first_of_each_place(found: list[Diagnostic]) -> list[Diagnostic]:
    """Leave out what a later stage says of a value that an earlier one has refused."""
    refused: dict[Span, Diagnostic] = {}
    for one in found:
        if one.span is not None and one.severity is Severity.ERROR:
            refused.setdefault(one.span, one)
    return [
        one
        for one in found
        if one.code != "compose-invalid" or one.span not in refused or refused[one.span].message == one.message
    ]


def _withheld(files: Files, variables: Variables) -> Iterator[Diagnostic]:
    """Report each variable that had a value which isn't stored, and has none now: blank is not what it was."""
    for name in files.access.variables or ():
        if name not in variables:
            message = f'variable "{name}" has no value, and that of then is not stored, as it is sensitive'
            yield Diagnostic("missing-variable", message, help="set it in the environment or in .env")
