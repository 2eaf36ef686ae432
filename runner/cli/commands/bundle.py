"""runner bundle: a workflow with its images and files in one tar, for an engine without a network."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from runner.cli.environment import process_access
from runner.app.from_lockfile import locked_option, pin_to_lock
from runner.cli.options import Options, Source, shared_options, source_options
from runner.app.bundle_writer import BundlePacker
from runner.app.planning import plan_against_engine
from runner.cli.session import CommandContext, InputOverrides, LoadedWorkflow
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.errors import RunnerError
from runner.core.gateway import Gateway
from runner.core.phrase import reason_of
from runner.core.plan import Action, Change
from runner.document.files import Files
from runner.kinds.image import IMAGE
from runner.kinds.image.substitute import pinned_to

if TYPE_CHECKING:
    from runner.views.bundle import BundleSummary


@click.command("bundle")
@click.option("--out", required=True, metavar="PATH", help="The tar to write.")
@locked_option
@shared_options
@source_options
def command(source: Source, options: Options, out: str, locked: bool) -> None:
    """Put FILE (workflow.yaml) with its images, includes, lock file, configs and env files into one tar.

    runner apply PATH then needs no network, no build and none of the files: images that are missing there are loaded.
    Not in it are secrets, the values of sensitive variables, and what is bind-mounted: it says which.
    """
    session = CommandContext(options)
    loaded = session.load(source)
    if loaded.bundle is not None:
        raise click.UsageError(f"{source.file} is a bundle already")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # then, too, nothing half-written stays
    with session.engine() as gateway:
        images = _images(session, pin_to_lock(session, loaded, gateway) if locked else loaded, gateway)
        files = Files(process_access())
        carried = _without_builds(session, source, images, files)
        packing = BundlePacker(session, loaded, carried, files)
        with _written(Path(out)) as stream:
            summary = packing.pack(stream, images, gateway)
    _tell(session, replace(summary, file=out))


def _images(session: CommandContext, loaded: LoadedWorkflow, gateway: Gateway) -> dict[Address, Change]:
    """Return what the engine has for each image; RunnerError when an apply would build or pull one first."""
    found = {
        change.address: change
        for change in plan_against_engine(loaded, gateway).changes
        if change.address.kind == IMAGE.name
    }
    missing = [change for change in found.values() if change.action is not Action.NOOP or change.observed is None]
    if missing:
        session.report(list(map(_missing, missing)), loaded.sources)
        raise RunnerError("nothing was bundled")
    return found


def _missing(change: Change) -> Diagnostic:
    span = change.desired.span if change.desired else None
    message = f"{change.address} is not on this engine as it is declared"
    return Diagnostic("not-there", message, span, f"bring it there with: runner apply --target {change.address}")


def _without_builds(
    session: CommandContext, source: Source, images: Mapping[Address, Change], files: Files
) -> LoadedWorkflow:
    """Read the workflow as it will be read out of the bundle; `files` receives what that takes."""
    pins = {address: pinned_to(change.observed.id, "never") for address, change in images.items() if change.observed}
    return session.load(source, reading=InputOverrides(files, overrides=pins))


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    from runner.document.atomic_write import atomic_write, require_regular_file

    try:
        require_regular_file(path)
        with atomic_write(path) as stream:
            yield stream
    except OSError as error:
        raise RunnerError(f'cannot write "{path}": {reason_of(error)}') from error


def _tell(session: CommandContext, summary: BundleSummary) -> None:
    from runner.views.bundle import bundle_json, bundle_lines

    if session.output == "json":
        session.print_json(bundle_json(summary))
    else:
        session.writer().write(bundle_lines(summary))
