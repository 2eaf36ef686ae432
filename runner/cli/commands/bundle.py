"""runner bundle: pack a workflow with its images and files in one tar file, for an engine without a network."""

from __future__ import annotations

import signal

from runner.app.bundle import write_bundle
from runner.app.source import Source
from runner.cli.refusal import Misuse
from runner.cli.session import CommandContext


def run(source: Source, context: CommandContext, out: str, locked: bool) -> None:
    """Write the bundle and print what is in it."""
    from runner.views.bundle import bundle_json, bundle_lines

    workflow = context.load(source)
    if workflow.bundle is not None:
        raise Misuse("bundle", f"{source.file} is already a bundle")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that SIGTERM leaves no partial file either
    with context.engine() as gateway:
        summary = write_bundle(
            out, source, workflow, gateway, context.workspace, locked=locked, idle_timeout=context.options.timeout
        )
    if context.output == "json":
        context.print_json(bundle_json(summary))
    else:
        context.writer().write(bundle_lines(summary))
