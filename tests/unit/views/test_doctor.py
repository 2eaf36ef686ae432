"""The findings of doctor as people and programs read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from string import Formatter

import pytest

import runner
from runner.app.doctor.table import CLIENT_CHECKS, ENGINE_CHECKS
from runner.core.examination import Finding, Verdict, broken, fine, untested, warning
from runner.views.doctor import finding_lines, findings_json, verdict_line
from runner.views.doctor_sentences import SENTENCES
from runner.views.lines import Line, text_of
from runner.views.text_width import cells

Golden = Callable[[str, str], None]

FINDINGS = [
    fine(
        "engine.answers",
        name="Docker",
        version="28.5.2",
        api="1.51",
        platform="linux/amd64",
        host="unix:///var/run/docker.sock",
        found_by="default socket",
        milliseconds=4,
    ),
    warning("limits.missing", cgroup="1", limits="memory limit, swap limit"),
    broken("disk.full", folder="/var/lib/docker", free=12_345_678, size=250_000_000_000),
    warning("clock.behind", seconds=93),
    untested("network.not_tried"),
    fine("keys.unsupported", "storage_opt needs another storage driver", number=1),
    broken("paths.missing", *(f"/srv/{number}" for number in range(12)), number=12),
    warning("logins.plain", "registry.example.com", file="/home/ada/.docker/config.json", number=1),
    broken("storage.failed", error="no answer"),
]


def rendered(lines: Iterable[Line]) -> str:
    return "".join(f"{text_of(line).rstrip()}\n" for line in lines)


def shown(width: int | None, *, verbose: bool = False) -> list[Line]:
    lines = [line for finding in FINDINGS for line in finding_lines(finding, width, verbose=verbose)]
    return [*lines, (), verdict_line(FINDINGS)]


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_each_finding_has_its_remedy_below_it(width: int, golden: Golden):
    lines = shown(width)
    assert all(cells(text_of(line)) <= width for line in lines)
    golden(f"doctor.{width}", rendered(lines))


def test_details_of_what_is_well_are_shown_when_asked():
    assert "storage_opt needs" not in rendered(shown(None))
    assert "storage_opt needs" in rendered(shown(None, verbose=True))
    assert "and 2 more" in rendered(shown(None))
    assert "/srv/11" in rendered(shown(None, verbose=True))


def test_the_verdict_is_that_of_the_worst():
    assert text_of(verdict_line([fine("keys.supported")])) == "all is well"
    assert text_of(verdict_line([untested("network.not_tried")])) == "all is well, 1 not tried"
    assert text_of(verdict_line(FINDINGS)) == "3 broken, 3 warnings, 1 not tried"


def test_the_json_keeps_amounts_as_numbers():
    document = findings_json(FINDINGS, {"host": "unix:///x"}, {"storage_opt": "needs another storage driver"})
    assert (document["host"], document["result"]) == ("unix:///x", "broken")
    assert document["checks"][2]["facts"]["free"] == 12_345_678
    assert document["checks"][2]["verdict"] == "broken"
    assert document["checks"][0]["remedy"] is None


def test_there_is_a_sentence_for_each_finding_and_none_besides():
    sources = Path(runner.__file__).parent.glob("app/doctor/*.py")
    codes = {code for file in sources for code in re.findall(r'"([a-z]+\.[a-z_]+)"', file.read_text("utf-8"))}
    assert {code for code in codes if not code.endswith((".yaml", ".yml"))} == SENTENCES.keys()


@pytest.mark.parametrize("code", SENTENCES)
def test_what_is_wrong_has_a_remedy_and_takes_only_facts_that_the_sentence_has(code: str):
    sentence = SENTENCES[code]
    fields = {name for _, name, _, _ in Formatter().parse(sentence.text + sentence.remedy) if name is not None}
    assert all(name.isidentifier() for name in fields)
    finding = Finding(code, Verdict.OK, dict.fromkeys(fields, "x"))
    assert "{" not in rendered(finding_lines(finding))


def test_the_docs_have_a_row_for_each_check():
    page = (Path(runner.__file__).parents[1] / "docs/status.md").read_text("utf-8")
    rows = re.findall(r"^\| (\w+) \| ", page.partition("## runner doctor")[2], re.MULTILINE)
    assert rows[1:] == [*ENGINE_CHECKS, *CLIENT_CHECKS]
