"""runner version: the versions of runner, Python and, if reachable, the engine."""

from __future__ import annotations

import platform

from runner import __version__
from runner.cli.echo import echo_line
from runner.cli.session import CommandContext
from runner.core.errors import RunnerError


def run(context: CommandContext) -> None:
    """Print one line for each version."""
    versions = {"runner": __version__, "python": platform.python_version(), **_engine_versions(context)}
    if context.output == "json":
        context.print_json(versions)
    else:
        for name, version in versions.items():
            echo_line(f"{name:<8}{version}")


def _engine_versions(context: CommandContext) -> dict[str, str]:
    try:
        with context.engine() as gateway:
            engine = gateway.engine()
    except RunnerError as error:
        return {"engine": f"none: {error.message}"}
    return {"engine": f"{engine.name} {engine.version}", "api": engine.api_version}
