"""Large files take time in proportion to their size: quadratic work would take minutes for each of these."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from runner.views.diagnostics import diagnostic_lines
from tests.unit.workflow.reading import read

MOST_SECONDS = 20.0
"""Of the processor's time, on a slow machine; each takes two at the most where it was measured."""
COUNT = 3000


def many(form: str, separator: str = ", ") -> str:
    return separator.join(form.replace("%", str(number)) for number in range(COUNT))


def web(text: str) -> str:
    return f"containers: {{web: {{image: x, {text}}}}}\n"


def containers(text: str) -> str:
    return "containers:\n" + many(f"  c%: {{image: x, {text}}}\n", "")


def section(name: str) -> str:
    return f"{name}:\n" + many("  n%: {}\n", "")


CASES = {
    "an RTP range": (web('ports: ["10000-20000:10000-20000/udp"]'), 0),
    "all ports": (web('ports: ["1-65535:1-65535"]'), 0),
    "the same range twice": (containers("").replace("image: x, ", 'image: x, ports: ["1-65535:1-65535"]', 2), 1),
    "a range that replicas share": (web('replicas: 50, ports: ["1-65535:1-65535"]'), 1),
    "a range of a start-first update": (web('update: {order: start-first}, ports: ["1-65535:1-65535"]'), 1),
    "a range that takes from a range": (web('ports: ["1-65534:80", "1-65535:1-65535"]'), 1),
    "many ports": (web("ports: [" + many("'%:%'").replace("'0:0', ", "") + "]"), 0),
    "many containers on one port": (containers("ports: ['80:80']"), COUNT - 1),
    "many that depend on themselves": (containers("depends_on: [c%]"), COUNT),
    "many unknown networks": (section("networks") + containers("networks: [m%]"), COUNT),
    "many unknown dependencies": (web(f"depends_on: [{many('c%')}]"), COUNT),
    "many unknown volumes": (section("volumes") + web("volumes: [" + many("'m%:/n%'") + "]"), COUNT),
    "many unknown variables": (
        f"variables: {{{many('V%: x')}}}\n" + web("environment: {" + many("E%: '${W%}'") + "}"),
        COUNT,
    ),
    "many sensitive variables": (
        f"variables: {{{many('V%: {sensitive: true, default: long-secret-%}')}}}\n"
        + web("environment: {" + many("E%: '${V%}'") + "}"),
        0,
    ),
    "many unknown keys": (web(many("key%: 1")), COUNT),
    "many wrong items": (web(f"cap_add: [{many('X%')}]"), 51),
    "many references in a text": (f"configs: {{c: {{content: '{many('${A} ', '')}'}}}}\n", 202),
    "a mistake in a long line": (web(f"command: [{many('some-long-word-that-fills-the-line')}], imgae: x"), 1),
}


@pytest.mark.parametrize(("text", "count"), CASES.values(), ids=CASES.keys())
def test_reading_and_telling_take_time_in_proportion(
    text: str, count: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    Path("workflow.yaml").write_text("version: 1\nname: shop\n" + text)
    texts: dict[str, str] = {}
    start = time.process_time()
    _, found = read("workflow.yaml", texts, contents=False)
    lines = list(diagnostic_lines(found, texts))
    assert time.process_time() - start < MOST_SECONDS
    assert len(lines) < 1000
    if count is not None:
        assert len(found) == count
