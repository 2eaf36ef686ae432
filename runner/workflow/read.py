"""The whole way from a document to the desired state, with every finding on it."""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.state import DesiredState
from runner.core.values import Value
from runner.document.document import Document
from runner.document.files import Files
from runner.resource.kind import Sections
from runner.resource.schema import workflow_schema
from runner.workflow.check import check_schema, check_version
from runner.workflow.parse import parse_workflow
from runner.workflow.resolve import resolve_workflow


def read_workflow(
    document: Document,
    sections: Sections,
    environ: Mapping[str, str],
    found: list[Diagnostic],
    *,
    contents: bool = True,
    files: Files | None = None,
    instead: Mapping[Address, Mapping[str, Value]] | None = None,
) -> DesiredState:
    """Check, parse and resolve a document; what is wrong is added to `found`, and what is right goes on.

    `files` reads what entries rest on; `instead` has the values of entries for which those in the file don't count.
    """
    newer = check_version(document)
    if newer:
        found.extend(newer)
        return DesiredState("", {})
    refused = check_schema(document, workflow_schema(sections))
    findings = [diagnostic for diagnostics in refused.values() for diagnostic in diagnostics]
    workflow = parse_workflow(document, sections, set(refused), findings)
    if instead:
        workflow = workflow.with_values(instead)
    desired = resolve_workflow(workflow, document, environ, findings, contents=contents, files=files)
    found.extend(dict.fromkeys(findings))  # replicas and aliases would say some of it once each
    return desired
