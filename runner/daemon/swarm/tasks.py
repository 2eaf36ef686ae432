"""The tasks of a swarm's services: one list for all that wait, and the logs of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner.core.engine_answers import EngineJSON, TimestampedLine
from runner.core.errors import EngineError
from runner.daemon.http.api import Api, quote_path
from runner.daemon.lists import TASKS
from runner.daemon.log_reading import read_log
from runner.daemon.swarm.shared_list import SharedList


class Tasks:
    """See `core.swarm.Tasks`."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._shared = SharedList(lambda: api.get(TASKS) or (), key="ServiceID")

    def list(self, *, since: float | None = None) -> Sequence[EngineJSON]:
        """Return all tasks, asked for after a moment."""
        return self._shared.get(since)

    def of_service(self, id: str, *, since: float | None = None) -> Sequence[EngineJSON]:
        """Return those of a service, asked for after a moment."""
        return self._shared.of(id, since)

    def log_lines(
        self,
        id: str,
        *,
        follow: bool = False,
        since: int | None = None,
        until: int | None = None,
        tail: int | None = None,
    ) -> Iterator[TimestampedLine]:
        """Yield the log lines of one task."""
        spec = self._api.get(f"/tasks/{quote_path(id)}")["Spec"].get("ContainerSpec") or {}
        path = f"/tasks/{quote_path(id)}/logs"
        framed = not spec.get("TTY")
        yield from read_log(self._api, path, framed=framed, follow=follow, since=since, until=until, tail=tail)

    def last_lines(self, id: str, lines: int) -> tuple[str, ...]:
        """Return the last lines of its log."""
        try:
            return tuple(one.line for one in self.log_lines(id, tail=lines))[-lines:]
        except EngineError:
            return ()  # it accompanies another error, which is the one that matters
