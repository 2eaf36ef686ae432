"""The values that the user gives for variables, from the command line down to `.env`; knows no declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.core.diagnostic import Diagnostic
from runner.document.dotenv import parse_dotenv
from runner.document.nodes import ScalarNode
from runner.document.reader import read_mapping
from runner.document.source import Unreadable, read, refuse_unprintable


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of values, with its name for messages."""

    label: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Given:
    """All sources, first wins."""

    layers: tuple[Layer, ...]

    def find(self, name: str) -> tuple[str, str] | None:
        """Return a variable's value and the label of where it comes from."""
        for layer in self.layers:
            value = layer.values.get(name)
            if value is not None:
                return value, layer.label
        return None


def gather_given(
    folder: Path,
    overrides: Mapping[str, str],
    var_files: Sequence[Path],
    environ: Mapping[str, str],
    found: list[Diagnostic],
) -> Given:
    """Read the variable files and the `.env` in `folder`, and put all sources in their order.

    The files' texts are kept out of every excerpt: they are where secrets live.
    """
    layers = [Layer("--var", overrides)]
    layers += [Layer(str(file), _read(file, environ, found)) for file in reversed(var_files)]
    layers.append(Layer("the environment", environ))
    beside = folder / ".env"
    if beside.is_file():
        layers.append(Layer(str(beside), _read_dotenv(beside, environ, found)))
    return Given(tuple(layers))


def _read(file: Path, environ: Mapping[str, str], found: list[Diagnostic]) -> dict[str, str]:
    return _read_yaml(file, found) if file.suffix in (".yaml", ".yml") else _read_dotenv(file, environ, found)


def _read_dotenv(file: Path, environ: Mapping[str, str], found: list[Diagnostic]) -> dict[str, str]:
    """Read KEY=VALUE lines; a bare KEY takes the environment's value."""
    try:
        source = read(str(file))
        refuse_unprintable(source)
    except Unreadable as error:
        found.append(error.diagnostic)
        return {}
    values, findings = parse_dotenv(source.text, str(file))
    found += findings
    given = ((name, environ.get(name) if value is None else value) for name, value in values.items())
    return {name: value for name, value in given if value is not None}


def _read_yaml(file: Path, found: list[Diagnostic]) -> dict[str, str]:
    """Read a mapping of names to scalars, which count by their source text; a null gives nothing."""
    root = read_mapping(str(file), found)
    values: dict[str, str] = {}
    for name, entry in root.entries.items() if root else ():
        if not isinstance(entry.value, ScalarNode):
            found.append(Diagnostic("variable-form", f'"{name}" takes a single value', entry.value.span))
        elif entry.value.value is not None:
            values[name] = entry.value.text
    return values
