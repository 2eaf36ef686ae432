"""runner rollback: reapply an earlier run."""

from __future__ import annotations

from runner.app.apply import apply
from runner.app.defaults import DEFAULT_FILE
from runner.app.planning import plan_against_engine
from runner.app.request import RunRequest
from runner.app.rollback import find_rollback
from runner.app.source import Source
from runner.cli.console import Console
from runner.cli.session import CommandContext
from runner.core.exit_code import ExitCode
from runner.core.lazy_pattern import lazy_pattern
from runner.core.plan import Plan
from runner.core.struct import replace

_RUN = lazy_pattern(r"[0-9a-f]{1,12}")


def run(
    run: str | None, source: Source, context: CommandContext, yes: bool, lock_timeout: float, message: str | None
) -> int:
    """Plan and carry out what an earlier run applied."""
    from runner.views.history import UNDONE_BY_APPLY, rolling_back_to

    run, file = _arguments(run, source.file)
    source = replace(source, file=file)
    rollback = find_rollback(run, source, context.workspace)
    context.workspace.notify(rolling_back_to(rollback.run.id, rollback.run.began, rollback.run.start.command))
    with context.engine() as gateway:
        prepared = rollback.prepare(source, gateway, context.workspace)
        workflow = context.watch(prepared.workflow)

        def replan() -> Plan:
            return plan_against_engine(prepared, gateway)

        plan = replan()
        if warnings := list(rollback.differences(plan, workflow)):
            context.report(warnings, workflow.sources)
        request = RunRequest(
            command="rollback",
            workflow=workflow,
            gateway=gateway,
            workspace=context.workspace,
            plan=plan,
            replan=replan,
            engine=context.engine_options,
            lock_timeout=lock_timeout,
            targets=rollback.targets,
            message=message,
        )
        console = Console(context, workflow, gateway.address, source, approves_all=yes)
        code = apply(request, console)
    if code == ExitCode.OK and rollback.is_undone_by_apply(context.workspace):
        context.workspace.notify(UNDONE_BY_APPLY)
    return code


def _arguments(run: str | None, file: str) -> tuple[str | None, str]:
    """Distinguish the run from the file: a single argument that can't be a run ID is the file."""
    if run is not None and file == DEFAULT_FILE and not _RUN.fullmatch(run):
        return None, run
    return run, file
