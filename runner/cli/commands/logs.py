"""runner logs: what the containers of a workflow write."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from runner.cli.echo import echo_line
from runner.app.workflow_name import workflow_name_and_redactor
from runner.cli.options import Options, Source, shared_options, source_options_beside_arguments
from runner.cli.session import CommandContext
from runner.core.address import Address
from runner.core.redact import Redactor

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.state import DesiredState
    from runner.engine.logs import LogEvent

FAILED = 1
_SECOND = 1_000_000_000


def moment(value: str) -> int:
    """Read a duration until now, or a date with or without a time, which is local unless it says otherwise.

    In nanoseconds since 1970.
    """
    from runner.resource.codec import Invalid
    from runner.resource.scalars import parse_duration

    try:
        return time.time_ns() - parse_duration(value)
    except Invalid:
        pass
    try:
        return int(datetime.fromisoformat(value).astimezone().timestamp() * _SECOND)
    except ValueError as error:
        message = f'not a moment: "{value}"; write 10m, 2026-01-31 or 2026-01-31T14:30:00Z'
        raise click.BadParameter(message) from error


@click.command("logs")
@click.option("-f", "--follow", is_flag=True, help="Go on with what is written from now on, until Ctrl-C.")
@click.option("--since", type=moment, metavar="TIME", help="Only from then on: 10m ago, or a date and time.")
@click.option("--tail", type=click.IntRange(0), metavar="N", help="Only the last N lines of each.")
@shared_options
@source_options_beside_arguments
@click.argument("names", nargs=-1, metavar="[NAME]...")
def command(
    names: tuple[str, ...], source: Source, options: Options, follow: bool, since: int | None, tail: int | None
) -> int:
    """Show what containers and jobs have written, in the order in which they did.

    NAME is a key such as web, with all its replicas, or an address such as container.web[2]; all of them without one.
    With --follow, one that takes the place of another is listened to as well. Values that the file calls sensitive are
    masked; where --file is a name, those that its containers have on record.
    """
    from runner.engine.log_follow import LogFollower
    from runner.engine.logs import LogRange, read_logs, sources_of

    session = CommandContext(options)
    (workflow, mask, desired), log_range = workflow_name_and_redactor(session, source), LogRange(since, tail)

    def is_wanted(address: Address) -> bool:
        return not names or any(name in _names(address) for name in names)

    with session.engine() as gateway:
        sources = sources_of(gateway, workflow)
        _check(names, [source.address for source in sources], workflow)
        _learn_written(mask, gateway, workflow, desired)
        wanted = [source for source in sources if is_wanted(source.address)]
        listener = LogFollower(gateway, workflow, is_wanted, log_range)
        heard = listener.listen() if follow else read_logs(gateway, wanted, log_range)
        unheard = _tell(session, heard, [source.address for source in wanted], mask)
    return FAILED if names and unheard else 0


def _learn_written(mask: Redactor, gateway: Gateway, workflow: str, desired: DesiredState | None) -> None:
    """Look at the containers that have something sensitive on record: they may write what it was in former times."""
    from runner.app.former_secrets import learn_written
    from runner.engine.observe import observe
    from runner.resource.labels import SENSITIVE, WORKFLOW

    labels = (short.get("Labels") or {} for short in gateway.containers.list())
    if all(one.get(SENSITIVE, "[]") == "[]" for one in labels if one.get(WORKFLOW) == workflow):
        return
    from runner.kinds import CATALOG

    for error in learn_written(mask, gateway, observe(gateway, CATALOG, workflow, desired), desired):
        echo_line(f"warning: what was sensitive in former times may not all be masked: {error.message}", err=True)


def _names(address: Address) -> tuple[str, ...]:
    """Return what an address may be called: itself, and what stands for all replicas of its entry."""
    entry = f"{address.kind}.{address.name}"
    replica = f"[{address.index}]"
    return (entry, address.name, entry + replica, address.name + replica)


def _check(names: Sequence[str], present: Collection[Address], workflow: str) -> None:
    """Raise a usage error for a name that nothing there has."""
    from runner.core.diagnostic import did_you_mean

    known = {known for address in present for known in _names(address)}
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or "see runner status"
            raise click.ClickException(f'nothing of {workflow} that the engine has is called "{name}"; {hint}')


def _tell(session: CommandContext, heard: Iterator[LogEvent], addresses: Sequence[Address], mask: Redactor) -> bool:
    """Show every line; tell whether there is somebody whose log can't be read."""
    from runner.engine.logs import LogError
    from runner.views.logs import PrefixedLines, written_json

    prefixed, writer, unheard = PrefixedLines(addresses), session.writer(), False
    as_json = session.output == "json"
    for one in heard:
        if isinstance(one, LogError):
            echo_line(f"warning: {one.source.address} can't be read: {mask.text(one.error.message)}", err=True)
            unheard = True
            continue
        line = mask.text(one.written.line)
        if as_json:
            session.print_json(written_json(one.source.address, one.source.id, one.written.moment, line))
        else:
            writer.write([prefixed.line(one.source.address, line)])
    return unheard
