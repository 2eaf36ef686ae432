"""The section volumes of a swarm: each node makes its own volume of a name once a task needs it, and keeps it.

All that a swarm knows of a volume is what a mount says of it. Nobody looks after those on the nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from runner.core.inspection import Description
from runner.core.settings import Settings
from runner.core.state import Resource
from runner.core.struct import field, replace
from runner.core.values import Value, as_map
from runner.kinds.shared.describe import options_table
from runner.kinds.shared.named_resource import EXTERNAL, NAME
from runner.kinds.swarm.versions import ON_SWARM
from runner.kinds.volume import FIELDS, PROTECT, declare
from runner.resource.engine_json import canonical
from runner.resource.kind import Section
from runner.resource.labels import ADDRESS, WORKFLOW

if TYPE_CHECKING:
    from runner.core.state import DesiredState
    from runner.resource.declaration import Declaration

STAY: Final = "volumes of a swarm lie on its nodes, and stay there"
"""Why no destroy removes them."""
STAY_HELP: Final = "on each node: docker volume rm $(docker volume ls -q -f label=runner.workflow={workflow})"

_KEYS: Final = ("driver", "driver_opts", "labels")


class VolumeSettings(Settings, kw_only=True):
    """What the mounts of a volume say of it."""

    in_mounts: Mapping[str, Value] = field(default_factory=dict)
    """A part of the value of a mount: driver, driver_opts and labels; empty for an external one."""


def _declare(declaration: Declaration) -> Iterable[Resource]:
    for resource in declare(declaration):
        labels = as_map(resource.fields.get("labels"))
        own = {WORKFLOW: declaration.workflow, ADDRESS: str(resource.address), **ON_SWARM}
        said = {key: value for key, value in resource.fields.items() if key in _KEYS}
        in_mounts: Mapping[str, Any] = {} if resource.external else {**said, "labels": {**labels, **own}}
        yield replace(resource, fields={}, settings=VolumeSettings(in_mounts=in_mounts))


def volume_options(mount: Mapping[str, Value]) -> dict[str, Any]:
    """Return that part of a mount as VolumeOptions, empty if there is none.

    >>> volume_options({"driver": "nfs", "driver_opts": {"o": "ro"}, "labels": {"a": "b"}})
    {'Labels': {'a': 'b'}, 'DriverConfig': {'Name': 'nfs', 'Options': {'o': 'ro'}}}
    """
    options: dict[str, Any] = {}
    if labels := as_map(mount.get("labels")):
        options["Labels"] = dict(labels)
    if "driver" in mount or "driver_opts" in mount:
        driver = {"Name": mount.get("driver", "local"), "Options": dict(as_map(mount.get("driver_opts")))}
        options["DriverConfig"] = driver
    return options


def read_volume_options(options: Mapping[str, Any]) -> dict[str, Value]:
    """Read that part of a mount from VolumeOptions.

    >>> read_volume_options({"Labels": {"a": "b"}, "DriverConfig": {"Name": "nfs"}})
    {'driver': 'nfs', 'labels': {'a': 'b'}}
    """
    driver = options.get("DriverConfig") or {}
    found = {"driver": driver.get("Name"), "driver_opts": driver.get("Options"), "labels": options.get("Labels")}
    return {key: canonical(given) for key, given in found.items() if given}


def _describe(resource: Resource, _desired: DesiredState) -> Description:
    said = resource.settings_as(VolumeSettings).in_mounts
    facts: dict[str, Value] = {"name": resource.engine_name, "driver": said.get("driver", "local")}
    options = options_table(as_map(said.get("driver_opts")), "driver_opts.")
    return Description(facts, (options,), hints=(f"{STAY}: docker volume inspect {resource.engine_name} there",))


VOLUME = Section(
    name="volume",
    section="volumes",
    doc="Named volumes, which each node of a swarm has for itself.",
    settings=(NAME, EXTERNAL, PROTECT),
    fields=FIELDS,
    declare=_declare,
    keeps_data=True,
    describe_declared=_describe,
)
