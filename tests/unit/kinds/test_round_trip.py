"""From the file to the engine's form and back without a difference, for any entry that the language takes."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from runner.core.address import Address
from runner.core.state import Ref, Resource
from runner.kinds.container.options import TABLE
from runner.kinds.container.options.attachments import endpoint_config
from runner.resource.diff import diff_fields
from runner.resource.encode import encode, read_observed
from runner.resource.field import DefaultSources
from runner.resource.labels import applied_digests, ownership
from tests.unit.examples import examples
from tests.unit.kinds.entries import entries
from tests.unit.plan.case import declared
from tests.unit.plan.observed_fixtures import ENGINE

WEB = Address("container", "web")
NETWORKS = ("front", "back", "default")
POOLS = [{"subnet": "10.5.0.0/16"}, {"subnet": "fd00:5::/64"}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workflow")


def inspected(resource: Resource, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what inspect would answer for a container that was made of these values."""
    body = copy.deepcopy(encode(TABLE, values))
    networks = {name: endpoint_config(attachment) for name, attachment in values.get("networks", {}).items()}
    labels = ownership("shop", resource, applied_digests(TABLE, resource.fields), "1", file="")
    document = {
        **body,
        "Id": "0123456789abcdef",
        "Image": values["image"],
        "Name": f"/{resource.engine_name}",
        "Platform": values.get("platform"),
        "State": {"Status": "running"},
        "NetworkSettings": {"Networks": networks},
    }
    config = document.setdefault("Config", {})
    config["Labels"] = {**config.get("Labels", {}), **labels}
    answer: dict[str, Any] = json.loads(json.dumps(document))
    return answer


@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.too_slow])
@given(entry=entries())
def test_what_any_entry_writes_is_what_it_reads(folder: Path, entry: dict[str, Any]) -> None:
    sections = {
        "networks": {name: {"enable_ipv6": True, "ipam": {"config": POOLS}} for name in NETWORKS},
        "volumes": {"data": {}},
        "containers": {"web": entry},
    }
    desired = declared(
        "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in sections.items()), folder
    )
    resource = desired.resources[WEB]
    values = {name: "the id" if isinstance(value, Ref) else value for name, value in resource.fields.items()}
    document = inspected(resource, values)
    observed = read_observed(
        TABLE,
        document,
        address=WEB,
        id=document["Id"],
        name=resource.engine_name,
        labels=document["Config"]["Labels"],
        layers=DefaultSources(image={}, engine=ENGINE),
    )
    assert diff_fields(TABLE, resource.fields, observed, lambda _ref: "the id") == ()
