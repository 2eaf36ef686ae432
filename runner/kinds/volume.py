"""Volumes: data that outlives what uses it."""

from __future__ import annotations

from collections.abc import Iterable

from runner.core.event import State
from runner.core.state import Resource
from runner.core.task import Task
from runner.kinds.named import EXTERNAL, NAME, VITALS, declare_named, labelled_body, sort_out
from runner.resource.body import at
from runner.resource.collections import MAP
from runner.resource.field import Field, Setting, constant
from runner.resource.kind import Declaration, Kind, Sighting, Survey, Verbs
from runner.resource.labels import LABELS, without_own
from runner.resource.scalars import BOOLEAN, word

PROTECT = Setting(name="protect", codec=BOOLEAN, doc="runner never removes it.", examples=(True,))

FIELDS = (
    Field(
        name="driver",
        codec=word("a volume driver such as local"),
        doc="The volume driver.",
        examples=("local", "nfs"),
        bind=at("Driver"),
        default=constant("local"),
    ),
    Field(
        name="driver_opts",
        codec=MAP,
        doc="Options of the driver.",
        examples=({"type": "tmpfs", "device": "tmpfs"}, {"type": "tmpfs", "device": "tmpfs", "o": "size=8m"}),
        bind=at("Options", to=dict),
        keyed=True,
    ),
    Field(
        name="labels",
        codec=LABELS,
        doc="Labels of the volume.",
        examples=({"team": "a"}, {"team": "b"}),
        bind=at("Labels", to=dict, of=without_own),
        keyed=True,
    ),
)


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Make the resource of one entry."""
    yield declare_named("volume", declaration, settings=(PROTECT,))


def observe(survey: Survey) -> Sighting:
    """Find the workflow's volumes on the engine."""
    return sort_out("volume", FIELDS, survey.gateway.volumes.list(), survey)


def create(task: Task) -> str:
    """Make the volume."""
    task.enter(State.CREATING)
    body = labelled_body(FIELDS, task)
    return task.gateway.volumes.create({**body, "DriverOpts": body.pop("Options", {})})


def delete(task: Task) -> None:
    """Remove the volume with its data."""
    task.enter(State.REMOVING)
    task.gateway.volumes.remove(task.observed.engine_name)


VOLUME = Kind(
    name="volume",
    section="volumes",
    doc="Named data that outlives the containers using it.",
    settings=(NAME, EXTERNAL, PROTECT),
    fields=FIELDS,
    vitals=VITALS,
    declare=declare,
    observe=observe,
    verbs=Verbs(create=create, update=create, replace=create, delete=delete),
    in_halves=True,
    keeps_data=True,
)
