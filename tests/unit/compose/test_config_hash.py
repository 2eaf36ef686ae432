"""The hashes are those that Docker Compose 2.40.3 put on containers, networks and volumes of an engine."""

from __future__ import annotations

from runner.compose.config_hash import digest, network_hash, service_text, volume_hash

SERVICE = {
    "command": ["sleep", "infinity"],
    "entrypoint": None,
    "environment": {"DOLLAR": "a$b<>&", "EE": "1", "Z": "1"},
    "image": "busybox:stable",
    "networks": {"default": None},
    "volumes": [{"type": "volume", "source": "vv", "target": "/v", "volume": {}}],
}


def test_a_service_is_hashed_as_go_writes_it() -> None:
    assert digest(service_text(SERVICE)) == "fe999af7485841b961744e068edd7198be1bf637cc4d88f566840a462b1cead0"


def test_what_changes_no_container_is_no_part_of_the_hash() -> None:
    more = {"build": {"context": "/a"}, "depends_on": {}, "profiles": ["a"], "pull_policy": "build", "scale": 2}

    assert service_text({**more, **SERVICE}) == service_text(SERVICE)
    assert '"deploy":{"resources":{}}' in service_text({"deploy": {"replicas": 2, "resources": {}}})


def test_whole_numbers_have_no_fraction() -> None:
    assert service_text({"cpus": 2.0, "deploy": {"resources": {"limits": {"cpus": 0.5}}}}) == (
        '{"cpus":2,"deploy":{"resources":{"limits":{"cpus":0.5}}}}'
    )


def test_a_network_is_hashed_whole() -> None:
    network = {
        "name": "envs_default",
        "driver_opts": {"a": "b"},
        "ipam": {"config": [{"subnet": "10.99.0.0/24"}]},
        "labels": {"x": "y"},
    }

    assert network_hash(network) == "ca1fbb4ec835a4406ee62b7d8641d5205ebf1073856b045e0932e3a48c8b8001"


def test_a_volume_is_hashed_with_the_usual_driver_at_its_place() -> None:
    volume = {"name": "envs_vv", "driver_opts": {"device": "tmpfs", "type": "tmpfs"}, "labels": {"a": "b"}}

    assert volume_hash(volume) == "6aee0d4142ac5924462f4435bd99c643fde2aaf0f866849529064f32915e8085"
    assert volume_hash({**volume, "driver": "local"}) == volume_hash(volume)
