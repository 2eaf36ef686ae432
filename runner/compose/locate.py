"""Which files make up a Compose project, and which folder is the project's; independent of what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from posixpath import join, normpath
from typing import Final

from runner.compose.names import FILES, OVERRIDES
from runner.compose.request import ComposeRequest
from runner.compose.variables import Variables, given_env_files, is_file, read_env_files
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.struct import Struct
from runner.document.files import Files

_FILE: Final = "COMPOSE_FILE"
_SEPARATOR: Final = "COMPOSE_PATH_SEPARATOR"


class Located(Struct):
    """The files of a project, as the user can open them from the current folder, and its folder, absolute."""

    files: tuple[str, ...]
    paths: tuple[str, ...]
    """The same files by their absolute paths."""
    folder: str
    env_files: tuple[str, ...]
    """The env files that were read."""


def locate(
    request: ComposeRequest, working: str, variables: Variables, files: Files, found: list[Diagnostic]
) -> Located | None:
    """Find a project's files, and fill `variables` from its env files; None, and an error, where there are none.

    `working` is the absolute path of the current folder.
    """
    if request.folder is not None:
        here = _opened(request.cwd / request.folder)
    else:
        here = _opened((request.cwd / request.files[0]).parent) if request.files else str(request.cwd)
    named = given_env_files(request.env_files, variables)
    read_before = _fill(here, named, request, variables, files, found)
    chosen = request.files or _from_variable(variables) or tuple(_search(here, working, files, found))
    if not chosen:
        help = f"looked for {', '.join(FILES)} here and in the folders above"
        found.append(Diagnostic("file-missing", "there is no Compose file", help=help))
        return None
    shown = tuple(_opened(request.cwd / name) for name in chosen)
    folder = here if request.folder is not None else str(Path(shown[0]).parent)
    read_after: tuple[str, ...] = ()
    absolute = normpath(join(working, folder))
    if named is None and absolute != normpath(join(working, here)):
        read_after = _fill(folder, named, request, variables, files, found)
    paths = tuple(normpath(join(working, name)) for name in shown)
    return Located(shown, paths, absolute, (*read_before, *read_after))


def _fill(
    folder: str,
    named: tuple[str, ...] | None,
    request: ComposeRequest,
    variables: Variables,
    files: Files,
    found: list[Diagnostic],
) -> tuple[str, ...]:
    """Fill the variables from env files: those that are named, else the one in a folder; return which were read."""
    if named is None:
        beside = str(Path(folder, ".env"))
        names: tuple[str, ...] = (beside,) if is_file(beside, files) else ()
    else:
        names = tuple(_opened(request.cwd / name) for name in named)
    variables.fill(read_env_files(names, variables, files, found))
    return names


def _from_variable(variables: Variables) -> tuple[str, ...]:
    names = variables.find(_FILE)
    if names is None:
        return ()
    return tuple(names.split(variables.find(_SEPARATOR) or ":"))


def _search(here: str, working: str, files: Files, found: list[Diagnostic]) -> Iterator[str]:
    """Yield the file of the nearest folder that has one, and the file that overrides it."""
    start = Path(normpath(join(working, here)))
    for level, folder in enumerate((start, *start.parents)):
        shown = str(Path(here, *[".."] * level))
        first = _best(FILES, folder, shown, files, found)
        if first is None:
            continue
        yield _opened(Path(shown, first))
        second = _best(OVERRIDES, folder, shown, files, found)
        if second is not None:
            yield _opened(Path(shown, second))
        return


def _opened(path: Path) -> str:
    """Return a path as it is opened: an absolute one without "..", which would lead elsewhere behind a symlink."""
    return normpath(str(path)) if path.is_absolute() else str(path)


def _best(names: tuple[str, ...], folder: Path, shown: str, files: Files, found: list[Diagnostic]) -> str | None:
    there = [name for name in names if _is_there(folder / name, files)]
    if len(there) > 1:
        others = ", ".join(f'"{name}"' for name in there[1:])
        message = f'several Compose files: "{there[0]}" is read, and not {others}'
        help = "remove what isn't meant, or name the files with -f"
        found.append(Diagnostic("compose-ignored", message, help=help, severity=Severity.WARNING))
    return there[0] if there else None


def _is_there(path: Path, files: Files) -> bool:
    if files.is_remembered(path):
        return True
    try:
        return files.access.root.resolve(path).exists()
    except OSError:
        return False
