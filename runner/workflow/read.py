"""The whole way from a document to the desired state, with every finding on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runner.core.diagnostic import Diagnostic
from runner.core.state import DesiredState
from runner.document.document import Document
from runner.resource.kind import Catalog
from runner.resource.schema import workflow_schema
from runner.workflow.check import check_schema, check_version
from runner.workflow.parse import parse_workflow
from runner.workflow.resolve import resolve_workflow


def read_workflow(
    document: Document,
    catalog: Catalog,
    later_sections: Iterable[str],
    environ: Mapping[str, str],
    found: list[Diagnostic],
    *,
    contents: bool = True,
) -> DesiredState:
    """Check, parse and resolve a document; what is wrong is added to `found`, and what is right goes on."""
    newer = check_version(document)
    if newer:
        found.extend(newer)
        return DesiredState("", {})
    refused = check_schema(document, workflow_schema(catalog, later_sections))
    findings = [diagnostic for diagnostics in refused.values() for diagnostic in diagnostics]
    workflow = parse_workflow(document, catalog, set(refused), findings)
    desired = resolve_workflow(workflow, document, environ, findings, contents=contents)
    found.extend(dict.fromkeys(findings))  # replicas and aliases would say some of it once each
    return desired
