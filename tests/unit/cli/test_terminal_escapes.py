"""Whatever is typed, read or kept: nothing that a terminal would obey comes out of any command."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import click
import pytest

from runner.cli import main as command_line
from runner.cli.click_reader import click_command
from runner.cli.syntax.table import COMMANDS
from runner.core.sanitize import on_one_line
from runner.history.store import EVENTS, HEADER, Header, header_json
from runner.views.door import Door, guard_streams
from tests.unit.cli.saved_plans import saved_plan

HOSTILE = "a\x1b]0;T\x07b\x1b[2J\x9b31m\x9d0;u\x9c\x7f\u202ec\u2066d\u200be\u00ad\udc9b\x08\rf"
FORGED = "\nerror: forged"
IN_YAML = r'"a\e]0;T\ab\e[2J\x9b31m\u202Ec\u2066d\u200Be\xADf"'
STORED = json.loads(json.dumps(HOSTILE.replace("\udc9b", "")))


class Streams:
    """Standard output and standard error behind their doors."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def run(self, *arguments: str) -> str:
        """Run a command, and return all that it wrote, having judged it."""
        raw = StringIO()
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", raw)
            patch.setattr(sys, "stderr", raw)
            guard_streams()
            command_line._run(arguments)
        shown = raw.getvalue()
        assert [line for line in shown.split("\n") if on_one_line(line) != line] == [], arguments
        assert not [line for line in shown.split("\n") if line.startswith("error: forged")], arguments
        return shown


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Streams:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    Path("workflow.yaml").write_text("version: 1\nname: shop\nnetworks: {n: {}}\n")
    return Streams(monkeypatch)


def inputs_of(command: click.Command) -> Iterator[list[str]]:
    """Yield the arguments that give a hostile text to each option and argument of a command."""
    arguments = [param for param in command.params if isinstance(param, click.Argument)]
    needed = ["x" for param in arguments if param.required]
    for text in (HOSTILE, f"{HOSTILE}={HOSTILE}", f"x{FORGED}"):
        for at, _ in enumerate(arguments):
            yield [*(["x"] * at), text, *needed[at + 1 :]]
        for param in command.params:
            if isinstance(param, click.Option) and not param.is_flag:
                yield [*needed, param.opts[-1], text]
        yield [*needed, f"--{text}"]
        yield [*needed, *(["x"] * 9), text]


@pytest.mark.parametrize("name", COMMANDS)
def test_no_text_that_is_given_to_a_command_comes_out_as_more_than_text(streams: Streams, name: str):
    for given in inputs_of(click_command(name)):
        streams.run(name, *given)
    for text in (HOSTILE, f"x{FORGED}"):
        streams.run(text, name)
        streams.run("--host", text, name)


PLACES = (
    "{}: 1",
    "containers: {{ {}: {{image: x}} }}",
    "containers: {{web: {{image: x, {}: 1}}}}",
    "containers: {{web: {{image: {}}}}}",
    "containers: {{web: {{image: x, labels: {{ {}: {} }}, ports: [{}], memory: {}}}}}",
    "containers: {{web: {{image: x, depends_on: [{}], networks: [{}], volumes: [{}], restart: {}}}}}",
    "secrets: {{s: {{file: {}}}}}",
    "configs: {{s: {{environment: {}}}}}",
    "include: [{}]",
    "variables: {{ {}: 1, A: {{pattern: {}}} }}",
    "variables: {{A: {{enum: [{}], default: {}}}}}",
    "containers: {{web: {{image: x, env_file: {}, command: '${{{}}}'}}}}",
    "networks: {{ a: {{name: {}}}, b: {{name: {}}} }}",
    "volumes: {{v: {{driver: {}, labels: {{ {}: x }} }} }}",
    "images: {{i: {{build: {{context: {}, dockerfile: {}, target: {}}}}}}}",
    "jobs: {{j: {{image: x, command: {}, rerun: {}}}}}",
    "checks: {{c: {{http: {}, tcp: {}}}}}",
)


@pytest.mark.parametrize("place", PLACES)
def test_no_text_of_a_file_does(streams: Streams, place: str):
    Path("workflow.yaml").write_text(f"version: 1\nname: shop\n{place.replace('{}', IN_YAML).format()}\n")
    for output in ("plain", "human", "json"):
        for command in ("validate", "graph", "history", "plan"):
            streams.run(command, "-o", output)


def test_no_name_of_a_file_does(streams: Streams):
    name = f"b{HOSTILE}.yaml"
    Path(name).write_bytes(b"version: 1\nname: shop\ncontainers: {web: {imgae: x}}\n")
    assert 'unknown key "imgae"' in streams.run("validate", name)
    streams.run("graph", name)
    Path(name).write_bytes(b"\x9b: 1")
    streams.run("validate", name)


@pytest.mark.parametrize("key", ["version", "runner", "file", "targets", "engine"])
def test_no_text_of_a_saved_plan_does(streams: Streams, key: str):
    file = str(Path("workflow.yaml").absolute())
    for value in (STORED, [STORED], {"id": STORED, "address": STORED}):
        Path("plan").write_text(json.dumps(saved_plan(file, **{key: value, "runner": STORED})))
        assert "saved" in streams.run("apply", "plan") or key != "version"


def test_no_text_of_a_record_does(streams: Streams, tmp_path: Path):
    folder = tmp_path / "state" / "runner" / "shop" / "0a1b"
    folder.mkdir(parents=True)
    stamp = {"timestamp": "2026-02-03T04:05:06.789Z", "level": "info", "run_id": "0a1b", "workflow": "shop"}
    told = {"command": STORED, "versions": {STORED: STORED}, "actor": STORED, "file": STORED, "commit": STORED}
    started = {**stamp, "event": "run.started", "seq": 1, **told}
    (folder / EVENTS).write_text(json.dumps(started) + "\n")
    header = Header(file=STORED, file_digest=STORED, engine_id=STORED, engine_address=STORED, targets=(STORED,))
    (folder / HEADER).write_text(json.dumps(header_json(header)))
    for output in ("plain", "human", "json"):
        assert "0a1b" in streams.run("history", "shop", "-o", output)
        assert "�" in streams.run("show", "0a1b", "shop", "-o", output) or output == "json"
        streams.run("rollback", "0a1b", "shop", "-o", output)


def test_no_context_of_docker_does(streams: Streams, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DOCKER_HOST")
    Path("config.json").write_text(json.dumps({"currentContext": STORED}))
    assert "no docker context" in streams.run("plan")
    for url in (f"tcp://{STORED}", f"ssh://{STORED}", f"unix://{STORED}", STORED):
        monkeypatch.setenv("DOCKER_HOST", url.replace("\0", ""))
        streams.run("doctor")


def test_a_door_spells_what_its_stream_can_not_and_leaves_no_way_around():
    stream = TextIOWrapper(BytesIO(), encoding="ascii")
    door = Door(stream)
    assert door.write("é\udc9b\x1b\n") == 4
    click.echo("ü\x1b]0;T\x07", file=door)
    door.flush()
    assert stream.buffer.getvalue() == b"???\n??]0;T?\n"
    assert not hasattr(door, "buffer")
