"""Past runs: what is sensitive today isn't shown of a run that was made before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.cli import main as command_line
from runner.core.event import RunStarted
from runner.core.struct import replace
from runner.history.recorder import Recording, RunMetadata
from runner.history.snapshot import Snapshot, snapshot_json
from runner.history.store import SNAPSHOT, Header
from tests.unit.views import streams

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
        subject = RunMetadata(Header(file=str(file)), {SNAPSHOT: snapshot_json(snapshot)}, dict)
        recording = Recording(lambda: tmp_path / "state" / "runner", subject, pytest.fail)
        run_id = f"{len([*tmp_path.glob('state/runner/shop/*')]):012x}"
        for one in streams.first_apply():
            event = replace(one.event, message=why) if isinstance(one.event, RunStarted) else one.event
            recording.show(replace(one, event=event, run_id=run_id))
        recording.close()

    return make


def history(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    command_line._run(("history", *arguments))
    return capsys.readouterr().out


@pytest.mark.parametrize("arguments", [(), ("shop",), ("-n", "1"), ("-o", "json"), ("workflow.yaml",)])
def test_a_variable_that_the_file_declares_sensitive_today_has_no_former_value(
    record: Record, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    record({"PASSWORD": FORMER, "TAG": "1.2", "URL": f"db://me:{FORMER}@db"})
    assert FORMER in history(capsys, *arguments)
    for rest in ("", "containers: {web: {imag: x}}"):
        Path("workflow.yaml").write_text(f"version: 1\nname: shop\n{SENSITIVE}\n{rest}", "utf-8")
        told = history(capsys, *arguments)
        assert FORMER not in told
        assert "1.2" in told
        assert "PASSWORD" in told


def test_a_variable_that_any_run_declares_sensitive_has_no_value_in_another(
    record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    for sensitive in (False, True, False):
        record({"TAG": "1.2"} if sensitive else {"PASSWORD": FORMER}, ("PASSWORD",) if sensitive else ())
    Path("workflow.yaml").unlink()
    runs = json.loads(history(capsys, "shop", "-o", "json"))["runs"]
    assert [run["variables"].get("PASSWORD", "none") for run in runs] == [None, None, None]
    assert FORMER not in history(capsys, "shop", "-n", "1")


def test_why_a_run_was_made_is_masked_too(record: Record, capsys: pytest.CaptureFixture[str]) -> None:
    record({"PASSWORD": FORMER}, why=f"the password is {FORMER} now")
    Path("workflow.yaml").write_text(f"version: 1\nname: shop\n{SENSITIVE}\n", "utf-8")
    assert "the password is *** now" in history(capsys)
