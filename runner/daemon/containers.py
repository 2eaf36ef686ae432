"""The engine's containers."""

from __future__ import annotations

import time
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from runner.core.engine_answers import EngineJSON, ExecResult, FileToCopy, TimestampedLine
from runner.core.errors import Conflict, EngineError, EngineTimeout, NotFound, Rejected
from runner.daemon.http.api import Api, Query, quote_path
from runner.daemon.http.stream_frames import frames, read_frames
from runner.daemon.lists import CONTAINERS
from runner.daemon.log_reading import read_log

if TYPE_CHECKING:
    from runner.core.exec_session import ExecSession, Program

_END_SECONDS: Final = 5.0
"""Seconds that a program of runner's own may run after its output has ended."""
_GLANCE, _LONGEST_GLANCE = 0.02, 0.5
"""Seconds between the first two polls of a program whose output has ended, and between later ones at most."""
_MOST = 16 * 1024 * 1024
"""Bytes kept of each output stream of a program, which may write for ever, and of a file that is read."""


class Containers:
    """See `core.gateway.Containers`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(self) -> Sequence[EngineJSON]:
        """Return all containers, running or not."""
        return self._api.get(CONTAINERS)  # type: ignore[no-any-return]

    def inspect(self, ref: str) -> EngineJSON:
        """Return the whole document."""
        return self._api.get(_document(ref))  # type: ignore[no-any-return]

    def inspect_many(self, refs: Sequence[str]) -> Iterator[EngineJSON]:
        """Yield the documents of those that still exist."""
        for ref, _ in zip(refs, self._api.looking_ahead([_document(ref) for ref in refs]), strict=True):
            with suppress(NotFound):
                yield self.inspect(ref)

    def create(self, name: str, body: EngineJSON, *, platform: str = "") -> str:
        """Create a container without starting it; return its id. Raises Rejected when the engine discards a setting."""
        answer = self._api.post_json("/containers/create", body, query={"name": name, "platform": platform})
        left_out = [str(warning) for warning in answer.get("Warnings") or () if "discarded" in warning]
        if left_out:
            self.remove(answer["Id"], volumes=True)
            raise Rejected(
                " ".join(left_out), help="remove it, or use an engine that supports it", code="engine-cannot"
            )
        return str(answer["Id"])

    def put_file(self, ref: str, file: FileToCopy) -> None:
        """Write a file into a container, with its missing parent folders."""
        from runner.daemon.file_tar import pack

        path = f"/containers/{quote_path(ref)}/archive"
        there = next(
            str(folder) for folder in PurePosixPath(file.path).parents if self._api.exists(path, {"path": str(folder)})
        )
        self._api.put(path, pack(file, there), {"path": there, "noOverwriteDirNonDir": 1})

    def get_file(self, ref: str, path: str) -> bytes:
        """Return a file of a container."""
        from runner.daemon.file_tar import unpack

        return self._api.retry(lambda: unpack(self._archive(ref, path)))

    def _archive(self, ref: str, path: str) -> bytes:
        """Return a file as a tar; EngineError for one that is too large: a container may have written it."""
        archive = bytearray()
        with self._api.stream(
            f"/containers/{quote_path(ref)}/archive", {"path": path}, idle_timeout=self._api.timeout
        ) as chunks:
            for chunk in chunks:
                archive += chunk
                if len(archive) > _MOST:
                    raise EngineError(f"{path} in {ref[:12]} is larger than {_MOST >> 20} MiB")
        return bytes(archive)

    def start(self, ref: str) -> None:
        """Start it."""
        self._api.post(f"/containers/{quote_path(ref)}/start", again=True)

    def stop(self, ref: str, grace: float) -> None:
        """Stop it, and return when it has exited."""
        try:
            self._api.post(f"/containers/{quote_path(ref)}/stop", patience=grace, again=True)
        except NotFound:
            return

    def restart(self, ref: str, grace: float) -> None:
        """Restart it, by one call that the engine carries out even if the client is gone.

        By two if it gets no time to stop: after such a call engines (seen on 20.10 and 28.5) have its file system no
        longer mounted where they start further programs in it, such as healthchecks, so that none can run.
        """
        if not grace:
            self.stop(ref, grace)
            self.start(ref)
            return
        self._api.post(f"/containers/{quote_path(ref)}/restart", patience=grace)

    def was_stopped(self, inspect: EngineJSON) -> bool | None:
        """Return whether an exited one was sent a signal before, as far as the engine's events tell."""
        from runner.daemon.past_signals import was_signalled

        return was_signalled(self._api, inspect)

    def unpause(self, ref: str) -> None:
        """Unpause it."""
        self._api.post(f"/containers/{quote_path(ref)}/unpause")

    def rename(self, ref: str, name: str) -> None:
        """Rename it."""
        self._api.post(f"/containers/{quote_path(ref)}/rename", query={"name": name})

    def update(self, ref: str, body: EngineJSON) -> None:
        """Change limits and restart policy in place."""
        self._api.post(f"/containers/{quote_path(ref)}/update", body, again=True)

    def remove(self, ref: str, *, volumes: bool = False) -> None:
        """Kill and remove it; if another client is already removing it, wait for that."""
        with suppress(NotFound):
            try:
                self._delete(ref, volumes)
            except Conflict as error:
                if "already in progress" not in error.message:
                    raise
                self._api.post(f"/containers/{quote_path(ref)}/wait", query={"condition": "removed"})
                self._delete(ref, volumes)  # the other client may have failed

    def _delete(self, ref: str, volumes: bool) -> None:
        self._api.delete(f"/containers/{quote_path(ref)}", {"force": 1, "v": int(volumes)})

    def exec(self, ref: str, argv: Sequence[str], *, timeout: float) -> ExecResult:
        """Run a program in a running container."""
        body = {"Cmd": list(argv), "AttachStdout": True, "AttachStderr": True}
        started = quote_path(self._api.post_json(f"/containers/{quote_path(ref)}/exec", body, again=True)["Id"])
        written = {False: bytearray(), True: bytearray()}
        until = time.monotonic() + timeout
        with self._api.exchange(
            f"/exec/{started}/start", {"Detach": False, "Tty": False}, idle_timeout=timeout
        ) as read:
            for is_error, content in read_frames(read):
                if time.monotonic() > until:
                    raise EngineTimeout(f"a command in the container did not exit within {timeout:g} s")
                written[is_error] += content[: _MOST - len(written[is_error])]
        return ExecResult(self._exit_code(started, _END_SECONDS), bytes(written[False]), bytes(written[True]))

    def open_exec(self, ref: str, program: Program) -> ExecSession:
        """Run a program in a running container, connected to this process."""
        from runner.daemon.exec_session import open_session

        # No program outlives its engine: waiting for one that is lost would only keep the user's terminal.
        # But one that writes into a file has closed its output long before its end.
        ended = partial(self._exit_code, again=False)
        return open_session(self._api, ref, program, ended)

    def _exit_code(self, program: str, within: float, *, again: bool = True) -> int:
        """Return a program's exit code; its output may end before it does."""
        until, glance = time.monotonic() + within, _GLANCE
        while (code := self._api.get(f"/exec/{program}/json", again=again)["ExitCode"]) is None:
            if time.monotonic() > until:
                raise EngineTimeout("a command in the container closed its output but did not exit")
            time.sleep(glance)
            glance = min(glance * 1.5, _LONGEST_GLANCE)
        return int(code)

    def log_text(self, ref: str, *, since: str) -> Generator[str]:
        """Yield its output since a time."""
        decoder = getincrementaldecoder("utf-8")("replace")
        with closing(self._contents(ref, {"since": _seconds(since)})) as contents:
            for content in contents:
                yield decoder.decode(content)

    def _contents(self, ref: str, which: Query) -> Generator[bytes]:
        has_terminal = self.inspect(ref)["Config"].get("Tty")
        path = f"/containers/{quote_path(ref)}/logs"
        with self._api.stream(path, {"stdout": 1, "stderr": 1, **which}, idle_timeout=self._api.timeout) as chunks:
            yield from chunks if has_terminal else (content for _stream, content in frames(chunks))

    def log_lines(
        self,
        ref: str,
        *,
        follow: bool = False,
        since: int | None = None,
        until: int | None = None,
        tail: int | None = None,
    ) -> Iterator[TimestampedLine]:
        """Yield the lines of its output, and with `follow` those to come."""
        has_terminal = bool(self.inspect(ref)["Config"].get("Tty"))
        path = f"/containers/{quote_path(ref)}/logs"
        yield from read_log(
            self._api, path, framed=not has_terminal, follow=follow, since=since, until=until, tail=tail
        )

    def stats(self, ref: str) -> EngineJSON:
        """Return the resource usage of a running one."""
        return self._api.get(f"/containers/{quote_path(ref)}/stats", {"stream": "false"})  # type: ignore[no-any-return]

    def last_lines(self, ref: str, lines: int) -> tuple[str, ...]:
        """Return the last lines of its output."""
        try:
            text = b"".join(self._contents(ref, {"tail": lines})).decode(errors="replace")
            return tuple(text.splitlines()[-lines:])
        except EngineError:
            return ()  # it accompanies another error, which is the one that matters


def _seconds(moment: str) -> str:
    """Format a time as the engine takes it: Unix seconds with a fraction; a time before 1970 becomes 0.

    >>> _seconds("2026-02-03T04:05:06.789123456Z")
    '1770091506.789123456'
    """
    whole, _, fraction = moment.removesuffix("Z").partition(".")
    return f"{max(0, int(datetime.fromisoformat(f'{whole}+00:00').timestamp()))}.{fraction or 0}"


def _document(ref: str) -> str:
    """Return the path of a container's inspect document."""
    return f"/containers/{quote_path(ref)}/json"
