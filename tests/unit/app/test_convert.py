"""A Compose project as a workflow: what is written reads well, and declares the same."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from runner.app.convert.compare import differences
from runner.app.convert.conversion import Converted, convert
from runner.app.load import load
from runner.app.load_compose import load_model
from runner.app.source import Source
from runner.app.workspace import Workspace
from runner.compose.output_yaml import to_yaml
from runner.core.compose_options import ComposeOptions
from runner.core.diagnostic import Severity
from runner.core.errors import InvalidInput, UsageError
from runner.core.state import DesiredState
from runner.core.struct import replace
from runner.document.files import Files
from tests.unit.compose.cases import Case, real, rules

RULES = Path(__file__).parents[1] / "compose" / "rules"
_REAL = os.environ.get("RUNNER_COMPOSE_CASES")
CASES = [*rules(RULES), *(real(Path(_REAL)) if _REAL else ())]

COMPOSE = """\
# The shop.

services:
  # what people see
  web:
    image: example/web:${TAG:-1}  # stable
    ports:
      - "8080:80"
      - "${ADMIN_PORT}:81"  # for us
    restart: always
    environment:
      - PASSWORD=$PASSWORD
      - MODE=0644
      - PRICE=5$$
    env_file: web.env
    volumes:
      - ./pages:/pages:ro
      - data:/data
    depends_on: [db]
    mem_limit: 64m
    # the last one
  db:
    build: {context: ., dockerfile: db.Dockerfile}
    command: [run, --fast, "1"]
    restart: unless-stopped
    attach: false
    deploy: {placement: {constraints: [a==b]}}
volumes:
  data:
"""
WORKFLOW = """\
# The shop.
#
# Made from compose.yaml by runner convert.

version: 1
name: project
variables:
  PASSWORD: {default: ""}
  ADMIN_PORT: {default: ""}

images:
  db:
    build:
      context: .
      dockerfile: db.Dockerfile

volumes:
  data: {}

containers:
  # what people see
  web:
    image: example/web:${TAG:-1}  # stable
    depends_on:
      db: started
    env_file:
      - web.env
    environment:
      PASSWORD: ${PASSWORD}
      MODE: "0644"
      PRICE: 5$$
    ports:
      - "8080:80"
      - ${ADMIN_PORT}:81  # for us
    volumes:
      - ./pages:/pages:ro
      - data:/data
    limits:
      memory: 64m
      # the last one
    restart: always

  db:
    image: db
    command: [run, --fast, "1"]
    restart: unless-stopped
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    Path("pages").mkdir()
    for name in ("Dockerfile", "db.Dockerfile"):
        Path(name).write_text("FROM scratch\n", "utf-8")
    Path("web.env").write_text("SEEN=web\n", "utf-8")
    Path(".env").write_text("PASSWORD=5Rk9qwsecret\nADMIN_PORT=9000\n", "utf-8")


def workspace() -> Workspace:
    return Workspace.for_user({"HOME": str(Path.cwd()), "PATH": "/usr/bin"})


def converted(text: str, *, out: Path | None = None, **options: object) -> Converted:
    Path("compose.yaml").write_text(text, "utf-8")
    return convert(Source("compose.yaml", compose=ComposeOptions(**options)), workspace(), out)


def desired(file: str) -> DesiredState:
    return load(Source(file), workspace(), contents=False).desired


def test_it_reads_as_if_somebody_had_written_it() -> None:
    made = converted(COMPOSE)
    lines = [line for line in made.text.splitlines() if " is ignored: " not in line]
    assert "\n".join(lines) + "\n" == WORKFLOW
    made.write(Path("workflow.yaml"))
    assert not list(differences(desired("compose.yaml"), desired("workflow.yaml")))


def test_what_is_lost_is_told_at_its_place_and_as_a_warning() -> None:
    made = converted(COMPOSE)
    db = made.text.partition("\n  db:\n    image: db\n")[2]
    assert db.count('\n    # "') == 2
    assert '# "placement" is ignored: only Swarm uses it\n' in db
    assert [one.code for one in made.findings] == ["compose-ignored"] * 2
    assert {one.severity for one in made.findings} == {Severity.WARNING}


def test_what_runner_cannot_do_is_a_comment_and_what_compose_refuses_an_error() -> None:
    made = converted("services: {a: {image: x, restart: always, external_links: [y]}}\n")
    assert '# "external_links" is not supported: ' in made.text
    assert [one.code for one in made.findings] == ["compose-unsupported"]
    with pytest.raises(InvalidInput):
        converted("services: {a: {restart: always}}\n")


def test_services_that_are_off_are_told_since_an_apply_removes_them() -> None:
    text = "services: {a: {image: x, restart: always}, b: {image: x, profiles: [p]}}\n"
    made = converted(text)
    assert "# Not carried over, since their profiles are off: b\n" in made.text
    assert ["b" in one.message for one in made.findings] == [True]
    assert "Not carried over" not in converted(text, profiles=("p",)).text


def test_no_value_of_env_files_is_written_without_a_word() -> None:
    Path(".env").write_text("PASSWORD=5Rk9qwsecret\nADMIN_PORT=9000\nURL=x:${PASSWORD}\n", "utf-8")
    made = converted(COMPOSE)
    assert "5Rk9qwsecret" not in made.text
    assert not any(one.code == "filled-in" for one in made.findings)
    made = converted(
        "services:\n  a:\n    image: x\n    restart: always\n    environment: [\"A=${URL}\", 'B=$PASSWORD']\n"
    )
    assert "A: x:5Rk9qwsecret\n" in made.text
    assert "B: ${PASSWORD}\n" in made.text
    assert [(one.code, one.span and one.span.start.line) for one in made.findings] == [("filled-in", 5)]


def test_an_env_file_that_says_something_else_here_is_filled_in_with_a_word() -> None:
    Path("web.env").write_text("A=one\nB=${A}two\n", "utf-8")
    made = converted("services: {a: {image: x, restart: always, env_file: web.env}}\n")
    assert "B: onetwo\n" in made.text
    assert {one.code for one in made.findings} == {"filled-in"}


def test_secrets_are_variables_that_are_declared_sensitive() -> None:
    text = "services: {a: {image: x, restart: always, secrets: [s]}}\nsecrets: {s: {environment: PASSWORD}}\n"
    made = converted(text)
    assert "  PASSWORD: {sensitive: true}\n" in made.text
    assert "5Rk9qwsecret" not in made.text


def test_paths_lead_to_the_same_files_from_another_folder() -> None:
    Path("live").mkdir()
    Path("live/.env").write_text(Path(".env").read_text("utf-8"), "utf-8")
    made = converted(COMPOSE, out=Path("live/shop.yaml"))
    made.write(Path("live/shop.yaml"))
    assert "context: ..\n" in made.text
    assert "- ../pages:/pages:ro\n" in made.text
    assert not list(differences(desired("compose.yaml"), desired("live/shop.yaml")))


def test_other_env_files_are_told_in_the_head() -> None:
    Path(".env").rename("live.env")
    made = converted(COMPOSE, env_files=("live.env",))
    assert "${PASSWORD}" in made.text
    assert "runner plan --var-file live.env\n" in made.text


def test_a_file_that_is_there_is_kept_and_a_workflow_is_refused() -> None:
    Path("workflow.yaml").write_text("version: 1\nname: shop\n", "utf-8")
    with pytest.raises(UsageError, match="exists"):
        converted(COMPOSE).write(Path("workflow.yaml"))
    with pytest.raises(UsageError, match="is no Compose file"):
        convert(Source("workflow.yaml"), workspace())


def options_of(arguments: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    given: dict[str, list[str]] = {}
    for option, value in zip(arguments[::2], arguments[1::2], strict=True):
        given.setdefault(option, []).append(value)
    yield "more_files", tuple(given.get("-f", given.get("--file", [])))
    yield "profiles", tuple(given.get("--profile", ()))
    yield "env_files", tuple(given.get("--env-file", ()))
    yield "project", given.get("-p", given.get("--project-name", [None]))[-1]
    yield "folder", given.get("--project-directory", [None])[-1]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_project_that_compose_loads_is_converted_to_what_declares_the_same(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conversion itself compares what it writes, and raises where nothing that it can write is the same."""
    monkeypatch.chdir(case.cwd)
    options = dict(options_of(case.arguments))
    first, *more = options.pop("more_files") or ("workflow.yaml",)
    source = Source(first, compose=ComposeOptions(more_files=tuple(more), **options))
    environ = Workspace.for_user({"HOME": "/home/someone", "PATH": "/usr/bin", **case.environment})
    if case.expected is None and case.name not in CONVERTED:
        with pytest.raises((InvalidInput, UsageError)):
            convert(source, environ)
    elif case.name in REFUSED:
        with pytest.raises(InvalidInput, match=REFUSED[case.name]):
            convert(source, environ)
    else:
        assert convert(source, environ).text.startswith(("#", "version: 1\n"))


CONVERTED = {"compose-pkg-e2e-fixtures-build-test-ssh"}
"""Cases that Compose runs, but can't print."""
REFUSED = {
    "volumes-drives": "target is not an absolute path",
    "compose-pkg-e2e-testdata-testconfigfromenv": "has no value",
    "compose-pkg-e2e-testdata-testipc": "has no value",
    "compose-pkg-e2e-testdata-testsecretfromenv": "has no value",
    "dotenv-precedence": 'expected "=" after the key',
}
"""Cases that Compose loads and can't run, or with a file of variables that only Compose reads."""

NAMES = st.sampled_from(["a", "web", "db", "X_1", "peer0.org"])
TEXTS = st.sampled_from(
    ["", "x", "0644", "yes", "1.10", "${A}", "${B:-b c}", "$$x", "a: b", "# no", "null", "[x]", "é"]
)
VALUES = st.fixed_dictionaries(
    {
        "image": st.sampled_from(["busybox", "example/x:${TAG:-1}"]),
        "restart": st.sampled_from(["always", "no", "${R:-no}"]),
    },
    optional={
        "command": st.sampled_from(["sh -c 'echo $$A'", ["sh", "-c", "echo ${A}"], "${A}x"]),
        "environment": st.dictionaries(st.sampled_from(["A", "B", "C_D"]), TEXTS, max_size=3)
        | st.lists(st.sampled_from(["A=${A}", "B", "C=a=b", "D=$$"]), unique=True, max_size=3),
        "ports": st.lists(
            st.sampled_from(["80", "8080:80", "127.0.0.1:${P:-81}:81/udp", "9000-9002:90-92"]), unique=True
        ),
        "volumes": st.lists(st.sampled_from(["./pages:/a:ro", "/b", "data:/c", "../x:/d:cached"]), unique=True),
        "networks": st.sampled_from([["front"], {"front": {"aliases": ["x"]}, "back": None}]),
        "labels": st.dictionaries(st.sampled_from(["a.b", "c"]), TEXTS, max_size=2),
        "mem_limit": st.sampled_from(["64m", "1g", 123456789]),
        "stop_grace_period": st.sampled_from(["1m30s", "5s"]),
        "healthcheck": st.sampled_from(
            [{"test": "true"}, {"test": ["CMD", "a", "$$b"], "interval": "1m"}, {"disable": True}]
        ),
        "ulimits": st.sampled_from([{"nofile": 5}, {"nofile": {"soft": 1, "hard": 2}}]),
        "user": st.sampled_from(["1000", "${A}"]),
        "extra_hosts": st.sampled_from([["a:1.2.3.4"], {"a": "1.2.3.4"}]),
        "init": st.booleans(),
        "deploy": st.sampled_from([{"replicas": 2}, {"resources": {"limits": {"cpus": "0.5"}}}]),
        "profiles": st.just(["p"]),
        "tmpfs": st.sampled_from(["/t", ["/t:size=1m"]]),
    },
)
PROJECTS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=3)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PROJECTS, st.booleans())
def test_any_project_and_its_model_are_converted_alike(services: dict[str, object], profile: bool) -> None:
    file = Path("compose.yaml")
    file.write_text(json.dumps({"services": services, "networks": {"front": {}, "back": {}}, "volumes": {"data": {}}}))
    Path(".env").write_text("A=value of a\nTAG=2\n", "utf-8")
    source = Source("compose.yaml", compose=ComposeOptions(profiles=("p",) if profile else ()))
    try:
        wanted = load(source, workspace(), contents=False).desired
    except InvalidInput:
        event("refused")
        return  # two services publish the same port, say
    model, _, _ = load_model(source, Files(workspace().access))
    Path("again.yaml").write_text(to_yaml(model.root), "utf-8")
    for one in (source, replace(source, file="again.yaml")):
        Path("workflow.yaml").write_text(convert(one, workspace()).text, "utf-8")
        assert not list(differences(wanted, desired("workflow.yaml")))
