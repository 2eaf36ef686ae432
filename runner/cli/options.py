"""The options that many commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

DEFAULT_FILE = "workflow.yaml"

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says for every command."""

    host: str | None = None
    context: str | None = None
    output: str | None = None
    """human, plain or json; None: human on a terminal, plain elsewhere."""
    log_file: str | None = None
    log_level: str = "info"
    parallel: int = 8
    timeout: float = 300.0
    no_color: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Which file is meant, and what its variables are to be."""

    file: str
    variables: tuple[str, ...] = ()
    variable_files: tuple[str, ...] = ()

    @property
    def overrides(self) -> dict[str, str]:
        """Return the variables given on the command line."""
        return dict(split_variable(text) for text in self.variables)


def split_variable(text: str) -> tuple[str, str]:
    """Split NAME=VALUE; a usage error when there is no name or no equals sign."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise click.UsageError(f'--var "{text}": write NAME=VALUE')
    return name, value


class Duration(click.ParamType[float]):
    """A duration as the language writes it, in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a duration."""
        from runner.resource.codec import Invalid
        from runner.resource.scalars import parse_duration

        try:
            return parse_duration(value) / 1_000_000_000
        except Invalid as invalid:
            self.fail(f"{invalid.message}; {invalid.help}", param, ctx)


_SHARED = (
    click.option("-H", "--host", metavar="URL", help="The engine; else --context, DOCKER_HOST, the current context."),
    click.option("--context", metavar="NAME", help="The docker context that names the engine."),
    click.option(
        "-o",
        "--output",
        type=click.Choice(["human", "plain", "json"]),
        help="How to tell; human on a terminal, plain elsewhere.",
    ),
    click.option("--log-file", metavar="FILE", help="Append every event to FILE, as JSON Lines."),
    click.option(
        "--log-level",
        type=click.Choice(["debug", "info", "warning", "error"]),
        default="info",
        show_default=True,
        help="What the log file keeps.",
    ),
    click.option(
        "--parallel", type=click.IntRange(1, 64), default=8, show_default=True, help="How many steps work at a time."
    ),
    click.option(
        "--timeout", type=Duration(), default="5m", show_default=True, help="How long a single wait may take."
    ),
    click.option("--no-color", is_flag=True, help="No colours; NO_COLOR says so too."),
)


def shared_options(function: Function) -> Function:
    """Give a command the shared options, as one value named `options`."""

    @wraps(function)
    def with_options(**given: Any) -> Any:
        options = Options(**{row.name: given.pop(row.name) for row in fields(Options)})
        return function(options=options, **given)

    return cast("Function", _decorated(with_options, _SHARED))


_SOURCE = (
    click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="Set a variable of the file."),
    click.option("--var-file", "variable_files", multiple=True, metavar="FILE", help="Read variables: dotenv or YAML."),
    click.argument("file", default=DEFAULT_FILE),
)


def source_options(function: Function) -> Function:
    """Give a command the file argument and its variables, as one value named `source`."""

    @wraps(function)
    def with_source(**given: Any) -> Any:
        source = Source(*(given.pop(row.name) for row in fields(Source)))
        return function(source=source, **given)

    return cast("Function", _decorated(with_source, _SOURCE))


def _decorated(function: Any, decorators: tuple[Callable[[Any], Any], ...]) -> Any:
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def existing(path: str) -> Path:
    """Return the path of a workflow: a folder stands for the default file in it."""
    found = Path(path)
    return found / DEFAULT_FILE if found.is_dir() else found
