"""The user's values of variables, from the command line down to `.env`; independent of the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from runner.core.diagnostic import Diagnostic
from runner.core.struct import Struct, field
from runner.document.dotenv import parse_dotenv
from runner.document.files import Files
from runner.document.nodes import ScalarNode
from runner.document.source import ReadError, read
from runner.document.yaml_reader import read_mapping


class Layer(Struct):
    """One source of values, with its label for messages."""

    label: str
    values: Mapping[str, str]
    warnings: Mapping[str, Diagnostic] = field(default_factory=dict)
    """The warning to report once a value is used, by name."""


class VariableSources(Struct):
    """All sources, in order of precedence."""

    layers: tuple[Layer, ...]

    def find(self, name: str) -> tuple[str, str] | None:
        """Return a variable's value and the label of its source."""
        for layer in self.layers:
            value = layer.values.get(name)
            if value is not None:
                return value, layer.label
        return None

    def warnings(self, names: Iterable[str]) -> Iterator[Diagnostic]:
        """Yield the warnings about the values of these variables."""
        for name in names:
            layer = next((layer for layer in self.layers if layer.values.get(name) is not None), None)
            if layer is not None and name in layer.warnings:
                yield layer.warnings[name]


def load_variable_sources(
    folder: Path,
    overrides: Mapping[str, str],
    var_files: Sequence[Path],
    files: Files,
    found: list[Diagnostic],
) -> VariableSources:
    """Read the variable files and the `.env` in `folder`, and return all sources by precedence.

    The files' texts are excluded from excerpts: secrets are kept in them.
    """
    layers = [Layer("--var", overrides)]
    layers += [_read(file, files, found) for file in reversed(var_files)]
    layers.append(Layer("the environment", files.access.open_environ))
    beside = folder / ".env"
    if _is_meant(beside, files):
        layers.append(_read_dotenv(beside, files, found))
    return VariableSources(tuple(layers))


def _is_meant(path: Path, files: Files) -> bool:
    """Return whether there is a file to read, or one that should be there: reading it reports the error.

    A dangling symlink was meant to lead somewhere; a pipe is what password managers provide; a folder is not a file.
    """
    try:
        resolved = files.access.root.resolve(path)
        return not resolved.is_dir() and (path.is_symlink() or resolved.exists())
    except OSError:
        return True


def _read(file: Path, files: Files, found: list[Diagnostic]) -> Layer:
    if file.suffix in (".yaml", ".yml"):
        return Layer(str(file), _read_yaml(file, files, found))
    return _read_dotenv(file, files, found)


def _read_dotenv(file: Path, files: Files, found: list[Diagnostic]) -> Layer:
    """Read NAME=VALUE lines; a bare name takes the environment's value."""
    try:
        read_file = parse_dotenv(read(str(file), files.read_unseen), files.access.open_environ.get)
    except ReadError as error:
        found.append(error.diagnostic)
        return Layer(str(file), {})
    found += read_file.found
    return Layer(str(file), read_file.values, read_file.unfilled)


def _read_yaml(file: Path, files: Files, found: list[Diagnostic]) -> dict[str, str]:
    """Read a mapping of names to scalars, as their source text; null counts as absent."""
    root = read_mapping(str(file), found, files.read_unseen)
    values: dict[str, str] = {}
    for name, entry in root.entries.items() if root else ():
        if not isinstance(entry.value, ScalarNode):
            found.append(Diagnostic("variable-form", f'"{name}" must be a single value', entry.value.span))
        elif entry.value.value is not None:
            values[name] = entry.value.text
    return values
