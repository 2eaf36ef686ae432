"""runner destroy: remove what a workflow owns."""

from __future__ import annotations

from runner.app.destroy import destroy_workflow
from runner.app.run_by import with_orchestrator
from runner.app.source import Source
from runner.app.workflow_name import load_file_or_name
from runner.cli.console import DestroyConsole
from runner.cli.session import CommandContext


def run(
    source: Source,
    context: CommandContext,
    volumes: bool,
    images: bool,
    yes: bool,
    lock_timeout: float,
    message: str | None,
) -> int:
    """Plan the removal and carry it out."""
    workflow = context.watch(load_file_or_name(source, context.workspace))
    spared = {kind for kind, doomed in (("volume", volumes), ("image", images)) if not doomed}
    with context.engine() as gateway:
        workflow = with_orchestrator(workflow, gateway)
        console = DestroyConsole(context, workflow, gateway.address, source, approves_all=yes)
        return destroy_workflow(
            workflow,
            gateway,
            context.workspace,
            console,
            spared,
            engine=context.engine_options,
            lock_timeout=lock_timeout,
            message=message,
        )
