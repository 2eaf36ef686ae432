"""runner rollback: make the engine again what an earlier apply made it."""

from __future__ import annotations

import re
from dataclasses import replace

import click

from runner.app.apply import converge
from runner.cli.environment import process_access
from runner.app.workflow_name import workflow_name
from runner.cli.options import (
    DEFAULT_FILE,
    Options,
    Source,
    lock_option,
    log_options,
    shared_options,
    source_options,
    verbose_option,
)
from runner.app.past_runs import find_run, past_runs
from runner.app.from_snapshot import Pins, check_pins, differences, load_pinned, pin
from runner.app.planning import plan_against_engine, select_targets
from runner.cli.session import CommandContext, LoadedWorkflow
from runner.core.plan import Plan
from runner.document.files import Files
from runner.history.snapshot import ResolvedImage, Snapshot, StoredSnapshot, read_snapshot
from runner.history.store import IMAGES, SNAPSHOT, StoredRun

_RUN = re.compile(r"[0-9a-f]{1,12}")


@click.command("rollback")
@click.option("--yes", "-y", is_flag=True, help="Go on even if data or what another file made is destroyed.")
@lock_option
@log_options
@verbose_option
@shared_options
@click.argument("run", required=False)
@source_options
def command(run: str | None, source: Source, options: Options, yes: bool, lock_timeout: float) -> int:
    """Apply again what RUN of FILE (workflow.yaml) applied, with the very images that it used.

    Without RUN, what the last successful apply before the present one did. FILE may be the workflow's name instead.
    Sensitive variables and the content of secrets are not on record: they are taken as they are now.
    """
    session = CommandContext(options)
    run, file = _arguments(run, source.file)
    workflow = workflow_name(session, file)
    past = _choose(past_runs(workflow), run, workflow)
    snapshot, images = _recorded(past)
    with session.engine() as gateway:
        pins = pin(images, gateway, past.start.commit)
        loaded, part = select_targets(session, _load(session, snapshot, source, pins), snapshot.targets)
        check_pins(loaded.desired, pins, past.id)

        def look() -> Plan:
            return plan_against_engine(loaded, gateway, part=part)

        plan = look()
        if warnings := list(differences(snapshot, plan, loaded, past.id)):
            session.report(warnings, loaded.sources)
        return converge(
            session,
            loaded,
            gateway,
            look,
            plan=plan,
            command="rollback",
            yes=yes,
            lock_timeout=lock_timeout,
            targets=tuple(snapshot.targets),
        )


def _load(session: CommandContext, snapshot: Snapshot, source: Source, pins: Pins) -> LoadedWorkflow:
    there = replace(source, file=snapshot.file)
    access = replace(process_access(), variables=snapshot.sensitive)
    return load_pinned(session, there, Files(access, snapshot.files), pins, snapshot.variables)


def _arguments(run: str | None, file: str) -> tuple[str | None, str]:
    """Tell the run and the file apart: alone, what can't be a run is the file."""
    if run is not None and file == DEFAULT_FILE and not _RUN.fullmatch(run):
        return None, run
    return run, file


def _choose(runs: list[StoredRun], prefix: str | None, workflow: str) -> StoredRun:
    if prefix is not None:
        return find_run(runs, prefix, workflow)
    changing = [run for run in runs if run.header.changed and (run.ending is None or run.ending.result != "refused")]
    for run in changing[1:]:  # the first one made the present
        if run.succeeded and run.start.command == "apply" and not run.header.targets:
            return run
    raise click.ClickException(f"no earlier successful apply of {workflow} is on record here")


def _recorded(run: StoredRun) -> tuple[Snapshot, dict[str, ResolvedImage]]:
    snapshot = run.document(SNAPSHOT, StoredSnapshot)
    images = run.document(IMAGES, dict[str, ResolvedImage])
    if snapshot is None or images is None or not run.succeeded:
        raise click.ClickException(f"run {run.id} is none to go back to: it did not succeed, or applied nothing")
    return read_snapshot(snapshot), images
