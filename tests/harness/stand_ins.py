"""Stand-ins for the images of a Compose project: nothing can be pulled, and what runs in them doesn't matter.

A stand-in keeps running whatever command it is given and ends with 0 on SIGTERM; it exposes the ports that the
service publishes, and has every program that an entrypoint, a hook or a healthcheck names, which all succeed.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docker import DockerClient

_STAY = "#!/bin/sh\ntrap 'exit 0' TERM INT QUIT\nwhile :; do sleep 86400 & wait $!; done\n"
_SUCCEED = "#!/bin/sh\nexit 0\n"
_REAL = frozenset({"sh", "test", "[", "exit", "echo", "sleep", "true", "grep", "cat", "ls", "touch", "sed", "tr"})
"""Programs of the base image that do what they are expected to do."""
_PROGRAM = re.compile(r"(?:^|[|;&(]\s*)([\w./-]+)")

Service = Mapping[str, Any]


def make_stand_ins(client: DockerClient, model: Mapping[str, Any]) -> None:
    """Make an image for each service of a canonical model that isn't built, and the build context of the others."""
    ending = _awaited(model)
    by_image: dict[str, list[str]] = {}
    for key, service in model["services"].items():
        if "build" in service:
            _write_context(service, ends=key in ending)
        else:
            by_image.setdefault(service["image"], []).append(key)
    for name, keys in by_image.items():
        files = _context([model["services"][key] for key in keys], ends=not ending.isdisjoint(keys))
        client.images.build(fileobj=_archive(files), custom_context=True, tag=name, rm=True, forcerm=True)


def make_granted_files(model: Mapping[str, Any]) -> None:
    """Write the files of secrets and configs that are missing."""
    for section in ("secrets", "configs"):
        for one in model.get(section, {}).values():
            path = Path(one.get("file", "/"))
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("made up\n")


def _awaited(model: Mapping[str, Any]) -> frozenset[str]:
    """Return the services that others wait for to complete."""
    return frozenset(
        key
        for service in model["services"].values()
        for key, detail in (service.get("depends_on") or {}).items()
        if detail["condition"] == "service_completed_successfully"
    )


def _write_context(service: Service, *, ends: bool) -> None:
    build = service["build"]
    folder = Path(build["context"])
    if not folder.is_absolute():  # a repository's address
        return
    for name, text in _context([service], ends=ends).items():
        path = folder / (build.get("dockerfile") or name if name == "Dockerfile" else name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(text)
            path.chmod(0o755)


def _context(services: list[Service], *, ends: bool) -> dict[str, str]:
    """Return the files of a build context, by name."""
    first = {program for one in services for program in _started(one)}
    asked = {program for one in services for program in _asked(one)} - first
    links = (
        f'mkdir -p "$(dirname {place})" && ln -sf /usr/local/bin/{target} {place}\n'
        for programs, target in ((first, "stay"), (asked, "succeed"))
        for place in map(_place, sorted(programs))
    )
    return {
        "Dockerfile": "\n".join(_instructions(services)) + "\n",
        "stay": _SUCCEED if ends else _STAY,
        "succeed": _SUCCEED,
        "links.sh": "".join(links),
    }


def _instructions(services: list[Service]) -> Iterator[str]:
    target = (services[0].get("build") or {}).get("target")
    yield f"FROM busybox:stable AS {target or 'stand-in'}"
    yield "COPY stay succeed links.sh /usr/local/bin/"
    yield "RUN chmod +x /usr/local/bin/stay /usr/local/bin/succeed && sh -e /usr/local/bin/links.sh"
    users = {str(one["user"]).partition(":")[0] for one in services if one.get("user")}
    for number, user in enumerate(sorted(user for user in users if not user.isdecimal() and user != "root"), 700):
        yield f"RUN echo {user}:x:{number}:0::/:/bin/sh >>/etc/passwd"
    ports = [port for one in services for port in one.get("ports", ())]
    yield from sorted({f"EXPOSE {port['target']}/{port.get('protocol', 'tcp')}" for port in ports})
    yield 'ENTRYPOINT ["/usr/local/bin/stay"]'


def _started(service: Service) -> Iterator[str]:
    entrypoint = service.get("entrypoint") or ()
    if entrypoint and entrypoint[0].rpartition("/")[2] not in _REAL:
        yield entrypoint[0]


def _asked(service: Service) -> Iterator[str]:
    commands = [(service.get("healthcheck") or {}).get("test") or ()]
    commands += [hook["command"] for event in ("post_start", "pre_stop") for hook in service.get(event) or ()]
    for command in commands:
        yield from (name for word in command for name in _PROGRAM.findall(word) if name.rpartition("/")[2] not in _REAL)


def _place(program: str) -> str:
    return program if program.startswith("/") else f"/usr/local/bin/{program.rpartition('/')[2]}"


def _archive(files: Mapping[str, str]) -> io.BytesIO:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(text.encode()), 0o755
            archive.addfile(entry, io.BytesIO(text.encode()))
    buffer.seek(0)
    return buffer
