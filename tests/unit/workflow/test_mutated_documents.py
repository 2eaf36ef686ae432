"""Files that somebody broke in any way give findings, or a plan: never a traceback, and never in more than a moment.

`make test` tries a few mutations with a fixed seed; RUNNER_MUTATIONS=2000 tries so many, RUNNER_SEED=2 others.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.core.diagnostic import Severity
from runner.core.state import ObservedState
from runner.kinds import CATALOG
from runner.plan.planner import make_plan
from runner.views.diagnostics import diagnostic_lines, diagnostics_json
from runner.views.plan import plan_lines
from runner.views.plan_json import plan_json
from tests.unit.examples import examples
from tests.unit.plan.observed_fixtures import ENGINE
from tests.unit.workflow.reading import read

MUTATIONS = int(os.environ.get("RUNNER_MUTATIONS", examples(150)))
SEED = int(os.environ.get("RUNNER_SEED", "1"))
MOST_SECONDS = 20.0
"""Of the processor's time, for one document."""
ROOT = Path(__file__).parents[3]
FOLDERS = ("workflows/shop", "tests/unit/workflow/ok", "tests/unit/workflow/err", "tests/unit/document/ok")
ODD = (
    *("", "~", "null", "true", "-1", "0", "1e999", ".nan", "0x1f", "99999999999999999999", "1" * 5000, "''", '"', "'"),
    *("[]", "{}", "[[[[", "{a: {b: {c: 1}}}", "- x", "? y", "&a", "*a", "<<: *a", "!!int x", "!t y", "|", ">-", "%TAG"),
    *("${A}", "${A:-${B}}", "${", "$$", "$A", "${A:?no}", "\x00", "\x1b[0m", "\ufeff", "\u2028", "\ud83d", "é", "日本"),
    *("\t", "\r", "\n\n", "#", ": ", ",", "---", "...", "x-a: 1", "include: [workflow.yaml]", "include: [/dev/zero]"),
    *("../../etc", "a:b:c:d", "1-65535:1-65535/udp", "9:8-7", "256.1.1.1:80:80", "[::]:80:80", "\\", "a" * 300),
)


def mutate(text: str, other: str, draw: random.Random) -> str:
    """Change a text in up to three places."""
    for _ in range(draw.randint(0, 3)):
        text = draw.choice(MUTATORS)(text, other, draw)
    return text


def _cut(text: str, _other: str, draw: random.Random) -> str:
    start = draw.randint(0, len(text))
    return text[:start] + text[start + draw.randint(1, 30) :]


def _insert(text: str, _other: str, draw: random.Random) -> str:
    at = draw.randint(0, len(text))
    return text[:at] + draw.choice(ODD) + text[at:]


def _replace_word(text: str, _other: str, draw: random.Random) -> str:
    words = text.split(" ")
    words[draw.randrange(len(words))] = draw.choice(ODD)
    return " ".join(words)


def _replace_value(text: str, _other: str, draw: random.Random) -> str:
    lines = text.split("\n")
    at = draw.randrange(len(lines))
    lines[at] = f"{lines[at].partition(': ')[0]}: {draw.choice(ODD)}"
    return "\n".join(lines)


def _move_line(text: str, _other: str, draw: random.Random) -> str:
    lines = text.split("\n")
    line = lines.pop(draw.randrange(len(lines)))
    lines.insert(draw.randint(0, len(lines)), " " * draw.randint(0, 6) + line.strip())
    return "\n".join(lines)


def _repeat(text: str, _other: str, draw: random.Random) -> str:
    start = draw.randint(0, len(text))
    piece = text[start : start + draw.randint(1, 200)]
    return text[:start] + piece * draw.randint(2, 30) + text[start:]


def _cross(text: str, other: str, draw: random.Random) -> str:
    lines, others = text.split("\n"), other.split("\n")
    at, start = draw.randint(0, len(lines)), draw.randrange(len(others))
    return "\n".join([*lines[:at], *others[start : start + draw.randint(1, 10)], *lines[at:]])


MUTATORS: tuple[Callable[[str, str, random.Random], str], ...] = (
    _cut, _insert, _replace_word, _replace_value, _move_line, _repeat, _cross,
)  # fmt: skip


def is_sound(folder: Path, text: str) -> bool:
    """Read a text as a command would, and show all there is to show of it; tell whether it is in order."""
    (folder / "workflow.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    texts: dict[str, str] = {}
    desired, found = read("workflow.yaml", texts, contents=True)
    shown = "\n".join("".join(piece for _, piece in line) for line in diagnostic_lines(found, texts))
    assert "internal error" not in shown
    assert diagnostics_json(found) is not None
    in_order = not any(finding.severity is Severity.ERROR for finding in found)
    if in_order:
        plan = make_plan(desired, ObservedState(ENGINE), CATALOG)
        assert list(plan_lines(plan)) is not None
        assert plan_json(plan)["counts"] is not None
    return in_order


def test_no_mutation_of_a_file_ends_in_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = []
    for folder in FOLDERS:  # with all that the files in it name
        shutil.copytree(ROOT / folder, tmp_path, dirs_exist_ok=True)
        texts += [path.read_text(errors="surrogateescape") for path in sorted((ROOT / folder).glob("*.yaml"))]
    draw, sound = random.Random(SEED), 0
    for number in range(MUTATIONS):
        text = mutate(draw.choice(texts), draw.choice(texts), draw)
        start = time.process_time()
        try:
            sound += is_sound(tmp_path, text)
        except Exception as error:
            raise AssertionError(f"mutation {number} of seed {SEED}:\n{text}") from error
        assert time.process_time() - start < MOST_SECONDS, f"mutation {number} of seed {SEED} takes too long:\n{text}"
    assert 0 < sound < MUTATIONS, f"{sound} of {MUTATIONS} were in order: of both there should be some"
