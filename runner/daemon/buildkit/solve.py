"""A build as BuildKit's messages: the request to its control service, and the response.

Source: buildkit's api/services/control/control.proto and the options of its Dockerfile frontend (frontend/dockerui).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from runner.core.build import EPOCH, BuildRequest, CacheStore
from runner.core.struct import Struct
from runner.daemon.buildkit import protobuf as wire
from runner.daemon.buildkit.connect import Connector

SOLVE: Final = "/moby.buildkit.v1.Control/Solve"
STATUS: Final = "/moby.buildkit.v1.Control/Status"
CONTEXT: Final = "context"
"""The name under which the frontend fetches the context."""
DOCKERFILE: Final = "dockerfile"
"""The name under which it fetches the Dockerfile's folder."""
FILE_NAME: Final = "Dockerfile"
"""The Dockerfile's name in that folder."""

_FRONTEND: Final = "dockerfile.v0"
_HOST_NETWORK: Final = "network.host"


class Exporter(Struct):
    """Where the result of a build goes: BuildKit's type of exporter, and its attributes."""

    type: str
    attributes: Mapping[str, str]


def exporter(way: Connector, request: BuildRequest, name: str) -> Exporter:
    """Return the exporter that stores an image in the engine, under a name.

    With SOURCE_DATE_EPOCH, timestamps of files are rewritten, too, as far as the store can: containerd's can.
    """
    if EPOCH in request.args and way.has_containerd_store:
        return Exporter("image", {"name": name, "rewrite-timestamp": "true"})
    return Exporter("moby", {"name": name})


def write_solve(build: str, session: str, request: BuildRequest, exporter: Exporter) -> bytes:
    """Encode a `SolveRequest`; `build` is an id of the caller's choice, `session` that of an open session."""
    entitlements = [_HOST_NETWORK] if request.network == "host" else []
    return b"".join(
        (
            wire.text(1, build),
            wire.text(3, exporter.type),
            wire.table(4, exporter.attributes),
            wire.text(5, session),
            wire.text(6, _FRONTEND),
            wire.table(7, dict(_options(request))),
            wire.message(8, _caches(4, request.cache_to) + _caches(5, request.cache_from)),
            wire.texts(9, entitlements),
            # Engines from 24 on read this list, older ones the single exporter above.
            wire.message(13, wire.text(1, exporter.type) + wire.table(2, exporter.attributes)),
        )
    )


def write_status(build: str) -> bytes:
    """Encode a `StatusRequest`."""
    return wire.text(1, build)


def read_solved(response: bytes) -> Mapping[str, str]:
    """Decode a `SolveResponse`: what the exporter reports of the image, such as its digest."""
    return wire.pairs(value for number, value in wire.fields(response) if number == 1 and isinstance(value, bytes))


def _options(request: BuildRequest) -> Iterator[tuple[str, str]]:
    """Yield the frontend's options."""
    yield "filename", FILE_NAME
    settings = {
        "target": request.target,
        "platform": request.platform,
        "force-network-mode": request.network,
        "add-hosts": ",".join(request.extra_hosts),
        "shm-size": request.shm_size,
        "image-resolve-mode": "pull" if request.pull else None,
        "cache-imports": _imports(request.cache_from),
    }
    yield from ((name, str(value)) for name, value in settings.items() if value)
    if request.no_cache:
        yield "no-cache", ""
    yield from ((f"build-arg:{name}", value) for name, value in request.arguments.items())
    yield from ((f"label:{name}", value) for name, value in request.labels.items())
    yield from ((f"context:{name}", f"local:{name}") for name in request.named_contexts)
    yield from ((f"context:{name}", f"docker-image://{reference}") for name, reference in request.sources.items())


def _imports(stores: Iterable[CacheStore]) -> str:
    listed = [{"Type": store.type, "Attrs": dict(store.attributes)} for store in stores]
    return json.dumps(listed) if listed else ""


def _caches(field: int, stores: Iterable[CacheStore]) -> bytes:
    return b"".join(wire.message(field, wire.text(1, it.type) + wire.table(2, it.attributes)) for it in stores)
