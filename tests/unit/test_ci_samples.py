"""Samples of GitHub workflows: an apply is never dropped, and no pull request of a stranger reaches the engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from runner.cli.syntax.table import COMMANDS

ROOT = Path(__file__).parents[2]
PLACES = ("runner/templates/ci/github.yaml", "docs/github-actions.md", "docs/guides/ci.md")
_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
_BLOCK = re.compile(r"^```yaml[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
OURS, FORK = "me/shop", "mallory/shop"


def event(name: str, run: int, head: str = "") -> dict[str, Any]:
    """Return what GitHub tells of a run."""
    context = {"github.event_name": name, "github.run_id": str(run), "github.repository": OURS, "github.sha": "c0ffee"}
    return {**context, "github.event.pull_request.head.repo.full_name": head}


PUSH, LATER_PUSH, SCHEDULE = event("push", 1), event("push", 2), event("schedule", 3)
PULL, LATER_PULL, STRANGE = (event("pull_request", run, head) for run, head in ((4, OURS), (5, OURS), (6, FORK)))


def value(expression: str, context: Mapping[str, Any]) -> Any:
    """Return the value of an expression, whose operators are Python's in other letters."""
    named = re.sub(r"github\.[\w.]+", lambda found: repr(context[found[0]]), expression)
    return eval(named.replace("&&", " and ").replace("||", " or "))


def text(template: str, context: Mapping[str, Any]) -> str:
    return _EXPRESSION.sub(lambda found: str(value(found[1], context)), template)


def samples() -> Iterator[Any]:
    for place in PLACES:
        content = (ROOT / place).read_text("utf-8")
        for block in _BLOCK.findall(content) if place.endswith(".md") else [content]:
            if "OWNER/runner@REF" in block and "\njobs:" in block:
                yield pytest.param(yaml.safe_load(block), id=place)


@pytest.mark.parametrize("sample", [*samples()])
def test_nothing_but_a_later_merge_takes_the_place_of_an_apply_that_waits(sample: dict[str, Any]) -> None:
    groups = [text(sample["concurrency"], run) for run in (PUSH, SCHEDULE, PULL, LATER_PULL)]
    assert len({*groups}) == 4
    assert text(sample["concurrency"], LATER_PUSH) == groups[0]


@pytest.mark.parametrize("sample", [*samples()])
def test_a_pull_request_from_a_fork_runs_no_job(sample: dict[str, Any]) -> None:
    for job in sample["jobs"].values():
        assert all(value(job["if"], run) for run in (PUSH, SCHEDULE, PULL))
        assert not value(job["if"], STRANGE)


@pytest.mark.parametrize("sample", [*samples()])
def test_an_apply_waits_for_the_lock_and_options_are_those_of_the_command(sample: dict[str, Any]) -> None:
    (job,) = sample["jobs"].values()
    (given,) = (step["with"] for step in job["steps"] if "OWNER" in step.get("uses", ""))
    for run in (PUSH, SCHEDULE, PULL):
        command, arguments = text(given["command"], run), text(given["arguments"], run).split()
        assert command == ("apply" if run is PUSH else "plan")
        assert ("--lock-timeout" in arguments) == (run is PUSH)
        assert {word for word in arguments if word.startswith("--")} <= {*spellings(command)}


def spellings(command: str) -> Iterator[str]:
    return (spelling for row in COMMANDS[command].options for spelling in row.spellings)


def test_every_place_has_a_sample() -> None:
    assert [sample.id for sample in samples()] == [*PLACES]
