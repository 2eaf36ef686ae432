"""runner destroy: remove what a workflow owns."""

from __future__ import annotations

import click

from runner.app.destroy import destroy_workflow
from runner.app.source import Source
from runner.app.workflow_name import load_file_or_name
from runner.cli.console import DestroyConsole
from runner.cli.options import lock_option, log_options, shared_options, source_options, verbose_option
from runner.cli.session import CommandContext


@click.command("destroy")
@click.option("--volumes", is_flag=True, help="Also remove its volumes and their data.")
@click.option("--images", is_flag=True, help="Also remove the images it built.")
@click.option("--yes", "-y", is_flag=True, help="Confirm destroying data or resources of another file.")
@lock_option
@log_options
@verbose_option
@shared_options
@source_options
def command(
    source: Source, context: CommandContext, volumes: bool, images: bool, yes: bool, lock_timeout: float
) -> int:
    """Remove all resources of a workflow, dependents first. FILE may also be the workflow's name."""
    workflow = context.watch(load_file_or_name(source, context.workspace))
    spared = {kind for kind, doomed in (("volume", volumes), ("image", images)) if not doomed}
    with context.engine() as gateway:
        console = DestroyConsole(context, workflow, gateway.address, approves_all=yes)
        return destroy_workflow(
            workflow,
            gateway,
            context.workspace,
            console,
            spared,
            engine=context.engine_options,
            lock_timeout=lock_timeout,
        )
