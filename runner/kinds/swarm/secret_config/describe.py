"""The description of a secret or config of a swarm: its facts, who has it, and the text of a config."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runner.core.inspection import Description, Row, Size, Table
from runner.core.sensitive import is_sensitive
from runner.core.values import Value
from runner.kinds.describe_content import content_table
from runner.kinds.secret_config import CONTENT
from runner.kinds.swarm.secret_config.content import content_of, digest_of
from runner.kinds.swarm.secret_config.found import listed
from runner.kinds.swarm.versions import every_version

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.state import ObservedResource
    from runner.resource.observation import ObserveContext

_REFERENCES = {"secret": ("Secrets", "SecretID"), "config": ("Configs", "ConfigID")}


def describe(context: ObserveContext, observed: ObservedResource) -> Description:
    """Describe one of the swarm."""
    kind = observed.address.kind
    document = next(one for one in listed(kind, context.swarm) if one["ID"] == observed.id)
    content = None if is_sensitive(CONTENT, observed.sensitive_places or ()) else content_of(document)
    users = Table("services", ("name", "path", "version"), tuple(_users(context, observed)))
    facts = {
        "id": observed.id,
        "name": observed.engine_name,
        "owned": observed.owned,
        "created": document.get("CreatedAt"),
        "versions": len(every_version(observed)),
    }
    if content is None:
        return Description(facts, (users,))
    table, hints = content_table(content)
    size: dict[str, Value] = {"size": Size(len(content)), "digest": digest_of(content)}
    return Description({**facts, **size}, (users, table), hints=hints)


def _users(context: ObserveContext, observed: ObservedResource) -> Iterator[Row]:
    """Yield each service that has it, in whichever version."""
    key, id = _REFERENCES[observed.address.kind]
    versions = every_version(observed)
    for service in context.swarm.services:
        for reference in _container(service).get(key) or ():
            if reference[id] in versions:
                version = "current" if reference[id] == observed.id else "earlier"
                path = (reference.get("File") or {}).get("Name")
                yield {"name": service["Spec"]["Name"], "path": path, "version": version}


def _container(service: EngineJSON) -> EngineJSON:
    return service["Spec"]["TaskTemplate"].get("ContainerSpec") or {}
