"""The GitHub action: a plan on the pull request, which an apply carries out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.harness.action import Job, environment, forge
from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.live import Live


def test_the_action_comments_the_plan_and_carries_it_out(
    cli: Cli, workflow: Callable, engine: Engine, live: Live, tmp_path: Path
) -> None:
    workflow("""
        variables: {A: {}}
        containers: {web: {<<: *idle, stop_grace_period: 0s, update: {settle: 0s}, environment: {A: "${A}"}}}
    """)
    home = {"HOME": str(cli.home), "XDG_STATE_HOME": str(cli.home / "state"), "DOCKER_HOST": engine.url}
    with forge() as github:
        job = Job(cli.folder, tmp_path, {**environment(), **home}, github.url)

        code, log = job.use(arguments="--var A=one")
        assert (code, job.outputs["exit-code"], job.outputs["changes"]) == (0, "10", "true")
        assert log.startswith("::group::Plan for ")
        assert "| + | `container.web` | create | missing |" in github.comments[0]["body"]
        assert job.summary in github.comments[0]["body"]

        code, log = job.use(command="apply", arguments="--var A=one")
        assert (code, job.outputs["exit-code"], job.outputs["changes"]) == (0, "0", "true")
        assert live.runs("web")
        assert log.count("::group::") == log.count("::endgroup::") == 2
        assert "**`Done in " in github.comments[1]["body"]

        code, _ = job.use(arguments="--var A=one")
        assert (code, job.outputs["exit-code"], job.outputs["changes"]) == (0, "0", "false")
        assert "**No changes**" in github.comments[0]["body"]
