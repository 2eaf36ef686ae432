"""The commands of a page, carried out as a reader would: one shell on one terminal, in one empty folder.

Files of the page are written and commands are run in the order in which they stand there. The engine is where
runner looks for one by itself: outputs name the usual socket.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.harness.compose import find_program
from tests.harness.engine import Engine
from tests.harness.markdown import ROOT, Block
from tests.harness.screen import final_text
from tests.harness.terminal import converse

COLUMNS = 96
"""What fits into a code block of a page; what others than runner write is not wrapped there."""
SHELLS = ("sh", "console")
_PROGRAMS = Path(sys.executable).parent
_COMPOSE = "docker compose "
_PROMPT = "$ "
_UNWRAPPED = 400
_MARK = "\x1e"
_USUAL_SOCKET = "/run/docker.sock"


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page, with the output that the page shows: None where it shows none."""

    block: Block
    line: str
    shown: list[str] | None
    exits: int | None
    """The exit code that the page tells of; None where it has it printed next."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: its exit code, and what the terminal showed, escapes included."""

    exit_code: int
    written: str

    @property
    def lines(self) -> list[str]:
        """The lines that were left on the terminal, none of them wrapped."""
        return final_text(self.written, _UNWRAPPED)


def is_run(block: Block) -> bool:
    """Tell whether a block is carried out: a file with a title or commands, unless it says why not."""
    return "not-run" not in block.given and ("title" in block.given or block.language in SHELLS)


def commands_of(block: Block) -> list[Command]:
    """Return the commands of a block: those behind a prompt, or every line."""
    if block.language == "sh":
        lines = (line for line in _logical(block.text.splitlines()) if line and not line.startswith("#"))
        return [Command(block, line, None, 0) for line in lines]
    commands: list[Command] = []
    for line in _logical(block.text.splitlines()):
        if line.startswith(_PROMPT):
            commands.append(Command(block, line.removeprefix(_PROMPT), [], 0))
        elif commands and commands[-1].shown is not None:
            commands[-1].shown.append(line)
    codes = [None if after.line.startswith("echo $?") else 0 for after in commands[1:]]
    codes.append(int(block.given.get("exits", "0")))
    return [Command(block, command.line, command.shown, code) for command, code in zip(commands, codes, strict=True)]


def _logical(lines: Sequence[str]) -> Iterator[str]:
    """Join lines that go on after a backslash."""
    begun = ""
    for line in lines:
        begun += line
        if line.endswith("\\"):
            begun += "\n"
            continue
        yield begun
        begun = ""


def carry_out(
    steps: Sequence[Block], engine: Engine, scratch: Path, *, columns: int = COLUMNS, timeout: float = 120
) -> list[tuple[Command, Outcome]]:
    """Carry out the blocks of a page in `scratch`, an empty folder; `timeout` is in seconds."""
    folder, home, kept = (scratch / name for name in ("project", "home", "files"))
    for new in (folder, home, kept):
        new.mkdir()
    commands = [command for block in steps for command in _steps_of(block) if isinstance(command, Command)]
    script = scratch / "page.sh"
    script.write_text("\n".join(_script(steps, kept)), "utf-8")
    _, written = converse(
        [*engine.prefix, "unshare", "--mount", "bash", "--norc", str(script), engine.url],
        folder=folder,
        env={**_environment(home), **_compose(steps)},
        answers={},
        columns=columns,
        lines=40,
        timeout=timeout,
    )
    _, *outcomes = written.split(_MARK)
    pairs = [outcome.split("\n", 1) for outcome in outcomes]
    assert len(pairs) == len(commands) + 1, f"the shell ended early:\n{written}"
    codes = [int(code) for code, _ in pairs[1:]]
    return [
        (command, Outcome(code, text)) for command, code, (_, text) in zip(commands, codes, pairs[:-1], strict=True)
    ]


def _steps_of(block: Block) -> list[Command | Block]:
    return [block] if "title" in block.given else [*commands_of(block)]


def _script(steps: Sequence[Block], kept: Path) -> Iterator[str]:
    """Yield the lines of the shell script: between its marks stand exit codes and outputs."""
    yield f'case $1 in unix://*) mount -t tmpfs tmpfs /run && ln -s "${{1#unix://}}" {_USUAL_SOCKET} || exit ;;'
    yield "*) export DOCKER_HOST=$1 ;; esac"
    yield f'last=0; mark() {{ printf \'{_MARK}%s\\n\' "$last"; return "$last"; }}; mark'
    for number, step in enumerate(step for block in steps for step in _steps_of(block)):
        if isinstance(step, Block):
            file = kept / str(number)
            file.write_text(step.text, "utf-8")
            title = shlex.quote(step.given["title"])
            yield f'mkdir -p "$(dirname {title})" && cp {file} {title}; (exit "$last")'
        else:
            yield f"{step.line}\nlast=$?; mark"


def _compose(steps: Sequence[Block]) -> dict[str, str]:
    """Return what leads to Docker Compose, for a page that calls it."""
    if not any(_COMPOSE in block.text for block in steps):
        return {}
    found = find_program()
    assert found is not None, "there is no Docker Compose"
    return {name: f"{_PROGRAMS}:{value}" if name == "PATH" else value for name, value in found.items()}


def _environment(home: Path) -> dict[str, str]:
    return {
        "PATH": f"{_PROGRAMS}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "USER": "you",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
    }
