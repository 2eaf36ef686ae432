"""A workflow gets nothing but what its caller lets it have: an environment, and the files below a root."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from typing import Any

import pytest

import runner
from runner.document.access import Access
from runner.document.files import Files
from runner.document.root import Outside, Root, open_without_links
from runner.kinds import sections_of
from runner.workflow.compile import ReadResult, read

SECRET = "outside-of-the-root"
IMAGE = "busybox:stable"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder beside a file that is nobody's business, which every link in it leads to."""
    folder = tmp_path / "repository"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    (folder / "inside.txt").write_text("A=inside\n")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text(f"A={SECRET}\n")
    (tmp_path / "outside" / "Dockerfile").write_text(f"FROM {SECRET}\n")
    (tmp_path / "outside" / "seccomp.json").write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW"}))
    (tmp_path / "outside" / "other.yaml").write_text(f"x-hidden: {SECRET}\nvariables: {{V: {{default: {SECRET}}}}}\n")
    (folder / "link").symlink_to(tmp_path / "outside" / "file")
    (folder / "folder").symlink_to("../outside")
    (folder / "dangling").symlink_to(tmp_path / "nothing")
    monkeypatch.setenv("HOME", str(tmp_path / "outside"))
    monkeypatch.setenv("CALLERS", SECRET)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "outside" / "file"))
    return folder


def result(repository: Path, access: Access | None = None, **document: Any) -> ReadResult:
    file = repository / "workflow.yaml"
    if not file.is_symlink():
        file.write_text(json.dumps({"version": 1, "name": "shop", **document}))
    return read(str(file), sections_of, Files(access or Access(Root.below(repository))))


def errors(repository: Path, **document: Any) -> list[str]:
    found = result(repository, **document)
    everything = f"{found.desired} {found.findings} {found.document and found.document.data}"
    assert SECRET not in everything
    assert all(one.span for one in found.findings), found.findings
    return [one.code for one in found.findings]


def container(**options: Any) -> dict[str, Any]:
    return {"containers": {"web": {"image": IMAGE, **options}}}


def build(**options: Any) -> dict[str, Any]:
    return {"images": {"app": {"build": {"context": "app", **options}}}}


OUTSIDE = ["../outside/file", "link", "folder/file", "dangling", "../nothing", "/etc/passwd", "~/file", "~root/x"]


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize(
    "of",
    [
        lambda path: {"secrets": {"s": {"file": path}}},
        lambda path: {"configs": {"c": {"file": path}}},
        lambda path: container(env_file=path),
        lambda path: container(triggers=[path]),
        lambda path: container(volumes=[{"type": "bind", "source": path, "target": "/data"}]),
        lambda path: container(security_opt=[f"seccomp:{path}"]),
        lambda path: build(ssh={"default": path}),
        lambda path: build(additional_contexts={"more": path}),
        lambda path: build(context=path),
    ],
    ids=["secret", "config", "env_file", "trigger", "bind", "seccomp", "ssh", "additional_context", "context"],
)
def test_no_path_leads_out_of_the_root_whether_there_is_something_or_not(repository: Path, of: Any, path: str) -> None:
    assert errors(repository, **of(path)) == ["file-outside"]


@pytest.mark.parametrize("name", ["../folder/Dockerfile", "../../outside/Dockerfile", "/etc/passwd"])
def test_no_dockerfile_is_read_from_outside(repository: Path, name: str) -> None:
    assert errors(repository, **build(dockerfile=name)) == ["file-outside"]


@pytest.mark.parametrize("pattern", ["folder/*", "*/file", "**/fil?", "../outside/*", "li*", "*/*/../file"])
def test_no_glob_lists_what_is_outside(repository: Path, pattern: str) -> None:
    assert set(errors(repository, **container(triggers=[pattern]))) <= {"file-outside", "wrong-reference"}


def test_a_glob_passes_by_links_to_folders_outside(repository: Path) -> None:
    assert errors(repository, **container(triggers=["**/Dockerfile"])) == []


@pytest.mark.parametrize("name", ["../outside/other.yaml", "folder/other.yaml", "/etc/passwd", "dangling"])
def test_nothing_is_included_from_outside(repository: Path, name: str) -> None:
    assert errors(repository, include=[name]) == ["file-outside"]


def test_neither_the_file_itself_nor_what_lies_beside_it_may_be_a_link_that_leads_out(repository: Path) -> None:
    (repository / ".env").symlink_to("../outside/file")
    found = result(repository, variables={"A": {}}, **container(environment={"A": "${A}"}))
    assert "file-outside" in [one.code for one in found.findings]
    assert SECRET not in str(found)
    (repository / "workflow.yaml").unlink()
    (repository / "workflow.yaml").symlink_to("../outside/other.yaml")
    assert [one.code for one in result(repository).findings] == ["file-outside"]


def test_variable_files_must_lie_below_the_root(repository: Path, tmp_path: Path) -> None:
    (repository / "workflow.yaml").write_text(json.dumps({"version": 1, "name": "shop"}))
    for file in ("outside/other.yaml", "outside/file"):
        files = Files(Access(Root.below(repository)))
        found = read(str(repository / "workflow.yaml"), sections_of, files, variable_files=[tmp_path / file])
        assert [one.code for one in found.findings] == ["file-outside"]


def test_an_ignore_file_may_not_be_a_link_that_leads_out(repository: Path) -> None:
    (repository / "app" / ".dockerignore").symlink_to("../../outside/file")
    assert errors(repository, **build()) == ["wrong-reference"]


def test_an_empty_environment_is_empty(repository: Path) -> None:
    assert errors(repository, secrets={"s": {"environment": "CALLERS"}}) == ["wrong-reference"]
    assert errors(repository, configs={"c": {"environment": "CALLERS"}}) == ["wrong-reference"]
    assert errors(repository, variables={"CALLERS": {}}, **container(command="${CALLERS}")) == ["missing-variable"]
    assert errors(repository, **container(environment=["A=${HOME-none}", "CALLERS", "HOME"])) == []
    assert errors(repository, **container(environment={"CALLERS": None})) == []
    (repository / "bare.env").write_text("CALLERS\nHOME\n")
    assert errors(repository, **container(env_file="bare.env")) == []
    assert errors(repository, **build(args=["CALLERS", "HOME"])) == []
    assert errors(repository, **build(args=["SOURCE_DATE_EPOCH"])) == ["wrong-reference"]
    assert errors(repository, **build(ssh=["default"])) == []
    (repository / ".env").write_text("A\nCALLERS\n")
    assert errors(repository, **container(command="${CALLERS-none}")) == []


def test_what_is_given_gets_in(repository: Path) -> None:
    access = Access(Root.below(repository), {"CALLERS": "given-in-full"})
    found = result(
        repository,
        access,
        variables={"CALLERS": {}},
        secrets={"s": {"environment": "CALLERS"}, "f": {"file": "inside.txt"}},
        **container(environment=["CALLERS", "V=${CALLERS}"], env_file="inside.txt", volumes=["./app:/app"]),
    )
    assert found.findings == []
    (web,) = [one for address, one in found.desired.resources.items() if address.kind == "container"]
    assert web.fields["environment"] == {"A": "inside", "CALLERS": "given-in-full", "V": "given-in-full"}


def test_paths_of_the_engine_are_mounted_only_where_the_caller_allows_it(repository: Path) -> None:
    volumes = ["/srv/data:/data", "/srv/database:/db", "/srv/data/../../etc:/etc"]
    access = Access(Root.below(repository), mounts=(Path("/srv/data"),))
    found = result(repository, access, **container(volumes=volumes))
    assert [one.code for one in found.findings] == ["file-outside"] * 2


@pytest.mark.parametrize(
    "options",
    [{"type": "none", "o": "bind", "device": "/etc"}, {"type": "none", "o": "ro,rbind", "device": "etc"}],
)
def test_a_volume_is_no_way_round_to_a_path_of_the_engine(repository: Path, options: dict[str, str]) -> None:
    assert errors(repository, volumes={"data": {"driver_opts": options}}) == ["file-outside"]


def test_links_inside_the_root_are_followed(repository: Path) -> None:
    (repository / "app" / "settings").symlink_to("../inside.txt")
    assert errors(repository, **container(env_file="app/settings")) == []


def test_a_link_that_comes_in_after_the_look_is_not_followed(repository: Path, tmp_path: Path) -> None:
    root = Root.below(repository)
    file, folder = root.resolve(repository / "inside.txt"), root.resolve(repository / "app" / "Dockerfile")
    file.unlink()
    file.symlink_to(tmp_path / "outside" / "file")
    (repository / "app").rename(repository / "was")
    (repository / "app").symlink_to(tmp_path / "outside")
    for path in (file, folder):
        with pytest.raises(OSError, match=r"symbolic|directory"):
            os.close(open_without_links(path))


def test_what_is_no_regular_file_is_not_read_below_a_root(repository: Path) -> None:
    os.mkfifo(repository / "pipe")
    root = Root.below(repository)
    with pytest.raises(OSError, match="not a regular file"):
        root.read(repository / "pipe", 10)
    with pytest.raises(IsADirectoryError):
        root.read(repository, 10)
    with pytest.raises(Outside):
        root.read(Path("/"), 10)


# --- the rooms themselves

ROOMS = ("core", "document", "resource", "workflow", "kinds", "plan", "engine", "history", "bundle", "views", "daemon")
PROCESS = {("os", "environ"), ("os", "getenv"), ("os", "environb"), ("os", "getcwd"), ("path", "expanduser")}
PROCESS |= {("Path", "home"), ("Path", "expanduser"), ("os", "path.expandvars"), ("path", "expandvars")}


def test_no_room_below_the_commands_looks_at_the_process_by_itself() -> None:
    assert runner.__file__
    folder = Path(runner.__file__).parent
    found = [
        f"{file.relative_to(folder)}:{node.lineno} {node.attr}"
        for room in ROOMS
        for file in (folder / room).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
        and (getattr(node.value, "id", getattr(node.value, "attr", "")), node.attr) in PROCESS
    ]
    assert found == []
