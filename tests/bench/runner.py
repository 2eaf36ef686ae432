"""Runner as a side: its command, as a process of its own."""

from __future__ import annotations

from pathlib import Path

from tests.bench import cost
from tests.bench.cost import Cost
from tests.bench.imports import Imports, imports_of
from tests.bench.installed import Installed
from tests.bench.sides import environment
from tests.bench.workload import Workload

_FILE = "workflow.yaml"


class Runner:
    """An installed runner; its records are kept in `folder`, too."""

    name = "runner"

    def __init__(self, installed: Installed, url: str, folder: Path) -> None:
        self._installed = installed
        self._folder = folder
        self._environment = {**environment(url), "XDG_STATE_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}

    def apply(self, before: Workload | None, after: Workload) -> Cost | None:
        self.write(after.file)
        return self.run("apply")

    def destroy(self, workload: Workload) -> Cost:
        return self.run("destroy")

    def write(self, text: str) -> None:
        """Have this as the workflow file of the commands that follow."""
        (self._folder / _FILE).write_text(text)

    def run(self, command: str) -> Cost:
        """Run one command on the workflow file."""
        return self(command, _FILE)

    def __call__(self, *arguments: str) -> Cost:
        """Run one command."""
        return cost.of_command([self._installed.command, *arguments], self._folder, self._environment)

    def imports(self, *arguments: str) -> Imports:
        """Run one command, and tell what it imports."""
        command = [self._installed.python, "-X", "importtime", self._installed.command, *arguments]
        return imports_of(command, self._folder, self._environment)

    def imports_on_file(self, command: str) -> Imports:
        """Run one command on the workflow file, and tell what it imports."""
        return self.imports(command, _FILE)
