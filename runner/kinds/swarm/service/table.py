"""The table of a service: rows of containers by their second binding, and what runner itself keeps track of."""

from __future__ import annotations

from typing import Final

from runner.core.plan import Effect
from runner.core.values import Value
from runner.kinds.container.declare.settings import SETTINGS as OF_CONTAINERS
from runner.kinds.container.options import FIELDS as OPTIONS
from runner.resource.engine_json import Binding, Body, at
from runner.resource.field import Field, Setting
from runner.resource.scalars import TEXT
from runner.resource.service_table import for_service, settings_for_service

STATE_KEY: Final = "State"
"""The key under which a document has the state of the service's tasks, which no spec has."""
ROWS: Final[tuple[Field | Setting, ...]] = (*OPTIONS, *OF_CONTAINERS)
"""All keys of `containers`."""
FIELDS: Final = for_service(ROWS)
SETTINGS: Final = settings_for_service(ROWS)


def _not_written(_value: Value, _spec: Body) -> None:
    """Leave the spec unchanged: the tasks alone tell."""


NAME: Final = Field(name="name", codec=TEXT, doc="Its name on the swarm.", examples=("", ""), bind=at("Name"))
STATE: Final = Field(
    name="state",
    codec=TEXT,
    doc="Whether its tasks run.",
    examples=("", ""),
    bind=Binding(_not_written, lambda document: str(document[STATE_KEY])),
    on_change=Effect.UPDATE,
)
INTERNAL_FIELDS: Final = (NAME, STATE)
"""Fields that runner itself sets for every service."""
TABLE: Final = (*FIELDS, *INTERNAL_FIELDS)
"""All fields that are compared with the swarm."""
