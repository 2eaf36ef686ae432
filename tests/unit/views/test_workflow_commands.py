"""In the log of GitHub Actions nothing is a command but runner's own, and those are escaped."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.event import Transition
from runner.core.plan import Action
from runner.core.resource_state import State
from runner.core.span import Position, Span
from runner.views.actions import ActionsView
from runner.views.command_guard import CommandGuard
from runner.views.door import Door
from runner.views.workflow_commands import failure, finding
from tests.unit.views.streams import STREAMS

PIECES = st.sampled_from(["::", ":", "##[", "##", "[", "error", "]", " ", "\t", "\n", "\r", "{", '"', "\u00a0", "a"])
TEXTS = st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=6)
WEB = Address("service", "web")


def commands_in(log: str) -> list[str]:
    """Return the lines that GitHub's runner reads as commands (ActionCommand.TryParseV2 and TryParse)."""
    lines = log.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line for line in lines if line.lstrip().startswith("::") or "##[" in line]


@given(TEXTS)
def test_no_line_of_foreign_text_is_a_command_however_it_is_written(texts: list[str]):
    log = StringIO()
    guarded = Door(CommandGuard(log))
    for text in texts:
        guarded.write(text)
    guarded.flush()
    assert commands_in(log.getvalue()) == []


def test_json_keeps_its_meaning():
    log, document = StringIO(), {"line": "##[add-path]x", "##[a": "::b"}
    guard = CommandGuard(log)
    guard.write(json.dumps(document) + "\n")
    assert "##[" not in log.getvalue()
    assert json.loads(log.getvalue()) == document


def test_a_command_has_a_line_of_its_own():
    log = StringIO()
    guard = CommandGuard(log)
    guard.write("half")
    guard.command("::group::x")
    guard.write("a :: b\n")
    assert log.getvalue() == "half\n::group::x\na :: b\n"


NASTY = "100% a,b:c\r\n::error::d"


def test_a_finding_names_its_place_in_the_repository_and_escapes_what_it_quotes(
    tmp_path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "deploy").mkdir()
    monkeypatch.chdir(tmp_path / "deploy")
    span = Span("a,b.yaml", Position(3, 5), Position(3, 9))
    found = Diagnostic("unknown-key", NASTY, span, NASTY, severity=Severity.WARNING)
    assert finding(found, str(tmp_path)) == (
        "::warning file=deploy/a%2Cb.yaml,line=3,col=5,title=unknown-key::"
        "100%25 a,b:c ::error::d%0Ahelp: 100%25 a,b:c ::error::d"
    )
    assert "file=a%2Cb.yaml," in finding(found, "/elsewhere"), "what is outside is named as it was given"


def test_a_failure_is_shown_at_the_key_that_caused_it():
    event = Transition(WEB, Action.CREATE, State.CREATING, State.FAILED, NASTY, place="w:x.yaml:3:5", key="image")
    assert failure(event) == ("::error file=w%3Ax.yaml,line=3,col=5,title=service.web failed::100%25 a,b:c ::error::d")
    assert failure(Transition(WEB, Action.CREATE, State.CREATING, State.FAILED, "x")) == (
        "::error title=service.web failed::x"
    )


@pytest.mark.parametrize("name", STREAMS)
def test_a_run_is_one_group_and_has_its_result_as_markdown(name: str):
    commands: list[str] = []
    results: list[str] = []
    view = ActionsView(commands.append, results.append, "")
    for record in STREAMS[name]():
        view.show(record)
    view.close()
    assert commands[0].startswith("::group::")
    assert [command for command in commands if "group" in command.split("::")[1]] == [commands[0], "::endgroup::"]
    assert len(results) == 1
    assert bool([command for command in commands if command.startswith("::error")]) == (name in FAILING)


FAILING = {"failed", "rolled_back", "undone", "checked"}
