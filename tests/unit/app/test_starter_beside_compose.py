"""A starter is not written beside a Compose file, which it would hide."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.app.starter import Starter, write_starter
from runner.core.errors import UsageError


def test_init_writes_nothing_beside_a_compose_file(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text("services: {}\n", "utf-8")
    with pytest.raises(UsageError, match=r'"docker-compose.yml" is there') as refused:
        write_starter(Starter("web"), tmp_path)
    assert (refused.value.code, refused.value.help) == (
        "file-exists",
        "runner plan reads it as it is; runner convert writes a workflow of it",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["docker-compose.yml"]
