"""The keys of a service's `deploy`."""

from __future__ import annotations

from runner.compose.table import scalars
from runner.compose.table.form import Identity, Items, Key, Merge, Record
from runner.compose.table.parts import DEVICE_REQUESTS, LABELS, TEXTS_AGAIN

_ORDER = scalars.choice("start-first", "stop-first")
_UPDATE = Record(
    keys=(
        Key(name="parallelism", form=scalars.UNSIGNED),
        Key(name="delay", form=scalars.SOME_DURATION),
        Key(name="failure_action", form=scalars.TEXT),
        Key(name="monitor", form=scalars.SOME_DURATION),
        Key(name="max_failure_ratio", form=scalars.REAL),
        Key(name="order", form=_ORDER),
    )
)
_LIMITS = Record(
    keys=(
        Key(name="cpus", form=scalars.CPUS),
        Key(name="memory", form=scalars.TEXT_SIZE),
        Key(name="pids", form=scalars.UNCAST_INTEGER),
    )
)
_GENERIC_RESOURCE = Record(
    keys=(
        Key(
            name="discrete_resource_spec",
            form=Record(
                keys=(
                    Key(name="kind", form=scalars.TEXT, zero=""),
                    Key(name="value", form=scalars.CHOSEN_UNCAST_INTEGER, zero=0),
                )
            ),
        ),
    )
)
_RESERVATIONS = Record(
    keys=(
        Key(name="cpus", form=scalars.CPUS),
        Key(name="memory", form=scalars.TEXT_SIZE),
        Key(name="devices", form=DEVICE_REQUESTS),
        Key(name="generic_resources", form=Items(item=_GENERIC_RESOURCE, distinct=False)),
    )
)
DEPLOY = Record(
    nullable=True,
    keys=(
        Key(name="mode", form=scalars.TEXT),
        Key(name="replicas", form=scalars.SCALE),
        Key(name="labels", form=LABELS, merge=Merge.PAIRS, unique=Identity.NAME),
        Key(name="update_config", form=_UPDATE),
        Key(name="rollback_config", form=_UPDATE),
        Key(
            name="resources",
            form=Record(
                keys=(Key(name="limits", form=_LIMITS), Key(name="reservations", form=_RESERVATIONS)), always=True
            ),
        ),
        Key(
            name="restart_policy",
            form=Record(
                keys=(
                    Key(name="condition", form=scalars.TEXT),
                    Key(name="delay", form=scalars.DURATION),
                    Key(name="max_attempts", form=scalars.UNSIGNED),
                    Key(name="window", form=scalars.DURATION),
                )
            ),
        ),
        Key(
            name="placement",
            form=Record(
                keys=(
                    Key(name="constraints", form=TEXTS_AGAIN),
                    Key(
                        name="preferences",
                        form=Items(item=Record(keys=(Key(name="spread", form=scalars.TEXT),)), distinct=False),
                    ),
                    Key(name="max_replicas_per_node", form=scalars.WHOLE),
                ),
                always=True,
            ),
        ),
        Key(name="endpoint_mode", form=scalars.TEXT),
    ),
)
