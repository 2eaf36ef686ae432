"""The reading of Compose projects, as seen from outside: what is found, what is told, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from runner.compose.load import load
from runner.compose.model import ComposeModel
from runner.compose.node_edit import child
from runner.compose.request import ComposeRequest
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.struct import Struct
from runner.document.access import Access
from runner.document.files import Files
from runner.document.nodes import Node, ScalarNode
from runner.document.root import Root

WEB = "services: {web: {image: nginx}}\n"


class Answer(Struct):
    model: ComposeModel | None
    found: list[Diagnostic]
    texts: dict[str, str]

    def told(self, severity: Severity = Severity.ERROR) -> list[tuple[str, str]]:
        return [(one.code, str(one.span)) for one in self.found if one.severity is severity]

    def node(self, *path: str) -> Node:
        assert self.model is not None, self.found
        found = child(self.model.root, *path)
        assert found is not None
        return found

    def text(self, *path: str) -> str:
        found = self.node(*path)
        assert isinstance(found, ScalarNode)
        return found.text


Read = Callable[..., Answer]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Write files, and read the project that they are, standing in their folder."""
    monkeypatch.chdir(tmp_path)

    def run(
        written: Mapping[str, str], environ: Mapping[str, str] | None = None, root: str = "", **given: Any
    ) -> Answer:
        for name, text in written.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
        found: list[Diagnostic] = []
        texts: dict[str, str] = {}
        below = Root.below(tmp_path / root) if root else Root()
        model = load(ComposeRequest(**given), Files(Access(below, environ=environ or {})), found, texts)
        return Answer(model, found, texts)

    return run


def test_a_value_keeps_its_place_through_everything(read: Read) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    extends: {file: sub/base.yaml, service: base}\n    ports: ['80:80']\n",
        "sub/base.yaml": "services:\n  base:\n    image: nginx:${TAG:-1}\n    volumes: ['./data:/data']\n",
    }
    web = read(files).node("services", "web")
    assert str(child(web, "image").span) == "sub/base.yaml:3:12"  # type: ignore[union-attr]
    assert str(child(web, "volumes").span) == "sub/base.yaml:4:14"  # type: ignore[union-attr]
    assert str(child(web, "ports").span) == "compose.yaml:4:12"  # type: ignore[union-attr]


def test_all_mistakes_of_all_files_are_told_at_once(read: Read) -> None:
    files = {
        "a.yaml": "services:\n  web:\n    image: nginx\n    comand: x\n    depends_on: [gone]\n",
        "b.yaml": "services:\n  web:\n    environment: {A: 2020-01-01}\n    labels: ['${OPEN']\n",
    }
    assert read(files, files=("a.yaml", "b.yaml")).told() == [
        ("compose-invalid", "a.yaml:4:5"),
        ("compose-invalid", "a.yaml:5:18"),
        ("compose-invalid", "b.yaml:3:22"),
        ("interpolation", "b.yaml:4:15"),
    ]


def test_an_undefined_variable_is_blank_and_told(read: Read) -> None:
    answer = read({"compose.yaml": 'services:\n  web:\n    image: "nginx:a$TAG"\n'})
    assert answer.text("services", "web", "image") == "nginx:a"
    assert answer.told(Severity.WARNING) == [("missing-variable", "compose.yaml:3:20")]


def test_strictly_an_undefined_variable_is_an_error(read: Read) -> None:
    answer = read({"compose.yaml": 'services:\n  web:\n    image: "nginx:a$TAG"\n'}, strict=True)
    assert answer.told() == [("missing-variable", "compose.yaml:3:20")]
    assert answer.model is None


def test_values_come_from_var_then_the_process_then_env_files(read: Read) -> None:
    files = {"compose.yaml": 'services: {web: {image: "nginx:$A$B$C"}}\n', ".env": "A=1\nB=2\nC=3\n"}
    answer = read(files, {"A": "4", "B": "5"}, overrides={"A": "6"})
    assert answer.text("services", "web", "image") == "nginx:653"


def test_a_var_that_no_file_uses_is_an_error(read: Read) -> None:
    assert read({"compose.yaml": WEB}, overrides={"TAG": "1"}).told() == [("unused-override", "None")]


def test_a_model_has_the_variables_that_its_files_ask_for_and_no_others(read: Read) -> None:
    files = {
        "compose.yaml": 'services: {web: {image: "nginx:${A:-x}", environment: [B], env_file: web.env}}\n',
        "web.env": "X=$C\n",
    }
    answer = read(files, {name: name.lower() for name in "ABCD"})
    assert answer.model is not None
    assert dict(answer.model.used) == {"A": "a", "B": "b", "C": "c"}


def test_services_of_other_profiles_are_off(read: Read) -> None:
    answer = read({"compose.yaml": "services: {web: {image: a}, tool: {image: b, profiles: [debug]}}\n"})
    assert answer.model is not None
    assert answer.model.off == {"tool"}
    assert child(answer.model.root, "services", "tool") is None


def test_secrets_and_what_is_called_sensitive_are_masked_texts(read: Read) -> None:
    text = "services: {web: {image: a, secrets: [s]}}\nsecrets: {s: {environment: PASSWORD}}\n"
    text += "x-runner: {sensitive: [TOKEN, GONE]}\n"
    answer = read({"compose.yaml": text, ".env": "TOKEN=abc\n"}, {"PASSWORD": "hidden", "OTHER": "seen"})
    assert answer.model is not None
    assert answer.model.sensitive == {"hidden", "abc"}


def test_values_of_secrets_are_masked_in_errors_too(read: Read) -> None:
    text = 'services: {web: {image: a, ports: ["${TOKEN}:80"], mem_limit: $PASSWORD, secrets: [s]}}\n'
    text += "secrets: {s: {environment: PASSWORD}}\nx-runner: {sensitive: [TOKEN]}\n"
    answer = read({"compose.yaml": text}, {"PASSWORD": "hidden-one", "TOKEN": "hidden-two"})
    assert answer.model is None
    told = str(answer.found)
    assert "***" in told
    assert "hidden" not in told


def test_a_secret_of_an_included_project_has_the_value_that_its_env_file_gives(read: Read) -> None:
    files = {
        "compose.yaml": "include: [sub/compose.yaml]\n",
        "sub/compose.yaml": "services: {web: {image: a, secrets: [s]}}\nsecrets: {s: {environment: PASSWORD}}\n",
        "sub/.env": "PASSWORD=hidden\n",
    }
    answer = read(files)
    assert answer.model is not None
    assert answer.model.used["PASSWORD"] == "hidden"
    assert answer.model.sensitive == {"hidden"}


def test_included_projects_may_have_different_values_for_one_variable(read: Read) -> None:
    files = {
        "compose.yaml": "include: [a/compose.yaml, b/compose.yaml]\n",
        **{f"{name}/compose.yaml": f"services: {{{name}: {{image: 'x:${{TAG}}'}}}}\n" for name in ("a", "b")},
        **{f"{name}/.env": f"TAG={name}1\n" for name in ("a", "b")},
    }
    answer = read(files)
    assert [answer.text("services", name, "image") for name in ("a", "b")] == ["x:a1", "x:b1"]
    assert answer.model is not None
    assert "TAG" not in answer.model.used
    assert answer.model.ambiguous == {"TAG"}


def test_a_value_is_refused_once(read: Read) -> None:
    answer = read({"compose.yaml": "services: {web: {image: a, ports: [{target: 80-81}, true]}}\n"})
    assert answer.told() == [("compose-invalid", "compose.yaml:1:45"), ("compose-invalid", "compose.yaml:1:53")]


def test_env_files_are_never_quoted(read: Read) -> None:
    answer = read(
        {"compose.yaml": "services: {web: {image: a, env_file: web.env}}\n", ".env": "A\tB C=x\n", "web.env": "D E=y\n"}
    )
    assert answer.told() == [("dotenv-syntax", ".env:1:1"), ("dotenv-syntax", "web.env:1:1")]
    assert set(answer.texts) == {"compose.yaml"}


def test_of_files_outside_of_the_projects_folder_nothing_is_quoted(read: Read) -> None:
    files = {
        "app/compose.yaml": "services: {web: {extends: {file: ../other/private.yaml, service: base}}}\n",
        "other/private.yaml": "services: {base: {image: a, password: secret}}\n",
    }
    answer = read(files, files=("app/compose.yaml",))
    assert answer.told() == [("compose-invalid", "other/private.yaml:1:29")]
    assert set(answer.texts) == {"app/compose.yaml"}
    assert "password" not in answer.found[0].message


@pytest.mark.parametrize(
    ("named", "place"),
    [
        ("services: {web: {extends: {file: ../out.yaml, service: web}}}\n", "in/compose.yaml:1:34"),
        ("include: [../out.yaml]\n", "in/compose.yaml:1:11"),
        ("services: {web: {image: a, env_file: ../out.env}}\n", "in/compose.yaml:1:38"),
        ("services: {web: {image: a, label_file: ../out.env}}\n", "in/compose.yaml:1:40"),
    ],
)
def test_nothing_outside_of_the_allowed_folder_is_read(read: Read, named: str, place: str) -> None:
    files = {"in/compose.yaml": named, "out.yaml": WEB, "out.env": "A=1\n"}
    answer = read(files, root="in", files=("in/compose.yaml",))
    assert answer.told() == [("file-outside", place)]


def test_the_search_for_files_ends_at_the_allowed_folder(read: Read, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    assert read({"compose.yaml": WEB}, root="in", cwd=tmp_path / "in").told() == [("file-missing", "None")]


def test_what_refers_to_a_file_that_is_missing_is_no_second_error(read: Read) -> None:
    text = "include: [gone.yaml]\nservices: {web: {image: a, depends_on: [db], networks: [back]}}\n"
    assert read({"compose.yaml": text}).told() == [("file-missing", "compose.yaml:1:11")]


@pytest.mark.parametrize(
    "name", ["https://example.com/base.yaml", "oci://example.com/base", "git@example.com:base.git"]
)
def test_remote_files_are_told_as_such(read: Read, name: str) -> None:
    assert read({"compose.yaml": f'include: ["{name}"]\n'}).told() == [("compose-unsupported", "compose.yaml:1:11")]


def test_a_second_compose_file_in_a_folder_is_told(read: Read) -> None:
    answer = read({"compose.yml": WEB, "docker-compose.yml": WEB})
    assert [one.code for one in answer.found] == ["compose-ignored"]
    assert answer.model is not None
    assert [Path(name).name for name in answer.model.files] == ["compose.yml"]


def test_a_file_is_found_in_a_folder_above_and_named_from_here(read: Read, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "compose.yaml").write_text("services: {web: {image: a, nonsense: b}}\n", "utf-8")
    monkeypatch.chdir(tmp_path / "a" / "b")
    found: list[Diagnostic] = []
    assert load(ComposeRequest(), Files(Access(Root())), found, {}) is None
    assert [str(one.span) for one in found] == ["../../compose.yaml:1:28"]


def test_a_folder_is_named_by_the_way_that_led_there(read: Read, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "versions" / "v2").mkdir(parents=True)
    (tmp_path / "shop").symlink_to("versions/v2")
    monkeypatch.chdir(tmp_path / "shop")
    text = "services: {web: {image: a, volumes: ['./data:/data'], nonsense: b}}\n"
    found: list[Diagnostic] = []
    access = Access(Root(), environ={"PWD": str(tmp_path / "shop")})
    Path("compose.yaml").write_text(text, "utf-8")
    assert load(ComposeRequest(), Files(access), found, {}) is None
    assert [str(one.span) for one in found] == [f"{tmp_path}/shop/compose.yaml:1:55"]
    Path("compose.yaml").write_text(text.replace("nonsense", "hostname"), "utf-8")
    model = load(ComposeRequest(), Files(access), found, {})
    assert model is not None
    assert (model.name, model.folder) == ("shop", str(tmp_path / "shop"))
    assert model.files == (str(tmp_path / "shop" / "compose.yaml"),)
    (tmp_path / "above.yaml").write_text("services: {above: {image: a}}", "utf-8")
    above = load(ComposeRequest(files=("../above.yaml",)), Files(access), found, {})
    assert above is not None
    assert above.files == (str(tmp_path / "above.yaml"),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "a: &a [x, x]\n"
            + "".join(f"b{i}: &b{i} [{', '.join(['*a' if i == 0 else f'*b{i - 1}'] * 10)}]\n" for i in range(9)),
            "alias-bomb",
        ),
        ("a: " + "[" * 200 + "]" * 200, "too-deep"),
        ("a: *a\n", "undefined-alias"),
        ("a: &a [*a]\n", "alias-cycle"),
        ("\x00", "control-character"),
        ("- a\n", "not-a-mapping"),
        ("---\n", "empty-file"),
        ("", "empty-file"),
        ("[a]: b\n", "complex-key"),
        ("1: b\n", "compose-invalid"),
        ("<<: x\n", "merge-key"),
    ],
)
def test_hostile_files_are_told_with_a_place(read: Read, text: str, code: str) -> None:
    answer = read({"compose.yaml": text})
    assert answer.model is None
    assert code in [one.code for one in answer.found]
    assert all(one.span for one in answer.found)


def test_a_stored_copy_is_read_instead_of_the_disk(read: Read, tmp_path: Path) -> None:
    files = {"compose.yaml": "services: {web: {image: a, env_file: web.env}}\n", "web.env": "A=1\n"}
    first = Files(Access(Root()))
    read(files)
    assert load(ComposeRequest(), first, [], {}) is not None
    (tmp_path / "compose.yaml").unlink()
    (tmp_path / "web.env").unlink()
    again = Files(Access(Root()), remembered=first.seen)
    model = load(ComposeRequest(files=("compose.yaml",)), again, [], {})
    assert model is not None
    value = child(model.root, "services", "web", "environment", "A")
    assert isinstance(value, ScalarNode)
    assert value.text == "1"
