"""The base image of tests and examples, made of the busybox program on this machine: no registry, no docker command.

As a script, from the repository's root: ``DOCKER_HOST=... python3 -m tests.harness.image busybox:stable [TAG...]``.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from urllib.parse import urlencode

from tests.harness import api

BASE = "busybox:stable"

_FOLDERS = ("bin", "dev", "etc", "home", "proc", "root", "run", "sys", "tmp", "usr", "usr/bin", "usr/sbin", "var")
_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n"
    "nobody:x:65534:65534:nobody:/home:/bin/false\n",
    "etc/group": "root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}
_CHANGES = ('CMD ["sh"]', "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")


def make_base(url: str, *tags: str) -> None:
    """Give the engine at `url` an image with busybox and all its applets, under each of `tags`."""
    archive = _root_archive(Path(_static_busybox()))
    for tag in tags:
        query = [("fromSrc", "-"), ("repo", tag), *(("changes", line) for line in _CHANGES)]
        api.request(url, "POST", f"/images/create?{urlencode(query)}", body=io.BytesIO(archive), timeout=60)


def _static_busybox() -> str:
    """Return the path of a busybox that needs no libraries, as there are none in the image."""
    path = shutil.which("busybox", path=os.environ.get("PATH", "") + ":/bin:/usr/bin")
    if path is None or subprocess.run(["ldd", path], capture_output=True, check=False).returncode == 0:
        raise FileNotFoundError("no static busybox on this machine: apt-get install busybox-static")
    return path


def _root_archive(busybox: Path) -> bytes:
    """Return the image's root as a tar archive, the same bytes for the same busybox."""
    applets = subprocess.run([busybox, "--list"], capture_output=True, check=True, text=True).stdout.split()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in _FOLDERS:
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
            archive.addfile(folder)
        _add_file(archive, "bin/busybox", busybox.read_bytes(), mode=0o755)
        for name, text in _FILES.items():
            _add_file(archive, name, text.encode(), mode=0o644)
        for applet in applets:
            if applet != "busybox":
                link = tarfile.TarInfo(f"bin/{applet}")
                link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                archive.addfile(link)
    return buffer.getvalue()


def _add_file(archive: tarfile.TarFile, name: str, content: bytes, *, mode: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    archive.addfile(entry, io.BytesIO(content))


if __name__ == "__main__":
    try:
        make_base(os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock", *sys.argv[1:])
    except (OSError, api.Refused) as error:
        sys.exit(f"image.py: {error}")
