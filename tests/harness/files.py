"""A file of a container as it lies there, running or not.

What a command prints is no substitute: Engine 20.10 may close its output before a last line without an end.
"""

from __future__ import annotations

import tarfile
from io import BytesIO
from pathlib import PurePosixPath

from docker import DockerClient
from docker.models.containers import Container


def file_of(container: Container, path: str) -> bytes:
    """Return the content of a file of a container."""
    chunks, _ = container.get_archive(path)
    with tarfile.open(fileobj=BytesIO(b"".join(chunks))) as archive:
        content = archive.extractfile(PurePosixPath(path).name)
        assert content is not None, f"{path} is no file"
        return content.read()


def file_of_image(client: DockerClient, image: str, path: str) -> bytes:
    """Return the content of a file of an image."""
    container = client.containers.create(image, "none")
    try:
        return file_of(container, path)
    finally:
        container.remove()
