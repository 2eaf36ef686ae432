"""The time of a commit is read out of a checkout that anybody may have made: nothing in it is run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from runner.workflow.build_context.commit_time import commit_time

SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n"
WHEN = 1_700_000_000


def git(folder: Path, *arguments: str, stdin: str | None = None) -> str:
    known = ("-c", "user.email=ada@example.org", "-c", "user.name=ada")
    done = subprocess.run(
        ["git", "-C", str(folder), *known, *arguments], input=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{WHEN} +0000")
    folder = tmp_path / "checkout"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "Dockerfile").write_text("FROM scratch\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


def program(checkout: Path) -> tuple[Path, Path]:
    """Return a program of the checkout's own, and what is there once it has run."""
    ran, path = checkout / "ran", checkout / "program"
    path.write_text(f"#!/bin/sh\ntouch {ran}\n")
    path.chmod(0o755)
    return path, ran


def test_it_is_that_of_the_last_commit(checkout: Path) -> None:
    assert commit_time(checkout / "app", os.environ) == WHEN


def test_no_program_that_would_check_a_signature_is_run(checkout: Path) -> None:
    path, ran = program(checkout)
    head, _, message = git(checkout, "cat-file", "commit", "HEAD").partition("\n\n")
    signed = git(checkout, "hash-object", "-t", "commit", "-w", "--stdin", stdin=f"{head}\n{SIGNATURE}\n{message}\n")
    git(checkout, "update-ref", "HEAD", signed)
    git(checkout, "config", "log.showSignature", "true")
    git(checkout, "config", "gpg.program", str(path))
    assert commit_time(checkout / "app", os.environ) == WHEN
    assert not ran.exists()


def test_nothing_is_fetched_that_the_checkout_says_is_elsewhere(checkout: Path) -> None:
    path, ran = program(checkout)
    tree = git(checkout, "rev-parse", "HEAD^{tree}")
    (checkout / ".git/objects" / tree[:2] / tree[2:]).unlink()
    for key, value in {
        "core.repositoryformatversion": "1",
        "extensions.partialClone": "elsewhere",
        "remote.elsewhere.promisor": "true",
        "remote.elsewhere.url": f"ext::{path}",
        "protocol.ext.allow": "always",
    }.items():
        git(checkout, "config", key, value)
    assert commit_time(checkout / "app", os.environ) is None
    assert not ran.exists()
