"""The workflows that the reference and the examples by task show are read without an error or a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.app import Source, Workspace, load_workflow
from runner.core.errors import InvalidInput
from tests.harness.markdown import ROOT, Block, blocks

PAGES = (ROOT / "schemas" / "README.md", ROOT / "docs" / "examples.md")
EXAMPLES = [block for page in PAGES for block in blocks(page)]
FILES = {
    "app/Dockerfile": "FROM scratch AS final\n",
    "base.yaml": "version: 1\n",
    "conf.d/site.conf": "",
    "nginx.conf": "",
    "pip.conf": "",
    "tls.key": "",
    "www/index.html": "",
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.place)
def test_an_example_is_a_valid_workflow(example: Block, tmp_path: Path) -> None:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    file = tmp_path / "workflow.yaml"
    file.write_text(example.text.replace("[sops, -d, token.enc]", "[echo, a-token]"), "utf-8")
    workspace = Workspace.for_user({"HOME": str(tmp_path), "PATH": "/bin", "DB_PASSWORD": "correct-horse"})
    try:
        load_workflow(Source(str(file)), workspace)
    except InvalidInput as error:
        pytest.fail("\n".join(f"{finding.span}: {finding.message}" for finding in error.diagnostics), pytrace=False)
