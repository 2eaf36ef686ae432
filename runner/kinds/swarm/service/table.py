"""The table of a service: rows of containers by their second binding, and what runner itself keeps track of."""

from __future__ import annotations

from runner.core.plan import Effect
from runner.core.values import Value
from runner.kinds.container.declare.settings import SETTINGS as SETTINGS_OF_CONTAINERS
from runner.kinds.container.options import FIELDS as FIELDS_OF_CONTAINERS
from runner.resource.engine_json import Binding, Body, at
from runner.resource.field import Field, Setting
from runner.resource.scalars import TEXT
from runner.resource.service_table import for_service, settings_for_service

ROWS: tuple[Field | Setting, ...] = (*SETTINGS_OF_CONTAINERS, *FIELDS_OF_CONTAINERS)
"""All keys of the section, those included that no service can have."""

FIELDS = for_service(ROWS)
SETTINGS = settings_for_service(ROWS)

STATE_KEY = "State"
"""The key under which a document has the state of the service's tasks, which no spec has."""


def _not_written(_value: Value, _spec: Body) -> None:
    """Leave the spec unchanged: the tasks alone tell."""


NAME = Field(
    name="name",
    codec=TEXT,
    doc="Its name on the swarm, which cannot be changed.",
    examples=("", ""),
    bind=at("Name"),
)
STATE = Field(
    name="state",
    codec=TEXT,
    doc="Whether its tasks run.",
    examples=("", ""),
    bind=Binding(_not_written, lambda document: str(document[STATE_KEY])),
    on_change=Effect.UPDATE,
)
INTERNAL_FIELDS = (NAME, STATE)
"""Fields that runner itself sets for every service."""

TABLE = (*FIELDS, *INTERNAL_FIELDS)
"""All fields that are compared with the swarm."""
