"""Where the words of completions come from: files, the history, contexts, tables. Never an engine, never a value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from runner.cli.completion.line import Wanted

if TYPE_CHECKING:
    from runner.app.outline import Outline
    from runner.app.workspace import Workspace

Words = Iterator[tuple[str, str]]
Source = Callable[[Wanted, Mapping[str, str]], Words]

RUNNING: Final = ("container", "job")
"""The kinds of what runs a process, and so has logs."""
RESTARTABLE: Final = ("container",)
"""The kinds that can be restarted; a test compares them with the catalog, which takes long to load."""


def words_of(wanted: Wanted, environ: Mapping[str, str]) -> Words:
    """Yield the words of the source that is wanted, with what each means."""
    if source := SOURCES.get(wanted.source):
        yield from source(wanted, environ)


def _workspace(environ: Mapping[str, str]) -> Workspace:
    from runner.app.workspace import Workspace

    return Workspace.for_user(environ)


def _outline(wanted: Wanted, environ: Mapping[str, str]) -> Outline:
    from runner.app.outline import read_outline

    return read_outline(wanted.file, _workspace(environ))


def _addresses(wanted: Wanted, environ: Mapping[str, str]) -> Words:
    return ((address, "") for address in _outline(wanted, environ).addresses() if address not in wanted.given)


def _keys(kinds: Collection[str]) -> Source:
    """Return the source of the keys of some kinds; once a kind is written, of their addresses."""

    def words(wanted: Wanted, environ: Mapping[str, str]) -> Words:
        from runner.app.outline import ON_ENGINE

        outline = _outline(wanted, environ)
        sections = {section: kind for section, kind in ON_ENGINE.items() if kind in kinds}
        if wanted.begun.partition(".")[0] in kinds:
            found = ((text, "") for text in outline.addresses() if text.partition(".")[0] in kinds)
        else:
            found = ((key, kind) for section, kind in sections.items() for key in outline.keys.get(section, ()))
        return ((text, kind) for text, kind in found if text not in wanted.given)

    return words


def _images(wanted: Wanted, environ: Mapping[str, str]) -> Words:
    return ((key, "") for key in _outline(wanted, environ).keys.get("images", ()))


def _variables(wanted: Wanted, environ: Mapping[str, str]) -> Words:
    given = {text.partition("=")[0] for text in wanted.given}
    for name, description in _outline(wanted, environ).keys.get("variables", {}).items():
        if name not in given:
            yield f"{name}=", description


def _profiles(wanted: Wanted, environ: Mapping[str, str]) -> Words:
    return ((name, "") for name in _outline(wanted, environ).keys.get("profiles", ()) if name not in wanted.given)


def _runs(wanted: Wanted, environ: Mapping[str, str]) -> Words:
    from runner.app.workflow_name import is_name
    from runner.history.store import list_runs, state_folder
    from runner.views.messages import UNFINISHED

    name = wanted.file if is_name(wanted.file) else _outline(wanted, environ).name
    if not name:
        return
    for run in list_runs(state_folder(environ), name):
        result = run.ending.result if run.ending else UNFINISHED
        yield run.id, f"{run.start.command}, {run.began.astimezone():%Y-%m-%d %H:%M}, {result.replace('_', ' ')}"


def _contexts(_wanted: Wanted, environ: Mapping[str, str]) -> Words:
    from runner.daemon.endpoints.docker_contexts import context_names, docker_folder

    return ((name, "") for name in context_names(docker_folder(environ)))


def _templates(_wanted: Wanted, _environ: Mapping[str, str]) -> Words:
    from runner.cli.syntax.values import TEMPLATES

    yield from TEMPLATES.items()


def _codes(_wanted: Wanted, _environ: Mapping[str, str]) -> Words:
    from runner.core.codes import CODES

    return ((code, "") for code in CODES)


SOURCES: Final[Mapping[str, Source]] = {
    "addresses": _addresses,
    "running": _keys(RUNNING),
    "restartable": _keys(RESTARTABLE),
    "images": _images,
    "variables": _variables,
    "profiles": _profiles,
    "runs": _runs,
    "codes": _codes,
    "contexts": _contexts,
    "template": _templates,
}
"""By what a row of the table suggests: the name of a kind of text, or of a parsed value."""
