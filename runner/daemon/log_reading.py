"""Logs as engines tell them: of a container, or of a task on any node of a swarm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.core.engine_answers import TimestampedLine
from runner.daemon.http.api import Api
from runner.daemon.http.log_lines import written_lines

_SECOND: Final = 1_000_000_000


def read_log(
    api: Api, path: str, *, framed: bool, follow: bool, since: int | None, until: int | None, tail: int | None
) -> Iterator[TimestampedLine]:
    """Yield the lines of the log at a path, and with `follow` those to come; `framed` unless it has a terminal."""
    which: dict[str, str | int] = {"stdout": 1, "stderr": 1, "timestamps": 1, "follow": int(follow)}
    for name, moment in (("since", since), ("until", until)):
        if moment is not None:
            which[name] = f"{moment // _SECOND}.{moment % _SECOND:09}"
    if tail is not None:
        which["tail"] = tail
    with api.stream(path, which) as chunks:
        yield from written_lines(chunks, framed=framed)
