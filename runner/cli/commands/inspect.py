"""runner inspect: one live resource in full."""

from __future__ import annotations

from runner.app.inspect import inspect, parse_address
from runner.app.planning import resolve_images
from runner.app.source import Source
from runner.cli.session import CommandContext


def run(address: str, source: Source, context: CommandContext) -> None:
    """Print what there is to know about one resource."""
    from runner.views.inspect import description_json, description_lines

    wanted = parse_address(address)
    workflow = context.load(source, contents=wanted.kind == "image")
    with context.engine() as gateway:
        description = inspect(wanted, resolve_images(workflow, gateway, context.workspace), gateway)
    if context.output == "json":
        context.print_json(description_json(str(wanted), description))
    else:
        context.writer().write(description_lines(str(wanted), description, context.width))
