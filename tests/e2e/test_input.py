"""What is wrong with the input is told all at once, with its place, before anything happens."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.harness.cli import Cli
from tests.harness.live import Live

MANY_MISTAKES = """
    networks: {front: {drivr: bridge}}
    containers:
      web: {<<: *idle, imag: x, limits: {memory: lots}, networks: [frnt], ports: ["70000:80"]}
      db: {command: [sleep]}
"""


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "status"])
def test_every_mistake_is_told_at_once_with_its_place(cli: Cli, workflow: Callable, live: Live, command: str) -> None:
    workflow(MANY_MISTAKES)
    refused = cli(command).exits(2)
    places = re.findall(r"workflow\.yaml:(\d+):\d+", refused.stderr)
    assert len(places) >= 6
    for word in ("drivr", "imag", "lots", "frnt", "70000", "no image"):
        assert word in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not live.everything


def test_the_mistakes_are_told_to_programs_too(cli: Cli, workflow: Callable) -> None:
    workflow(MANY_MISTAKES)
    found = cli("validate", "-o", "json").exits(2).json["diagnostics"]
    assert len(found) >= 6
    assert all(one["file"] == "workflow.yaml" and one["line"] for one in found)


def test_a_sound_file_is_valid_without_an_engine(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: *idle}")
    told = cli("validate", env={"DOCKER_HOST": "unix:///no/such/docker.sock"}).exits(0)
    assert "is valid" in told.stdout


@pytest.mark.parametrize("command", ["bundle", "plan"])
def test_o_is_the_output_format_of_commands_that_write_a_file_too(cli: Cli, workflow: Callable, command: str) -> None:
    workflow("containers: {web: *idle}")
    refused = cli(command, "-o", "demo.tar").exits(2)
    assert "For a file, use --out demo.tar" in refused.stderr
    assert not (cli.folder / "demo.tar").exists()


def test_a_bundle_is_never_called_after_an_output_format(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: *idle}")
    assert "--out" in cli("bundle", "-o", "json").exits(2).stderr
    assert not (cli.folder / "json").exists()


@pytest.mark.parametrize(
    ("form", "sign"), [("mermaid", "n1 --> n2"), ("dot", '"container.web" -> '), ("svg", "</svg>")]
)
def test_a_graph_is_drawn_without_an_engine(cli: Cli, workflow: Callable, form: str, sign: str) -> None:
    workflow("containers: {web: {<<: *idle, network_mode: none, image: own}}\nimages: {own: {reference: 'own:1'}}")
    assert sign in cli("graph", "--format", form, env={"DOCKER_HOST": "unix:///no/such/docker.sock"}).exits(0).stdout


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "status", "destroy", "graph"])
def test_a_missing_file_is_told_by_its_name(cli: Cli, command: str) -> None:
    refused = cli(command, "no-such.yaml").exits(2)
    assert "no-such.yaml" in refused.stderr


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (bytes(range(256)) * 8, "not allowed"),
        (b"\xff\xfe" + "version: 1".encode("utf-16-le"), "UTF-8"),
        (b"", "empty"),
        (b"\n\n# nothing\n", "empty"),
        (b"[1, 2, 3]", "map"),
        (b"version: 1\nname: x\n---\nversion: 1\n", "document"),
        (b"version: 99\nname: x\n", "99"),
        (b"version: 1\nname: x\ncontainers: {web: {image: a, image: b}}\n", "duplicate"),
        (b"version: 1\nname: 'No Such Name'\n", "name"),
        (b"version: 1\n\tname: x\n", "tab"),
        (b"version: 1\nname: x\ncontainers: {web: {image: [}}\n", ""),
        (
            b"a: &a [x, x, x, x, x, x, x, x, x]\n"
            + b"".join(
                b"%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n" % (98 + n, 98 + n, *[97 + n] * 9)
                for n in range(9)
            ),
            "",
        ),
        (b"version: 1\nname: x\nx-deep: " + b"[" * 5000 + b"]" * 5000, ""),
        (b"version: 1\nname: x\nx-big: '" + b"y" * 20_000_000 + b"'\n", ""),
    ],
    ids=[
        "binary",
        "UTF-16",
        "empty",
        "only a remark",
        "list",
        "two documents",
        "newer version",
        "duplicate key",
        "bad name",
        "tab",
        "cut off",
        "alias bomb",
        "deep",
        "huge",
    ],
)
def test_a_nasty_file_is_refused_in_words(cli: Cli, content: bytes, word: str) -> None:
    (cli.folder / "workflow.yaml").write_bytes(content)
    refused = cli("validate", timeout=30)
    assert refused.exit_code in (0, 2) if word == "" else refused.exit_code == 2, refused.text
    assert word.lower() in refused.text.lower()
    assert len(refused.text) < 20_000
    assert refused.text.count("not allowed here") <= 1, "told once"


@pytest.mark.parametrize(
    "arguments",
    [
        ["aply"],
        ["apply", "--no-such-option"],
        ["apply", "--timeout", "soon"],
        ["apply", "--parallel", "0"],
        ["apply", "-o", "xml"],
        ["apply", "--var", "NAME"],
        ["apply", "one.yaml", "two.yaml"],
    ],
)
def test_a_usage_error_is_told_in_one_breath(cli: Cli, workflow: Callable, live: Live, arguments: list[str]) -> None:
    workflow("containers: {web: *idle}")
    refused = cli(*arguments).exits(2)
    assert refused.stderr.strip()
    assert not live.everything


def test_a_folder_stands_for_the_workflow_in_it(cli: Cli, workflow: Callable) -> None:
    path = workflow("containers: {web: *idle}")
    cli("validate", str(path.parent)).exits(0)


def test_unicode_and_long_environments_arrive_as_they_are(cli: Cli, workflow: Callable, live: Live) -> None:
    values = {f"NAME_{number}": f"value {number}" for number in range(1000)}
    values |= {"GREETING": "grüße, 世界 🐳", "QUOTES": "a \"b\" 'c' $$d", "EMPTY": "", "LINES": "one\ntwo"}
    workflow(f"containers: {{web: {{<<: *idle, environment: {json.dumps(values, ensure_ascii=False)}}}}}")
    cli("apply").exits(0)
    found = dict(entry.partition("=")[::2] for entry in live.container("web")["Config"]["Env"])
    assert {name: found[name] for name in values} == {**values, "QUOTES": "a \"b\" 'c' $d"}
    cli("plan", "--detailed-exitcode").exits(0)
