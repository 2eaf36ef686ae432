"""action.yml: its scripts take nothing but their environment, and its comment is the only one, and its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.harness.action import ROOT, Job, action, environment, forge

WORKFLOW = "version: 1\nname: shop\nimags: {}\n"
NOWHERE = {"DOCKER_HOST": "unix:///no/such/engine"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "workflow.yaml").write_text(WORKFLOW)
    return folder


def job(folder: Path, api: str) -> Job:
    temporary = folder.parent / "temporary"
    return Job(folder, temporary, {**environment(), **NOWHERE, "HOME": str(folder.parent)}, api)


def test_no_script_contains_an_expression_which_an_input_could_end() -> None:
    for step in action()["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"


def test_inputs_and_outputs_are_described_and_used() -> None:
    text, found = (ROOT / "action.yml").read_text("utf-8"), action()
    for name, row in found["inputs"].items():
        assert row["description"].endswith((".", "container.web")), name
        assert f"inputs.{name}" in text, name
    told = set(re.findall(r'"([a-z-]+)=\$', found["runs"]["steps"][1]["run"]))
    assert told == found["outputs"].keys()


def test_what_is_wrong_in_the_file_is_annotated_and_commented_and_fails_the_job(folder: Path) -> None:
    with forge() as github:
        this = job(folder, github.url)
        code, log = this.use()
    assert code == 2
    assert "::error file=workflow.yaml,line=3,col=1,title=unknown-key::" in log
    assert this.outputs.items() >= {("exit-code", "2"), ("changes", "false")}
    (comment,) = github.comments
    for text in (comment["body"], this.summary):
        assert 'workflow.yaml:3:1: error[unknown-key]: unknown key "imags"' in text


@pytest.mark.parametrize("login", [None, "me"])
def test_its_own_comment_is_written_again_however_many_there_are_and_nobody_elses(
    folder: Path, login: str | None
) -> None:
    with forge(login) as github:
        this = job(folder, github.url)
        this.use()
        (first,) = github.comments
        planted = {**first, "id": 2, "user": {"login": "mallory"}}
        github.comments.insert(0, {**planted, "id": 1})
        first["id"] = 2
        for _ in range(150):
            github.add("somebody", "looks good")
        (folder / "workflow.yaml").write_text(WORKFLOW.replace("imags", "contaners"))
        this.use()
        assert len(github.comments) == 152
        assert "contaners" in github.comments[1]["body"]
        assert "contaners" not in github.comments[0]["body"]
        this.use(command="apply")
        assert len(github.comments) == 153, "another command has a comment of its own"


def test_the_token_of_an_app_needs_its_login_which_is_told_with_the_first_comment(folder: Path) -> None:
    with forge(bot="my-app[bot]") as github:
        this = job(folder, github.url)
        assert 'set the input comment-author to "my-app[bot]"' in this.use()[1]
        assert "::warning" not in this.use(**{"comment-author": "my-app[bot]"})[1]
        github.add("mallory", github.comments[0]["body"])
        this.use(**{"comment-author": "my-app[bot]"})
        assert [comment["user"]["login"] for comment in github.comments] == ["my-app[bot]", "mallory"]


def test_a_comment_that_may_not_be_written_is_a_warning(folder: Path) -> None:
    with forge() as github:
        github.status = 403
        code, log = job(folder, github.url).use()
    assert code == 2, "as of the plan"
    assert "::warning title=runner::the comment could not be written: HTTP Error 403" in log


def test_arguments_are_split_at_blanks_and_nothing_in_them_is_run(folder: Path) -> None:
    with forge() as github:
        this = job(folder, github.url)
        code, log = this.use(arguments="--var\nX=$(touch${IFS}made) ;touch made", file="`touch made`.yaml")
        assert code == 2
        assert "touch made" in log
        assert "**runner plan ended with exit code 2**" in github.comments[0]["body"], "instead of an old plan"
    assert not list(folder.glob("made*"))
    assert this.use(command="destroy")[0] == 2
