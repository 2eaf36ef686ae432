"""What services build and pull."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.compose.mapping.mapped_project import mapped


def test_an_image_without_a_policy_is_named_in_place() -> None:
    result = mapped("services: {web: {image: 'nginx:1'}}")
    assert "images" not in result.data
    assert result.data["containers"]["web"]["image"] == "nginx:1"


@pytest.mark.parametrize("policy", ["always", "never"])
def test_a_pull_policy_makes_an_entry_of_images(policy: str) -> None:
    result = mapped(f"services: {{web: {{image: nginx, pull_policy: {policy}}}}}")
    assert result.data["images"] == {"web": {"reference": "nginx", "pull": policy}}
    assert result.data["containers"]["web"]["image"] == "web"


@pytest.mark.parametrize("policy", ["missing", "build"])
def test_the_usual_pull_policies_need_no_entry(policy: str) -> None:
    assert "images" not in mapped(f"services: {{web: {{image: nginx, pull_policy: {policy}}}}}").data


def test_a_periodic_pull_is_not_supported() -> None:
    result = mapped("services:\n  web:\n    image: nginx\n    pull_policy: every_12h")
    assert result.errors == ['4: pull_policy "every_12h" is not supported']


def test_a_build_without_image_gets_the_name_that_compose_gives() -> None:
    result = mapped("services: {web: {build: {context: /a, dockerfile: Dockerfile}}}")
    assert result.data["images"] == {"web": {"build": {"context": "/a"}}}
    assert result.data["containers"]["web"]["image"] == "web"


def test_a_build_with_image_is_tagged_so() -> None:
    result = mapped("services: {web: {image: 'a:1', build: {context: /a, dockerfile: b, tags: ['a:2']}}}")
    assert result.data["images"]["web"] == {
        "build": {"context": "/a", "dockerfile": "b"},
        "tag": "a:1",
        "tags": ["a:2"],
    }


BUILDS: list[tuple[str, dict[str, Any]]] = [
    ("dockerfile_inline: FROM a", {"dockerfile_inline": "FROM a"}),
    ("args: {A: '1', B: null}", {"args": {"A": "1", "B": None}}),
    ("ssh: [default]", {"ssh": ["default"]}),
    ("labels: {a: b}", {"labels": {"a": "b"}}),
    ("cache_from: [a]", {"cache_from": ["a"]}),
    ("cache_to: [type=inline]", {"cache_to": ["type=inline"]}),
    ("no_cache: true", {"no_cache": True}),
    ("additional_contexts: {a: ./b}", {"additional_contexts": {"a": "./b"}}),
    ("pull: true", {"pull": True}),
    ("extra_hosts: [a=1.1.1.1]", {"extra_hosts": ["a=1.1.1.1"]}),
    ("network: host", {"network": "host"}),
    ("target: a", {"target": "a"}),
    ("secrets: [{source: a, target: b}]", {"secrets": [{"source": "a", "target": "b"}]}),
    ("shm_size: '1024'", {"shm_size": "1024"}),
    ("platforms: [linux/arm64]", {"platform": "linux/arm64"}),
    ("provenance: 'false'", {}),
]


@pytest.mark.parametrize(("given", "expected"), BUILDS)
def test_a_key_of_a_build_becomes_a_key_of_its_image(given: str, expected: dict[str, Any]) -> None:
    result = mapped(f"services: {{web: {{build: {{context: /a, {given}}}}}}}")
    assert result.data["images"]["web"]["build"] == {"context": "/a", **expected}
    assert not result.findings


def test_the_platform_of_a_service_is_that_of_its_build() -> None:
    result = mapped("services: {web: {platform: linux/arm64, build: {context: /a, platforms: [a/b, linux/arm64]}}}")
    assert result.data["images"]["web"]["build"]["platform"] == "linux/arm64"
    assert not result.errors


def test_a_build_for_several_platforms_is_not_supported() -> None:
    result = mapped("services: {web: {build: {context: /a, platforms: [linux/arm64, linux/amd64]}}}")
    assert result.errors == ["1: a build for several platforms is not supported"]


def test_a_service_uses_what_another_one_builds() -> None:
    result = mapped("services: {web: {image: 'a:1', build: {context: /a}}, api: {image: 'docker.io/library/a:1'}}")
    assert result.data["containers"]["api"]["image"] == "web"


def test_services_share_a_build_of_one_name() -> None:
    build = "{image: a, build: {context: /a}}"
    result = mapped(f"services: {{web: {build}, api: {build}}}")
    assert list(result.data["images"]) == ["web"]
    assert result.data["containers"]["api"]["image"] == "web"
    assert not result.errors


def test_two_builds_of_one_name_are_not_supported() -> None:
    result = mapped("services: {web: {image: a, build: {context: /a}}, api: {image: a, build: {context: /b}}}")
    assert result.errors == ['1: "a:latest" is built in another way for web']


def test_an_image_is_not_taken_for_a_build_of_the_same_name() -> None:
    result = mapped("services: {nginx: {image: 'shop/nginx', build: {context: /a}}, web: {image: nginx}}")
    assert result.data["containers"]["web"]["image"] == "nginx:latest"
    assert result.data["containers"]["nginx"]["image"] == "nginx"


def test_the_context_of_another_service_is_its_image() -> None:
    contexts = "additional_contexts: {a: 'service:built', b: 'service:pulled'}"
    result = mapped(
        f"services: {{web: {{build: {{context: /a, {contexts}}}}}, built: {{build: {{context: /b}}}},"
        " pulled: {image: 'nginx:1'}}"
    )
    found = result.data["images"]["web"]["build"]["additional_contexts"]
    assert found == {"a": "image:built", "b": "docker-image://nginx:1"}


def test_a_remote_context_is_reported_once() -> None:
    result = mapped("services: {web: {restart: always, build: {context: 'https://a/b.git'}}}")
    assert result.validate() == ["1: a remote build context is not supported"]


def test_a_service_in_capitals_can_not_name_its_image() -> None:
    result = mapped("services: {Web: {build: {context: /a}}}")
    assert result.errors == ['1: not the name of an image: "shop-Web:latest"']


def test_a_cache_in_a_folder_is_ignored() -> None:
    result = mapped("services: {web: {build: {context: /a, cache_from: ['type=local,src=/c', b]}}}")
    assert result.data["images"]["web"]["build"]["cache_from"] == ["b"]
    assert result.warnings == ["1: a cache in a folder is ignored"]
