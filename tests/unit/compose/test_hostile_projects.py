"""Whatever is in a Compose file, it is read or refused, with a place; it is never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.compose.load import load
from runner.compose.output import to_json
from runner.compose.request import ComposeRequest
from runner.compose.table import COMPOSE
from runner.compose.table.service import SERVICE
from runner.core.diagnostic import Diagnostic, Severity
from runner.document.access import Access
from runner.document.files import Files
from runner.document.root import Root

_WORDS = ["", "a", "b", "a:b", "1:2", "/x", "./x:/y:ro", "80:80", "A=1", "${A}", "${", "$$", "-1", "1.5", "10s", "1m"]
_SCALARS = st.one_of(st.sampled_from(_WORDS), st.integers(-2, 99), st.booleans(), st.none(), st.floats(0, 2))
_INNER = sorted(
    {row.name for row in (*COMPOSE.keys, *SERVICE.keys)} | {"source", "target", "type", "test", "file", "x-a"}
)
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([*_INNER, "a", "b", "service"]), inner, max_size=3),
    ),
    max_leaves=8,
)
_SERVICES = st.dictionaries(
    st.sampled_from("ab"), st.dictionaries(st.sampled_from([row.name for row in SERVICE.keys]), _ANYTHING), max_size=2
)
_PROJECTS = st.one_of(
    st.fixed_dictionaries({"services": _SERVICES}),
    st.dictionaries(st.sampled_from([row.name for row in COMPOSE.keys]), _ANYTHING),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_PROJECTS, min_size=1, max_size=2))
def test_any_project_is_read_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, projects: list[dict[str, Any]]
) -> None:
    monkeypatch.chdir(tmp_path)  # so that files are named by relative paths, as users name them
    names = [f"{number}.yaml" for number in range(len(projects))]
    for name, project in zip(names, projects, strict=True):
        (tmp_path / name).write_text(json.dumps(project), "utf-8")
    found: list[Diagnostic] = []
    request = ComposeRequest(files=tuple(names), project="p")
    model = load(request, Files(Access(Root.below(tmp_path))), found, {})
    errors = [one for one in found if one.severity is Severity.ERROR]
    assert (model is None) == bool(errors)
    assert all(one.span for one in errors)
    if model is not None:
        json.loads(to_json(model.root))


@pytest.mark.parametrize("key", ["env_file", "label_file"])
def test_the_empty_name_of_a_file_is_an_error_with_its_place(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("c.yaml").write_text(f"services:\n  a:\n    image: x\n    {key}: ''\n", "utf-8")
    found: list[Diagnostic] = []
    assert load(ComposeRequest(files=("c.yaml",), project="p"), Files(Access(Root.below(tmp_path))), found, {}) is None
    assert [(one.message, str(one.span)) for one in found] == [
        ("the name of a file is empty", f"c.yaml:4:{len(key) + 7}")
    ]
