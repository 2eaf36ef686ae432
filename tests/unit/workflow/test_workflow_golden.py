"""Every file of ok/ gives the resources in its .out, every file of err/ the diagnostics in its .out.

After a change that is meant: RUNNER_UPDATE_GOLDEN=1 pytest tests/unit/workflow, then read the diff.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from runner.core.build import BuildRequest
from runner.core.diagnostic import Severity
from runner.core.state import DesiredState, Ref, Resource
from tests.unit.workflow.reading import read, rendered

HERE = Path(__file__).parent
UPDATE = os.environ.get("RUNNER_UPDATE_GOLDEN") == "1"


def cases(folder: str) -> list[Any]:
    return [pytest.param(file, id=file.stem) for file in sorted((HERE / folder).glob("*.yaml"))]


def compare(text: str, golden: Path) -> None:
    if UPDATE:
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", cases("ok"))
def test_a_good_file_gives_its_resources(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(file.parent)
    desired, found = read(file.name, {}, contents=False)
    assert found == []
    compare("\n".join(described(desired)) + "\n", file.with_suffix(".out"))


@pytest.mark.parametrize("file", cases("err"))
def test_a_bad_file_gives_all_its_diagnostics(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(file.parent)
    texts: dict[str, str] = {}
    _, found = read(file.name, texts, contents=True)
    assert found
    compare(rendered(found, texts), file.with_suffix(".out"))


@pytest.mark.parametrize("file", cases("err"))
def test_every_error_is_terse_and_has_its_place(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(file.parent)
    _, found = read(file.name, {}, contents=True)
    for diagnostic in found:
        assert diagnostic.severity is Severity.ERROR
        assert diagnostic.span is not None, diagnostic
        assert len(diagnostic.message) <= 120, diagnostic
        assert not diagnostic.message.endswith("."), diagnostic
        assert "\n" not in diagnostic.message + (diagnostic.help or ""), diagnostic


def described(desired: DesiredState) -> Iterator[str]:
    """Write a desired state so that a person can compare it with the file."""
    for resource in desired.resources.values():
        yield f'{resource.address} "{resource.engine_name}"{_flags(resource)}'
        values = {**resource.settings, **resource.fields}
        yield from (f"  {name}: {_shown(values[name])}" for name in sorted(values))
        for dependency in resource.depends_on:
            deadline = f" within {dependency.timeout:g}s" if dependency.timeout else ""
            yield f"  after {dependency.address} {dependency.condition.value}{deadline}"
        yield from (f"  claims {claim.what}{f' on {claim.where}' * bool(claim.where)}" for claim in resource.claims)


def _flags(resource: Resource) -> str:
    return " external" * resource.external + " shared" * resource.shared


def _shown(value: Any) -> str:
    match value:
        case Ref():
            return f"<{value.attribute} of {value.address}>"
        case BuildRequest():
            return f"<a build of {value.dockerfile.name}, target {value.target}, args {dict(value.args)}>"
        case Mapping() if any(isinstance(item, Ref) for item in value.values()):
            return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
        case _:
            return json.dumps(value, default=lambda one: dict(one) if isinstance(one, Mapping) else str(one))
