"""Files for a container that nobody can write to: another one of its image, never started, carries them in.

Both mount the same volumes, the carrier to write to them and the real one to read. What a folder holds in the image is
there as well: the engine copies it onto a new volume.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from runner.core.gateway import Gateway
from runner.kinds.container.granted_files import GrantedFile, copy_in, file_volumes
from runner.kinds.container.observe import NEW
from runner.resource.engine_json import Body

_SUFFIX = f".files{NEW}"
"""What its name ends in: so a killed run's counts for nothing."""


@contextmanager
def mounts_from_helper(
    gateway: Gateway, name: str, create: Body, folders: Sequence[Body], files: Iterable[GrantedFile], platform: str
) -> Iterator[list[Body]]:
    """Yield the mounts that give a container its files, which it can only read; it is to be made meanwhile.

    `create` is the body of its creation, without the `folders` to mount. If it is not made, nothing is left.
    """
    kept: Body = {key: create[key] for key in ("Image", "User", "Labels") if key in create}
    host_config = {"NetworkMode": "none", "Mounts": [*folders]}
    body = {**kept, "Cmd": ["none: it only carries files"], "HostConfig": host_config}
    carrier = gateway.containers.create(f"{name}{_SUFFIX}", body, platform=platform)
    try:
        copy_in(gateway, carrier, files)
        volumes = file_volumes(gateway.containers.inspect(carrier))
        yield [_to_read(folder, volumes[folder["Target"]]) for folder in folders]
    finally:
        gateway.containers.remove(carrier, volumes=True)  # those that the other one mounts stay


def _to_read(folder: Body, volume: str) -> Body:
    return {**folder, "Source": volume, "ReadOnly": True, "VolumeOptions": {**folder["VolumeOptions"], "NoCopy": True}}
