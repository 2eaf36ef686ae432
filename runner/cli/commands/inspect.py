"""runner inspect: one live resource in full."""

from __future__ import annotations

import click

from runner.app.inspect import inspect, parse_address
from runner.app.planning import resolve_images
from runner.app.source import Source
from runner.cli.options import shared_options, source_options
from runner.cli.session import CommandContext


@click.command("inspect")
@click.argument("address")
@shared_options
@source_options
def command(address: str, source: Source, context: CommandContext) -> None:
    """Show details of the image, container or job at ADDRESS, such as container.web, in FILE (workflow.yaml).

    For an image: its layers and differences from the running one. For a container: its image, limits and usage.
    """
    from runner.views.inspect import description_json, description_lines

    wanted = parse_address(address)
    workflow = context.load(source, contents=wanted.kind == "image")
    with context.engine() as gateway:
        description = inspect(wanted, resolve_images(workflow, gateway, context.workspace), gateway)
    if context.output == "json":
        context.print_json(description_json(str(wanted), description))
    else:
        context.writer().write(description_lines(str(wanted), description, context.width))
