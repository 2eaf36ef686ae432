"""What runner writes on the engine about a resource, and what it makes of damaged or foreign labels."""

from __future__ import annotations

import pytest

from runner.core.address import Address
from runner.core.state import Dependency, Ref, Resource
from runner.core.values import UNKNOWN
from runner.kinds.container.options import FIELDS
from runner.resource.labels import (
    ADDRESS,
    APPLIED,
    NEEDS,
    PROTECT,
    WORKFLOW,
    applied_digests,
    digest_of,
    owned_address,
    ownership,
    read_applied,
    read_needs,
    without_own,
)

WEB = Address("container", "web", 2)
SECRET = "correct horse battery staple"


def labels_of(resource: Resource) -> dict[str, str]:
    return ownership("shop", resource, applied_digests(FIELDS, resource.fields), "1.0")


def test_labels_tell_whose_it_is_and_what_it_rests_on():
    resource = Resource(WEB, "shop-web-2", depends_on=(Dependency(Address("network", "front")), Dependency(WEB)))
    labels = labels_of(resource)
    assert owned_address(labels, "shop") == WEB
    assert owned_address(labels, "blog") is None
    assert read_needs(labels) == {Address("network", "front"), WEB}
    assert PROTECT not in labels


def test_labels_never_hold_a_value():
    labels = labels_of(Resource(WEB, "shop-web-2", fields={"environment": {"PASSWORD": SECRET}, "user": SECRET}))
    assert SECRET not in "".join(labels.values())
    assert read_applied(labels).keys() == {"environment", "user"}


def test_digests_tell_one_entry_of_a_map_from_another():
    first = applied_digests(FIELDS, {"environment": {"A": "1", "B": "1"}})["environment"]
    second = applied_digests(FIELDS, {"environment": {"A": "1", "B": "2"}})["environment"]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert first["A"] == second["A"]
    assert first["B"] != second["B"]


def test_a_reference_is_digested_by_what_it_names():
    assert digest_of(Ref(WEB)) == digest_of(Ref(WEB)) != digest_of(Ref(Address("container", "web")))
    assert digest_of(UNKNOWN) == ""


@pytest.mark.parametrize("text", [None, "", "{", "[]", "3", '"x"', '["x"]'])
def test_a_damaged_record_counts_as_nothing_known(text: str | None):
    labels = {} if text is None else {APPLIED: text, NEEDS: text}
    assert read_applied(labels) == {}
    assert read_needs(labels) == frozenset()


@pytest.mark.parametrize("text", ["", "web", "container", "container."])
def test_what_has_no_address_is_nobodys(text: str):
    assert owned_address({WORKFLOW: "shop", ADDRESS: text}, "shop") is None


def test_labels_of_runners_own_are_never_compared():
    assert without_own({"runner.workflow": "shop", "team": "a"}) == {"team": "a"}
    assert without_own(None) == {}
