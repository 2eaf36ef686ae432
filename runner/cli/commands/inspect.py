"""runner inspect: one resource in full."""

from __future__ import annotations

from runner.app.inspect import find_address, inspect, inspect_declared, is_on_engine
from runner.app.planning import resolve_images
from runner.app.source import Source
from runner.cli.session import CommandContext
from runner.core.address import Address
from runner.core.inspection import Description
from runner.views.inspect import description_json, description_lines


def run(address: str, source: Source, context: CommandContext) -> None:
    """Print what there is to know about one resource."""
    workflow = context.load(source, contents=False)
    found = find_address(address, workflow)
    description = _live(found, source, context) if is_on_engine(found) else inspect_declared(found, workflow)
    if context.output == "json":
        context.print_json(description_json(str(found), description))
    else:
        context.writer().write(description_lines(str(found), description, context.width))


def _live(address: Address, source: Source, context: CommandContext) -> Description:
    """Describe what is on the engine; only of an image the build context counts."""
    workflow = context.load(source, contents=address.kind == "image")
    with context.engine() as gateway:
        return inspect(address, resolve_images(workflow, gateway, context.workspace), gateway)
