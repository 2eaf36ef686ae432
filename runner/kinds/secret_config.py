"""Secrets and configs: content that containers are granted as files. They don't exist on the engine themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.sensitive import Places
from runner.core.settings import Settings
from runner.core.state import Resource
from runner.core.values import Value
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration, unknown
from runner.resource.field import Setting, swarm_only
from runner.resource.kind import Section
from runner.resource.scalars import ARGV, BOOLEAN, TEXT, matching, word

if TYPE_CHECKING:
    from runner.core.inspection import Description
    from runner.core.state import DesiredState

CONTENT = "content"
"""The setting of a declared secret or config with its bytes."""

_PATH = matching(r"(?s).+", "a path")
_FILE = Setting(
    name="file",
    codec=_PATH,
    doc="The source file, relative to this file.",
    examples=("secrets/db.txt",),
    cost="containers using it are replaced when its content changes",
)
_ENVIRONMENT = Setting(
    name="environment",
    codec=word("the name of a variable"),
    doc="The environment variable of the caller with its content.",
    examples=("DB_PASSWORD",),
    cost="containers using it are replaced when its value changes",
)
_VARIABLE = Setting(
    name="variable",
    codec=word("the name of a variable"),
    doc="The variable of this file, declared under variables, with its content.",
    examples=("DB_PASSWORD",),
    cost="containers using it are replaced when its value changes",
)
_COMMAND = Setting(
    name="command",
    codec=ARGV,
    doc="The command that prints its content, run on this machine in this file's folder, without a shell.",
    examples=(["sops", "-d", "secrets/db.txt"],),
    cost="containers using it are replaced when its output changes",
)
_CONTENT = Setting(
    name=CONTENT,
    codec=TEXT,
    doc="The content itself.",
    examples=("listen = 8080\n",),
    cost="containers using it are replaced",
)
OF_SWARM = (
    Setting(
        name="external",
        codec=BOOLEAN,
        doc="It already exists on the swarm, under `name`, and is never changed.",
        examples=(True,),
        swarm_only=True,
    ),
    Setting(
        name="name",
        codec=matching(r"[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9])?", "a name of letters, digits, _ . and -"),
        doc="The name of an external one on the swarm; default: its key.",
        examples=("db-2024",),
        swarm_only=True,
    ),
)
"""Settings for what a swarm has already."""


class ContentSettings(Settings, kw_only=True):
    """The bytes of a secret or config."""

    content: bytes
    is_known: bool = True
    """False if they were not read, or could not be."""


_SOURCES_OF_SECRETS = (_FILE, _ENVIRONMENT, _VARIABLE, _COMMAND)
_SOURCES_OF_CONFIGS = (_FILE, _ENVIRONMENT, _CONTENT)
SETTINGS_OF_SECRETS = (*_SOURCES_OF_SECRETS, *OF_SWARM)
SETTINGS_OF_CONFIGS = (*_SOURCES_OF_CONFIGS, *OF_SWARM)


def declare_secret(declaration: Declaration) -> Iterable[Resource]:
    """Declare one entry of secrets."""
    content = _content(declaration, _SOURCES_OF_SECRETS, declaration.inputs.read_secret)
    text = (content or b"").decode(errors="surrogateescape")  # binary content may contain lines of text
    sensitive = frozenset[str]() if content is None else frozenset({text})
    yield _declared("secret", declaration, content, sensitive, frozenset({CONTENT}))


def declare_config(declaration: Declaration) -> Iterable[Resource]:
    """Declare one entry of configs."""
    content = _content(declaration, _SOURCES_OF_CONFIGS, declaration.inputs.read)
    yield _declared("config", declaration, content, places=declaration.sensitive)


def _declared(
    kind: str,
    declaration: Declaration,
    content: bytes | None,
    sensitive: frozenset[str] = frozenset(),
    places: Places = frozenset(),
) -> Resource:
    address = Address(kind, declaration.key)
    settings = ContentSettings(content=content or b"", is_known=content is not None)
    return Resource(address, "", settings=settings, sensitive=sensitive, sensitive_places=places)


def _content(declaration: Declaration, sources: tuple[Setting, ...], read_file: Callable[[str], bytes]) -> bytes | None:
    """Return the bytes; None if they are unknown, which is reported unless they are withheld."""
    given = [source.name for source in sources if source.name in declaration.values]
    if len(given) != 1:
        *others, last = (source.name for source in sources)
        message = "no content given" if not given else f'"{given[1]}" conflicts with "{given[0]}"'
        path, help = tuple(given[1:2]), f"use one of {', '.join(others)} and {last}"
        declaration.report(Invalid(message, path=path, help=help))
        return None
    source = given[0]
    try:
        return _read(declaration, source, declaration.values[source], read_file)
    except Invalid as invalid:
        declaration.report(invalid.within(source))
        return None


def _read(declaration: Declaration, source: str, value: Value, read_file: Callable[[str], bytes]) -> bytes | None:
    match source:
        case "content":
            return str(value).encode()
        case "file":
            return read_file(str(value))
        case "command":
            return _output(declaration, value)
        case "variable":
            return _value_of(declaration, str(value))
        case _:
            return _from_environment(declaration, str(value))


def _output(declaration: Declaration, argv: Value) -> bytes | None:
    if not isinstance(argv, tuple) or not argv:
        raise Invalid("an empty command", help="write a program and its arguments")
    return declaration.inputs.command([str(word) for word in argv])


def _value_of(declaration: Declaration, name: str) -> bytes | None:
    if name in declaration.variables:
        value = declaration.variables[name]
        return None if value is None else _encoded(value)
    if not declaration.may_be_declared("variable", name):
        raise unknown("variable", name, declaration.variables)
    return None


def _from_environment(declaration: Declaration, name: str) -> bytes:
    found = declaration.inputs.variable(name)
    if found is None:
        raise Invalid(f'the environment has no variable "{name}"', help=f"set it: {name}=... runner apply")
    return _encoded(found)


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _describe(resource: Resource, desired: DesiredState) -> Description:
    from runner.kinds.describe_content import describe_content

    content, is_sensitive = resource.settings_as(ContentSettings).content, bool(resource.sensitive_places)
    return describe_content(content, f"{resource.address.kind}s", desired, is_sensitive=is_sensitive)


def _for_engine(declare: Callable[[Declaration], Iterable[Resource]], declaration: Declaration) -> Iterable[Resource]:
    """Declare one entry for a single engine, which has none of its own."""
    refused = list(swarm_only(OF_SWARM, declaration.values))
    for found in refused:
        declaration.report(found)
    return () if refused else declare(declaration)


SECRET = Section(
    name="secret",
    section="secrets",
    doc="Secrets, copied into the containers that they are granted to.",
    settings=SETTINGS_OF_SECRETS,
    declare=partial(_for_engine, declare_secret),
    describe_declared=_describe,
)
CONFIG = Section(
    name="config",
    section="configs",
    doc="Configuration files, copied into containers.",
    settings=SETTINGS_OF_CONFIGS,
    declare=partial(_for_engine, declare_config),
    describe_declared=_describe,
)
