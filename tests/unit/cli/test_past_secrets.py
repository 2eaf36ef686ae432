"""Past runs: what is sensitive today isn't shown of a run that was made before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.cli import main as command_line
from runner.core.address import Address
from runner.core.event import Event, PlanChange, RunStarted
from runner.core.plan import Action, Change, Effect, FieldDiff, Plan, Reason
from runner.core.struct import replace
from runner.history.recorder import Recording, RunMetadata
from runner.history.snapshot import Snapshot, snapshot_json
from runner.history.store import PLAN, SNAPSHOT, Header
from runner.views.plan_json import plan_json
from tests.unit.views import streams
from tests.unit.views.plans import ENGINE

FORMER = "hunter2-former"
OPEN, SENSITIVE = "variables: {PASSWORD: {}}", "variables: {PASSWORD: {sensitive: true}}"

Record = Callable[..., None]


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    """Record a run of shop with variables, some of them sensitive; and write its file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = tmp_path / "workflow.yaml"
    file.write_text(f"version: 1\nname: shop\n{OPEN}\n", "utf-8")

    def make(variables: dict[str, str], sensitive: tuple[str, ...] = (), why: str | None = None) -> None:
        snapshot = Snapshot(file=str(file), files={}, variables=variables, sensitive=sensitive, declared={})
        diff = FieldDiff("environment.URL", None, f"db://me:{FORMER}@db", Reason.CONFIG, Effect.REPLACE)
        change = Change(Address("container", "web"), Action.REPLACE, (Reason.CONFIG,), (diff,))
        documents = {SNAPSHOT: snapshot_json(snapshot), PLAN: plan_json(Plan("shop", ENGINE, (change,)))}
        subject = RunMetadata(Header(file=str(file)), documents, dict)
        recording = Recording(lambda: tmp_path / "state" / "runner", subject, pytest.fail)
        run_id = f"{len([*tmp_path.glob('state/runner/shop/*')]):012x}"
        for one in streams.first_apply():
            match one.event:
                case RunStarted():
                    event: Event = replace(one.event, message=why)
                case PlanChange():
                    event = replace(one.event, diff=(diff,))
                case _:
                    event = one.event
            recording.show(replace(one, event=event, run_id=run_id))
        recording.close()

    return make


def told_by(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    command_line._run(arguments)
    return capsys.readouterr().out


@pytest.mark.parametrize("arguments", [(), ("shop",), ("-n", "1"), ("-o", "json"), ("workflow.yaml",)])
def test_a_variable_that_the_file_declares_sensitive_today_has_no_former_value(
    record: Record, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    record({"PASSWORD": FORMER, "TAG": "1.2", "URL": f"db://me:{FORMER}@db"})
    assert FORMER in told_by(capsys, "history", *arguments)
    for rest in ("", "containers: {web: {imag: x}}"):
        Path("workflow.yaml").write_text(f"version: 1\nname: shop\n{SENSITIVE}\n{rest}", "utf-8")
        told = told_by(capsys, "history", *arguments)
        assert FORMER not in told
        assert "1.2" in told
        assert "PASSWORD" in told


def test_a_variable_that_any_run_declares_sensitive_has_no_value_in_another(
    record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    for sensitive in (False, True, False):
        record({"TAG": "1.2"} if sensitive else {"PASSWORD": FORMER}, ("PASSWORD",) if sensitive else ())
    Path("workflow.yaml").unlink()
    runs = json.loads(told_by(capsys, "history", "shop", "-o", "json"))["runs"]
    assert [run["variables"].get("PASSWORD", "none") for run in runs] == [None, None, None]
    assert FORMER not in told_by(capsys, "history", "shop", "-n", "1")


def test_why_a_run_was_made_is_masked_too(record: Record, capsys: pytest.CaptureFixture[str]) -> None:
    record({"PASSWORD": FORMER}, why=f"the password is {FORMER} now")
    Path("workflow.yaml").write_text(f"version: 1\nname: shop\n{SENSITIVE}\n", "utf-8")
    assert "the password is *** now" in told_by(capsys, "history")


@pytest.mark.parametrize("form", [(), ("-o", "json"), ("-o", "markdown"), ("--html", "-")])
def test_a_run_is_shown_without_the_former_value(
    record: Record, capsys: pytest.CaptureFixture[str], form: tuple[str, ...]
) -> None:
    record({"PASSWORD": FORMER}, why=f"the password is {FORMER} now")
    before = told_by(capsys, "show", "0", "shop", *form)
    assert FORMER in before
    Path("workflow.yaml").write_text(f"version: 1\nname: shop\n{SENSITIVE}\n", "utf-8")
    assert told_by(capsys, "show", "0", "shop", *form) == before.replace(FORMER, "***")
