"""runner config: a file as it is understood, with all that it includes and all values filled in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from runner.app.file_choice import takes_compose
from runner.app.source import Source
from runner.cli.session import CommandContext
from runner.document.files import Files

if TYPE_CHECKING:
    from runner.core.serialize import JSON


def run(source: Source, context: CommandContext, form: str) -> None:
    """Print the model of a Compose project, or a workflow with its values."""
    is_compose = takes_compose(source, Files(context.workspace.access))
    context.print_text(_compose(source, context, form) if is_compose else _workflow(source, context, form))


def _compose(source: Source, context: CommandContext, form: str) -> str:
    from runner.app.load_compose import load_model
    from runner.compose.output import to_json
    from runner.compose.output_yaml import to_yaml
    from runner.core.redact import Redactor

    model, warnings, texts = load_model(source, Files(context.workspace.access))
    if warnings:
        context.report(warnings, texts)
    written = to_json if form == "json" else to_yaml
    return written(model.root, Redactor(model.sensitive).text)


def _workflow(source: Source, context: CommandContext, form: str) -> str:
    from runner.app.resolved_file import as_json, resolved_workflow
    from runner.document.yaml_writer import yaml_text

    resolved = resolved_workflow(source, context.workspace)
    return _json(as_json(resolved)) if form == "json" else yaml_text(resolved)


def _json(document: JSON) -> str:
    return f"{json.dumps(document, indent=2, ensure_ascii=False)}\n"
