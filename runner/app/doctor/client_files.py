"""Checks of this machine: credentials of registries, variables of the docker client, and runner's own folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from runner.app.doctor.subject import Client
from runner.core.errors import CredentialsError, RunnerError
from runner.core.examination import Finding, broken, fine, warning
from runner.core.phrase import reason_of
from runner.daemon.endpoints.docker_contexts import DEFAULT_CONTEXT, current_context, docker_folder
from runner.daemon.registry.credentials import stored_logins
from runner.history.store import state_folder

_OTHERS: Final = 0o077
"""Mode bits that give others than the owner any access."""
_SPARE: Final = 1_000_000
"""Bytes that the record of a run takes."""


def check_logins(client: Client) -> Iterator[Finding]:
    """Tell whether the credentials of docker login can be read, and who else can."""
    import shutil  # takes 4 ms to load

    environ = client.workspace.environ
    try:
        logins = stored_logins(environ)
    except CredentialsError as error:
        yield broken("logins.unreadable", error=error.message)
        return
    lost = [name for name in logins.programs if not shutil.which(name, path=environ.get("PATH"))]
    if lost:
        yield broken("logins.no_helper", programs=", ".join(lost), file=str(logins.file))
    if logins.plain and logins.file.stat().st_mode & _OTHERS:
        yield warning("logins.readable", *logins.plain, file=str(logins.file))
    elif logins.plain:
        yield warning("logins.plain", *logins.plain, file=str(logins.file), number=len(logins.plain))
    elif not lost:
        yield fine("logins.helpers", programs=", ".join(logins.programs)) if logins.programs else fine("logins.none")


def check_docker_variables(client: Client) -> Iterator[Finding]:
    """Warn of a docker context that a variable overrides: commands would go to another engine than one may think."""
    environ = client.workspace.environ
    try:
        context = current_context(docker_folder(environ))
    except RunnerError:
        return  # told as a finding about logins
    chosen = environ.get("DOCKER_CONTEXT") or context
    if environ.get("DOCKER_HOST") and chosen not in (None, DEFAULT_CONTEXT):
        yield warning("variables.host_and_context", host=environ["DOCKER_HOST"], context=str(chosen))


def check_records(client: Client) -> Iterator[Finding]:
    """Tell whether past runs can be recorded."""
    try:
        folder = state_folder(client.workspace.environ)
    except OSError as error:
        yield warning("records.no_folder", error=reason_of(error))
        return
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        yield warning("records.unwritable", folder=str(folder), obstacle=str(there))
    elif _free(there) < _SPARE:
        yield warning("records.no_room", folder=str(folder))
    else:
        yield fine("records.writable", folder=str(folder))


def _free(folder: Path) -> int:
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize
