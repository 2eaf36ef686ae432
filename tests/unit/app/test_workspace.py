"""The user's own folders and files, out of an environment that is handed in."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from runner.app.workspace import Workspace

OWN = pwd.getpwuid(os.getuid())


@pytest.mark.parametrize(
    ("environ", "path", "expanded"),
    [
        ({"HOME": "/home/ada"}, "~", "/home/ada"),
        ({"HOME": "/home/ada/"}, "~/x", "/home/ada/x"),
        ({"HOME": "/"}, "~", "/"),
        ({}, "~/x", f"{OWN.pw_dir.rstrip('/')}/x"),
        ({"HOME": "/home/ada"}, f"~{OWN.pw_name}/x", f"{OWN.pw_dir.rstrip('/')}/x"),
        ({"HOME": "/home/ada"}, "~no-such-user-here/x", "~no-such-user-here/x"),
        ({"HOME": "/home/ada"}, "a/~", "a/~"),
    ],
)
def test_a_home_folder_is_what_a_shell_would_make_of_it(environ: dict[str, str], path: str, expanded: str) -> None:
    assert Workspace.for_user(environ).access.expanded(path) == expanded


def test_without_a_home_in_the_environment_it_is_the_users_own() -> None:
    assert Workspace.for_user({}).environ["HOME"] == OWN.pw_dir


def test_who_called_sudo_is_trusted_by_root_alone() -> None:
    trusted = Workspace.for_user({"SUDO_UID": "1000"}).trusted_users
    assert trusted == (frozenset({1000}) if os.geteuid() == 0 else frozenset())
    assert Workspace.for_user({"SUDO_UID": "no number"}).trusted_users == frozenset()


def test_the_cache_lies_where_the_specification_has_it() -> None:
    assert Workspace.for_user({"HOME": "/home/ada"}).access.cache == Path("/home/ada/.cache/runner")
