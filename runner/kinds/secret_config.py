"""Secrets and configs: content that containers are granted as files. They don't exist on the engine themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from runner.core.address import Address
from runner.core.sensitive import Places
from runner.core.settings import Settings
from runner.core.state import Resource
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration
from runner.resource.field import Setting
from runner.resource.kind import Section
from runner.resource.scalars import TEXT, matching, word

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
_CONTENT = Setting(
    name=CONTENT,
    codec=TEXT,
    doc="The content itself.",
    examples=("listen = 8080\n",),
    cost="containers using it are replaced",
)
_INSTEAD = {"external": "use file or environment", "name": "containers refer to it by key"}


class ContentSettings(Settings, kw_only=True):
    """The bytes of a secret or config."""

    content: bytes


def _declare_secret(declaration: Declaration) -> Iterable[Resource]:
    content = _content(declaration, (_FILE, _ENVIRONMENT), declaration.inputs.read_secret)
    text = content.decode(errors="surrogateescape")  # binary content may contain lines of text
    yield _declared("secret", declaration, content, frozenset({text}), frozenset({CONTENT}))


def _declare_config(declaration: Declaration) -> Iterable[Resource]:
    content = _content(declaration, (_FILE, _ENVIRONMENT, _CONTENT), declaration.inputs.read)
    yield _declared("config", declaration, content, places=declaration.sensitive)


def _declared(
    kind: str,
    declaration: Declaration,
    content: bytes,
    sensitive: frozenset[str] = frozenset(),
    places: Places = frozenset(),
) -> Resource:
    address = Address(kind, declaration.key)
    return Resource(
        address, "", settings=ContentSettings(content=content), sensitive=sensitive, sensitive_places=places
    )


def _content(declaration: Declaration, sources: tuple[Setting, ...], read_file: Callable[[str], bytes]) -> bytes:
    """Return the bytes; report why they can't be read."""
    given = [source.name for source in sources if source.name in declaration.values]
    if len(given) != 1:
        *others, last = (source.name for source in sources)
        message = "no content given" if not given else f'"{given[1]}" conflicts with "{given[0]}"'
        path, help = tuple(given[1:2]), f"use one of {', '.join(others)} and {last}"
        declaration.report(Invalid(message, path=path, help=help))
        return b""
    source = given[0]
    try:
        return _read(declaration, source, str(declaration.values[source]), read_file)
    except Invalid as invalid:
        declaration.report(invalid.within(source))
        return b""


def _read(declaration: Declaration, source: str, value: str, read_file: Callable[[str], bytes]) -> bytes:
    if source == CONTENT:
        return value.encode()
    if source == "file":
        return read_file(value)
    found = declaration.inputs.variable(value)
    if found is None:
        raise Invalid(f'the environment has no variable "{value}"', help=f"set it: {value}=... runner apply")
    return found.encode(errors="surrogateescape")


SECRET = Section(
    name="secret",
    section="secrets",
    doc="Secrets, copied into the containers that they are granted to.",
    settings=(_FILE, _ENVIRONMENT),
    key_hints=_INSTEAD,
    declare=_declare_secret,
)
CONFIG = Section(
    name="config",
    section="configs",
    doc="Configuration files, copied into containers.",
    settings=(_FILE, _ENVIRONMENT, _CONTENT),
    key_hints=_INSTEAD,
    declare=_declare_config,
)
