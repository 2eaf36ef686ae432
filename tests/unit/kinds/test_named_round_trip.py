"""Networks and volumes from the file to the engine's form and back, for any entry that the language takes."""

from __future__ import annotations

import json
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from runner.core.address import Address
from runner.core.state import ObservedResource, Resource
from runner.kinds import CATALOG
from runner.resource.diff import diff_fields
from runner.resource.encode import encode, read_observed
from runner.resource.field import DefaultSources
from runner.resource.labels import applied_digests, ownership
from tests.unit.kinds.named_entries import NETWORKS, VOLUMES
from tests.unit.plan.case import declared
from tests.unit.plan.observed_fixtures import ENGINE

NETWORK, VOLUME = Address("network", "it"), Address("volume", "it")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workflow")


def read(folder: Path, address: Address, entry: dict[str, Any]) -> Resource:
    """Declare one entry and return its resource."""
    text = f"{CATALOG[address.kind].section}: {json.dumps({address.name: entry}, ensure_ascii=False)}\n"
    return declared(text, folder).resources[address]


def made(resource: Resource) -> ObservedResource:
    """Return what is found on an engine that made it, and that fills in what engines do."""
    kind = CATALOG[resource.address.kind]
    body = json.loads(json.dumps(encode(kind.fields, resource.fields)))
    labels = ownership("shop", resource, applied_digests(kind.compared, resource.fields), "1", file="")
    document = {
        **body,
        "Driver": body.get("Driver") or ("bridge" if kind.name == "network" else "local"),
        "Name": resource.engine_name,
        "Options": body.get("Options") or None,
        "Labels": {**body.get("Labels", {}), **labels},
    }
    if kind.name == "network":
        switches = {key: body.get(key, False) for key in ("Internal", "Attachable", "EnableIPv6")}
        document.update(switches, IPAM=filled_in(body.get("IPAM") or {}))
    return read_observed(
        kind.compared,
        document,
        address=resource.address,
        id="1",
        name=resource.engine_name,
        labels=document["Labels"],
        layers=DefaultSources(image={}, engine=ENGINE),
    )


def filled_in(ipam: dict[str, Any]) -> dict[str, Any]:
    """Add what the engine chooses: a gateway for each pool, and IPv4 addresses where only others are asked for."""
    pools = [{"Gateway": str(ip_network(pool["Subnet"])[1]), **pool} for pool in ipam.get("Config") or ()]
    if not any(ip_network(pool["Subnet"]).version == 4 for pool in pools):
        pools.insert(0, {"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"})
    return {"Driver": ipam.get("Driver") or "default", "Options": ipam.get("Options") or None, "Config": pools}


def differences(resource: Resource, observed: ObservedResource) -> list[str]:
    found = diff_fields(CATALOG[resource.address.kind].compared, resource.fields, observed, lambda _ref: None)
    return [f"{one.path}: {one.before} -> {one.after}" for one in found]


@given(entry=NETWORKS)
def test_what_any_network_writes_is_what_it_reads(folder: Path, entry: dict[str, Any]) -> None:
    network = read(folder, NETWORK, entry)
    assert differences(network, made(network)) == []


@given(entry=VOLUMES)
def test_what_any_volume_writes_is_what_it_reads(folder: Path, entry: dict[str, Any]) -> None:
    volume = read(folder, VOLUME, entry)
    assert differences(volume, made(volume)) == []
