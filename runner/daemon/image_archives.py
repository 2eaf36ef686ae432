"""Images as archives: saved from an engine, and loaded into one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from runner.core.errors import Cancelled, EngineError
from runner.core.gateway import ImageArchive
from runner.core.progress_update import ProgressCallback, ProgressUpdate
from runner.daemon.http.api import TAR, Api, quote_path
from runner.daemon.http.json_stream import json_documents
from runner.daemon.http.stream_reader import read_stream


def save(api: Api, ref: str, idle_timeout: float) -> Iterator[bytes]:
    """Yield the archive of an image; only the engine's own errors are translated, not the consumer's."""
    with api.stream(f"/images/{quote_path(ref)}/get", idle_timeout=idle_timeout) as chunks:
        yield from chunks


def load(api: Api, archive: ImageArchive, watch: ProgressCallback, idle_timeout: float) -> None:
    """Load an image into an engine."""
    upload = _Upload(archive)

    def tell(_: ProgressUpdate) -> None:
        try:
            watch(ProgressUpdate("loading", upload.sent, archive.size))
        except BaseException:
            upload.is_stopped = True
            raise

    for record in read_stream(partial(_send, api, upload, idle_timeout), tell):
        if "error" in record:
            raise EngineError(f"the engine cannot load the image: {record['error']}")
        tell(ProgressUpdate())


def _send(api: Api, upload: _Upload, idle_timeout: float) -> Iterator[Any]:
    body = upload.chunks()
    with api.stream(
        "/images/load", {"quiet": 0}, method="POST", headers=TAR, body=body, idle_timeout=idle_timeout
    ) as chunks:
        yield from json_documents(chunks)


class _Upload:
    """An upload that runs in a thread of its own; other threads read its progress, and may stop it."""

    def __init__(self, archive: ImageArchive) -> None:
        self._archive = archive
        self.sent = 0
        self.is_stopped = False

    def chunks(self) -> Iterator[bytes]:
        """Yield the archive's chunks, and count their bytes."""
        for chunk in self._archive.chunks():
            if self.is_stopped:
                raise Cancelled("interrupted")
            yield chunk
            self.sent += len(chunk)
