"""Records of runner's own on a swarm: what is written through one manager is read through any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from runner.core.errors import Conflict, NotFound, Rejected
from runner.core.label_store import RecordStore
from tests.harness.swarm import Swarm
from tests.harness.workflow import open_gateway


@pytest.fixture
def stores(swarm: Swarm) -> Iterator[list[RecordStore]]:
    """The records as each manager has them."""
    with ExitStack() as opened:
        yield [opened.enter_context(open_gateway(node.url)).swarm.records for node in swarm.nodes]


@pytest.fixture
def name(stores: list[RecordStore], workflow_name: str) -> Iterator[str]:
    """A name that is longer than that of a config may be, with characters that it can't have."""
    name = f"runner.good.{workflow_name}.container.{'long-' * 12}[0]"
    yield name
    stores[0].remove(name)


def test_a_record_is_there_for_all_as_soon_as_it_is_made(stores: list[RecordStore], name: str) -> None:
    for writer in stores:
        writer.create(name, {"runner.workflow": "shop", "a": "b"})
        for reader in stores:
            found = {record.name: record.labels for record in reader.list()}
            assert found[name] == {"runner.workflow": "shop", "a": "b"}
        writer.remove(name)
        assert not any(record.name == name for reader in stores for record in reader.list())
        writer.remove(name)


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n", b'{"a": 1}', bytes(range(256)), b"x" * 1_000_000])
def test_its_content_is_what_was_written(stores: list[RecordStore], name: str, data: bytes) -> None:
    stores[0].create(name, {}, data)
    assert stores[1].data(name) == data


def test_records_are_dated_in_the_order_in_which_they_are_made(stores: list[RecordStore], name: str) -> None:
    made = [store.create(f"{name}.{number}", {}) for number, store in enumerate(stores)]
    dates = {record.name: record.created for record in stores[0].list()}
    assert made == sorted(made, key=dates.__getitem__)
    for one in made:
        stores[0].remove(one)


def test_the_same_one_again_is_no_conflict_and_another_one_is(stores: list[RecordStore], name: str) -> None:
    stores[0].create(name, {"a": "b"}, b"one")
    stores[1].create(name, {"a": "b"}, b"one")
    for labels, data in (({"a": "b"}, b"two"), ({"a": "c"}, b"one"), ({}, b"one")):
        with pytest.raises(Conflict):
            stores[2].create(name, labels, data)
    assert stores[0].data(name) == b"one"


def test_what_can_not_be_kept_is_refused(stores: list[RecordStore], name: str) -> None:
    with pytest.raises(Rejected):
        stores[0].create(name, {}, b"x" * 1_024_000)
    with pytest.raises(NotFound):
        stores[0].data(name)
