"""runner doctor: what can't work here, what may go wrong, and what to do about it."""

from __future__ import annotations

from runner.app.doctor.examine import Examination
from runner.app.source import Source
from runner.cli.session import CommandContext
from runner.core.errors import EngineUnreachable
from runner.core.examination import Finding, Verdict
from runner.core.exit_code import ExitCode


def run(source: Source, context: CommandContext, deep: bool) -> ExitCode:
    """Examine the engine and this machine, and print a line for each finding."""
    examination = Examination(source, context.workspace, context.engine_options, deep)
    findings = _print_json(examination, context) if context.output == "json" else _print(examination, context)
    if isinstance(examination.error, EngineUnreachable):
        return ExitCode.UNREACHABLE  # a finding tells why
    is_broken = any(finding.verdict is Verdict.BROKEN for finding in findings)
    return ExitCode.FAILED if is_broken else ExitCode.OK


def _print(examination: Examination, context: CommandContext) -> list[Finding]:
    """Print each finding as soon as it is known."""
    from runner.views.doctor import finding_lines, verdict_line

    writer, width, findings = context.writer(), context.width, []
    for finding in examination.findings():
        findings.append(finding)
        writer.write(finding_lines(finding, width, verbose=context.options.verbose))
    writer.write([(), verdict_line(findings)])
    return findings


def _print_json(examination: Examination, context: CommandContext) -> list[Finding]:
    from runner.app.unsupported import unsupported_keys
    from runner.views.doctor import findings_json
    from runner.views.engine import engine_facts

    findings, endpoint, engine = list(examination.findings()), examination.endpoint, examination.engine
    selected = {"host": endpoint.url, "found by": endpoint.found_by} if endpoint else {}
    lacking = dict(unsupported_keys(engine, examination.orchestrator)) if engine else {}
    context.print_json(findings_json(findings, {**selected, **(engine_facts(engine) if engine else {})}, lacking))
    return findings
