"""The description of an image: its facts, its layers by instruction, and how it differs from the images in use."""

from __future__ import annotations

from collections.abc import Iterator

from runner.core.engine_answers import EngineJSON
from runner.core.inspection import Description, Row, Size, Table, masked, table_from
from runner.core.sensitive import MASK, is_sensitive
from runner.core.state import ObservedResource, Ref
from runner.core.values import Value
from runner.kinds.image.bookkeeping_tags import is_bookkeeping_tag
from runner.kinds.image.config import compare_columns, config_of
from runner.kinds.image.layers import hints, layers
from runner.kinds.image.sensitivity import SETTINGS, sensitive_settings
from runner.resource.observation import ObserveContext
from runner.resource.platform import platform_of


def describe(context: ObserveContext, observed: ObservedResource) -> Description:
    """Describe an image of the engine."""
    images = context.gateway.images
    document = images.inspect(observed.id)
    rows = layers(images.history(observed.id))
    resource = context.desired.resources.get(observed.address) if context.desired else None
    places = sensitive_settings(resource, observed)
    if places == SETTINGS:
        rows = tuple(map(_without_values, rows))
    config = config_of(document.get("Config") or {})
    description = Description(
        _facts(document),
        (
            Table("layers", ("size", "instruction"), rows),
            table_from("config", "key", ("value",), {key: {"value": value} for key, value in config.items()}),
            Table("differences", ("user", "key", "running", "this"), tuple(_differences(context, observed, document))),
        ),
        hints(rows),
    )
    declared = resource.sensitive_places if resource else frozenset()
    if is_sensitive("names", declared | (observed.sensitive_places or frozenset())):
        places |= {"names", "digests"}
    return masked(description, places)


def _without_values(row: Row) -> Row:
    """Reduce an instruction to its first word."""
    word, _, rest = str(row["instruction"]).partition(" ")
    return {**row, "instruction": f"{word} {MASK}" if rest else word}


def _facts(document: EngineJSON) -> dict[str, Value]:
    return {
        "id": document["Id"],
        "names": tuple(name for name in document.get("RepoTags") or () if not is_bookkeeping_tag(name)),
        "digests": tuple(name for name in document.get("RepoDigests") or () if not is_bookkeeping_tag(name)),
        "platform": platform_of(document),
        "created": document.get("Created"),
        "size": Size(document.get("Size") or 0),
    }


def _differences(context: ObserveContext, observed: ObservedResource, document: EngineJSON) -> Iterator[Row]:
    """Yield the differences to the image of each container of the workflow that runs another image than this."""
    listed = {name.lstrip("/"): short for short in context.containers for name in short.get("Names") or ()}
    users = context.desired.resources.values() if context.desired else ()
    for user in users:
        short = listed.get(user.engine_name)
        if user.fields.get("image") == Ref(observed.address) and short and short["ImageID"] != observed.id:
            theirs = context.gateway.images.inspect(short["ImageID"])
            sides = ({"id": theirs["Id"], **_compared(theirs)}, {"id": document["Id"], **_compared(document)})
            rows = compare_columns("", ("running", "this"), sides).rows
            yield from ({"user": str(user.address), **row} for row in rows if row.get("running") != row.get("this"))


def _compared(document: EngineJSON) -> dict[str, Value]:
    layers = (document.get("RootFS") or {}).get("Layers") or ()
    return {
        "size": Size(document.get("Size") or 0),
        **{f"layer {number}": layer for number, layer in enumerate(layers, 1)},
        **config_of(document.get("Config") or {}),
    }
