"""The options shared by many commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar, cast

import click

from runner.app.source import DEFAULT_FILE, Source
from runner.cli.session import CommandContext, Options
from runner.core.struct import field_names

Function = TypeVar("Function", bound=Callable[..., Any])


def duration(value: Any) -> float:
    """Parse a duration in the syntax of workflow files, in seconds; used as the type of options.

    A function, since click's ParamType is generic only since 8.3.2.
    """
    from runner.resource.codec import Invalid
    from runner.resource.scalars import parse_duration

    try:
        return parse_duration(value) / 1_000_000_000
    except Invalid as invalid:
        raise click.BadParameter(f"{invalid.message}; {invalid.help}") from invalid


def _above_zero(_ctx: click.Context, _param: click.Parameter, seconds: float) -> float:
    if seconds <= 0:
        raise click.BadParameter("must be greater than zero, such as 30s")
    return seconds


_LOG = (
    click.option("--log-file", metavar="FILE", help="Append the events to FILE, as JSON Lines."),
    click.option(
        "--log-level",
        type=click.Choice(["debug", "info", "warning", "error"]),
        default="info",
        show_default=True,
        help="Minimum level of events in the log file; debug includes progress.",
    ),
)
_VERBOSE = (click.option("-v", "--verbose", is_flag=True, help="Also show engine details and unchanged resources."),)
_ENGINE = (
    click.option("-H", "--host", metavar="URL", help="Engine URL; default: --context, DOCKER_HOST, current context."),
    click.option("--context", metavar="NAME", help="Docker context to use."),
)
_PACE = (
    click.option(
        "--parallel", type=click.IntRange(1, 64), default=8, show_default=True, help="Maximum parallel operations."
    ),
    click.option(
        "--timeout",
        type=duration,
        callback=_above_zero,
        default="5m",
        show_default=True,
        help="Timeout of each wait.",
    ),
    click.option("--no-color", is_flag=True, help="Disable colors, like NO_COLOR."),
)


class OutputFormatOption(click.Option):
    """The -o option, which may be mistaken for the output file if a command writes one."""

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """Parse the format; if it is invalid and the command has --out, suggest that for a file."""
        try:
            return super().process_value(ctx, value)
        except click.BadParameter as error:
            if any("--out" in param.opts for param in ctx.command.params):
                raise click.UsageError(f"{error.message} For a file, use --out {value}", ctx) from error
            raise


_OUTPUT = click.option(
    "-o",
    "--output",
    cls=OutputFormatOption,
    type=click.Choice(["human", "plain", "json"]),
    help="Output format; default: human on a terminal, plain elsewhere.",
)


def shared_options(function: Function) -> Function:
    """Add the shared options to a command, as one argument named `context`."""

    @wraps(function)
    def with_context(**given: Any) -> Any:
        options = Options(**{name: given.pop(name) for name in field_names(Options) if name in given})
        if options.host and options.context:
            raise click.UsageError("--host and --context are mutually exclusive")
        context = CommandContext(options)
        click.get_current_context().find_root().obj.append(context)
        return function(context=context, **given)

    return cast("Function", _decorated(with_context, (*_ENGINE, _OUTPUT, *_PACE)))


def log_options(function: Function) -> Function:
    """Add the log file options to a command that emits events; place it above `shared_options`."""
    return cast("Function", _decorated(function, _LOG))


def verbose_option(function: Function) -> Function:
    """Add --verbose to a command that shows a plan; place it above `shared_options`."""
    return cast("Function", _decorated(function, _VERBOSE))


def global_options(function: Function) -> Function:
    """Accept shared options before the command's name too, and pass them on to the command."""

    def pass_on(**given: Any) -> None:
        ctx = click.get_current_context()
        explicit = {name: value for name, value in given.items() if _is_explicit(ctx, name)}
        command = ctx.invoked_subcommand
        if explicit and command is not None:
            _check_taken(ctx, command, explicit)
            ctx.default_map = {command: explicit}

    rows = (*_ENGINE, _OUTPUT, *_PACE, *_VERBOSE, *_LOG)
    return cast("Function", _decorated(wraps(function)(pass_on), rows))


def _is_explicit(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _check_taken(ctx: click.Context, command: str, explicit: Iterable[str]) -> None:
    """Raise a usage error for an option that a command doesn't accept."""
    assert isinstance(ctx.command, click.Group)
    found = ctx.command.get_command(ctx, command)
    taken = {param.name for param in found.params} if found else set()
    for name in explicit:
        if name not in taken:
            raise click.UsageError(f"{command} does not accept --{name.replace('_', '-')}")


adopt_option = click.option(
    "--adopt", is_flag=True, help="Adopt existing unmanaged resources of the same name, if none needs replacement."
)
"""For commands that compare a file with the engine, as an argument named `adopt`."""


rebuild_option = click.option(
    "--rebuild", is_flag=True, help="Rebuild all images of FILE, or of the target, without cache."
)
"""For commands that compare a file with the engine, as an argument named `rebuild`."""


target_option = click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="ADDRESS",
    help="Only this resource, such as container.web, and its dependencies; repeatable.",
)
"""For commands that compare a file with the engine, as an argument named `targets`."""


locked_option = click.option(
    "--locked", is_flag=True, help="Use exactly the images in the lock file; fail if one is missing from it."
)
"""For commands that compare a file with the engine, as an argument named `locked`."""


lock_option = click.option(
    "--lock-timeout",
    type=duration,
    default="0s",
    show_default=True,
    help="How long to wait for a lock held by another run.",
)
"""For commands that change the engine, as an argument named `lock_timeout`, in seconds."""


_VARIABLES = (
    click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="Set a variable of the file."),
    click.option("--var-file", "variable_files", multiple=True, metavar="FILE", help="Read variables: dotenv or YAML."),
)
_FILE_ARGUMENT = click.argument("file", default=DEFAULT_FILE)
_FILE_OPTION = click.option("--file", default=DEFAULT_FILE, help="Workflow file or name.", show_default=True)


def source_options(function: Function) -> Function:
    """Add the file argument and its variables to a command, as one argument named `source`."""
    return _with_source(function, _FILE_ARGUMENT)


def source_options_beside_arguments(function: Function) -> Function:
    """Add the same to a command with other arguments, with the file as an option."""
    return _with_source(function, _FILE_OPTION)


def _with_source(function: Function, file: Callable[[Any], Any]) -> Function:

    @wraps(function)
    def with_source(**given: Any) -> Any:
        source = Source(*(given.pop(name) for name in field_names(Source)))
        return function(source=source, **given)

    return cast("Function", _decorated(with_source, (*_VARIABLES, file)))


def _decorated(function: Any, decorators: tuple[Callable[[Any], Any], ...]) -> Any:
    for decorate in reversed(decorators):
        function = decorate(function)
    return function
