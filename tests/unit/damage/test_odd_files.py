"""What is given as a file and is none, or can be somebody else's, costs neither memory nor time, and isn't trusted."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from runner.app.plan_file_format import file_head
from runner.cli.main import _run
from runner.document import root
from runner.document.trust import foreign
from tests.unit.bundle.archives import new_archive
from tests.unit.bundle.archives import write as write_bundle
from tests.unit.damage.test_damaged_files import NOWHERE, WORKFLOW, home, record, saved

__all__ = ["home"]

SOMEBODY = 4321
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
LIMIT = 1 << 30


def limited(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with no more than a GiB of memory, and half a minute."""
    return subprocess.run(
        [sys.executable, "-m", "runner", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT)),
        check=False,
    )


def test_a_large_bundle_is_not_read_into_memory(home: Path) -> None:
    write_bundle(home / "demo.tar", new_archive((b"a",)))
    with (home / "demo.tar").open("r+b") as stream:
        stream.truncate(8 * LIMIT)
    done = limited("apply", "demo.tar", "-H", NOWHERE)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)  # what it holds is no workflow
    assert "demo.tar" not in done.stderr


@pytest.mark.parametrize("name", ["workflow.yaml", "saved", "shop.lock.yaml", ".env", "vars.env"])
def test_a_file_without_end_is_too_large(home: Path, name: str) -> None:
    (home / "workflow.yaml").write_text(WORKFLOW)
    head = b'{"format": "runner plan"' if name == "saved" else b"# "
    (home / name).write_bytes(head)
    with (home / name).open("r+b") as stream:
        stream.truncate(8 * LIMIT)
    file = "saved" if name == "saved" else "workflow.yaml"
    if name == "shop.lock.yaml":
        (home / "workflow.yaml").rename(home / "shop.yaml")
        file = "shop.yaml"
    locked = ["--locked"] if name == "shop.lock.yaml" else []
    variables = ["--var-file", "vars.env"] if name == "vars.env" else []
    done = limited("apply", file, *locked, *variables, "-H", NOWHERE)
    assert "Traceback" not in done.stderr
    if not locked:  # which needs an engine first
        assert done.returncode == 2
        assert "too large" in done.stderr


@pytest.mark.parametrize("command", ["validate", "apply", "plan", "status"])
def test_a_device_without_end_is_too_large(command: str) -> None:
    done = limited(command, "/dev/zero")
    assert done.returncode == 2
    assert '"/dev/zero" is too large' in done.stderr


@pytest.mark.parametrize("command", ["validate", "apply", "plan"])
def test_a_pipe_that_nobody_writes_to_is_not_waited_for_without_end(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setattr(root, "_PIPE_SECONDS", 0.1)
    os.mkfifo(home / "pipe")
    assert file_head(home / "pipe") == b""
    assert _run([command, "pipe"]) == 2
    assert "no input received for" in capsys.readouterr().err


def test_a_pipe_that_somebody_writes_to_is_read_to_its_end(home: Path) -> None:
    os.mkfifo(home / "pipe")
    writer = threading.Thread(target=lambda: (home / "pipe").write_text(WORKFLOW))
    writer.start()
    assert _run(["validate", "pipe"]) == 0
    writer.join()


# --- whose work it is


@AS_ROOT
@pytest.mark.parametrize(
    ("owner", "mode", "said"), [(SOMEBODY, 0o600, "user 4321"), (0, 0o606, "writable by everyone")]
)
def test_a_plan_that_somebody_else_can_have_written_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, owner: int, mode: int, said: str
) -> None:
    file = home / "saved"
    file.write_text(saved(home))
    file.chmod(0o600)
    assert _run(["apply", "saved", "-H", NOWHERE]) == 3
    os.chown(file, owner, 0)
    file.chmod(mode)
    assert _run(["apply", "saved", "-H", NOWHERE]) == 2
    assert said in capsys.readouterr().err
    (home / "link").symlink_to(file)
    assert _run(["apply", "link", "-H", NOWHERE]) == 2
    monkeypatch.setenv("SUDO_UID", str(SOMEBODY))
    assert _run(["apply", "saved", "-H", NOWHERE]) == (3 if owner == SOMEBODY else 2)


@AS_ROOT
def test_a_bundle_that_somebody_else_can_have_written_is_warned_of(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_bundle(home / "demo.tar", new_archive((b"a",)))
    _run(["validate", "demo.tar"])
    assert "foreign" not in capsys.readouterr().err
    os.chown(home / "demo.tar", SOMEBODY, 0)
    _run(["validate", "demo.tar"])
    assert '"demo.tar" belongs to user 4321' in capsys.readouterr().err


@AS_ROOT
@pytest.mark.parametrize("name", ["run.json", "events.jsonl", "snapshot.json"])
def test_records_that_somebody_else_can_have_written_do_not_count(
    home: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    folder = record(home)
    assert _run(["rollback", "2", "shop", "-H", NOWHERE]) == 3
    os.chown(folder / name, SOMEBODY, 0)
    assert _run(["rollback", "2", "shop", "-H", NOWHERE]) == 2
    assert f'{name}" belongs to user 4321' in capsys.readouterr().err
    (folder / name).rename(folder / "other")
    (folder / "other").chmod(0o600)
    os.chown(folder / "other", 0, 0)
    (folder / name).symlink_to("other")
    assert _run(["rollback", "2", "shop", "-H", NOWHERE]) == 2


def test_a_group_of_ones_own_may_write_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text(json.dumps({}))
    file.chmod(0o664)
    status = file.stat()
    assert foreign(status) is None or status.st_gid not in (0, os.getuid())
    foreign_group = os.stat_result((status.st_mode, *status[1:5], 4321, *status[6:]))
    assert "group 4321" in (foreign(foreign_group) or "")
