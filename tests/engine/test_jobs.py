"""Jobs on a real engine: when they run, how often they are tried, what is told of them, and who waits for them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from docker import DockerClient

from runner.core.event import Event, Output, RunFinished, Transition
from runner.core.plan import Action, Plan, Reason
from runner.core.resource_state import State
from tests.engine.conftest import MakeImage
from tests.engine.web import OFFLINE
from tests.harness.image import BASE
from tests.harness.workflow import Sections, Workflow, change_of, pending

JOB = "job.migrate"
FAST = {"image": BASE, "network_mode": "none", "stop_grace_period": "1s"}
COUNTING = "echo x >>/data/tries; tries=$(wc -l </data/tries); echo try $tries; "


@dataclass(frozen=True, slots=True)
class Jobs:
    """The job `migrate` of a workflow, and what is on the engine of it."""

    workflow: Workflow
    client: DockerClient

    def declared(self, script: str = "true", **options: Any) -> dict[str, Any]:
        return {"jobs": {"migrate": {**FAST, "command": ["sh", "-c", script.replace("$", "$$")], **options}}}

    def run(self, sections: Sections) -> list[Event]:
        return self.workflow.carry_out(self.workflow.plan(sections))

    def container(self, key: str = "migrate") -> Mapping[str, Any]:
        return self.client.api.inspect_container(f"{self.workflow.name}-{key}-1")  # type: ignore[no-any-return]

    @property
    def id(self) -> str:
        return str(self.container()["Id"])

    @property
    def names(self) -> set[str]:
        listed = self.client.api.containers(all=True, filters={"label": f"runner.workflow={self.workflow.name}"})
        return {one["Names"][0].removeprefix(f"/{self.workflow.name}-") for one in listed}

    def unchanged(self, sections: Sections) -> bool:
        """Tell whether nothing is left to do, and an apply leaves the container of the last run."""
        before = self.id
        self.workflow.apply(sections)
        return pending(self.workflow.plan(sections)) == {} and self.id == before


@pytest.fixture
def jobs(workflow: Workflow, docker_client: DockerClient) -> Jobs:
    return Jobs(workflow, docker_client)


def path(events: list[Event], address: str = JOB) -> list[State]:
    return [event.after for event in events if isinstance(event, Transition) and str(event.address) == address]


def ending(events: list[Event], address: str = JOB) -> Transition:
    return [event for event in events if isinstance(event, Transition) and str(event.address) == address][-1]


def lines(events: list[Event]) -> list[str]:
    return [event.line for event in events if isinstance(event, Output)]


def exit_code(events: list[Event]) -> int:
    assert isinstance(events[-1], RunFinished)
    return events[-1].exit_code


def outcome(plan: Plan, address: str = JOB) -> tuple[Action, tuple[Reason, ...]]:
    change = change_of(plan, address)
    return change.action, change.reasons


# --- once for each state of what it is made of


def test_a_job_runs_to_its_end_and_its_container_is_the_record(jobs: Jobs) -> None:
    declared = jobs.declared("echo done")
    events = jobs.run(declared)

    assert path(events) == [State.CREATING, State.STARTING, State.RUNNING, State.SUCCEEDED]
    assert exit_code(events) == 0
    assert jobs.container()["State"]["Status"] == "exited"
    assert jobs.unchanged(declared)


def test_a_job_runs_again_when_its_options_or_its_files_changed(jobs: Jobs) -> None:
    for name in ("job.env", "seed.sql", "password"):
        (jobs.workflow.folder / name).write_text("A=1")

    def declared(**more: Any) -> Sections:
        granted = {"configs": ["settings"], "secrets": ["password"], "triggers": ["seed.sql"], "env_file": "job.env"}
        return {
            **jobs.declared(**granted, **more),
            "configs": {"settings": {"content": "x"}},
            "secrets": {"password": {"file": "password"}},
        }

    jobs.workflow.apply(declared())
    assert jobs.unchanged(declared())

    for name in ("job.env", "seed.sql", "password"):
        (jobs.workflow.folder / name).write_text("A=2")
        assert outcome(jobs.workflow.plan(declared())) == (Action.REPLACE, (Reason.CONFIG,)), name
        jobs.workflow.apply(declared())
    limited = declared(limits={"memory": "64m"})
    assert outcome(jobs.workflow.apply(limited)) == (Action.REPLACE, (Reason.CONFIG,))
    assert jobs.unchanged(limited)
    assert outcome(jobs.workflow.apply(declared())) == (Action.REPLACE, (Reason.CONFIG,))
    assert jobs.names == {"migrate-1"}


def test_a_job_runs_again_when_its_image_is_another_one(jobs: Jobs, make_image: MakeImage) -> None:
    image = make_image("job", Labels={"release": "1"})
    jobs.workflow.apply(jobs.declared(image=image))
    assert make_image("job", Labels={"release": "2"}) == image
    assert outcome(jobs.workflow.apply(jobs.declared(image=image))) == (Action.REPLACE, (Reason.IMAGE,))
    assert jobs.unchanged(jobs.declared(image=image))


def test_a_job_with_rerun_always_runs_at_each_apply_because_it_was_requested(jobs: Jobs) -> None:
    declared = jobs.declared(rerun="always")
    jobs.workflow.apply(declared)
    before = jobs.id
    assert outcome(jobs.workflow.apply(declared)) == (Action.REPLACE, (Reason.REQUESTED,))
    assert jobs.id != before


def test_a_job_with_rerun_never_runs_until_it_succeeded_and_then_no_more(jobs: Jobs) -> None:
    assert ending(jobs.run(jobs.declared("exit 1", rerun="never"))).after is State.FAILED
    jobs.workflow.apply(jobs.declared("exit 0", rerun="never"))
    assert jobs.unchanged(jobs.declared("exit 7", rerun="never", environment={"A": "1"}))


def test_only_a_name_that_somebody_changed_is_put_in_order_in_place(jobs: Jobs) -> None:
    jobs.workflow.apply(jobs.declared())
    before = jobs.id
    jobs.client.api.rename(before, f"{jobs.workflow.name}-other")
    assert outcome(jobs.workflow.apply(jobs.declared())) == (Action.UPDATE, (Reason.DRIFT,))
    assert jobs.id == before


# --- failures


def test_a_failed_job_tells_its_exit_code_and_last_lines_and_runs_again_next_time(jobs: Jobs) -> None:
    declared = jobs.declared("for i in $(seq 30); do echo line $i; done; exit 3")
    events = jobs.run(declared)

    failed = ending(events)
    assert (failed.after, failed.cause) == (State.FAILED, "exited with code 3")
    assert failed.tail == tuple(f"line {number}" for number in range(11, 31))
    assert exit_code(events) == 1

    again = jobs.workflow.plan(declared)
    assert outcome(again) == (Action.REPLACE, (Reason.DRIFT,))
    assert [(diff.path, diff.before) for diff in change_of(again, JOB).diff] == [("state", "failed (exit 3)")]
    live = change_of(again, JOB).observed
    assert live is not None
    assert live.health is not None
    assert live.health.phase == "failed (exit 3)"


def test_a_job_is_tried_again_in_a_new_container_after_a_pause_that_doubles(jobs: Jobs) -> None:
    declared = jobs.declared(COUNTING + "[ $tries = 3 ]", volumes=["data:/data"], retries=4, backoff="300ms") | {
        "volumes": {"data": {}}
    }
    started = time.monotonic()
    events = jobs.run(declared)

    assert time.monotonic() - started > 0.3 + 0.6
    assert ending(events).after is State.SUCCEEDED
    moves = [event for event in events if isinstance(event, Transition) and str(event.address) == JOB]
    assert [event.attempt for event in moves if event.after is State.RUNNING] == [1, 2, 3]
    assert len({event.id for event in moves if event.after is State.RUNNING}) == 3
    assert [event.cause for event in moves if event.after is State.CREATING] == [
        None,
        "exited with code 1; retrying in 0.3 s",
        "exited with code 1; retrying in 0.6 s",
    ]
    assert lines(events) == ["try 1", "try 2", "try 3"]
    assert jobs.names == {"migrate-1"}
    assert jobs.unchanged(declared)


def test_the_last_failure_of_several_counts(jobs: Jobs) -> None:
    failed = ending(jobs.run(jobs.declared("echo no; exit 9", retries=1, backoff="100ms")))
    assert failed.cause == "exited with code 9 after 2 attempts"
    assert (failed.attempt, failed.tail) == (2, ("no",))


@pytest.mark.parametrize(
    ("trap", "code"),
    [
        pytest.param("trap 'exit 5' TERM", 5, id="stopped"),
        pytest.param("trap '' TERM", 137, id="killed"),
    ],
)
def test_a_job_that_takes_too_long_is_stopped_then_killed_and_has_failed(jobs: Jobs, trap: str, code: int) -> None:
    declared = jobs.declared(f"{trap}; echo at work; while :; do sleep 0.1; done", timeout="1s")
    failed = ending(jobs.run(declared))
    assert (failed.after, failed.cause) == (State.FAILED, "not completed within 1 s and stopped")
    assert failed.tail == ("at work",)
    assert jobs.container()["State"]["ExitCode"] == code


def test_a_job_that_takes_being_stopped_for_a_good_end_does_not_count_as_done(jobs: Jobs) -> None:
    declared = jobs.declared("trap 'exit 0' TERM; while :; do sleep 0.1; done", timeout="500ms")
    assert ending(jobs.run(declared)).after is State.FAILED
    assert pending(jobs.workflow.plan(declared)) == {JOB: "create"}


def test_a_try_that_took_too_long_is_followed_by_another_one(jobs: Jobs) -> None:
    declared = jobs.declared(
        COUNTING + "[ $tries = 2 ] || exec sleep 60", init=True, volumes=["data:/data"], retries=1, timeout="1s"
    ) | {"volumes": {"data": {}}}
    succeeded = ending(jobs.run({**declared, "jobs": {"migrate": {**declared["jobs"]["migrate"], "backoff": "100ms"}}}))
    assert (succeeded.after, succeeded.attempt) == (State.SUCCEEDED, 2)


def test_what_cannot_be_made_leaves_the_record_of_the_last_run(jobs: Jobs) -> None:
    jobs.workflow.apply(jobs.declared())
    before = jobs.id
    events = jobs.run(
        jobs.declared(
            volumes=[
                {"type": "bind", "source": "/no/such/folder", "target": "/data", "bind": {"create_host_path": False}}
            ]
        )
    )
    assert ending(events).after is State.FAILED
    assert (jobs.id, jobs.names) == (before, {"migrate-1"})
    assert jobs.unchanged(jobs.declared())


def test_a_program_that_is_not_there_is_a_failure_and_leaves_nothing(jobs: Jobs) -> None:
    declared = {"jobs": {"migrate": {**FAST, "command": ["/no/such/program"], "retries": 1, "backoff": "100ms"}}}
    failed = ending(jobs.run(declared))
    assert (failed.after, failed.attempt) == (State.FAILED, 2)
    assert "/no/such/program" in str(failed.cause)
    assert jobs.names == set()


# --- output


def test_output_is_told_line_by_line_while_the_job_runs(jobs: Jobs) -> None:
    declared = jobs.declared("echo one; sleep 0.2; echo two >&2; sleep 1; printf 'thr'; sleep 0.2; printf 'ee\\nfour'")
    told = [(time.monotonic(), event) for event in jobs.workflow.happenings(jobs.workflow.plan(declared))]
    heard = {event.line: when for when, event in told if isinstance(event, Output)}
    assert list(heard) == ["one", "two", "three", "four"]
    ended = next(when for when, event in told if isinstance(event, Transition) and event.after is State.SUCCEEDED)
    assert ended - heard["one"] > 0.5, "it was told only in the end"


def test_a_job_with_a_terminal_or_without_a_log_runs_as_well(jobs: Jobs) -> None:
    assert lines(jobs.run(jobs.declared("echo one; echo two", tty=True))) == ["one", "two"]
    silent = jobs.run(jobs.declared("echo one", logging={"driver": "none"}))
    assert (lines(silent), ending(silent).after) == ([], State.SUCCEEDED)


# --- order


def test_a_container_waits_for_a_job_and_the_job_for_another_container(jobs: Jobs) -> None:
    declared = {
        "containers": {
            "web": {**OFFLINE, "depends_on": ["migrate"]},
            "db": {**OFFLINE, "healthcheck": {"test": ["CMD", "true"], "interval": "200ms"}},
        },
        "jobs": {
            "migrate": {**FAST, "command": "sleep 0.5", "depends_on": {"db": "healthy", "first": "completed"}},
            "first": {**FAST, "command": "true"},
        },
    }
    events = jobs.run(declared)
    assert exit_code(events) == 0
    order = [str(e.address) for e in events if isinstance(e, Transition) and e.after in (State.STARTING,)]
    assert order.index("container.db") < order.index(JOB) < order.index("container.web")
    assert jobs.container("web")["State"]["StartedAt"] > jobs.container()["State"]["FinishedAt"]
    assert jobs.unchanged(declared)


def test_what_rests_on_a_failed_job_is_skipped_and_the_rest_is_done(jobs: Jobs) -> None:
    declared = jobs.declared("exit 1") | {
        "containers": {"web": {**OFFLINE, "depends_on": ["migrate"]}, "other": OFFLINE}
    }
    events = jobs.run(declared)
    assert (ending(events, "container.web").after, ending(events, "container.web").cause) == (State.SKIPPED, JOB)
    assert ending(events, "container.other").after is State.READY
    assert exit_code(events) == 1


def test_an_entry_may_become_a_job_and_a_container_again(jobs: Jobs) -> None:
    as_container = {"containers": {"migrate": OFFLINE}}
    for sections in (as_container, jobs.declared(), as_container):
        jobs.workflow.apply(sections)
        assert pending(jobs.workflow.plan(sections)) == {}
    assert jobs.names == {"migrate-1"}


# --- volumes


def test_nothing_is_left_of_the_volumes_that_a_job_had_for_itself(jobs: Jobs) -> None:
    def volumes() -> set[str]:
        return {volume.name for volume in jobs.client.volumes.list()}

    before = volumes()

    def declared(script: str) -> Sections:
        own = {"read_only": True, "configs": [{"source": "settings", "target": "/etc/app/settings"}]}
        return {**jobs.declared(script, volumes=["/scratch"], **own), "configs": {"settings": {"content": "x"}}}

    jobs.workflow.apply(declared("cat /etc/app/settings"))
    jobs.workflow.apply(declared("cat /etc/app/settings; echo >/scratch/file"))
    assert len(volumes() - before) == len(["the files", "/scratch", "the record of the run"])
    jobs.workflow.apply({})
    assert volumes() == before


# --- other hands


def test_a_job_that_somebody_removed_runs_again_once_its_record_is_removed_too(jobs: Jobs) -> None:
    jobs.workflow.apply(jobs.declared())
    jobs.client.api.remove_container(jobs.id)
    assert outcome(jobs.workflow.apply(jobs.declared()))[0] is Action.NOOP
    for record in jobs.client.volumes.list(filters={"label": "runner.job"}):
        record.remove()
    assert outcome(jobs.workflow.apply(jobs.declared())) == (Action.CREATE, (Reason.MISSING,))


def test_a_container_of_somebody_else_is_never_taken_for_a_job(jobs: Jobs) -> None:
    other = jobs.client.containers.create(BASE, name=f"{jobs.workflow.name}-migrate-1")
    try:
        problems = jobs.workflow.plan(jobs.declared()).problems
        assert [problem.code for problem in problems] == ["name-taken"]
        assert f'container "{jobs.workflow.name}-migrate-1"' in problems[0].message
        assert "--adopt" not in str(problems[0].help)
    finally:
        other.remove()
