"""The kinds secret and config: on a swarm they exist by themselves, and what they hold can't be changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from runner.core.address import Address
from runner.core.state import Resource
from runner.core.struct import replace
from runner.core.values import Value
from runner.kinds.secret_config import (
    CONTENT,
    OF_SWARM,
    SETTINGS_OF_CONFIGS,
    SETTINGS_OF_SECRETS,
    ContentSettings,
    declare_config,
    declare_secret,
)
from runner.kinds.swarm.names import fitting
from runner.kinds.swarm.secret_config.content import ROWS, check_size, content_of, digest_of, text_of
from runner.kinds.swarm.secret_config.found import list_owned, observe
from runner.resource.codec import Invalid
from runner.resource.kind import Kind, Operations

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.inspection import Description
    from runner.core.state import ObservedResource
    from runner.resource.declaration import Declaration
    from runner.resource.field import Setting
    from runner.resource.observation import ObserveContext

_LONGEST_NAME: Final = 64 - len("-0123456789ab")


def _kind(
    name: str, doc: str, settings: tuple[Setting, ...], declare: Callable[[Declaration], Iterable[Resource]]
) -> Kind:
    return Kind(
        name=name,
        section=f"{name}s",
        doc=doc,
        settings=settings,
        internal_fields=ROWS,
        declare=partial(_declare, name, declare),
        observe=partial(observe, name),
        list_owned=partial(list_owned, name),
        operations=_operations,
        contents=_contents,
        live_contents=_live_contents,
        describe=_describe,
    )


def _declare(
    kind: str, declare: Callable[[Declaration], Iterable[Resource]], declaration: Declaration
) -> Iterator[Resource]:
    if declaration.values.get("external"):
        yield _existing(kind, declaration)
        return
    if "name" in declaration.values:
        help = "omit it: others are named after the workflow, the key and their content; or set external: true"
        declaration.report(Invalid('"name" is for external ones', path=("name",), help=help))
    name = fitting(f"{declaration.workflow}_{declaration.key}", _LONGEST_NAME)
    for resource in declare(declaration):
        settings = resource.settings_as(ContentSettings)
        if settings.is_known:
            try:
                check_size(kind, settings.content)
            except Invalid as invalid:
                declaration.report(invalid.within(next(iter(declaration.values))))
        yield replace(resource, engine_name=name, fields={CONTENT: digest_of(settings.content)})


def _existing(kind: str, declaration: Declaration) -> Resource:
    """Declare one that the swarm has already."""
    own = {row.name for row in OF_SWARM}
    for key in declaration.values:
        if key not in own:
            help = "external resources are never changed"
            declaration.report(Invalid(f'"{key}" conflicts with external', path=(key,), help=help))
    name = str(declaration.values.get("name") or declaration.key)
    settings = ContentSettings(content=b"", is_known=False)
    return Resource(Address(kind, declaration.key), name, settings=settings, external=True)


def _operations() -> Operations:
    from runner.kinds.swarm.secret_config.verbs import create, delete

    return Operations(create=create, update=create, replace=create, delete=delete)


def _contents(resource: Resource, path: str) -> Mapping[str, Value]:
    """Return the text of a declared config; secrets have none to show."""
    is_shown = resource.address.kind == "config" and path == CONTENT
    return {path: text_of(resource.settings_as(ContentSettings).content)} if is_shown else {}


def _live_contents(gateway: Gateway, config: ObservedResource, path: str, digest: str) -> Mapping[str, Value]:
    """Return the text of a config of the swarm."""
    if config.address.kind != "config" or path != CONTENT:
        return {}
    document = next((one for one in gateway.swarm.configs.list() if one["ID"] == config.id), None)
    content = content_of(document) if document else None
    return {path: text_of(content)} if content is not None and digest_of(content) == digest else {}


def _describe(context: ObserveContext, observed: ObservedResource) -> Description:
    from runner.kinds.swarm.secret_config.describe import describe

    return describe(context, observed)


SECRET = _kind("secret", "Secrets, which the nodes of a swarm get in memory.", SETTINGS_OF_SECRETS, declare_secret)
CONFIG = _kind("config", "Configuration files for services.", SETTINGS_OF_CONFIGS, declare_config)
