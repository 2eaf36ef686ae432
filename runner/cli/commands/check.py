"""runner check: run the checks."""

from __future__ import annotations

from runner.app.checks import checks_request, require_checks
from runner.app.run import run_checks
from runner.app.source import Source
from runner.cli.console import Console
from runner.cli.session import CommandContext


def run(source: Source, context: CommandContext) -> int:
    """Run the checks and return their exit code."""
    workflow = context.load(source, contents=False)
    require_checks(workflow)
    with context.engine() as gateway:
        request = checks_request(workflow, gateway, context.workspace, context.engine_options)
        return run_checks(request, Console(context, workflow, gateway.address, source))
