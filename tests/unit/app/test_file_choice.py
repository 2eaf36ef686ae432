"""Which files a command reads, and whether it takes them for Compose's."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.app.file_choice import refuse_compose_options, takes_compose
from runner.app.source import Source
from runner.app.sources import load_workflow
from runner.app.workflow_name import is_name
from runner.app.workspace import Workspace
from runner.core.compose_options import ComposeOptions
from runner.core.errors import InvalidInput, UsageError
from runner.document.files import Files

WORKFLOW = "version: 1\nname: shop\ncontainers: {web: {image: nginx}}\n"
COMPOSE = "services:\n  web: {image: nginx}\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")


def takes(*names: str, environ: dict[str, str] | None = None, **options: object) -> bool:
    first, *more = names or ("workflow.yaml",)
    source = Source(first, compose=ComposeOptions(more_files=tuple(more), **options))
    return takes_compose(source, Files(workspace(environ).access))


def workspace(environ: dict[str, str] | None = None) -> Workspace:
    return Workspace.for_user({"HOME": str(Path.cwd()), **(environ or {})})


@pytest.mark.parametrize(
    ("text", "is_compose"),
    [
        (WORKFLOW, False),
        (COMPOSE, True),
        (f"version: '3'\n{COMPOSE}", True),
        (f"version: 1\n{COMPOSE}", False),
        ('{"services": {"web": {"image": "nginx"}}}', True),
        ('{"version": 1, "containers": {}}', False),
        ("x-a: &a\n  services: {}\nname: shop\ncontainers: {}\n", False),
        ("include: [other.yaml]\n", True),
        ("include: [other.yaml]\ncontainers: {}\n", False),
        ("name: shop\nnetworks: {a: {}}\n", False),
        ('\ufeff# a\n"services":\n  web: {image: nginx}\n', True),
        ("", False),
        ("\x00\xff", False),
    ],
)
def test_a_file_is_taken_for_what_its_content_says(text: str, is_compose: bool) -> None:
    Path("some.yaml").write_text(text, "utf-8")
    assert takes("some.yaml") is is_compose


def test_a_name_or_an_option_of_compose_decides_where_the_content_does_not() -> None:
    for name in ("compose.yaml", "docker-compose.live.yml", "some.yaml"):
        Path(name).write_text("networks: {a: {}}\n", "utf-8")
    assert takes("compose.yaml")
    assert takes("docker-compose.live.yml")
    assert not takes("some.yaml")
    assert takes("some.yaml", project="shop")


def test_without_a_file_a_workflow_comes_first_and_then_what_compose_finds() -> None:
    assert not takes()
    Path("../compose.yml").write_text(COMPOSE, "utf-8")
    assert takes()
    Path("workflow.yaml").write_text(WORKFLOW, "utf-8")
    assert not takes()


def test_a_variable_names_files_of_compose() -> None:
    assert takes(environ={"COMPOSE_FILE": "a.yaml"})
    Path(".env").write_text("COMPOSE_FILE=a.yaml\n", "utf-8")
    assert takes()


def test_a_folder_stands_for_the_file_in_it() -> None:
    Path("shop").mkdir()
    assert is_name("shop")
    Path("shop/compose.yaml").write_text(COMPOSE, "utf-8")
    assert not is_name("shop")
    assert takes("shop")
    assert load_workflow(Source("shop"), workspace()).own_files == ("shop/compose.yaml",)
    Path("shop/workflow.yaml").write_text(WORKFLOW, "utf-8")
    assert not takes("shop")


def test_options_of_compose_are_refused_for_a_workflow() -> None:
    Path("workflow.yaml").write_text(WORKFLOW, "utf-8")
    with pytest.raises(UsageError, match=r'"workflow.yaml" is a workflow, which is one file'):
        takes("workflow.yaml", "b.yaml")
    options = {"project": "a", "profiles": ("a",), "env_files": ("a",), "folder": "a", "strict": True}
    for name, value in options.items():
        source = Source("workflow.yaml", compose=ComposeOptions(**{name: value}))
        with pytest.raises(UsageError, match=r'^--[a-z-]+ is for Compose files, and "workflow.yaml" is none$'):
            refuse_compose_options(source)
        with pytest.raises(UsageError):
            load_workflow(source, workspace())


def test_variable_files_of_a_workflow_are_refused_for_compose() -> None:
    Path("compose.yaml").write_text(COMPOSE, "utf-8")
    with pytest.raises(UsageError, match="Compose files take --env-file"):
        load_workflow(Source("compose.yaml", (), ("a.env",)), workspace())


def test_what_it_was_read_from_is_told_as_people_open_it() -> None:
    Path("../compose.yaml").write_text(COMPOSE, "utf-8")
    Path("../compose.override.yaml").write_text("services: {web: {init: true}}\n", "utf-8")
    loaded = load_workflow(Source("workflow.yaml"), workspace())
    assert loaded.own_files == ("../compose.yaml", "../compose.override.yaml")
    assert loaded.named == "../compose.yaml and ../compose.override.yaml"
    both = (str(Path("../compose.yaml").resolve()), str(Path("../compose.override.yaml").resolve()))
    named = Source(both[0], compose=ComposeOptions(more_files=both[1:]))
    assert load_workflow(named, workspace()).own_files == both
    Path("c.yaml").write_text(COMPOSE, "utf-8")
    assert load_workflow(Source("c.yaml"), workspace()).own_files == ("c.yaml",)


def test_a_missing_file_is_one_error() -> None:
    with pytest.raises(InvalidInput) as missing:
        load_workflow(Source("compose.yaml"), workspace())
    assert [one.code for one in missing.value.diagnostics] == ["file-missing"]


def test_a_file_that_is_not_there_is_told_whatever_options_come_with_it() -> None:
    for options in (ComposeOptions(more_files=("other.yaml",)), ComposeOptions(project="shop")):
        with pytest.raises(InvalidInput) as caught:
            load_workflow(Source("gone.yaml", compose=options), workspace())
        assert [one.code for one in caught.value.diagnostics] == ["file-missing"]


def test_a_workflow_that_is_called_as_a_compose_file_has_to_be_named() -> None:
    Path("compose.yaml").write_text(WORKFLOW, "utf-8")
    with pytest.raises(UsageError, match="is a workflow, not a Compose file"):
        takes()
    assert not takes("compose.yaml")
