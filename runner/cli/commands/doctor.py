"""runner doctor: the engine in use, and what it supports."""

from __future__ import annotations

import sys

from runner.app.unsupported import unsupported_keys
from runner.cli.bytecode import slow_folder
from runner.cli.echo import echo_line, warn
from runner.cli.session import CommandContext


def run(context: CommandContext) -> None:
    """Print the facts and what is unsupported."""
    from runner.daemon.endpoints.discover import find_endpoint
    from runner.views.engine import engine_facts

    endpoint = find_endpoint(context.options.host, context.options.context, context.workspace.environ)
    with context.engine() as gateway:
        engine = gateway.engine()
    facts = {"host": endpoint.url, "found by": endpoint.found_by, **engine_facts(engine)}
    lacking = dict(unsupported_keys(engine))
    if context.output == "json":
        context.print_json({**facts, "unsupported": lacking})
        return
    for name, fact in facts.items():
        echo_line(f"{name:<10}{fact}")
    for name, reason in lacking.items():
        echo_line(f"unsupported  {name}: {reason}")
    if (folder := slow_folder()) is not None:
        way_out = f"compile them once: {sys.executable} -m compileall -q {folder}"
        warn("not-compiled", f"every command compiles runner's modules anew; {way_out}")
