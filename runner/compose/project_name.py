"""The name of a Compose project: given, else of a variable, else of the file, else of the folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from runner.compose.interpolate import Interpolator
from runner.compose.node_edit import child
from runner.compose.reset import Document
from runner.compose.variables import PROJECT_NAME, Variables
from runner.core.diagnostic import Diagnostic
from runner.core.lazy_pattern import lazy_pattern
from runner.document.nodes import ScalarNode

_STRANGE = lazy_pattern(r"[^a-z0-9_-]")
_HELP = "lower-case letters, digits, - and _, beginning with a letter or a digit"


def project_name(
    given: str | None,
    documents: Iterable[Document],
    folder: str,
    variables: Variables,
    interpolator: Interpolator,
    found: list[Diagnostic],
) -> str | None:
    """Return the name of a project; None, and an error, where it has none."""
    given = given or variables.find(PROJECT_NAME)
    if given:
        if clean(given) != given:
            found.append(Diagnostic("wrong-name", f'"{given}" can\'t be the name of a project', help=_HELP))
            return None
        return given
    named = _in_files(documents)
    name = clean(interpolator.text(named) if named else Path(folder).name)
    if not name:
        help = f"set it with -p or name: {_HELP}"
        found.append(Diagnostic("wrong-name", "the project has no name", named.span if named else None, help))
    return name or None


def clean(name: str) -> str:
    """Return what is left of a name by the rules of Compose.

    >>> [clean(name) for name in ("My.Folder_1 (x)", "___", "-a")]
    ['myfolder_1x', '', 'a']
    """
    return _STRANGE.sub("", name.lower()).lstrip("_-")


def _in_files(documents: Iterable[Document]) -> ScalarNode | None:
    """Return the last name in a project's files."""
    found = None
    for document in documents:
        name = child(document.root, "name")
        if isinstance(name, ScalarNode) and isinstance(name.value, str) and name.text:
            found = name
    return found
