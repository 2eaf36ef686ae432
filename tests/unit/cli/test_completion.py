"""Completion: what a line may go on with, whatever the files are like, and what a real shell makes of it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from runner.app.outline import ON_ENGINE
from runner.cli.completion.answer import answer
from runner.cli.completion.line import FILES
from runner.cli.completion.words import RESTARTABLE, RUNNING, SOURCES
from runner.cli.syntax.rows import Text
from runner.cli.syntax.table import COMMANDS
from runner.kinds import CATALOG

ROOT = Path(__file__).parents[3]
SCRIPTS = ROOT / "runner" / "completions"
WORKFLOW = """
version: 1
name: shop
include: [base.yaml]
variables:
  TAG: {default: "1", description: the release}
  PASSWORD: {default: hunter2secret, sensitive: true}
images: {app: {build: .}}
containers:
  web: {image: app, replicas: 2}
  db: {image: postgres}
jobs:
  seed: {image: app}
"""
BASE = "version: 1\nnetworks: {front: {}}\n"

Complete = Callable[..., list[str]]


@pytest.fixture
def complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Complete:
    """Complete a line in a folder with a workflow; return the words without what they mean."""
    (tmp_path / "workflow.yaml").write_text(WORKFLOW, "utf-8")
    (tmp_path / "base.yaml").write_text(BASE, "utf-8")
    monkeypatch.chdir(tmp_path)

    def words(*line: str) -> list[str]:
        told = answer(line, {"HOME": str(tmp_path)})
        assert "hunter2secret" not in told
        return [text.partition("\t")[0] for text in told.splitlines()]

    return words


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("pl",), ["plan"]),
        (("-o", "json", "va"), ["validate"]),
        (("--host", "plan", "stat"), ["status"]),
        (("plan", "--targ"), ["--target"]),
        (("plan", "--target", "container."), ["container.web", "container.web[2]", "container.db"]),
        (("plan", "--target=job."), ["--target=job.seed"]),
        (("plan", "--target", "network."), ["network.front"]),
        (("plan", "--target", "container.db", "--target", "container."), ["container.web", "container.web[2]"]),
        (("plan", "--var", ""), ["TAG=", "PASSWORD="]),
        (("plan", "--var", "TAG=2", "--var", ""), ["PASSWORD="]),
        (("plan", "--var=T"), ["--var=TAG="]),
        (("plan", "--var", "PASSWORD="), ["PASSWORD="]),
        (("logs", ""), ["web", "db", "seed"]),
        (("logs", "web", ""), ["db", "seed"]),
        (("logs", "container.d"), ["container.db"]),
        (("exec", ""), ["web", "db", "seed"]),
        (("restart", ""), ["web", "db"]),
        (("restart", "job"), []),
        (("restart", "web", "container."), ["container.web", "container.web[2]", "container.db"]),
        (("inspect", "image."), ["image.app"]),
        (("inspect", "image.app", ""), [":files"]),
        (("inspect", "-f", "missing.yaml", "image."), []),
        (("inspect", "-f", "base.yaml", ""), ["network.front"]),
        (("inspect", "image.app", "--file", "base.yaml", ""), []),
        (("lock", "--upgrade", ""), ["app"]),
        (("lock", "--upgrade", "--lo"), []),
        (("apply", "--log-level", "d"), ["debug"]),
        (("apply", "-o", "h"), ["human"]),
        (("apply", "--yes", ""), [":files"]),
        (("apply", "--", "--ye"), [":files"]),
        (("apply", "--yes", "--ye"), []),
        (("plan", "--var-file="), [":files"]),
        (("init", "w"), ["web"]),
        (("completion", "z"), ["zsh"]),
        (("--context", ""), ["default"]),
        (("-H", ""), []),
        (("plan", "--parallel", ""), []),
        (("no-such", ""), []),
        (("show", ""), []),
    ],
)
def test_a_line_goes_on_with_what_may_come_next(complete: Complete, line: Sequence[str], expected: list[str]) -> None:
    assert complete(*line) == expected


def test_a_line_begins_with_any_command_and_has_any_option_of_it(complete: Complete) -> None:
    assert complete("") == complete() == [*COMMANDS]
    for name, command in COMMANDS.items():
        assert complete(name, "--") == [*(row.long_spelling for row in command.options), "--help"]


def test_every_text_that_the_table_wants_completed_has_a_source() -> None:
    rows = [row for command in COMMANDS.values() for row in command.parameters if isinstance(row.kind, Text)]
    assert {row.kind.suggests for row in rows if isinstance(row.kind, Text)} <= {*SOURCES, FILES, ""}


def test_addresses_have_the_kinds_that_the_catalog_has() -> None:
    assert {section: kind for kind, section in ((name, kind.section) for name, kind in CATALOG.items())} == ON_ENGINE


def test_what_is_offered_for_a_restart_is_what_the_catalog_can_restart() -> None:
    assert {*RESTARTABLE} == {name for name, kind in CATALOG.items() if kind.restart}
    assert {*RUNNING} <= CATALOG.keys()


@pytest.mark.parametrize("mistake", ["containers: {", "  - x", "a: b: c", "\tx", "name: 'shop", "&x *y"])
def test_a_file_with_mistakes_still_tells_its_keys(complete: Complete, mistake: str) -> None:
    Path("workflow.yaml").write_text(f"{WORKFLOW}\n{mistake}\n", "utf-8")
    assert complete("plan", "--target", "container.d") == ["container.db"]
    assert complete("plan", "--var", "T") == ["TAG="]


def test_runs_are_told_with_their_time_and_result(complete: Complete, tmp_path: Path) -> None:
    folder = tmp_path / ".local" / "state" / "runner" / "shop" / "x"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "run.json").write_text("not JSON", "utf-8")
    assert complete("show", "") == []


@pytest.mark.parametrize("what", ["missing", "folder", "fifo", "binary", "odd keys"])
def test_whatever_is_in_place_of_the_file_nothing_is_said(tmp_path: Path, what: str) -> None:
    path = tmp_path / "workflow.yaml"
    match what:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "binary":
            path.write_bytes(os.urandom(100_000))
        case "odd keys":
            path.write_text('containers: {"a\\eb": {}, "c\\nd": {}, "e\\tf": {}, 5: {}}\nvariables: []', "utf-8")
    environment = {"_RUNNER_COMPLETE": "words", "PYTHONPATH": str(ROOT), "HOME": "/nonexistent", "PATH": "/usr/bin"}
    for line in (["plan", "--target", ""], ["show", ""], ["plan", "--var", ""]):
        command = [sys.executable, "-m", "runner", *line]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=20, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout in (b"", b"container.5\n")


@pytest.mark.parametrize("request_", ["bash_source", "bash_complete", "1"])
def test_the_protocol_of_another_script_is_no_traceback(request_: str) -> None:
    environment = {"_RUNNER_COMPLETE": request_, "PYTHONPATH": str(ROOT), "COMP_WORDS": "runner pl", "COMP_CWORD": "1"}
    done = subprocess.run([sys.executable, "-m", "runner"], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_an_answer_loads_neither_click_nor_what_talks_to_engines_nor_the_kinds(complete: Complete) -> None:
    environment = {"_RUNNER_COMPLETE": "words", "PYTHONPATH": str(ROOT), "PYTHONPROFILEIMPORTTIME": "1", "HOME": "."}
    command = [sys.executable, "-m", "runner", "plan", "--target", ""]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "container.web" in done.stdout
    assert "runner.app.outline" in loaded
    assert not loaded & {"click", "httptools", "jsonschema", "rich", "runner.kinds", "runner.core.gateway"}


HOSTILE = ("x$(touch PWNED)", "x`touch PWNED`", "x';touch PWNED;'", 'x";touch PWNED;"', "x;touch PWNED", "x y", "x!y")


@pytest.mark.parametrize("line", ["plan --target ", "logs ", "lock --upgrade ", "plan --var ", "--context ", "show "])
@pytest.mark.parametrize("foreign", HOSTILE)
def test_no_foreign_word_is_offered_that_a_shell_or_runner_would_take_for_more(
    complete: Complete, tmp_path: Path, line: str, foreign: str
) -> None:
    before = complete(*line.split(" "))
    sections = {"images": {}, "containers": {"image": "x"}, "jobs": {"image": "x"}, "variables": {"default": "x"}}
    odd = {section: {foreign: value} for section, value in sections.items()}
    Path("base.yaml").write_text(json.dumps({"version": 1, "networks": {"front": {}}, **odd}), "utf-8")
    context = tmp_path / ".docker" / "contexts" / "meta" / "x" / "meta.json"
    context.parent.mkdir(parents=True)
    context.write_text(json.dumps({"Name": foreign, "Endpoints": {"docker": {"Host": "unix:///x"}}}), "utf-8")
    assert complete(*line.split(" ")) == before


def test_a_key_that_looks_like_an_option_is_not_offered(complete: Complete) -> None:
    Path("base.yaml").write_text("version: 1\ncontainers: {--yes: {image: x}}\n", "utf-8")
    assert complete("logs", "") == ["web", "db", "seed"]


BASH = """
runner() { PYTHONPATH={root} {python} -m runner "$@"; }
source {script}
compopt() { OPTIONS+=" $*"; }
COMP_LINE={line} COMP_POINT=${#COMP_LINE} COMP_WORDS=({words}) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_runner_completion runner
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("line", "words", "expected"),
    [
        ("runner pl", ["runner", "pl"], ["plan"]),
        (
            "runner plan --target=container.w",
            ["runner", "plan", "--target", "=", "container.w"],
            ["container.web", R"container.web\[2\]"],
        ),
        ("runner plan --var=", ["runner", "plan", "--var", "="], ["TAG=", "PASSWORD="]),
        ("runner  plan   --var T", ["runner", "plan", "--var", "T"], ["TAG="]),
        ("runner inspect 'container.d", ["runner", "inspect", "'container.d"], ["container.db"]),
        ("runner -H tcp://a:1 stat", ["runner", "-H", "tcp", ":", "//a", ":", "1", "stat"], ["status"]),
        ("runner plan -f ", ["runner", "plan", "-f", ""], [""]),
    ],
)
def test_bash_joins_what_it_split_and_replaces_what_it_would(
    complete: Complete, line: str, words: list[str], expected: list[str]
) -> None:
    program = BASH
    given = {"root": ROOT, "python": sys.executable, "script": SCRIPTS / "runner.bash"}
    for name, value in {**given, "line": shlex.quote(line), "words": shlex.join(words)}.items():
        program = program.replace(f"{{{name}}}", str(value))
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines(), done.stderr) == (expected, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_sound_and_names_no_folder_of_ours(shell: str) -> None:
    script = SCRIPTS / f"runner.{shell}"
    text = script.read_text("utf-8")
    assert "_RUNNER_COMPLETE=words" in text
    assert "2>/dev/null" in text
    if shutil.which(shell):
        assert subprocess.run([shell, "-n", script], capture_output=True, check=False).stderr == b""


COMPOSE = """
name: shop
services:
  web: {build: ., depends_on: {seed: {condition: service_completed_successfully}}}
  seed: {image: x}
  tool: {image: x, profiles: [tools, debug]}
volumes: {data: {}}
"""


def test_what_a_compose_file_declares_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file, too; a service that others wait for until it has ended is a job."""
    (tmp_path / "compose.yaml").write_text(COMPOSE, "utf-8")
    monkeypatch.chdir(tmp_path)

    def words(*line: str) -> list[str]:
        return answer(line, {"HOME": str(tmp_path)}).split()

    assert words("plan", "--target", "") == ["image.web", "volume.data", "container.web", "container.tool", "job.seed"]
    assert words("plan", "--profile", "") == ["tools", "debug"]
    assert words("plan", "-f", "compose.yaml", "--profile", "tools", "--profile", "") == ["debug"]
    assert words("restart", "-f", "compose.yaml", "")[::2] == ["web", "tool"]
