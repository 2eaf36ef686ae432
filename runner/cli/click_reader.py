"""The complete reader of the command line: click, made from the table. It writes errors.

Commands aren't run here: what click has read is returned, as the quick reader returns it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import click

from runner import __version__
from runner.cli.help import SPELLINGS, help_page, usage
from runner.cli.refusal import Misuse
from runner.cli.syntax.options import BEFORE_COMMAND, MARKDOWN
from runner.cli.syntax.rows import Argument, Choice, Command, Flag, Option, Parsed, Reading, Valued, Whole
from runner.cli.syntax.table import COMMANDS
from runner.core.exit_code import ExitCode
from runner.core.sanitize import on_one_line

_NAME = "runner"


def read_by_click(arguments: Sequence[str]) -> Reading | int:
    """Read a command line; for help, a completion or an error, show it and return the exit code."""
    try:
        found = _runner().main(args=list(arguments), prog_name=_NAME, standalone_mode=False)
    except click.Abort as error:
        from runner.core.errors import Cancelled

        raise Cancelled("interrupted") from error
    except click.ClickException as error:
        _show(error)
        return ExitCode.INVALID
    return found if isinstance(found, Reading) else int(found or ExitCode.OK)


def show_misuse(misuse: Misuse) -> None:
    """Show an error of a command with how it is used, as click shows its own."""
    group = _runner()
    outer = click.Context(group, info_name=_NAME, **group.context_settings)
    inner = click.Context(click_command(misuse.command), info_name=misuse.command, parent=outer)
    _show(click.UsageError(misuse.message, inner))


def click_command(name: str) -> click.Command:
    """Return a command as click's, which returns its name and parameters when it is invoked."""
    row = COMMANDS[name]
    return _Command(
        name,
        params=_params(row.parameters),
        callback=partial(_reading, name),
        context_settings={"allow_interspersed_args": not row.options_first},
    )


def _reading(command: str, /, **given: Any) -> Reading:
    for row in COMMANDS[command].options:
        if row.stands_for:
            _merge(row, given)
    return Reading(command, given)


def _merge(row: Option, given: dict[str, Any]) -> None:
    """Make the value of an option that of the argument that it stands for; a usage error if both are given."""
    texts = tuple(given.pop(row.name))
    if texts and _is_explicit(click.get_current_context(), row.stands_for):
        both = (given[row.stands_for], *texts)
        raise click.UsageError(f"{row.metavar} is given more than once: {', '.join(map(_quoted, both))}")
    if texts:
        given[row.stands_for] = texts


def _quoted(text: str) -> str:
    return f'"{text}"'


def _show(error: click.ClickException) -> None:
    """Show an error with how the command is used, as click does, but with the code that explains it."""
    vars(error).update(message=on_one_line(error.message))  # it quotes user input
    with suppress(OSError):
        if isinstance(error, click.UsageError) and error.ctx is not None:
            usage = f"{error.ctx.get_usage()}\nTry '{error.ctx.command_path} --help' for help.\n"
            click.echo(usage, err=True)
        click.echo(f"error[usage]: {error.format_message()}", err=True)


class _Command(click.Command):
    """A command whose help is made of the table."""

    def get_usage(self, ctx: click.Context) -> str:
        """Return how it is called."""
        return f"Usage: {usage(self.name)}"

    def get_help(self, ctx: click.Context) -> str:
        """Return its help."""
        return help_page(self.name)


class _Commands(click.Group):
    """The group of all commands of the table, each made when it is used."""

    def get_usage(self, ctx: click.Context) -> str:
        """Return how a command is called."""
        return f"Usage: {usage()}"

    def get_help(self, ctx: click.Context) -> str:
        """Return the help of all."""
        return help_page()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make one command; None if it is unknown."""
        return click_command(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for a misspelled one, raise a usage error that suggests the closest."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            hint = _instead_of(name)
            raise click.UsageError(f'no such command "{name}"' + (f"; {hint}" if hint else ""), ctx)
        return super().resolve_command(ctx, args)


def _instead_of(name: str) -> str | None:
    """Return what to use instead of a word that is no command."""
    from runner.cli.syntax.elsewhere import ELSEWHERE
    from runner.core.diagnostic import did_you_mean

    return ELSEWHERE.get(name.lower()) or did_you_mean(name, COMMANDS)


def _runner() -> click.Group:
    """Return the group of all commands, which accepts shared options before the command's name too."""
    group = _Commands(_NAME, callback=_pass_on, context_settings={"help_option_names": [*SPELLINGS]})
    click.version_option(__version__, message="runner %(version)s")(group)
    group.params += _params(BEFORE_COMMAND)
    return group


def _pass_on(**given: Any) -> None:
    """Make the options before the command's name the defaults of the command."""
    ctx = click.get_current_context()
    explicit = {name: value for name, value in given.items() if _is_explicit(ctx, name)}
    command = ctx.invoked_subcommand
    if explicit and command is not None:
        _check_taken(command, explicit)
        ctx.default_map = {command: explicit}


def _is_explicit(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _check_taken(command: str, explicit: Iterable[str]) -> None:
    """Raise a usage error for an option that a command doesn't accept."""
    taken = {row.name for row in COMMANDS[command].parameters} if command in COMMANDS else set()
    for name in explicit:
        if name not in taken:
            raise click.UsageError(f"{command} does not accept --{name.replace('_', '-')}")


def _params(rows: Sequence[Option | Argument]) -> list[click.Parameter]:
    return [_option(row) if isinstance(row, Option) else _argument(row) for row in rows]


def _option(row: Option) -> click.Option:
    settings: dict[str, Any] = {}
    if isinstance(row.kind, Flag):
        settings["is_flag"] = True
    else:
        settings.update(type=_type(row.kind), metavar=row.metavar, required=row.is_required)
        settings["multiple"] = row.is_repeatable
    if row.default is not None:
        settings["default"] = row.default_texts if row.is_repeatable else row.default
    if row.without_value is not None:
        settings.update(is_flag=False, flag_value=row.without_value)
    kind = _OutputFormat if row.name == "output" else click.Option
    return kind([*row.spellings, row.name], **settings)


def _argument(row: Argument) -> click.Argument:
    settings: dict[str, Any] = {"type": _type(row.kind), "metavar": row.metavar}
    if row.takes_rest:
        settings["nargs"] = -1
    if row.default is not None:
        settings["default"] = row.default
    if row.is_optional:
        settings["required"] = False
    return click.Argument([row.name], **settings)


def _type(kind: Valued) -> Any:
    """Return click's type of a value; for `Parsed` a function, since click's ParamType is generic only since 8.3.2."""
    match kind:
        case Choice(words=words):
            return click.Choice(words)
        case Whole(least=least, most=most):
            return click.IntRange(least, most)
        case Parsed():
            return _parsing(kind)
        case _:
            return click.STRING


def _parsing(kind: Parsed) -> Callable[[Any], Any]:
    def parse(value: Any) -> Any:
        try:
            return kind.parse(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    parse.__name__ = kind.name
    return parse


def _shows_markdown(command: Command) -> bool:
    return any(isinstance(row.kind, Choice) and MARKDOWN in row.kind.words for row in command.options)


class _OutputFormat(click.Option):
    """The -o option, which may be mistaken for the output file if a command writes one."""

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """Parse the format; if it is invalid and the command has --out, suggest that for a file."""
        try:
            return super().process_value(ctx, value)
        except click.BadParameter as error:
            if value == MARKDOWN:
                names = " and ".join(name for name, row in COMMANDS.items() if _shows_markdown(row))
                raise click.UsageError(f"{error.message} Only {names} can be shown as Markdown.", ctx) from error
            if any("--out" in param.opts for param in ctx.command.params):
                raise click.UsageError(f"{error.message} For a file, use --out {value}", ctx) from error
            raise
