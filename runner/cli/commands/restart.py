"""runner restart: stop containers and start them again, as they are."""

from __future__ import annotations

from runner.app.restart import restart_workflow
from runner.app.run_by import with_orchestrator
from runner.app.source import Source
from runner.app.workflow_name import load_file_or_name
from runner.cli.console import Console
from runner.cli.refusal import Misuse
from runner.cli.session import CommandContext


def run(
    addresses: tuple[str, ...], source: Source, context: CommandContext, lock_timeout: float, message: str | None
) -> int:
    """Restart the containers, and wait until they are ready."""
    if not addresses:
        raise Misuse("restart", "which container? Write its key or address, such as: runner restart web")
    workflow = context.watch(load_file_or_name(source, context.workspace))
    with context.engine() as gateway:
        workflow = with_orchestrator(workflow, gateway)
        return restart_workflow(
            workflow,
            gateway,
            context.workspace,
            Console(context, workflow, gateway.address, source),
            addresses,
            engine=context.engine_options,
            lock_timeout=lock_timeout,
            message=message,
        )
