"""runner bundle: pack a workflow with its images and files in one tar file, for an engine without a network."""

from __future__ import annotations

import signal

import click

from runner.app.bundle import write_bundle
from runner.app.source import Source
from runner.cli.options import locked_option, shared_options, source_options
from runner.cli.session import CommandContext


@click.command("bundle")
@click.option("--out", required=True, metavar="PATH", help="Write the bundle to this tar file.")
@locked_option
@shared_options
@source_options
def command(source: Source, context: CommandContext, out: str, locked: bool) -> None:
    """Pack FILE (workflow.yaml) with its images, includes, lock file, configs and env files into one tar file.

    runner apply PATH then needs no network, no build and no other files; missing images are loaded from the bundle.
    Secrets, values of sensitive variables and bind mounts are not included, and are listed.
    """
    from runner.views.bundle import bundle_json, bundle_lines

    workflow = context.load(source)
    if workflow.bundle is not None:
        raise click.UsageError(f"{source.file} is already a bundle")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that SIGTERM leaves no partial file either
    with context.engine() as gateway:
        summary = write_bundle(
            out, source, workflow, gateway, context.workspace, locked=locked, idle_timeout=context.options.timeout
        )
    if context.output == "json":
        context.print_json(bundle_json(summary))
    else:
        context.writer().write(bundle_lines(summary))
