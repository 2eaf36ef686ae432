"""Random projects, of every key in every form, against a Docker Compose of this machine.

Not run without RUNNER_COMPOSE_ORACLE, the path of a `docker-compose`; RUNNER_COMPOSE_PROJECTS says how many (50).
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from runner.compose.load import load
from runner.compose.output import to_json
from runner.compose.request import ComposeRequest
from runner.core.diagnostic import Diagnostic
from runner.document.access import Access
from runner.document.files import Files
from runner.document.root import Root
from tests.unit.compose.projects import Projects

_ORACLE = os.environ.get("RUNNER_COMPOSE_ORACLE")
_NUMBER = int(os.environ.get("RUNNER_COMPOSE_PROJECTS", "50")) if _ORACLE else 0
_PANIC = "goroutine 1"
"""Where Compose itself breaks, it says nothing of the file."""


@pytest.mark.parametrize("seed", range(1000, 1000 + _NUMBER))
def test_a_random_project_is_read_as_compose_reads_it(seed: int, tmp_path: Path) -> None:
    assert _ORACLE is not None
    (tmp_path / "c.yaml").write_text(json.dumps(Projects(seed).project(), ensure_ascii=False), "utf-8")
    environ = {"HOME": "/root", "PATH": "/usr/bin"}
    command = [_ORACLE, "-f", "c.yaml", "--profile", "*", "config", "--format", "json"]
    ran = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    if _PANIC in ran.stderr:
        return
    found: list[Diagnostic] = []
    access = Access(Root(), environ=environ, expand_home=lambda path: "/root" + path[1:])
    request = ComposeRequest(cwd=tmp_path, files=("c.yaml",), profiles=("*",))
    model = load(request, Files(access), found, {})
    assert (model is None) == (ran.returncode != 0), (ran.stderr, found)
    if model is not None:
        assert to_json(model.root).rstrip() == ran.stdout.rstrip()
