"""Maps a project that a test writes in canonical form."""

from __future__ import annotations

from typing import Any

from runner.compose.mapping.project import MappedProject, map_project
from runner.compose.model import ComposeModel
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.struct import Struct
from runner.document.access import Access
from runner.document.files import Files
from runner.document.node_composer import compose
from runner.document.nodes import MappingNode
from runner.document.root import ANYWHERE
from runner.document.source import Source
from runner.kinds import sections_of
from runner.workflow.compile import read_workflow

FILE = "/srv/shop/compose.yaml"


class Result(Struct):
    """What became of a project."""

    project: MappedProject
    findings: list[Diagnostic]

    @property
    def data(self) -> Any:
        """The document in runner's language as plain data."""
        return self.project.document.data

    @property
    def errors(self) -> list[str]:
        """The messages of all errors, each with its line."""
        return self._told(Severity.ERROR)

    @property
    def warnings(self) -> list[str]:
        """The messages of all warnings, each with its line."""
        return self._told(Severity.WARNING)

    def validate(self) -> list[str]:
        """Validate the document as runner does; return all errors."""
        document = self.project.document
        sections = sections_of(document.data)
        read_workflow(document, sections, Files(Access(ANYWHERE)), self.findings, contents=False)
        return self.errors

    def _told(self, severity: Severity) -> list[str]:
        ours = (one for one in self.findings if one.severity is severity)
        return [f"{one.span.start.line if one.span else '-'}: {one.message}" for one in ours]


def canonical(text: str) -> MappingNode:
    """Return the nodes of a YAML text."""
    found: list[Diagnostic] = []
    root = compose(Source.of(FILE, text), found)
    assert isinstance(root, MappingNode), found
    return root


def mapped(text: str, *, engine: str | None = None, **more: Any) -> Result:
    """Map the project of a YAML text; its name is shop, if it gives none."""
    found: list[Diagnostic] = []
    root = canonical(text)
    name = root.entries["name"].value if "name" in root.entries else None
    given = {"used": {}, "texts": {FILE: text}, **more}
    model = ComposeModel(getattr(name, "text", "shop"), "/srv/shop", (FILE,), root, **given)
    return Result(map_project(model, found, engine), found)


def service(text: str, *, engine: str | None = None) -> Result:
    """Map a project of one service, given as a YAML flow map without its image."""
    return mapped(f"services: {{web: {{image: nginx, restart: always, {text}}}}}", engine=engine)


def web(result: Result) -> Any:
    """Return the container of the only service, without its image and its restart policy."""
    return {key: value for key, value in result.data["containers"]["web"].items() if key not in ("image", "restart")}
