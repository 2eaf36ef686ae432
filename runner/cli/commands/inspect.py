"""runner inspect: one resource in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.app.inspect import find_address, inspect, inspect_declared, is_on_engine
from runner.app.planning import resolve_images
from runner.app.source import Source
from runner.cli.session import CommandContext
from runner.core.address import Address
from runner.core.inspection import Description
from runner.views.inspect import description_json, description_lines

if TYPE_CHECKING:
    from runner.app.loaded_workflow import LoadedWorkflow


def run(address: str, source: Source, context: CommandContext) -> None:
    """Print what there is to know about one resource."""
    found = find_address(address, context.load_structure(source))
    workflow = context.load(source, contents=found.kind == "image")  # of nothing else the build context counts
    is_live = is_on_engine(found, workflow)
    description = _live(found, workflow, context) if is_live else inspect_declared(found, workflow)
    if context.output == "json":
        context.print_json(description_json(str(found), description))
    else:
        context.writer().write(description_lines(str(found), description, context.width))


def _live(address: Address, workflow: LoadedWorkflow, context: CommandContext) -> Description:
    """Describe what is on the engine."""
    with context.engine() as gateway:
        return inspect(address, resolve_images(workflow, gateway, context.workspace), gateway)
