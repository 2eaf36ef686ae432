"""The whole way from a workflow file to the desired state, with all findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.state import DesiredState
from runner.core.struct import Struct
from runner.core.values import Value
from runner.document.document import Document
from runner.document.excerpts import foreign_files, without_content
from runner.document.files import Files
from runner.document.loader import load
from runner.resource.kind import Sections
from runner.resource.schema import workflow_schema
from runner.workflow.parse import parse_workflow
from runner.workflow.resolve import resolve_workflow
from runner.workflow.validate import check_schema, check_version


class ReadResult(Struct):
    """What a file declares, as far as it could be read, and all findings."""

    document: Document | None
    """None if the file itself can't be read."""
    desired: DesiredState | None
    findings: list[Diagnostic]


def read(
    file: str,
    sections_of: Callable[[Mapping[str, Any]], Sections],
    files: Files,
    *,
    variables: Mapping[str, str] | None = None,
    variable_files: Sequence[Path] = (),
    contents: bool = True,
    entry_overrides: Mapping[Address, Mapping[str, Value]] | None = None,
    texts: MutableMapping[str, str] | None = None,
    is_named: bool = True,
    head: Mapping[str, str] | None = None,
) -> ReadResult:
    """Read a workflow file, accessing only what `files` allows, which also has the environment and the root.

    `sections_of` returns the sections for the data of the file, which depend on what is to run it.
    `variables` and `variable_files` are those of --var and --var-file; the files must be below the root, too. For
    `contents` and `entry_overrides` see `read_workflow`. For `texts` and `is_named` see `load`. The top-level values of
    `head` count instead of those in the file.
    """
    document, found = load(
        file, overrides=variables or {}, var_files=variable_files, files=files, texts=texts, is_named=is_named
    )
    if document is None:
        return ReadResult(None, None, found)
    document = document.with_data(head or {})
    sections = sections_of(document.data)
    desired = read_workflow(document, sections, files, found, contents=contents, entry_overrides=entry_overrides)
    foreign = foreign_files(found, file, map(str, variable_files))
    return ReadResult(document, desired, without_content(found, document.unquoted.union(foreign)))


def read_workflow(
    document: Document,
    sections: Sections,
    files: Files,
    found: list[Diagnostic],
    *,
    contents: bool = True,
    entry_overrides: Mapping[Address, Mapping[str, Value]] | None = None,
) -> DesiredState:
    """Validate, parse and resolve a document; errors are added to `found`, and valid parts are processed further.

    `files` reads the files that entries refer to, and has the environment; without `contents` they only have to exist.
    `entry_overrides` has values that override those of the file for some entries.
    """
    refused = check_schema(document, workflow_schema(sections, document.data))
    if newer := check_version(document):
        refused["version",] = newer
    findings = [diagnostic for diagnostics in refused.values() for diagnostic in diagnostics]
    workflow = parse_workflow(document, sections, set(refused), findings)
    if entry_overrides:
        workflow = workflow.with_values(entry_overrides)
    desired = resolve_workflow(workflow, document, files, findings, contents=contents)
    found.extend(dict.fromkeys(findings))  # replicas and aliases would repeat some of them
    return desired
