"""Every command works with the lowest version of each dependency that setup.cfg allows, and with the newest.

Pip installs both from its package index, or from its cache; without either these tests fail. They are done with the
Python that runs them, and with what else there is of those that setup.cfg names, by the name of python3.12 and so on.
"""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.cli import Cli, Finished
from tests.harness.live import Live
from tests.harness.package import copy_package, dependencies, lowest, pythons
from tests.harness.repository import Repository
from tests.harness.step import step

NONE_FOUND = "from versions: none"
THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
VERSIONS = {"lowest": lowest, "newest": str}
STACK = """
    images: {site: {build: .}}
    volumes: {data: {}}
    containers:
      web: {<<: *idle, image: site, labels: {generation: "%s"}, volumes: ["data:/data"]}
      api: {<<: *idle, image: "%s", ready: {log: "^up$"}, command: [sh, -c, "echo up; exec sleep infinity"]}
    checks: {data: {exec: {container: web, command: "test -d /data"}}}
"""


@pytest.fixture(params=itertools.product(pythons(), VERSIONS), ids="-".join)
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A `runner` installed for a Python beside these versions of its dependencies, with nothing else."""
    python, versions = request.param
    command = sys.executable if python == THIS else shutil.which(f"python{python}")
    if command is None or subprocess.run([command, "-c", ""], capture_output=True, check=False).returncode:
        pytest.skip(f"there is no Python {python} here")
    return install(tmp_path, command, [VERSIONS[versions](each) for each in dependencies()])


def install(folder: Path, python: str, requirements: list[str]) -> Path:
    """Install runner with requirements, all from wheels, into an environment of its own; return the command."""
    environment = folder / "environment"
    subprocess.run([python, "-m", "venv", "--without-pip", environment], check=True, timeout=60)
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python")]
    options = ["--quiet", "--disable-pip-version-check", "--retries", "1", "--only-binary", ":all:"]
    source = copy_package(folder / "source")
    done = subprocess.run(
        [*pip, "install", *options, *requirements, str(source)], capture_output=True, text=True, timeout=300
    )
    if NONE_FOUND in done.stderr:
        pytest.fail(f"no package index can be reached, or it lacks a package:\n{done.stderr}")
    if done.returncode:
        pytest.fail(f"pip can't install runner with {' '.join(requirements)}:\n{done.stderr}")
    return environment / "bin" / "runner"


class Commands:
    """Runs commands of the installed runner, and remembers which."""

    def __init__(self, cli: Cli) -> None:
        self.cli = cli
        self.ran: set[str] = set()

    def __call__(self, command: str, *arguments: str, exits: int = 0) -> Finished:
        self.ran.add(command)
        return self.cli(command, *arguments).exits(exits)

    def on_terminal(self, command: str, *arguments: str, answers: dict[str, str]) -> str:
        self.ran.add(command)
        return self.cli.terminal(command, *arguments, answers=answers).exits(0).stdout


def test_every_command_works(
    installed: Path, clients: Callable, workflow: Callable, live: Live, repository: Repository
) -> None:
    run = Commands(clients(installed=installed))

    def write(text: str) -> None:
        workflow(text, to=run.cli)

    with step("what needs no workflow works"):
        look_around(run)
    with step("a file is begun, and its mistakes are found"):
        run("init", "batch")
        run("validate")
        write("containers: {web: {image: 5, command: [], colour: red}}")
        assert 'unknown key "colour"' in run("validate", exits=2).stderr
    with step("a first generation is planned, locked, applied and shown"):
        (run.cli.folder / "Dockerfile").write_text("FROM busybox:stable\nRUN echo built >/built\n")
        write(STACK % (1, repository.reference))
        apply(run)
        show(run)
    with step("a second one is watched on a terminal, and taken back"):
        write(STACK % (2, repository.reference))
        assert "container.web" in run.on_terminal("apply", answers={})
        run("rollback")
        assert live.container("web")["Config"]["Labels"]["generation"] == "1"
        look_back(run)
    with step("it is bundled, removed, applied from its bundle, and removed with all its data"):
        run("bundle", "--out", "site.tar")
        run("destroy")
        run("apply", "site.tar")
        assert "volume.data" in run.on_terminal("destroy", "--volumes", answers={"[y/N]": "y\n"})
    assert run.ran == set(re.findall(r"^  ([a-z]+) {2,}", run.cli("--help").exits(0).stdout, re.MULTILINE))


def look_around(run: Commands) -> None:
    assert "engine  Docker " in run("version").stdout
    assert "Usage: runner apply " in run("apply", "--help").stdout
    run("doctor")
    assert "Wrong" in run("explain", "unknown-key").stdout
    assert "complete" in run("completion", "bash").stdout
    assert run("schema", "workflow").json["$schema"]
    (run.cli.folder / "compose.yaml").write_text("services: {web: {image: busybox:stable}}\n")
    assert "busybox:stable" in run("config", "--format", "json").json["services"]["web"]["image"]
    assert "containers:" in run("convert").stdout
    (run.cli.folder / "compose.yaml").unlink()


def apply(run: Commands) -> None:
    assert "container.web" in run("plan").stdout
    run("lock")
    run("apply", "--locked")
    run("plan", "--locked", "--detailed-exitcode")  # exits 0 when nothing is left to change


def show(run: Commands) -> None:
    assert run("status", "-o", "json").json
    assert run("ls", "-o", "json").json["workflows"]
    assert "container.web" in run("inspect", "container.web").stdout
    assert "up" in run("logs", "api", "--since", "1h").stdout
    assert "container.web" in run("graph").stdout
    run("exec", "web", "--", "true")
    run("check")


def look_back(run: Commands) -> None:
    runs = run("history", "-o", "json").json["runs"]
    assert [each["command"] for each in runs] == ["rollback", "apply", "apply"]
    assert "container.web" in run("show", runs[0]["run_id"]).stdout
    run("restart", "web")
    run("unlock")
