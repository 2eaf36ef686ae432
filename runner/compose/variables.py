"""The variables of a Compose project and their precedence: --var, the process, then `.env` or what --env-file names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from runner.compose.dotenv import parse_dotenv, readable
from runner.core.diagnostic import Diagnostic
from runner.core.span import Span
from runner.core.struct import replace
from runner.document.files import Files
from runner.document.source import ReadError, read

PROJECT_NAME: Final = "COMPOSE_PROJECT_NAME"
_ENV_FILES: Final = "COMPOSE_ENV_FILES"
_NO_ENV_FILE: Final = "COMPOSE_DISABLE_ENV_FILE"
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})


class Variables(Mapping[str, str]):
    """The values by which files are interpolated; what is added later only fills gaps."""

    def __init__(self, values: Mapping[str, str], asked: dict[str, str | None] | None = None) -> None:
        """`asked` collects the variables that something asks for, with their values; None where they have several."""
        self._values = {name: readable(value) for name, value in values.items()}
        self._asked = {} if asked is None else asked

    def __getitem__(self, name: str) -> str:
        """Return a variable's value; KeyError when it has none."""
        value = self._values[name]
        if self._asked.setdefault(name, value) != value:
            self._asked[name] = None
        return value

    def __contains__(self, name: object) -> bool:
        """Return whether a variable has a value."""
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        """Yield all names."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._values)

    def find(self, name: str) -> str | None:
        """Return a variable's value, None if it has none."""
        return self.get(name)

    @property
    def asked(self) -> Mapping[str, str]:
        """The variables that have been asked for, with their values."""
        return {name: value for name, value in self._asked.items() if value is not None}

    @property
    def ambiguous(self) -> frozenset[str]:
        """The variables that have been asked for and have different values in included projects."""
        return frozenset(name for name, value in self._asked.items() if value is None)

    def fill(self, values: Mapping[str, str]) -> None:
        """Add the values of variables that have none yet."""
        self._values = {**values, **self._values}

    def filled(self, values: Mapping[str, str]) -> Variables:
        """Return these variables with more values, where they have none: those of an included project."""
        return Variables({**values, **self._values}, self._asked)


def given_env_files(env_files: tuple[str, ...], variables: Variables) -> tuple[str, ...] | None:
    """Return the env files that are named, by option or by the process; None: `.env` counts, if there is one."""
    if env_files:
        return env_files
    named = variables.find(_ENV_FILES)
    if named:
        return tuple(name for name in named.split(",") if name)
    return () if variables.find(_NO_ENV_FILE) in _TRUE else None


def read_env_files(
    names: Iterable[str], variables: Variables, files: Files, found: list[Diagnostic], named_at: Span | None = None
) -> dict[str, str]:
    """Return the values in env files; a later one wins over an earlier one, and `variables` win in what they refer to.

    Their texts are not for excerpts: secrets are kept in them. A stored copy comes with the values of then: today's
    count, as those of the environment do, only for what is not stored.
    """
    values: dict[str, str] = {}
    for name in names:
        try:
            source = read(name, files.read_unseen)
        except ReadError as error:
            found.append(replace(error.diagnostic, span=named_at))
            continue
        parse_dotenv(source, values, variables.find, found)
    if files.remembered:
        return {name: values[name] for name in files.access.variables or () if name in values}
    return values


def is_file(path: str, files: Files) -> bool:
    """Return whether there is something to read at a path that is no folder; a path outside of the root counts."""
    if files.is_remembered(Path(path)):
        return True
    try:
        real = files.access.root.resolve(Path(path))
        return real.exists() and not real.is_dir()
    except OSError:
        return True


def is_folder(path: str, files: Files) -> bool:
    """Return whether there is a folder at a path."""
    try:
        return files.access.root.resolve(Path(path)).is_dir()
    except OSError:
        return False
