"""Claims to ranges: what two of them share is one finding, at the place of the item that comes too late."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.workflow.reading import read

HEAD = "version: 1\nname: shop\ncontainers:\n"


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            "5000-5009:5000-5009/udp",
            "5005-5020:5005-5020/udp",
            "host port 5005-5009/udp is already used by container.a",
        ),
        ("10000-10009:10000-10009", "10009:80", "host port 10009/tcp is already used by container.a"),
        ("80:80", "70-90:70-90", "host port 80/tcp is already used by container.a"),
        ("127.0.0.1:80-89:80-89", "0.0.0.0:85:1", "host port 85/tcp is already used by container.a"),
        ("10000-10009:10000-10009/udp", "10005-10020:10005-10020/tcp", None),
        ("10000-10009:10000-10009", "10010-10020:10010-10020", None),
        ("127.0.0.1:80-89:80-89", "127.0.0.2:80-89:80-89", None),
        ("[::1]:80-89:80-89", "127.0.0.1:80-89:80-89", None),
    ],
)  # fmt: skip
def test_ranges_of_two_containers(
    first: str, second: str, message: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    Path("workflow.yaml").write_text(
        f'{HEAD}  a: {{image: x, ports: ["{first}"]}}\n  b: {{image: x, ports: [9:9, "{second}"]}}\n'
    )
    _, found = read("workflow.yaml", {}, contents=False)
    assert [finding.message for finding in found] == ([message] if message else [])
    for finding in found:
        assert str(finding.span) == "workflow.yaml:5:30"
        assert str(finding.related[0].span) == "workflow.yaml:4:25"


def test_a_range_within_a_container_that_meets_another_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("workflow.yaml").write_text(f'{HEAD}  a: {{image: x, ports: ["80-89:80-89", "85-86:1-2"]}}\n')
    _, found = read("workflow.yaml", {}, contents=False)
    assert [finding.message for finding in found] == ["host port 85-86/tcp is specified twice"]
