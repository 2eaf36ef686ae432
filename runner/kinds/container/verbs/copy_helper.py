"""Granted files for a read-only container: a helper container of the same image, never started, takes them in.

Both containers mount the same volumes, the helper read-write and the real one read-only. The image's content of a
folder is there as well: the engine copies it onto a new volume.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from runner.core.gateway import Gateway
from runner.kinds.container.granted_files import file_volumes
from runner.kinds.container.names import NEW
from runner.kinds.container.settings import GrantedFile
from runner.kinds.container.verbs.copy_files import copy_files
from runner.resource.engine_json import Body

_SUFFIX = f".files{NEW}"
"""The suffix of the helper's name: the helper of a killed run is recognised as abandoned."""


@contextmanager
def mounts_from_helper(
    gateway: Gateway, name: str, create: Body, folders: Sequence[Body], files: Iterable[GrantedFile], platform: str
) -> Iterator[list[Body]]:
    """Yield the read-only mounts that give a container its files; the container must be created meanwhile.

    `create` is its create body, without the `folders` to mount. If the container isn't created, nothing is left behind.
    """
    from runner.resource.compose_labels import PREFIX

    kept: Body = {key: create[key] for key in ("Image", "User") if key in create}
    kept["Labels"] = {name: text for name, text in create.get("Labels", {}).items() if not name.startswith(PREFIX)}
    host_config = {"NetworkMode": "none", "Mounts": [*folders]}
    body = {**kept, "Cmd": ["none: it only carries files"], "HostConfig": host_config}
    carrier = gateway.containers.create(f"{name}{_SUFFIX}", body, platform=platform)
    try:
        copy_files(gateway, carrier, files)
        volumes = file_volumes(gateway.containers.inspect(carrier))
        yield [_to_read(folder, volumes[folder["Target"]]) for folder in folders]
    finally:
        gateway.containers.remove(carrier, volumes=True)  # volumes that the real container mounts stay


def _to_read(folder: Body, volume: str) -> Body:
    return {**folder, "Source": volume, "ReadOnly": True, "VolumeOptions": {**folder["VolumeOptions"], "NoCopy": True}}
