"""Copying granted files into a container."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runner.kinds.container.file_owner import ROOT, resolve_user
from runner.kinds.container.settings import GrantedFile

if TYPE_CHECKING:
    from runner.core.gateway import Gateway


def copy_files(gateway: Gateway, container: str, files: Iterable[GrantedFile]) -> None:
    """Copy files into a container that has not been started."""
    from runner.core.engine_answers import FileToCopy

    runs_as: tuple[int, int] | None = None
    for file in files:
        if file.owner is None and runs_as is None:
            runs_as = resolve_user(gateway, container)
        copied = FileToCopy(file.path, file.content, file.mode, file.owner or runs_as or ROOT)
        gateway.containers.put_file(container, copied)
