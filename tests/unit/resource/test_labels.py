"""What runner writes on the engine about a resource, and what it makes of damaged or foreign labels."""

from __future__ import annotations

import pytest

from runner.core.address import Address
from runner.core.state import Dependency, LateText, Ref, Resource
from runner.core.values import UNKNOWN
from runner.kinds.container.options import FIELDS
from runner.resource.labels import (
    ADDRESS,
    APPLIED,
    FILE,
    NEEDS,
    PROTECT,
    WORKFLOW,
    applied_digests,
    creation_labels,
    is_digest,
    owned_address,
    ownership,
    read_applied,
    read_file,
    read_needs,
    read_sensitive,
    recorded_key,
    without_own,
)

WEB = Address("container", "web", 2)
SECRET = "correct horse battery staple"


def labels_of(resource: Resource) -> dict[str, str]:
    return ownership("shop", resource, applied_digests(FIELDS, resource.fields), "1.0", file="")


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
    applied = applied_digests(FIELDS, {"user": Ref(WEB), "hostname": UNKNOWN})
    assert is_digest(applied["user"], Ref(WEB))
    assert not is_digest(applied["user"], Ref(Address("container", "web")))
    assert applied["hostname"] == ""


def test_equal_sensitive_values_have_digests_of_their_own():
    fields = {"environment": {"A": "1", "B": "1", "C": "1"}, "user": "1"}
    digests = applied_digests(FIELDS, fields, frozenset({"environment.A", "environment.B", "user"}))
    environment = digests["environment"]
    assert isinstance(environment, dict)
    assert len({environment["A"], environment["B"], environment["C"], digests["user"]}) == 4
    assert all(is_digest(digest, "1") for digest in (*environment.values(), digests["user"]))
    assert not is_digest(environment["A"], "2")


def test_a_known_digest_of_the_same_sensitive_value_stays():
    fields, places = {"environment": {"A": "1"}}, frozenset({"environment.*"})
    first = applied_digests(FIELDS, fields, places)
    assert applied_digests(FIELDS, fields, places, known=first) == first
    assert applied_digests(FIELDS, {"environment": {"A": "2"}}, places, known=first) != first


def test_sensitive_keys_are_kept_as_digests_and_found_again():
    recorded = applied_digests(FIELDS, {"labels": {"key-of-mine": "1"}}, frozenset({"labels.*"}))["labels"]
    assert isinstance(recorded, dict)
    assert "key-of-mine" not in recorded
    assert recorded_key(recorded, "key-of-mine") in recorded
    assert recorded_key(recorded, "another") is None


def test_a_record_without_places_is_one_of_an_older_runner():
    labels = labels_of(Resource(WEB, "shop-web-2", sensitive_places=frozenset({"user"})))
    assert read_sensitive(labels) == {"user"}
    assert read_sensitive({APPLIED: "{}"}) is None
    assert read_sensitive({}) == frozenset()


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


def test_the_file_is_on_record_where_there_is_one_and_read_fit_for_a_terminal() -> None:
    resource = Resource(Address("volume", "data"), "shop_data")
    assert read_file(ownership("shop", resource, {}, "1.0", file="here:/a.yaml")) == "here:/a.yaml"
    assert FILE not in ownership("shop", resource, {}, "1.0", file="")
    assert read_file({}) == ""
    assert read_file({FILE: "here:/a\x1b[2J\n"}).isprintable()


def test_references_in_labels_for_others_are_resolved_before_the_text_is_digested() -> None:
    ref = Ref(Address("container", "db"))
    late = {"image": LateText((ref,)), "hash": LateText(("<", ref, ">"), is_digested=True), "plain": "text"}
    resource = Resource(Address("container", "web"), "shop-web-1", creation_labels=late)

    assert creation_labels(resource, lambda _: "id") == {
        "image": "id",
        "hash": "657db3b70a5ef1d3716fe0c130fc6b6ac051711dcf0d9544090e956eef98b74d",
        "plain": "text",
    }
