"""What is told of how a command was called: the same workflow is found by it, and nothing sensitive is in it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.app.workflow_name import load_file_or_name
from runner.cli.call import call_of
from runner.cli.invoke import source_of
from runner.cli.quick_reader import read_quickly
from runner.cli.session import CommandContext, Options
from runner.core.struct import replace
from runner.views.next_steps import Call

WORKFLOW = """
version: 1
name: shop
variables: {TAG: {default: "1"}, PASSWORD: {default: "x", sensitive: true}}
containers: {web: {image: "nginx:${TAG}", environment: {PASSWORD: "${PASSWORD}"}}}
"""
FILES = ("workflow.yaml", "my shop.yaml", "-odd.yaml", "sub/workflow.yaml")

Called = Callable[..., Call]


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Called:
    """Call a command, as it is typed, in a folder with workflow files; without its engine."""
    monkeypatch.chdir(tmp_path)
    for file in FILES:
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(WORKFLOW, "utf-8")

    def call(typed: str, *, loads: str | None = None, bundle: object = None) -> Call:
        line = shlex.split(typed)
        reading = read_quickly(line)
        assert reading is not None
        given = reading.given
        context = CommandContext(Options(given["host"], given["context"]), line)
        source = source_of(dict(given))
        read = replace(source, file=loads or source.file)
        return call_of(context, source, replace(load_file_or_name(read, context.workspace), bundle=bundle))

    return call


@pytest.mark.parametrize(
    ("typed", "workflow"),
    [
        ("apply", ""),
        ("apply workflow.yaml", ""),
        ("apply 'my shop.yaml'", " 'my shop.yaml'"),
        ("apply sub", " sub"),
        ("apply -- -odd.yaml", " ./-odd.yaml"),
        ("restart web --file 'my shop.yaml'", " 'my shop.yaml'"),
        ("destroy shop --volumes", " shop"),
        ("apply --var TAG=2 --target container.web --atomic", " shop"),
    ],
)
def test_other_commands_find_the_workflow_and_the_same_line_does_the_same(
    called: Called, typed: str, workflow: str
) -> None:
    call = called(typed)
    assert call.workflow == workflow
    assert shlex.split(call.again) == shlex.split(typed)


@pytest.mark.parametrize("option", ["-H ssh://me@there", "--host=ssh://me@there"])
def test_an_engine_that_was_chosen_is_chosen_again(called: Called, option: str) -> None:
    assert called(f"apply {option}").engine == " --host ssh://me@there"
    assert called("apply --context 'my own'").engine == " --context 'my own'"


def test_a_bundle_is_applied_again_but_its_workflow_is_found_by_name(called: Called) -> None:
    Path("kiosk.tar").write_bytes(b"")
    call = called("apply kiosk.tar", loads="workflow.yaml", bundle=object())
    assert (call.workflow, call.again) == (" shop", " apply kiosk.tar")


def test_a_saved_plan_is_not_applied_again_and_its_workflow_is_found(called: Called) -> None:
    Path("plan.json").write_text('{"format": "runner plan"}', "utf-8")
    assert called("apply plan.json", loads="workflow.yaml") == Call("", " shop", "")
    Path("shop").write_text("a file of the same name", "utf-8")
    file = str(Path("workflow.yaml").absolute())
    assert called("apply plan.json", loads=file).workflow == f" {file}"


def test_what_came_through_a_pipe_is_found_by_name_alone(called: Called) -> None:
    assert called("apply /dev/null", loads="workflow.yaml") == Call("", " shop", "")
    Path("shop").write_text("a file of the same name", "utf-8")
    assert called("apply /dev/null", loads="workflow.yaml").workflow is None


@pytest.mark.parametrize(
    "typed",
    [
        "apply --var PASSWORD=y",
        "apply --var PASSWORD=longer-secret -m 'now with longer-secret'",
        "apply --var TAG=longer-secret --var PASSWORD=longer-secret",
        "destroy shop --var PASSWORD=y",
        "apply -m 'two\nlines'",
        "apply -m '\x1b[2J'",
    ],
)
def test_a_line_with_something_sensitive_or_unprintable_is_not_told(called: Called, typed: str) -> None:
    assert called(typed).again == ""
