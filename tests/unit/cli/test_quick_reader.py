"""The quick reader reads everyday lines, and none otherwise than click does."""

from __future__ import annotations

import os
import re
import shlex
import time
from collections.abc import Sequence
from itertools import takewhile
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings

from runner.cli.click_reader import click_command, read_by_click
from runner.cli.quick_reader import read_quickly
from runner.cli.syntax.rows import Reading
from runner.cli.syntax.table import COMMANDS
from tests.harness.markdown import ROOT, blocks
from tests.harness.page_session import SHELLS, commands_of
from tests.unit.cli.command_lines import environments, lines
from tests.unit.examples import examples

PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
SHELL = re.compile(r"[|<>;#$]")


def spelt(reading: Reading | int | None) -> object:
    """Return a reading in a form in which 1, 1.0 and True differ."""
    if not isinstance(reading, Reading):
        return reading
    return reading.command, sorted((name, repr(value)) for name, value in reading.given.items())


def agreed(arguments: Sequence[str]) -> Reading | None:
    """Return what the quick reader reads, having asserted that click reads the same."""
    with patch.object(time, "time_ns", lambda: 1_800_000_000_000_000_000):
        quick = read_quickly(arguments)
        if quick is not None:
            assert spelt(read_by_click(arguments)) == spelt(quick)
    return quick


@settings(max_examples=examples(1000))
@given(lines(), environments())
@example(["plan", "-H=x"], {})
@example(["plan", "--parallel", "08"], {})
@example(["logs", "--tail=-0"], {})
@example(["logs", "--since", "0001-01-01"], {"TZ": "America/New_York"})
@example(["lock", "--upgrade", "web", "--upgrade"], {})
@example(["plan", "--out", "a", "--out", "b"], {})
@example(["apply", "--host", "--yes"], {})
@example(["apply", "--", "--yes"], {})
@example(["plan", "--var=A=b=c", "--var", "B=d"], {})
@example(["plan", "-f", "a", "-f", "b"], {})
@example(["plan", "-f", "a", "b"], {})
def test_what_it_reads_click_reads_the_same(arguments: list[str], environment: dict[str, str]) -> None:
    with patch.dict(os.environ, environment):
        agreed(arguments)


def shown_lines() -> list[str]:
    """Return the commands of runner that the pages show, without those of a shell around them."""
    shown = [block for page in PAGES for block in blocks(page) if block.language in SHELLS]
    lines = {command.line.partition(" #")[0] for block in shown for command in commands_of(block)}
    return sorted(line for line in lines if line.startswith("runner ") and not SHELL.search(line))


@pytest.mark.parametrize("line", shown_lines())
def test_it_reads_the_lines_of_the_pages(line: str) -> None:
    _, *arguments = shlex.split(line)
    assert agreed(arguments) is not None


@pytest.mark.parametrize(
    "line", [line for row in COMMANDS.values() for line, _ in row.examples if line.startswith("runner ")]
)
def test_it_reads_the_examples_of_the_help(line: str) -> None:
    _, *arguments = takewhile(lambda word: not SHELL.match(word), shlex.split(line))
    assert agreed(arguments) is not None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("validate", {"file": "workflow.yaml", "variables": (), "output": None, "timeout": 300.0, "parallel": 8}),
        ("validate shop.yaml -o json", {"file": "shop.yaml", "output": "json"}),
        ("plan --out p --detailed-exitcode -v", {"out": "p", "detailed_exitcode": True, "verbose": True}),
        ("plan --target=container.web --target job.seed", {"targets": ("container.web", "job.seed")}),
        ("apply --yes --var A=1 --var-file .env x", {"yes": True, "variables": ("A=1",), "variable_files": (".env",)}),
        ("apply -y --log-file e.jsonl --log-level debug", {"log_file": "e.jsonl", "log_level": "debug"}),
        ("apply --atomic --lock-timeout 1m --timeout=2m --parallel 4", {"lock_timeout": 60.0, "parallel": 4}),
        ("apply -H ssh://me@there -- -odd.yaml", {"host": "ssh://me@there", "file": "-odd.yaml"}),
        ("destroy shop --volumes", {"file": "shop", "volumes": True, "images": False}),
        ("logs -f --tail 10 web db", {"follow": True, "tail": 10, "names": ("web", "db")}),
        ("exec web -- sh -c 'ls -l'", {"address": "web", "command": ("--", "sh", "-c", "ls -l"), "no_tty": False}),
        ("exec -T -e A=b --env C web[2] ls -l", {"command": ("ls", "-l"), "env": ("A=b", "C"), "no_tty": True}),
        ("exec -- web -x", {"address": "web", "command": ("-x",)}),
        ("history -n 3", {"number": 3}),
        ("rollback 0a1b shop", {"run": "0a1b", "file": "shop"}),
        ("rollback", {"run": None, "file": "workflow.yaml"}),
        ("graph --format svg", {"form": "svg"}),
        ("apply -f shop.yaml --yes", {"file": ("shop.yaml",)}),
        ("validate --file=shop.yaml", {"file": ("shop.yaml",)}),
        ("rollback -f shop.yaml", {"run": None, "file": ("shop.yaml",)}),
        ("inspect container.web -f shop.yaml", {"address": "container.web", "file": ("shop.yaml",)}),
        ("plan -f compose.yaml -f live.yaml -p shop", {"file": ("compose.yaml", "live.yaml"), "project": "shop"}),
        ("logs web", {"names": ("web",), "file": ("workflow.yaml",)}),
        ("exec -f compose.yaml web -- sh", {"file": ("compose.yaml",), "address": "web"}),
        ("apply --profile a --profile b --strict", {"profiles": ("a", "b"), "strict": True}),
        ("schema reference", {"what": "reference"}),
        ("init app", {"template": "app"}),
        ("lock --upgrade web", {"upgrade": ("web",), "file": "workflow.yaml"}),
    ],
)
def test_it_reads_everyday_lines(line: str, expected: dict[str, object]) -> None:
    reading = agreed(shlex.split(line))
    assert reading is not None
    assert expected.items() <= reading.given.items()


@pytest.mark.parametrize(
    "line",
    [
        *(
            "",
            "--help",
            "--version",
            "plan --help",
            "plan -h",
            "--host x plan",
            "no-such",
            "plan --no-such",
            "plan --ou x",
        ),
        *(
            "plan a b",
            "plan --out",
            "plan --out ''",
            "plan ''",
            "plan --locked=1",
            "plan -ojson",
            "apply -yv",
            "plan -",
        ),
        *("plan -o xml", "plan --parallel 0", "plan --parallel 65", "plan --timeout 0s", "plan --timeout x", "bundle"),
        *("plan -f a b", "rollback 0a1b a --file=b", "plan -f", "plan -fa"),
        *("show", "inspect", "lock --upgrade", "plan --out a --out b", "plan --out --locked"),
    ],
)
def test_it_leaves_to_click_what_it_is_not_sure_of(line: str) -> None:
    assert read_quickly(shlex.split(line)) is None


@pytest.mark.parametrize("line", ["plan a -f b", "rollback 0a1b a --file b"])
def test_a_file_is_given_as_an_argument_or_as_an_option(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert read_by_click(shlex.split(line)) == 2
    assert 'FILE is given more than once: "a", "b"' in capsys.readouterr().err


def test_no_option_is_set_by_the_environment() -> None:
    params = [param for name in COMMANDS for param in click_command(name).params]
    assert {param.envvar for param in params} == {None}
