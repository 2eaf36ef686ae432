"""What is told of a Compose project when it is loaded."""

from __future__ import annotations

from pathlib import Path

from runner.app.load_compose import read_project
from runner.app.source import Source
from runner.app.workspace import Workspace
from runner.document.files import Files

COMPOSE = """\
version: "3.8"
services:
  web:
    image: nginx
    attach: false
"""


def test_what_is_ignored_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(COMPOSE)
    project = read_project(Source(str(file)), Files(Workspace.for_user({}).access))
    assert [(one.code, one.span and one.span.start.line) for one in project.findings] == [
        ("compose-ignored", 1),
        ("compose-ignored", 5),
    ]
