"""Convert a Compose project to a workflow file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner.app.convert.comments import Comments
from runner.app.convert.compare import differences, mistakes
from runner.app.convert.draft import Draft, Place, Styles
from runner.app.convert.natural import Values
from runner.app.convert.originals import Comment, Originals
from runner.app.defaults import DEFAULT_FILE
from runner.app.file_choice import takes_compose
from runner.app.load import read
from runner.app.load_compose import ComposeProject, read_project
from runner.app.loaded_workflow import InputOverrides
from runner.app.source import Source
from runner.compose.mapping.plain import plain
from runner.compose.own_words import called_sensitive
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import InvalidInput, RunnerError, UsageError
from runner.core.phrase import reason_of
from runner.core.redact import Redactor
from runner.core.state import DesiredState
from runner.core.struct import MutableStruct, Struct, field, replace
from runner.document.files import Files
from runner.document.nodes import MappingNode, Node, SequenceNode
from runner.document.source import Source as Text
from runner.kinds import sections_of
from runner.workflow.compile import read_workflow

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.core.codes import Code

_CARRIED_OVER: Final = ("compose-unsupported", "compose-ignored")
"""What is told of findings in a comment."""
_OF_THIS_MACHINE: Final = ("wrong-reference", "file-missing", "claimed-twice")
"""What is told of files that are not here, and of ports; the model itself has no dangling references."""
_MOST_ROUNDS: Final = 30
_KEEP: Final = "keep the Compose file: all commands take it"


class Converted(Struct):
    """A workflow file as text, and what is to be said of it."""

    text: str
    findings: tuple[Diagnostic, ...]
    sources: Mapping[str, str]

    def write(self, path: Path) -> None:
        """Write the file; UsageError if it exists already, or can't be written."""
        try:
            with path.open("x", encoding="utf-8") as stream:
                stream.write(self.text)
        except OSError as error:
            is_there = isinstance(error, FileExistsError)
            code: Code = "file-exists" if is_there else "cannot-write"
            raise UsageError(f'cannot write "{path}": {reason_of(error)}', code=code) from error


def convert(source: Source, workspace: Workspace, out: Path | None = None) -> Converted:
    """Return the workflow that declares what a Compose project does, for the file `out`, else one beside the project's.

    InvalidInput with all findings if the project is refused, UsageError for a workflow.
    """
    files = Files(workspace.without_commands().access)
    if not takes_compose(source, files):
        raise UsageError(f'"{source.file}" is no Compose file')
    project = read_project(source, files)
    redactor = Redactor(project.mapped.document.sensitive)
    target = (out or Path(project.model.folder) / DEFAULT_FILE).absolute()
    found = list(project.findings)
    document = project.mapped.document
    wanted = read_workflow(document, sections_of(document.data), files, found, contents=False)
    if any(one.severity is Severity.ERROR and one.code not in (*_CARRIED_OVER, *_OF_THIS_MACHINE) for one in found):
        raise InvalidInput(list(map(redactor.diagnostic, found)), project.texts)
    conversion = _Conversion(source, workspace.without_commands(), project, wanted, target)
    try:
        text = conversion.text()
    except RunnerError as error:
        redactor.error(error)
        raise
    if exposed := list(dict.fromkeys(conversion.exposed(redactor))):
        raise InvalidInput(exposed, project.texts)
    found += [*conversion.filled(), *_switched_off(project)]
    told = (redactor.diagnostic(replace(one, severity=Severity.WARNING)) for one in dict.fromkeys(found))
    return Converted(text, tuple(told), project.texts)


def _switched_off(project: ComposeProject) -> Iterator[Diagnostic]:
    """Yield a warning of services that the workflow lacks: what runs of them is no longer left alone."""
    if names := ", ".join(sorted(project.model.off)):
        message = f"services are left out, since their profiles are off: {names}"
        help = "if any of them runs, convert with --profile '*': an apply of the workflow would remove it"
        yield Diagnostic("compose-ignored", message, help=help)


class _Conversion(MutableStruct):
    source: Source
    workspace: Workspace
    project: ComposeProject
    wanted: DesiredState
    target: Path
    styles: Styles = field(default_factory=Styles)
    originals: Originals = field(default_factory=Originals)
    filled_in: list[Node] = field(default_factory=list)
    """What the last text has values of in place of variables."""

    def text(self) -> str:
        """Return the first text, from the most readable to the most exact one, that declares what is wanted."""
        for _ in range(_MOST_ROUNDS):
            self.filled_in.clear()
            text = self._draft()
            wrong = list(dict.fromkeys(self._differences(text)))
            if not wrong:
                return text
            changed = [self.styles.next(place) for place in wrong]
            if not any(changed):
                break
        names = ", ".join(" ".join(filter(None, place)) for place in wrong)
        message = f"these can't be written as a workflow that says the same: {names}"
        is_beside = self.target.parent == Path(self.project.model.folder)
        help = _KEEP if is_beside else f"write it to {self.project.model.folder}, where it finds .env, too; or {_KEEP}"
        raise RunnerError(message, help=help, code="compose-unsupported")

    def filled(self) -> Iterator[Diagnostic]:
        """Yield a warning for each value that stands in place of variables, or of what an env file has."""
        for node in self.filled_in:
            message = "the variables in this value can't be kept: the workflow has the value of today"
            help = "if it is a secret, give it a sensitive variable"
            yield Diagnostic("filled-in", message, node.span, help)

    def exposed(self, redactor: Redactor) -> Iterator[Diagnostic]:
        """Yield an error for each value in place of variables that is sensitive: a workflow file must not have it."""
        help = "write it with variables under environment in the Compose file, or keep that: all commands take it"
        for node in self.filled_in:
            if redactor.text(str(plain(node))) != str(plain(node)):
                message = "what this says can't be written with variables, and the value of today is sensitive"
                yield Diagnostic("compose-unsupported", message, node.span, help)

    def _draft(self) -> str:
        document, model = self.project.mapped.document, self.project.model
        comments = Comments(self._comments(), document.root)
        self._tell_losses(comments)
        values = Values(self.originals, comments, model.folder, str(self.target.parent), self.filled_in)
        called = frozenset(filter(model.used.get, called_sensitive(model.root)))
        sections = sections_of(document.data)
        draft = Draft(document.root, sections, values, self.styles, document.sensitive_names, called)
        return draft.text(self._head())

    def _comments(self) -> Iterator[Comment]:
        """Yield the comments of all files but the one at the top of the first file."""
        first = self._first_comment()
        for source in self._sources():
            for comment in self.originals.comments(source):
                if first and comment.lines[: len(first) - 1] == first[:-1] and comment.place[1] < len(source.text):
                    first = ()
                else:
                    yield comment

    def _sources(self) -> list[Text]:
        """Return the YAML files that anything comes from."""
        sources = {source.file: source for source in _sources(self.project.mapped.document.root)}
        return [source for file, source in sources.items() if Path(file).suffix in (".yaml", ".yml")]

    def _tell_losses(self, comments: Comments) -> None:
        for one in self.project.findings:
            if one.code in _CARRIED_OVER and one.span is not None:
                comments.add(one.span, f"# {one.message}")

    def _head(self) -> tuple[str, ...]:
        """Return the comment at the top of the first file, and where this one comes from."""
        names = " and ".join(Path(file).name for file in self.project.model.files)
        env_files = self.source.compose.env_files
        files = "".join(f" --var-file {name}" for name in env_files)
        where = (f"# Values of variables were in other files than .env: runner plan{files}",) if env_files else ()
        off = ", ".join(sorted(self.project.model.off))
        lost = (f"# Not carried over, since their profiles are off: {off}",) if off else ()
        return (*self._first_comment(), f"# Made from {names} by runner convert.", *where, *lost, "")

    def _first_comment(self) -> tuple[str, ...]:
        main = Path(self.project.model.files[0])
        own = (source for source in self._sources() if Path(source.file).absolute() == main)
        source = next(own, None)
        if source is None or not source.text.startswith("#"):
            return ()
        first = next(self.originals.comments(source))
        if first.lines[-1]:
            return first.lines
        return first.lines[:-1] if first.lines[-2] == "#" else (*first.lines[:-1], "#")

    def _differences(self, text: str) -> Iterator[Place]:
        """Yield where a text doesn't declare what is wanted; InvalidInput if the reason is in another file."""
        variables = tuple(self.source.variables)
        remembered = {str(self.target): text.encode()}
        source = Source(str(self.target), variables, self.source.compose.env_files)
        files = Files(self.workspace.access, remembered)
        loaded, found = read(source, self.workspace, {}, contents=False, inputs=InputOverrides(files))
        errors = [one for one in found if one.severity is Severity.ERROR and one.code not in _OF_THIS_MACHINE]
        elsewhere = [one for one in errors if one.span is None or one.span.file != str(self.target)]
        if elsewhere:  # an .env that only Compose can read, say
            raise InvalidInput(elsewhere, self.project.texts)
        yield from mistakes(errors, text)
        if loaded is not None:
            yield from differences(self.wanted, loaded.desired)


def _sources(node: Node) -> Iterator[Text]:
    yield node.source
    if isinstance(node, MappingNode):
        for entry in node.entries.values():
            yield entry.key.source
            yield from _sources(entry.value)
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from _sources(item)
