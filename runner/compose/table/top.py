"""The keys at the top of a Compose file, and those of networks, volumes, secrets, configs and models."""

from __future__ import annotations

from runner.compose.short.external import external
from runner.compose.table import scalars
from runner.compose.table.form import Either, Identity, Items, Key, Merge, Named, Pairs, Record, Type
from runner.compose.table.parts import LABELS, OPTIONS
from runner.compose.table.service import SERVICE

_NAME = scalars.TEXT
_TEXTS = Pairs(listed=False, types=(Type.TEXT,))
_EXTERNAL = Key(
    name="external",
    form=Either(scalars.CAST_FLAG, Record(keys=(Key(name="name", form=scalars.TEXT),))),
)
_OPEN_EXTERNAL = Key(
    name="external",
    form=Either(scalars.CAST_FLAG, Record(keys=(Key(name="name", form=scalars.TEXT),), closed=False)),
)

POOL = Record(
    keys=(
        Key(name="subnet", form=scalars.TEXT),
        Key(name="gateway", form=scalars.TEXT),
        Key(name="ip_range", form=scalars.TEXT),
        Key(name="aux_addresses", form=_TEXTS),
    )
)
IPAM = Record(
    always=True,
    keys=(
        Key(name="driver", form=scalars.TEXT),
        Key(name="config", form=Items(item=POOL, distinct=False), merge=Merge.POOLS),
        Key(name="options", form=_TEXTS, shown=False),
    ),
)
NETWORK = Record(
    nullable=True,
    complete=external,
    keys=(
        Key(name="name", form=_NAME),
        Key(name="driver", form=scalars.TEXT),
        Key(name="driver_opts", form=OPTIONS),
        Key(name="ipam", form=IPAM),
        _EXTERNAL,
        Key(name="internal", form=scalars.CAST_FLAG),
        Key(name="attachable", form=scalars.CAST_FLAG),
        Key(name="labels", form=LABELS, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(name="enable_ipv4", form=scalars.CHOSEN_CAST_FLAG),
        Key(name="enable_ipv6", form=scalars.CHOSEN_CAST_FLAG),
    ),
)
VOLUME = Record(
    nullable=True,
    complete=external,
    keys=(
        Key(name="name", form=_NAME),
        Key(name="driver", form=scalars.TEXT),
        Key(name="driver_opts", form=OPTIONS),
        _EXTERNAL,
        Key(name="labels", form=LABELS, merge=Merge.PAIRS),
    ),
)
SECRET = Record(
    complete=external,
    keys=(
        Key(name="name", form=_NAME),
        Key(name="file", form=scalars.TEXT),
        Key(name="environment", form=scalars.TEXT),
        _OPEN_EXTERNAL,
        Key(name="labels", form=LABELS),
        Key(name="driver", form=scalars.TEXT),
        Key(name="driver_opts", form=OPTIONS),
        Key(name="template_driver", form=scalars.TEXT),
    ),
)
CONFIG = Record(
    complete=external,
    keys=(
        Key(name="name", form=_NAME),
        Key(name="file", form=scalars.TEXT),
        Key(name="environment", form=scalars.TEXT),
        Key(name="content", form=scalars.TEXT),
        _OPEN_EXTERNAL,
        Key(name="labels", form=LABELS),
        Key(name="template_driver", form=scalars.TEXT),
    ),
)
MODEL = Record(
    keys=(
        Key(name="name", form=_NAME),
        Key(name="model", form=scalars.TEXT, required=True),
        Key(name="context_size", form=scalars.PLAIN_INTEGER),
        Key(name="runtime_flags", form=Items(item=scalars.TEXT, distinct=False)),
    )
)
COMPOSE = Record(
    keys=(
        Key(name="version", form=scalars.TEXT, shown=False),
        Key(name="name", form=scalars.TEXT),
        Key(name="include", form=Items(item=scalars.TEXT), shown=False),
        Key(name="services", form=Named(value=SERVICE, always=True)),
        Key(name="networks", form=Named(value=NETWORK, strict=False)),
        Key(name="volumes", form=Named(value=VOLUME)),
        Key(name="secrets", form=Named(value=SECRET)),
        Key(name="configs", form=Named(value=CONFIG)),
        Key(name="models", form=Named(value=MODEL, strict=False), json_shown=False),
    )
)
