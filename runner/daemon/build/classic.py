"""Builds with the engine's classic builder."""

from __future__ import annotations

import json
import re
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import IO, Any

from runner.core.build import BuildRequest
from runner.core.errors import BuildFailed, EngineError
from runner.core.lazy_pattern import lazy_pattern
from runner.core.phrase import uncapitalized
from runner.core.progress_update import ProgressCallback, ProgressUpdate
from runner.daemon.build.context_tar import write_tar
from runner.daemon.http.api import TAR, Api, Query
from runner.daemon.http.json_stream import json_documents
from runner.daemon.http.stream_reader import read_stream
from runner.daemon.registry.credentials import builder_credentials
from runner.resource.image_reference import registry

_STEP = lazy_pattern(r"(?:\[\d+/\d+\] )?(?:Step|STEP) (?P<number>\d+)/(?P<of>\d+) ?: (?P<instruction>.*)")
"""The first line of a step; Podman counts the steps of each stage separately, and the stages in front of them."""
_CHATTER = (" ---> ", "--> ", "Removing intermediate container", "Successfully built", "Successfully tagged")
"""Prefixes of the builder's own lines; the others are output of instructions."""
_IN_MEMORY = 8 * 1024 * 1024
"""Bytes of a build context that are held in memory; a larger one is spooled to a temporary file."""
_CHUNK = 1 << 16
_TAIL_LINES = 20


def build(api: Api, request: BuildRequest, name: str, watch: ProgressCallback) -> str:
    """Build an image under a name, and return its id."""
    credentials = builder_credentials(api.environ, dict.fromkeys(map(registry, request.bases)))
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as context:
        dockerfile = write_tar(request, context)
        context.seek(0)
        asked = _query(request, name, dockerfile)
        return _watch_build(read_stream(partial(_send, api, context, asked, credentials), watch), watch)


def _query(request: BuildRequest, name: str, dockerfile: str) -> Query:
    return {
        "t": name,
        "dockerfile": dockerfile,
        "target": request.target or "",
        "buildargs": json.dumps(request.arguments),
        "labels": json.dumps(dict(request.labels)),
        "nocache": int(request.no_cache),
        "rm": 1,
        "forcerm": 1,
    }


def _send(api: Api, context: IO[bytes], query: Query, credentials: Mapping[str, str]) -> Iterator[Any]:
    body = iter(partial(context.read, _CHUNK), b"")
    with api.stream("/build", query, method="POST", headers={**TAR, **credentials}, body=body) as chunks:
        yield from json_documents(chunks)


def _watch_build(stream: Iterable[Mapping[str, Any]], watch: ProgressCallback) -> str:
    """Turn the builder's stream into progress updates; return the image's id."""
    tail: deque[str] = deque(maxlen=_TAIL_LINES)
    instruction, id = "", ""
    for record in stream:
        if "error" in record:
            raise BuildFailed(_failure(instruction, str(record["error"])), output=tuple(tail))
        id = (record.get("aux") or {}).get("ID", id)
        if "progressDetail" in record:
            detail = record["progressDetail"] or {}
            watch(
                ProgressUpdate(uncapitalized(str(record.get("status", ""))), detail.get("current"), detail.get("total"))
            )
        for line in str(record.get("stream", "")).splitlines():
            step = _STEP.match(line)
            if step is not None:
                instruction = step["instruction"]
                watch(ProgressUpdate(instruction, int(step["number"]), int(step["of"]), "steps"))
            elif line.strip() and not line.startswith(_CHATTER):
                tail.append(line)
                watch(ProgressUpdate(instruction, output=line))
    if not id:
        raise EngineError("the build finished without an image")
    return id


def _failure(instruction: str, error: str) -> str:
    code = re.search(r"returned a non-zero code: (\d+)", error)
    if code is not None:
        return f"{instruction or 'a step'} exited with code {code[1]}"
    return f"{instruction}: {error}" if instruction and instruction not in error else error
