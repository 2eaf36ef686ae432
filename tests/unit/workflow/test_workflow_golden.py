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
from runner.core.struct import field_names
from runner.document.access import Access
from runner.document.files import Files
from runner.document.loader import load
from runner.document.root import ANYWHERE
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
        settings = {name: getattr(resource.settings, name) for name in field_names(resource.settings)}
        values = {**settings, **resource.fields}
        yield from (f"  {name}: {_shown(values[name])}" for name in sorted(values))
        for dependency in resource.depends_on:
            deadline = f" within {dependency.timeout:g}s" if dependency.timeout else ""
            yield f"  after {dependency.address} {dependency.condition.value}{deadline}"
        yield from (f"  claims {claim}{f' on {claim.where}' * bool(claim.where)}" for claim in resource.claims)


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


def test_an_env_file_is_read_as_it_is_and_a_reference_in_it_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    Path("app.env").write_bytes(b"\xef\xbb\xbfCOLOUR=#ff0000\r\nURL=http://${HOST}/\r\nMEANT='${HOST}'\r\nHOST=web\r\n")
    Path("workflow.yaml").write_text("version: 1\nname: shop\ncontainers: {web: {image: nginx, env_file: app.env}}\n")
    desired, found = read("workflow.yaml", {}, contents=True)
    (web,) = (one for address, one in desired.resources.items() if address.kind == "container")
    url, meant = "http://${HOST}/", "${HOST}"
    assert web.fields["environment"] == {"COLOUR": "#ff0000", "URL": url, "MEANT": meant, "HOST": "web"}
    assert [(one.severity, str(one.span), one.code) for one in found] == [
        (Severity.WARNING, "app.env:2:12", "not-interpolated")
    ]


def test_a_reference_in_dotenv_is_warned_of_where_its_variable_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("USED=${OTHER}\nUNUSED=${OTHER}\nOVERRIDDEN=${OTHER}\n")
    Path("vars.env").write_text("OVERRIDDEN=1\n")
    text = 'version: 1\nname: shop\nvariables: {USED: "", OVERRIDDEN: ""}\n'
    Path("workflow.yaml").write_text(text)
    _, found = load(
        "workflow.yaml", overrides={}, var_files=[Path("vars.env")], files=Files(Access(ANYWHERE)), texts={}
    )
    assert [(one.severity, str(one.span)) for one in found] == [(Severity.WARNING, ".env:1:6")]
