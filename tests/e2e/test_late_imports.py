"""What a command has no use for it doesn't load: imports are most of the time that a quick command takes."""

from __future__ import annotations

from collections.abc import Callable

from tests.harness.cli import Cli

LIBRARIES = {"click", "docker", "jsonschema", "re2", "requests", "rich", "structlog", "urllib3"}
ELSEWHERE_NEEDED = {"email", "http.client", "ssl"}
"""What only TLS, probes of the client and the SDK take."""
FOR_A_RUN = {
    "h2",
    "runner.core.build",
    "runner.app.plan_contents",
    "runner.cli.github",
    "runner.core.event",
    "runner.engine.execute",
    "runner.kinds.container.verbs.create",
    "runner.views.plan_changes",
}
FOR_AN_ENGINE = {"runner.core.gateway", "runner.daemon.client", "httptools"}
FOR_A_FILE = {"runner.document.loader", "runner.kinds", "yaml"}


def test_a_command_loads_what_it_needs_and_no_more(cli: Cli, workflow: Callable) -> None:
    def loads(*arguments: str) -> set[str]:
        told = cli(*arguments, env={"PYTHONPROFILEIMPORTTIME": "1"}, logged=False).exits(0).stderr
        return {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}

    workflow("containers: {web: {<<: *idle, limits: {memory: 32m}}}")
    cli("apply").exits(0)

    assert loads("--help") & (LIBRARIES | FOR_A_RUN | FOR_AN_ENGINE | FOR_A_FILE) == set()
    assert loads("validate") & (LIBRARIES | FOR_A_RUN | FOR_AN_ENGINE) == set()
    assert loads("plan") & (LIBRARIES | ELSEWHERE_NEEDED | FOR_A_RUN) == set()
    unchanged = loads("apply")
    assert unchanged & (LIBRARIES | ELSEWHERE_NEEDED | FOR_A_RUN) == set()
    assert unchanged >= FOR_AN_ENGINE | FOR_A_FILE  # it is told what is loaded
