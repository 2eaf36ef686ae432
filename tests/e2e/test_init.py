"""init writes a starter that runs as it is, and nothing over what is there."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import yaml

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.live import Live

PAGES = {"web": "/", "app": "/cgi-bin/rows", "proxy": "/cgi-bin/api/orders"}
TEMPLATES = (*PAGES, "batch")


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_it_writes_is_applied_and_then_left_alone(
    cli: Cli, workflow_name: str, engine: Engine, live: Live, template: str
) -> None:
    cli.folder /= workflow_name
    cli.folder.mkdir()
    cli("init", template).exits(0)
    port = engine.free_port()
    variables = ("--var", f"PORT={port}") if template in PAGES else ()
    assert f"name: {workflow_name}\n" in (cli.folder / "workflow.yaml").read_text()
    applied = cli("apply", *variables).exits(0)
    if template in PAGES:
        assert live.page(port, PAGES[template])
    else:
        assert "orders on 2026-01-01: 100" in cli("logs", "report").exits(0).stdout
    assert applied.endings
    cli("plan", "--detailed-exitcode", *variables).exits(0)
    protected = (cli.folder / "workflow.yaml").read_text().replace("protect: true", "protect: false")
    (cli.folder / "workflow.yaml").write_text(protected)
    cli("destroy", "--volumes", "--images", "--yes", *variables).exits(0)


def test_a_changed_page_is_served_by_the_next_apply(cli: Cli, workflow_name: str, engine: Engine, live: Live) -> None:
    cli("init").exits(0)
    file, page = cli.folder / "workflow.yaml", cli.folder / "www" / "index.html"
    file.write_text(re.sub("(?m)^name: .*", f"name: {workflow_name}", file.read_text()))
    port = engine.free_port()
    cli("apply", "--var", f"PORT={port}").exits(0)
    page.write_text(page.read_text().replace("<h1>It works", "<h1>It works, and changes"))
    changed = cli("apply", "--var", f"PORT={port}").exits(0)
    assert "1 file changed: index.html" in changed.text
    assert "and changes" in (live.page(port) or "")


@pytest.mark.parametrize("where", ["installed", "beside"])
def test_an_editor_finds_the_schema(cli: Cli, where: str) -> None:
    cli("init", "--schema", where).exits(0)
    first = (cli.folder / "workflow.yaml").read_text().splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert named
    assert named[1].startswith("file:///") == (where == "installed")
    assert (cli.folder / urlsplit(named[1]).path).read_text() == cli("schema").exits(0).stdout


def test_files_that_are_there_stay_as_they_are(cli: Cli) -> None:
    (cli.folder / "www").mkdir()
    (cli.folder / "www" / "index.html").write_text("mine")
    (cli.folder / ".gitignore").write_text("mine")
    assert "kept www/index.html, which exists already" in cli("init").exits(0).stdout
    assert (cli.folder / "www" / "index.html").read_text() == "mine"
    assert (cli.folder / ".gitignore").read_text() == "mine"


def test_nothing_is_written_beside_a_workflow_that_is_there(cli: Cli) -> None:
    (cli.folder / "workflow.yaml").write_text("mine")
    assert 'cannot write "workflow.yaml": it exists already' in cli("init").exits(2).stderr
    assert (cli.folder / "workflow.yaml").read_text() == "mine"
    assert sorted(path.name for path in cli.folder.iterdir()) == ["workflow.yaml"]
    unknown = cli("init", "kubernetes").exits(2)
    assert all(template in unknown.stderr for template in TEMPLATES)


def test_the_list_tells_what_each_template_is_and_writes_nothing(cli: Cli) -> None:
    listed = cli("init", "--list").exits(0).stdout.splitlines()
    assert [line.split()[0] for line in listed] == [*TEMPLATES]
    assert not any(cli.folder.iterdir())


def test_a_file_in_the_way_of_a_folder_is_told_and_nothing_is_written(cli: Cli) -> None:
    (cli.folder / "www").write_text("mine")
    assert 'cannot write "www/index.html"' in cli("init").exits(2).stderr
    assert [path.name for path in cli.folder.iterdir()] == ["www"]


@pytest.mark.parametrize(
    ("service", "name"), [("github", ".github/workflows/runner.yaml"), ("gitlab", ".gitlab-ci.yml")]
)
def test_an_example_for_ci_plans_applies_and_looks_for_drift(cli: Cli, service: str, name: str) -> None:
    assert f"wrote {name}\n" in cli("init", "--ci", service).exits(0).stdout
    text = (cli.folder / name).read_text()
    jobs = yaml.safe_load(text)
    assert all(word in text for word in ("plan", "apply", "schedule"))
    assert jobs.keys() >= ({"jobs"} if service == "github" else {"plan", "apply", "drift"})
