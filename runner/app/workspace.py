"""The environment of a use case, as a value: no module of runner.app reads the process's environment or prints."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic
from runner.core.struct import Struct, replace
from runner.core.values import is_decimal
from runner.document.access import Access
from runner.document.command import run_command, withhold_command
from runner.document.root import ANYWHERE, Root
from runner.document.user_files import xdg_dir

if TYPE_CHECKING:
    from runner.core.codes import Code


def _ignore(*_: object) -> None:
    return


class Workspace(Struct):
    """The user's environment, the accessible files, and the receivers of notices."""

    environ: Mapping[str, str]
    """The user's own environment, with HOME: locates the engine, credentials, proxies and run records."""
    access: Access
    """The variables, the files below a root and the commands that a workflow may use."""
    trusted_users: frozenset[int] = frozenset()
    """IDs of users whose files count as the user's own, in addition to the process's user."""
    notify: Callable[[str], None] = _ignore
    """Receives one-line notices."""
    report: Callable[[Sequence[Diagnostic], Mapping[str, str]], None] = _ignore
    """Receives warnings that don't end the use case, with the texts of the files they point into."""

    def warn(self, code: Code, text: str) -> None:
        """Notify of a warning without a position."""
        self.notify(f"warning[{code}]: {text}")

    @classmethod
    def for_user(cls, environ: Mapping[str, str], root: Root = ANYWHERE) -> Workspace:
        """Return the workspace of the process's user, with the whole environment and the files below `root`.

        A workflow may run commands, as sources of secrets, only if it may read all files anyway.
        """
        user_environ = {**environ, "HOME": _home(environ)}
        access = Access(
            root,
            environ,
            expand_home=_expander(environ),
            cache=_cache(user_environ),
            run_command=run_command if root is ANYWHERE else None,
        )
        return cls(user_environ, access, _sudo_caller(environ))

    def without_commands(self) -> Workspace:
        """Return a workspace that runs no commands: secrets that come from one have no known content in it."""
        return replace(self, access=replace(self.access, run_command=withhold_command))


def _home(environ: Mapping[str, str]) -> str:
    if home := environ.get("HOME"):
        return home
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:  # a user ID without an entry, as in many containers
        return "~"


def _expander(environ: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that expands ~ and ~USER at the start of a path, as a shell does."""

    def expand(path: str) -> str:
        user, slash, rest = path.partition("/")
        try:
            home = pwd.getpwnam(user[1:]).pw_dir if user[1:] else _home(environ)
        except (KeyError, ValueError):
            return path
        return f"{home.rstrip('/')}{slash}{rest}" or "/"

    return expand


def _cache(user_environ: Mapping[str, str]) -> Path | None:
    try:
        return xdg_dir(user_environ, "XDG_CACHE_HOME", ".cache") / "runner"
    except OSError:
        return None


def _sudo_caller(environ: Mapping[str, str]) -> frozenset[int]:
    """Return the ID of the user who called sudo, who owns the files; empty unless the process runs as root."""
    caller = environ.get("SUDO_UID", "")
    return frozenset({int(caller)} if os.geteuid() == 0 and is_decimal(caller) else ())
