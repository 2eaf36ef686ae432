"""runner lock: write down which images a workflow's names stand for."""

from __future__ import annotations

from collections.abc import Container, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import click

from runner.cli.options import DEFAULT_FILE, Options, Source, shared_options, source_options
from runner.cli.session import CommandContext, LoadedWorkflow
from runner.core.diagnostic import Diagnostic, Severity, did_you_mean
from runner.core.errors import EngineError, EngineUnreachable, InvalidInput, RunnerError
from runner.core.lockfile import LockedImage, LockFile
from runner.core.phrase import reason_of
from runner.document.root import ANYWHERE
from runner.kinds.image.lockable_names import LockableReference, lockable_references
from runner.kinds.image.names import by_name
from runner.resource.image_reference import familiar

_ALL = "(all)"


@click.command("lock")
@click.option(
    "--upgrade",
    is_flag=False,
    flag_value=_ALL,
    multiple=True,
    metavar="[NAME]",
    help="Lock what the registry has now: for every image, or for one by its key or name; may be given again.",
)
@shared_options
@source_options
def command(source: Source, options: Options, upgrade: tuple[str, ...]) -> None:
    """Write down beside FILE (workflow.yaml) which images its names stand for, for runner apply --locked.

    What is locked already stays as it is, and what is used no more goes.
    """
    from runner.views.lockfile import lock_json, lock_lines
    from runner.workflow.lockfile import lock_file_of

    session = CommandContext(options)
    upgrade, file = _arguments(upgrade, source.file)
    loaded = session.load(replace(source, file=file), contents=False)
    path = lock_file_of(loaded.file)
    before = _before(session, loaded, path, needed=_ALL not in upgrade)
    wanted = _wanted(loaded, upgrade, before)
    kept = {name: before[name] for name, newest in wanted.items() if name in before and not newest}
    found = _find(session, loaded, {name: newest for name, newest in wanted.items() if name not in kept}, before)
    lock = LockFile(loaded.desired.workflow, {**kept, **found})
    _write(path, lock, loaded.file)
    if session.output == "json":
        session.print_json(lock_json(str(path), before, lock))
    else:
        session.writer().write(lock_lines(str(path), before, lock))


def _arguments(upgrade: tuple[str, ...], file: str) -> tuple[tuple[str, ...], str]:
    """Tell a name from a file: what follows --upgrade may be either."""
    if upgrade and file == DEFAULT_FILE and Path(upgrade[-1]).is_file():
        return (*upgrade[:-1], _ALL), upgrade[-1]
    return upgrade, file


def _before(session: CommandContext, loaded: LoadedWorkflow, path: Path, *, needed: bool) -> Mapping[str, LockedImage]:
    """Return what is locked already; InvalidInput when that can't be read and is needed."""
    from runner.workflow.lockfile import read_lock_file

    if not path.exists():
        return {}
    found: list[Diagnostic] = []
    lock = read_lock_file(path, loaded.desired.workflow, found, loaded.sources, loaded.files)
    if lock is None and needed:
        session.report(found, loaded.sources)
        raise InvalidInput(found)
    return lock.images if lock else {}


def _wanted(loaded: LoadedWorkflow, upgrade: tuple[str, ...], before: Container[str]) -> dict[str, bool]:
    """Return every name that is to be locked, and whether to the newest that a registry has."""
    wanted = dict.fromkeys((use.name for use in lockable_references(loaded.desired)), _ALL in upgrade)
    for use in lockable_references(loaded.desired):
        is_new = use.name not in before and loaded.desired.resources[use.address].settings.get("pull") == "always"
        wanted[use.name] |= is_new or use.address.name in upgrade or use.name in map(familiar, upgrade)
    known = {*wanted, *(use.address.name for use in lockable_references(loaded.desired))}
    for name in upgrade:
        if name not in known and familiar(name) not in known and name != _ALL:
            hint = did_you_mean(name, known) or "see the names in the lock file"
            raise click.ClickException(f'--upgrade "{name}": no such image in {loaded.file}; {hint}')
    return wanted


def _find(
    session: CommandContext, loaded: LoadedWorkflow, wanted: Mapping[str, bool], before: Mapping[str, LockedImage]
) -> dict[str, LockedImage]:
    """Ask the engine, and registries through it, for what names stand for; RunnerError when one stands for nothing."""
    from runner.kinds.image.resolve import Resolver

    if not wanted:
        return {}
    failed: dict[str, EngineError] = {}
    with session.engine() as gateway, ThreadPoolExecutor(session.options.parallel) as pool:
        named = by_name(gateway.images.list())
        registered = {name for name, image in before.items() if image.digest}
        resolver = Resolver(
            gateway, named, registered if gateway.engine().capabilities.get("containerd_store") else frozenset(named)
        )

        def find(name: str) -> LockedImage:
            try:
                return resolver.resolve(name, newest=wanted[name])
            except EngineUnreachable:
                raise
            except EngineError as error:
                failed[name] = error
                return LockedImage()

        found = dict(zip(wanted, pool.map(find, wanted), strict=True))
    _report(session, loaded, found, failed)
    return found


def _report(
    session: CommandContext, loaded: LoadedWorkflow, found: Mapping[str, LockedImage], failed: Mapping[str, EngineError]
) -> None:
    """Show what can't be locked, and what only this engine has; RunnerError when there is anything of the former."""
    firsts = {use.name: use for use in reversed([*lockable_references(loaded.desired)])}
    findings = [_failure(firsts[name], error) for name, error in failed.items()]
    findings += [_local(firsts[name]) for name, image in found.items() if image.id]
    if findings and (failed or session.output != "json"):
        session.report(findings, loaded.sources)
    if failed:
        raise RunnerError("nothing was locked")


def _failure(use: LockableReference, error: EngineError) -> Diagnostic:
    help = "check its name, the network and the registry; a private one needs docker login"
    return Diagnostic("cannot-lock", f"{use.words} cannot be locked: {error.message}", use.span, help)


def _local(use: LockableReference) -> Diagnostic:
    message = f"{use.words} is in no registry that this engine knows of: it is locked by its id"
    help = f"other engines need it by docker load; what a registry has is locked by: runner lock --upgrade {use.name}"
    return Diagnostic("local-image", message, use.span, help, severity=Severity.WARNING)


def _write(path: Path, lock: LockFile, workflow: str) -> None:
    """Write the lock file, unless it says the same already."""
    from runner.document.atomic_write import atomic_write, require_regular_file
    from runner.workflow.lockfile import lock_file_text

    content = lock_file_text(lock, Path(workflow).name).encode()
    try:
        require_regular_file(path)
        if not path.exists() or ANYWHERE.read(path, len(content) + 1) != content:
            with atomic_write(path) as stream:
                stream.write(content)
    except OSError as error:
        raise RunnerError(f'cannot write "{path}": {reason_of(error)}') from error
