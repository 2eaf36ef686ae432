"""BuildKit's reports of steps, folded into advances; and the error that a failed one makes."""

from __future__ import annotations

import json

import pytest

from runner.core.build import Dockerfile
from runner.core.event import StepStatus
from runner.core.progress_update import ProgressUpdate
from runner.daemon.buildkit import protobuf as wire
from runner.daemon.buildkit.build_errors import build_error, is_disconnect
from runner.daemon.buildkit.progress import Steps
from runner.daemon.buildkit.rpc_call import Status
from runner.daemon.buildkit.status import Log, Vertex, Work, read_status

RUN = "[2/2] RUN make"


def vertex(name: str = RUN, **given: object) -> Vertex:
    values = {"is_cached": False, "started": None, "completed": None, "error": "", **given}
    return Vertex(digest=name, name=name, **values)  # type: ignore[arg-type]


def folded(*reports: Vertex | Work | Log) -> list[ProgressUpdate]:
    steps = Steps()
    return [advance for report in reports for advance in steps.take(report)]


def test_a_step_is_told_once_when_it_begins_and_once_when_it_ends() -> None:
    running, done = vertex(started=1.0), vertex(started=1.0, completed=3.5)
    assert folded(vertex(), running, running, done, done) == [
        ProgressUpdate(RUN, status=StepStatus.RUNNING),
        ProgressUpdate(RUN, status=StepStatus.DONE, elapsed_ms=2500),
    ]


def test_a_cached_step_stays_cached() -> None:
    cached, done = vertex(started=1.0, completed=1.0, is_cached=True), vertex(started=1.0, completed=1.0)
    assert [one.status for one in folded(cached, done)] == [StepStatus.CACHED]


def test_lines_are_whole_whatever_pieces_they_come_in() -> None:
    logs = [Log(RUN, piece) for piece in (b"on", b"e\ntwo\r\n10%\r100%\nno ", b"end")]
    lines = [one.output for one in folded(vertex(started=1.0), *logs, vertex(started=1.0, completed=2.0))]
    assert [line for line in lines if line is not None] == ["one", "two", "100%", "no end"]


def test_transfers_are_summed_up_and_other_steps_of_its_own_are_not_told() -> None:
    load, read = "[internal] load build context", "[internal] load .dockerignore"
    told = folded(
        vertex(load, started=1.0), Work("a", load, "", 5, 10), Work("b", load, "", 7, 10), vertex(read, started=1.0)
    )
    assert [(one.phase, one.current, one.total) for one in told] == [
        ("load build context", 5, 10),
        ("load build context", 12, 20),
    ]


def test_reports_are_read_and_unknown_fields_passed_over() -> None:
    moment = wire.number(1, 7) + wire.number(2, 500_000_000)
    body = wire.text(1, "d") + wire.text(3, RUN) + wire.message(5, moment) + wire.text(99, "new")
    log = wire.text(1, "d") + wire.text(4, b"hi")
    assert list(read_status(wire.message(1, body) + wire.message(3, log) + wire.message(9, b"new"))) == [
        Vertex("d", RUN, is_cached=False, started=7.5, completed=None, error=""),
        Log("d", b"hi"),
    ]


TEXT = "FROM a\n\nRUN one && \\\n  two\nRUN one\n"
EXIT = 'failed to solve: process "/bin/sh -c one &&   two" did not complete successfully: exit code: 3'


def details(line: int) -> bytes:
    source = json.dumps({"ranges": [{"start": {"line": line}, "end": {"line": line}}]})
    return wire.message(3, wire.text(1, "github.com/moby/buildkit/errdefs.Source+json") + wire.text(2, source))


@pytest.mark.parametrize(
    ("status", "step", "message"),
    [
        (
            Status(2, EXIT, details(3)),
            "[2/3] RUN one &&   two",
            "RUN one &&   two at line 3 of Dockerfile exited with code 3",
        ),
        (
            Status(2, EXIT),
            "[2/3] RUN one &&   two",
            "RUN one &&   two at line 3 of Dockerfile exited with code 3",
        ),
        (Status(2, "failed to solve: no match", b"\x0a\xff"), "", "no match"),
        (Status(2, "dockerfile parse error on line 2: what", details(2)), "", "dockerfile parse error on line 2: what"),
    ],
    ids=["told by the engine", "found in the text", "broken details", "told already"],
)
def test_a_failure_names_the_instruction_its_line_and_the_exit_code(status: Status, step: str, message: str) -> None:
    assert build_error(status, Dockerfile("Dockerfile", TEXT), step, ()).message == message


@pytest.mark.parametrize(
    ("message", "cut"),
    [
        ("transport is closing", True),  # 20.10, where the session's connection went first
        ("failed to solve: no active session for 1f2e: context deadline exceeded", True),
        ('process "/bin/sh -c echo transport is closing; false" did not complete successfully: exit code: 1', False),
        ("failed to compute cache key: no such file", False),
    ],
)
def test_a_build_that_lost_its_client_is_told_from_one_that_failed(message: str, cut: bool):
    assert is_disconnect(Status(2, message)) is cut
