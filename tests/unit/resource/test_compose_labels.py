"""Which declared replica a container is, by the labels of Docker Compose."""

from __future__ import annotations

from runner.core.address import Address
from runner.core.state import Resource
from runner.resource.compose_labels import NUMBER, ONE_OFF, PROJECT, SERVICE, match


def declared(service: str, *numbers: int) -> list[Resource]:
    return [
        Resource(
            Address("container", service, number), f"shop-{service}-{number}", creation_labels=labels(service, number)
        )
        for number in numbers
    ]


def labels(service: str, number: int, *, project: str = "shop", one_off: str = "False") -> dict[str, str]:
    return {PROJECT: project, SERVICE: service, ONE_OFF: one_off, NUMBER: str(number)}


def test_each_is_the_replica_of_its_number() -> None:
    found = {"a": labels("web", 2), "b": labels("web", 1), "c": labels("db", 1)}

    assert match(found, [*declared("web", 1, 2), *declared("db", 1)]) == {
        "a": Address("container", "web", 2),
        "b": Address("container", "web", 1),
        "c": Address("container", "db", 1),
    }


def test_where_numbers_are_missing_the_next_ones_take_their_places() -> None:
    found = {"c": labels("web", 5), "b": labels("web", 3), "a": labels("web", 2)}

    assert match(found, declared("web", 1, 2)) == {
        "a": Address("container", "web", 2),
        "b": Address("container", "web", 1),
    }


def test_one_offs_and_other_projects_are_nobody() -> None:
    found = {"a": labels("web", 1, one_off="True"), "b": labels("web", 1, project="blog"), "c": {}}

    assert match(found, declared("web", 1)) == {}


def test_what_has_no_labels_of_compose_is_not_looked_for() -> None:
    assert match({"a": {}}, [Resource(Address("container", "web"), "shop-web-1")]) == {}
