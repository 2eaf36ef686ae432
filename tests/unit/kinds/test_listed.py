"""What lists alone tell: owner, address, health and leftovers of everything that workflows have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from runner.core.address import Address
from runner.kinds import CATALOG
from runner.kinds.container.listed import read_listed_health
from runner.resource.census import EngineLists, OwnedResource


def listed(**lists: list[Mapping[str, Any]]) -> EngineLists:
    """Return the lists of an engine; those that aren't given are empty."""
    made = EngineLists(cast("Any", None))
    vars(made).update({"containers": [], "images": [], "networks": [], "volumes": [], **lists})
    return made


def labels(address: str, workflow: str = "shop") -> dict[str, str]:
    return {"runner.workflow": workflow, "runner.address": address, "runner.file": "laptop:/shop/workflow.yaml"}


def container(name: str, address: str, state: str = "running", status: str = "Up 2 minutes") -> dict[str, Any]:
    id = f"id-{name}"
    return {
        "Id": id,
        "Names": [f"/{name}"],
        "State": state,
        "Status": status,
        "Created": 1_700_000_000,
        "Labels": labels(address),
    }


def owned(kind: str, lists: EngineLists) -> list[OwnedResource]:
    return list(CATALOG[kind].list_owned(lists))


@pytest.mark.parametrize(
    ("state", "status", "health", "code"),
    [
        ("running", "Up 2 minutes", None, None),
        ("running", "Up 2 minutes (healthy)", "healthy", None),
        ("running", "Up 2 minutes (unhealthy)", "unhealthy", None),
        ("running", "Up 2 seconds (health: starting)", "starting", None),
        ("exited", "Exited (137) 3 hours ago", None, 137),
        ("restarting", "Restarting (1) 2 seconds ago", None, 1),
        ("created", "Created", None, None),
        ("running", "", None, None),
    ],
)
def test_health_is_read_from_the_words_of_the_list(state: str, status: str, health: str | None, code: int | None):
    found = read_listed_health({"State": state, "Status": status})
    assert (found.phase, found.health, found.exit_code) == (state, health, code)


def test_of_several_with_one_address_the_one_with_the_real_name_counts():
    lists = listed(
        containers=[
            container("shop-web-1.new", "container.web"),
            container("shop-web-1.old", "container.web"),
            container("shop-web-1", "container.web"),
            container("shop-db-1.old", "container.db"),
            container("shop-db-1.starting", "container.db"),
            container("shop-once-1.starting", "container.once"),
            container("shop-api-1.new", "container.api", "created", "Created"),
            container("shop-dead-1", "container.dead", "dead", "Dead"),
        ]
    )
    found = [(str(one.address), one.abandoned) for one in owned("container", lists)]
    assert found == [
        ("container.web", False),
        ("container.web", True),
        ("container.db", False),
        ("container.db", True),
        ("container.once", False),
        ("container.web", True),
        ("container.api", True),
        ("container.dead", True),
    ]


def test_a_job_has_its_outcome_also_when_only_its_record_is_left():
    record = {"Name": "runner.applied.x.1", "Labels": {**labels("job.pruned"), "runner.job": "gone"}}
    lists = listed(
        containers=[
            container("shop-seed-1", "job.seed", "exited", "Exited (0) 1 hour ago"),
            container("shop-bad-1", "job.bad", "exited", "Exited (3) 1 hour ago"),
        ],
        volumes=[record],
    )
    found = {one.address.name: one.health.phase for one in owned("job", lists) if one.health}
    assert found == {"seed": "succeeded", "bad": "failed", "pruned": "succeeded"}
    assert owned("container", lists) == []
    assert owned("volume", lists) == [], "a record is no volume of the user's"


def test_what_was_adopted_counts_by_its_record():
    foreign = {"Name": "theirs", "Labels": {}, "CreatedAt": "2026-02-03T04:05:06Z"}
    record = {"Name": "runner.applied.y.1", "Labels": {**labels("volume.data"), "runner.volume": "theirs"}}
    [found] = owned("volume", listed(volumes=[foreign, record]))
    assert (found.workflow, found.address, found.file) == (
        *("shop", Address("volume", "data")),
        "laptop:/shop/workflow.yaml",
    )
    assert owned("network", listed(networks=[{"Id": "n", "Name": "bridge", "Labels": None}])) == []


def test_an_image_is_known_by_its_tags_and_its_workflow_by_the_labels_of_others():
    tags = ["runner.cache/my-shop-1f2e/app:a.b", "runner.cache/my-shop-1f2e/app:c.d", "shop:1.0", "runner.cache/odd:x"]
    [found] = owned("image", listed(images=[{"Id": "i", "RepoTags": tags}, {"Id": "j", "RepoTags": None}]))
    assert (found.workflow, str(found.address)) == ("my-shop-1f2e", "image.app")


@pytest.mark.parametrize("broken", ["", "container", "container.", "nothing at all", "job.x"])
def test_a_label_that_is_no_address_makes_nothing_of_it(broken: str):
    assert owned("container", listed(containers=[container("x", broken)])) == []
