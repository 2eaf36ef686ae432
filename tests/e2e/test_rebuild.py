"""Builds that are asked for, whether they are due or not."""

from __future__ import annotations

from collections.abc import Callable

from tests.harness.cli import Cli
from tests.harness.live import Live
from tests.harness.step import step


def test_rebuild_builds_what_is_not_due_and_runs_every_instruction(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str
) -> None:
    (cli.folder / "app").mkdir()
    build = '{context: app, dockerfile_inline: "FROM busybox:stable\\nRUN head -c 9 /dev/urandom >/x"}'
    workflow(f"""
        images: {{site: {{build: {build}}}, other: {{build: {build}}}}}
        containers: {{web: {{<<: *idle, image: site}}}}
    """)
    cli("apply").exits(0)
    site, other = f"{workflow_name}-site:latest", f"{workflow_name}-other:latest"
    first = {name: live.image(name) for name in (site, other)}

    with step("of a target only what it rests on"):
        rebuilt = cli("apply", "--rebuild", "--target", "container.web").exits(0)
        assert rebuilt.reasons == {"image.site": ["requested"], "container.web": ["image"]}
        assert live.container("web")["Image"] == live.image(site) != first[site]
        assert live.image(other) == first[other]
    cli("plan", "--detailed-exitcode").exits(0)

    with step("a saved plan keeps it"):
        cli("plan", "--rebuild", "--out", "saved").exits(0)
        cli("apply", "saved").exits(0)
        assert live.image(other) != first[other]
