"""Every file of ok/ gives the data in its .json, every file of err/ the diagnostics in its .out.

After a change that is meant: RUNNER_UPDATE_GOLDEN=1 pytest tests/unit/document, then read the diff.
"""

import json
import os
from pathlib import Path

import pytest
import yaml

from runner.document.access import Access
from runner.document.files import Files
from runner.document.loader import load
from runner.document.root import ANYWHERE
from runner.views.snippet import render

HERE = Path(__file__).parent
UPDATE = os.environ.get("RUNNER_UPDATE_GOLDEN") == "1"
ENVIRONMENT = {"WHO": "ada"}


def cases(folder):
    return [pytest.param(file, id=file.stem) for file in sorted((HERE / folder).glob("*.yaml"))]


def compare(text, golden):
    if UPDATE:
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.fixture(params=[True, False], ids=["libyaml", "python"])
def _parser(request, monkeypatch):
    if request.param and not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml, "__with_libyaml__", request.param)


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize("file", cases("ok"))
def test_a_good_file_gives_its_data(file, monkeypatch):
    monkeypatch.chdir(file.parent)
    document, found = load(file.name, overrides={}, var_files=[], files=Files(Access(ANYWHERE, ENVIRONMENT)))
    assert found == []
    compare(json.dumps(document.data, indent=2, ensure_ascii=False) + "\n", file.with_suffix(".json"))


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize("file", cases("err"))
def test_a_bad_file_gives_all_its_diagnostics(file, monkeypatch):
    monkeypatch.chdir(file.parent)
    texts = {}
    _, found = load(file.name, overrides={}, var_files=[], files=Files(Access(ANYWHERE, ENVIRONMENT)), texts=texts)
    assert found
    compare("\n\n".join(render(diagnostic, texts) for diagnostic in found) + "\n", file.with_suffix(".out"))
