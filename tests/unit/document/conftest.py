from textwrap import dedent

import pytest

from runner.document.access import Access
from runner.document.files import Files
from runner.document.loader import load
from runner.document.root import ANYWHERE


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write files into the current folder, which is one of the test's own."""
    monkeypatch.chdir(tmp_path)

    def write_(text, name="workflow.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write_


@pytest.fixture
def read(write):
    """Load a text as the workflow's file; return the document and the diagnostics."""

    def read_(text, *, overrides=None, var_files=(), environ=None):
        write(text)
        return load(
            "workflow.yaml",
            overrides=overrides or {},
            var_files=var_files,
            files=Files(Access(ANYWHERE, environ or {})),
        )

    return read_


@pytest.fixture
def document(read):
    """Load a text that has no errors."""

    def document_(text, **given):
        document, found = read(text, **given)
        assert found == []
        return document

    return document_
