"""runner doctor: what the engine is and can do."""

from __future__ import annotations

from collections.abc import Iterator

import click

from runner.cli.echo import echo_line
from runner.cli.environment import user_environment
from runner.cli.options import Options, shared_options
from runner.cli.session import CommandContext
from runner.core.state import Engine
from runner.resource.kind import Catalog
from runner.resource.requirements import unsupported


@click.command("doctor")
@shared_options
def command(options: Options) -> None:
    """Tell which engine is used and why, what it is, and what of the language it can't do."""
    from runner.daemon.endpoints.discover import find_endpoint
    from runner.kinds import CATALOG
    from runner.views.engine import engine_facts

    session = CommandContext(options)
    endpoint = find_endpoint(options.host, options.context, user_environment())
    with session.engine() as gateway:
        engine = gateway.engine()
    facts = {"host": endpoint.url, "found by": endpoint.found_by, **engine_facts(engine)}
    lacking = dict(_lacking(engine, CATALOG))
    if session.output == "json":
        session.print_json({**facts, "unsupported": lacking})
        return
    for name, fact in facts.items():
        echo_line(f"{name:<10}{fact}")
    for name, reason in lacking.items():
        echo_line(f"cannot    {name}: {reason}")


def _lacking(engine: Engine, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield every key that this engine would not honour, with the reason; again where kinds share it."""
    for kind in catalog.values():
        for row in kind.rows:
            for lack in unsupported(row.keys, engine):
                yield lack.key, lack.reason
