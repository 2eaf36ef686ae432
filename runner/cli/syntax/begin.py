"""Commands to begin with: a first file, whether it is right, and what there is to write with."""

from __future__ import annotations

from typing import Final

from runner.cli.syntax.options import SHARED, SOURCE
from runner.cli.syntax.rows import Argument, Choice, Command, Parsed
from runner.cli.syntax.values import TEMPLATES, template

BEGIN: Final = {
    "init": Command(
        "Create a starter workflow file.",
        """Create a starter workflow.yaml, and the JSON Schema for completion and validation in editors.

        TEMPLATE is web (default), app or job. An existing workflow.yaml is never overwritten.
        """,
        (Argument("template", Parsed("template", template), default="web", metavar=f"[{'|'.join(TEMPLATES)}]"),),
        examples=(
            ("runner init", "a web page on a local port"),
            ("runner init app", "an image build, replicas and a job"),
        ),
    ),
    "validate": Command(
        "Validate a workflow file, without an engine.",
        "Validate FILE (workflow.yaml) and show all errors at once. Needs no engine.",
        (*SHARED, *SOURCE),
        examples=(
            ("runner validate", "workflow.yaml of this folder"),
            ("runner validate demo.yaml --var TAG=1.2", "another file, with a variable"),
        ),
    ),
    "schema": Command(
        "Print the JSON Schema of workflow files.",
        """Print a JSON Schema: for workflow files, event log lines, or JSON plans.

        Or print the reference of all keys of a workflow file, in Markdown.
        """,
        (Argument("what", Choice(("workflow", "reference", "event", "plan")), default="workflow"),),
        examples=(
            ("runner schema >workflow.schema.json", "for an editor"),
            ("runner schema reference", "all keys, in Markdown"),
        ),
    ),
    "doctor": Command(
        "Show the engine and what it supports.",
        "Show which engine is used and why, its version, and which keys it does not support.",
        SHARED,
        examples=(
            ("runner doctor", "the engine that commands use"),
            ("runner doctor -H ssh://admin@example.com", "another engine"),
        ),
    ),
    "version": Command(
        "Print versions.",
        "Print the versions of runner, Python and, if reachable, the engine.",
        SHARED,
        examples=(("runner version", "with the engine's version"), ("runner version -o json", "for a program")),
    ),
}
