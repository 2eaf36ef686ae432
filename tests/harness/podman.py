"""A Podman of the tests' own, behind Docker's API. Knows the script beside it."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

from tests.harness.engine import ENDS_WITH_ITS_PARENT, PrivateEngine, abandoned_folders, new_folder
from tests.harness.image import BASE, make_base

_SCRIPT = Path(__file__).with_name("podman.sh")
_PREFIX = "runner-podman-"
_START_SECONDS = 20


class PodmanEngine(PrivateEngine):
    """Podman in namespaces of its own, which end with the process that holds them, and that one with the tests."""

    def __init__(self) -> None:
        """Prepare one in a new folder."""
        super().__init__(new_folder(_PREFIX))

    def start(self) -> None:
        """Start it with the base image in it; RuntimeError with the log when it doesn't come up."""
        log = self.folder / "log"
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [*ENDS_WITH_ITS_PARENT, _SCRIPT, self.folder], stdout=output, stderr=output
            )
        deadline = time.monotonic() + _START_SECONDS
        while not (self.folder / "docker.sock").exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no Podman for the tests:\n{log.read_text()}")
            time.sleep(0.02)
        make_base(self.url, BASE)

    def dispose(self) -> None:
        """End it and remove its folder."""
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _network_namespace(self) -> Path:
        return Path(f"/proc/{self._process.pid}/ns/net")


def remove_abandoned_folders() -> None:
    """Remove what test sessions left that were killed; nothing of it runs any longer."""
    for folder in abandoned_folders(_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
