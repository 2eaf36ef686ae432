"""The check of what containers reach: by the engine's own word and, if asked, by a container that tries."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from runner.app.doctor.subject import Patient
from runner.core.examination import Finding, broken, fine, untested, warning

if TYPE_CHECKING:
    from runner.core.gateway import Gateway

_OUTSIDE: Final = "registry-1.docker.io"
"""A name that everybody who pulls images can resolve."""
_PORT: Final = 443
_IMAGES: Final = ("busybox", "alpine")
"""Images that have what the script needs."""
_NO_NAME, _NO_CONNECTION = 10, 11
_SCRIPT: Final = (
    f"nslookup {_OUTSIDE} >/dev/null 2>&1 || exit {_NO_NAME}; "
    f"nc -w 5 {_OUTSIDE} {_PORT} </dev/null >/dev/null 2>&1 || exit {_NO_CONNECTION}"
)
_SECONDS: Final = 20.0
"""How long the container may take; resolvers that don't answer are asked several times."""
_POLL: Final = 0.2


def check_network(patient: Patient) -> Iterator[Finding]:
    """Tell whether containers reach the outside: packets are forwarded, names are resolved, connections made."""
    if patient.report.forwards_packets is False:
        yield broken("network.not_forwarded")
    elif not patient.deep:
        yield untested("network.not_tried")
    elif (image := _image(patient.gateway)) is None:
        yield untested("network.no_image", images=" or ".join(_IMAGES))
    else:
        yield _told(_try(patient.gateway, image), image)


def _image(gateway: Gateway) -> str | None:
    """Return the name of an image on the engine to try with; nothing is pulled."""
    names = (name for image in gateway.images.list() for name in image.get("RepoTags") or ())
    return next((name for name in sorted(names) if name.rpartition(":")[0].rpartition("/")[2] in _IMAGES), None)


def _told(code: int | None, image: str) -> Finding:
    if code is None:
        return warning("network.slow", outside=_OUTSIDE, image=image, seconds=round(_SECONDS))
    if code == _NO_NAME:
        return warning("network.no_name", outside=_OUTSIDE, image=image)
    if code == _NO_CONNECTION:
        return warning("network.no_connection", outside=_OUTSIDE, port=_PORT, image=image)
    if code:
        return warning("network.no_script", image=image, exit_code=code)
    return fine("network.reaches", outside=_OUTSIDE, image=image)


def _try(gateway: Gateway, image: str) -> int | None:
    """Return the exit code of a container that tries; None if it took too long."""
    with _started(gateway, image) as id:
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            state = gateway.containers.inspect(id)["State"]
            if state["Status"] in ("exited", "dead"):
                return int(state["ExitCode"])
            time.sleep(_POLL)
    return None


@contextmanager
def _started(gateway: Gateway, image: str) -> Iterator[str]:
    body = {"Image": image, "Entrypoint": ["sh", "-c"], "Cmd": [_SCRIPT]}
    id = gateway.containers.create(f"runner-doctor-{os.urandom(4).hex()}", body)
    try:
        gateway.containers.start(id)
        yield id
    finally:
        gateway.containers.remove(id, volumes=True)
