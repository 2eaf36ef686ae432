"""The keys of a service's `build`."""

from __future__ import annotations

from runner.compose.short.build import build_context, default_context
from runner.compose.table import scalars
from runner.compose.table.form import Agents, Hosts, Identity, Key, Merge, Pairs, Record, Type
from runner.compose.table.parts import BUILD_ULIMITS, FILE_MOUNTS, LABELS, TEXTS_AGAIN, VARIABLES

_CONTEXTS = Pairs(needs_value=True, types=(Type.TEXT, Type.NUMBER, Type.BOOLEAN))
BUILD = Record(
    short=build_context,
    default=default_context,
    phrase="a folder or a map",
    keys=(
        Key(name="context", form=scalars.TEXT),
        Key(name="dockerfile", form=scalars.TEXT),
        Key(name="dockerfile_inline", form=scalars.TEXT),
        Key(name="entitlements", form=TEXTS_AGAIN),
        Key(name="args", form=VARIABLES, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(name="provenance", form=scalars.TEXT_OR_FLAG),
        Key(name="sbom", form=scalars.TEXT_OR_FLAG),
        Key(name="ssh", form=Agents()),
        Key(name="labels", form=LABELS, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(name="cache_from", form=TEXTS_AGAIN),
        Key(name="cache_to", form=TEXTS_AGAIN),
        Key(name="no_cache", form=scalars.FLAG),
        Key(name="additional_contexts", form=_CONTEXTS, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(name="pull", form=scalars.FLAG),
        Key(name="extra_hosts", form=Hosts(), merge=Merge.HOSTS),
        Key(name="isolation", form=scalars.TEXT),
        Key(name="network", form=scalars.TEXT),
        Key(name="target", form=scalars.TEXT),
        Key(name="secrets", form=FILE_MOUNTS),
        Key(name="shm_size", form=scalars.WHOLE_SIZE),
        Key(name="tags", form=TEXTS_AGAIN, unique=Identity.NAME),
        Key(name="ulimits", form=BUILD_ULIMITS),
        Key(name="platforms", form=TEXTS_AGAIN),
        Key(name="privileged", form=scalars.FLAG),
    ),
)
