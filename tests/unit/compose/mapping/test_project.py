"""A project as a whole: order, networks, volumes, files, names, places, secrets."""

from __future__ import annotations

from typing import Any

import pytest

from runner.core.sensitive import MASK
from tests.unit.compose.mapping.mapped_project import FILE, mapped, service, web


def test_the_head_has_version_and_name() -> None:
    result = mapped("name: tea\nservices: {web: {image: a, restart: always}}")
    assert result.data == {"version": 1, "name": "tea", "containers": {"web": {"image": "a", "restart": "always"}}}


def test_a_mapped_project_is_valid() -> None:
    result = mapped("""
name: tea
services:
  db:
    image: postgres
    restart: unless-stopped
    healthcheck: {test: [CMD, a], interval: 1m30s}
    volumes: [{type: volume, source: data, target: /data, volume: {}}]
    networks: {back: null}
    deploy: {resources: {limits: {memory: "67108864"}}, placement: {}}
  web:
    image: nginx
    restart: always
    depends_on: {db: {condition: service_healthy, required: true}}
    networks: {back: {aliases: [www], priority: 5}, default: null}
    ports: [{mode: ingress, target: 80, published: "8080", protocol: tcp}]
networks: {default: {name: tea_default, ipam: {}}, back: {name: tea_back, ipam: {}}}
volumes: {data: {name: tea_data}}
""")
    assert result.validate() == []
    assert not result.warnings


def test_a_wrong_value_that_only_runner_finds_has_its_place_in_the_compose_file() -> None:
    result = mapped("services:\n  web:\n    image: nginx\n    restart: always\n    mem_limit: '1024'\n")
    assert result.validate() == ['5: memory too low: "1024"']
    assert result.findings[0].span is not None
    assert str(result.findings[0].span) == f"{FILE}:5:16"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{condition: service_started, required: true}", "started"),
        ("{condition: service_healthy}", "healthy"),
        ("{condition: service_started, required: false}", {"condition": "started", "required": False}),
        ("{condition: service_started, restart: true}", {"condition": "started", "restart": True}),
    ],
)
def test_conditions_are_written_out(given: str, expected: Any) -> None:
    result = mapped(f"services: {{db: {{image: a}}, web: {{image: b, depends_on: {{db: {given}}}}}}}")
    assert result.data["containers"]["web"]["depends_on"] == {"db": expected}


@pytest.mark.parametrize("key", ["network_mode", "pid", "ipc"])
def test_the_namespace_of_a_service_is_that_of_its_container(key: str) -> None:
    result = mapped(f"services: {{vpn: {{image: a}}, web: {{image: b, {key}: 'service:vpn'}}}}")
    assert result.data["containers"]["web"][key] == "container:vpn"


@pytest.mark.parametrize("name", ["the-vpn", "shop-other-1"])
def test_the_namespace_of_an_own_container_is_known_by_its_name(name: str) -> None:
    services = "vpn: {image: a, container_name: the-vpn}, other: {image: a}"
    result = mapped(f"services: {{{services}, web: {{image: b, network_mode: 'container:{name}'}}}}")
    key = {"the-vpn": "vpn", "shop-other-1": "other"}[name]
    assert result.data["containers"]["web"]["network_mode"] == f"container:{key}"


def test_a_container_of_others_is_not_mistaken_for_a_service() -> None:
    result = mapped("services: {vpn: {image: a}, web: {image: b, network_mode: 'container:vpn'}}")
    assert result.errors == ['1: "vpn" is a service here, so that a container of this name is out of reach']


def test_the_mode_default_is_the_bridge() -> None:
    assert web(service("network_mode: default")) == {"network_mode": "bridge"}


def test_a_network_by_its_name_is_not_a_mode() -> None:
    assert service("network_mode: other").errors == ['1: network_mode "other" is not supported']


@pytest.mark.parametrize("mode", ["host", "none"])
def test_ports_have_no_effect_without_a_network_of_its_own(mode: str) -> None:
    result = service(f"network_mode: {mode}, ports: [{{target: 80}}]")
    assert web(result) == {"network_mode": mode}
    assert result.warnings == [f'1: ports have no effect with network_mode "{mode}"']


@pytest.mark.parametrize("mode", ["bridge", "default"])
def test_links_on_the_default_bridge_are_not_supported(mode: str) -> None:
    result = service(f"network_mode: {mode}, links: ['web:w']")
    assert result.errors == ["1: links on the default bridge are not supported"]


def test_the_network_of_the_highest_priority_is_joined_first() -> None:
    result = service("networks: {b: null, a: null, c: {priority: 5}}")
    assert list(web(result)["networks"]) == ["c", "a", "b"]


def test_the_mac_address_of_a_service_is_that_on_its_first_network() -> None:
    result = service("mac_address: '02:42:ac:11:65:43', networks: {b: null, a: {aliases: [x]}}")
    assert web(result)["networks"]["a"] == {"mac_address": "02:42:ac:11:65:43", "aliases": ["x"]}


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("type: bind, source: /a, target: /b", True),
        ("type: bind, source: /a, target: /b, bind: {create_host_path: true}", True),
        ("type: bind, source: /a, target: /b, bind: {}", False),
        ("type: bind, source: /a, target: /b, bind: {propagation: slave}", False),
    ],
)
def test_a_missing_source_is_made_where_compose_makes_it(given: str, made: bool) -> None:
    (mount,) = web(service(f"volumes: [{{{given}}}]"))["volumes"]
    assert mount["bind"]["create_host_path"] is made


def test_the_socket_comes_without_credentials() -> None:
    message = "1: containers get the engine's socket, but not the credentials for registries"
    assert service("use_api_socket: true").warnings == [message]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("entrypoint: [], command: [a]", {"entrypoint": [""], "command": ["a"]}),
        ("entrypoint: null, command: null", {}),
        ("entrypoint: [a], command: []", {"entrypoint": ["a"]}),
    ],
)
def test_empty_commands_mean_what_they_do_in_compose(given: str, expected: Any) -> None:
    assert web(service(given)) == expected


def test_an_empty_entrypoint_with_the_command_of_the_image_is_not_supported() -> None:
    assert service("entrypoint: []").errors == ["1: an empty entrypoint without a command is not supported"]


@pytest.mark.parametrize("key", ["mem_limit", "memswap_limit", "cpus", "cpu_shares", "pids_limit", "shm_size"])
def test_a_limit_of_nothing_is_none(key: str) -> None:
    assert web(service(f"{key}: '0'")) == {}


def test_a_service_may_have_no_container() -> None:
    assert web(service("scale: 0")) == {"replicas": 0}


@pytest.mark.parametrize("key", ["environment", "labels"])
def test_a_name_that_looks_like_an_extension_is_kept(key: str) -> None:
    assert web(service(f"{key}: {{x-a: '1', B: '2'}}"))[key] == ["x-a=1", "B=2"]


def test_networks_and_volumes_keep_what_they_declare() -> None:
    result = mapped("""
services: {web: {image: a, restart: always}}
networks:
  default: {name: shop_default, ipam: {}}
  a: {name: other, driver: bridge, driver_opts: {b: c}, internal: true, attachable: true, enable_ipv4: true,
      enable_ipv6: true, labels: {d: e}, ipam: {driver: default, options: {x: y}, config: [
      {subnet: 10.1.0.0/16, gateway: 10.1.0.1, ip_range: 10.1.1.0/24, aux_addresses: {h: 10.1.0.5}}]}}
  b: {name: b, external: true, ipam: {}}
  c: {name: real, external: true, ipam: {}}
volumes:
  a: {name: shop_a}
  b: {name: other, driver: local, driver_opts: {c: d}, labels: {e: f}}
  c: {name: c, external: true}
""")
    assert result.data["networks"] == {
        "a": {
            "name": "other",
            "driver": "bridge",
            "driver_opts": {"b": "c"},
            "internal": True,
            "attachable": True,
            "enable_ipv4": True,
            "enable_ipv6": True,
            "ipam": {
                "driver": "default",
                "config": [
                    {
                        "subnet": "10.1.0.0/16",
                        "ip_range": "10.1.1.0/24",
                        "gateway": "10.1.0.1",
                        "aux_addresses": {"h": "10.1.0.5"},
                    }
                ],
            },
            "labels": {"d": "e"},
        },
        "b": {"external": True},
        "c": {"name": "real", "external": True},
    }
    assert result.data["volumes"] == {
        "a": {},
        "b": {"name": "other", "driver": "local", "driver_opts": {"c": "d"}, "labels": {"e": "f"}},
        "c": {"external": True},
    }


def test_secrets_and_configs_are_granted_so_that_everyone_in_the_container_may_read_them() -> None:
    result = mapped(
        """
services:
  web:
    image: a
    secrets: [{source: f, target: /run/secrets/f}, {source: e, target: x, uid: "5", gid: "6", mode: "0400"}]
    configs: [{source: c, target: /etc/c, mode: "0440"}, {source: v}]
secrets: {f: {name: shop_f, file: /a}, e: {name: shop_e, environment: PASSWORD}}
configs: {c: {name: shop_c, content: hello}, v: {name: shop_v, environment: MODE}, w: {file: /b}}
""",
        used={"PASSWORD": "very-secret", "MODE": "test"},
    )
    assert result.data["secrets"] == {"f": {"file": "/a"}, "e": {"variable": "PASSWORD"}}
    assert result.data["configs"] == {"c": {"content": "hello"}, "v": {"content": "test"}, "w": {"file": "/b"}}
    assert result.data["containers"]["web"]["secrets"] == [
        {"source": "f", "mode": "0444"},
        {"source": "e", "target": "x", "uid": "5", "gid": "6", "mode": "0400"},
    ]
    assert result.data["containers"]["web"]["configs"] == [
        {"source": "c", "target": "/etc/c", "mode": "0440"},
        {"source": "v"},
    ]
    assert "very-secret" in result.project.document.sensitive


def test_a_secret_of_an_unset_variable_is_an_error() -> None:
    result = mapped("services: {web: {image: a}}\nsecrets: {e: {environment: PASSWORD}}")
    assert result.errors == ['2: variable "PASSWORD" has no value']


@pytest.mark.parametrize("section", ["secrets", "configs"])
def test_a_variable_with_several_values_is_no_source_of_a_secret_or_config(section: str) -> None:
    result = mapped(f"{section}: {{s: {{environment: A}}}}", ambiguous=frozenset({"A"}))
    assert result.errors == ['1: variable "A" has different values in included projects']


def test_a_grant_of_what_is_refused_is_no_second_error() -> None:
    result = mapped(
        "services: {web: {image: a, restart: always, secrets: [{source: e}]}}\nsecrets: {e: {external: true}}"
    )
    assert result.validate() == ['2: "external" is not supported: only Swarm has external secrets and configs']


def test_sensitive_texts_are_masked_wherever_they_stand() -> None:
    result = mapped(
        "services: {web: {image: a, environment: {URL: 'http://me:very-secret@db'}}}",
        sensitive=frozenset({"very-secret"}),
    )
    path = ("containers", "web", "environment", "URL")
    assert result.project.document.masked(path) == f"http://me:{MASK}@db"
    assert path in result.project.document.sensitive_paths


def test_a_common_word_that_is_sensitive_is_looked_for_only_where_it_can_come_from_a_variable() -> None:
    text = "services: {web: {image: 'admin:17', environment: {A: 'a admin', B: '${X-}admin!', C: admin}}}"
    result = mapped(text, sensitive=frozenset({"admin"}))
    places = {path[-1] for path in result.project.document.sensitive_paths}
    assert places == {"B", "C"}


def test_dollars_are_no_variables_any_more() -> None:
    result = service("environment: {A: '${B} $C'}")
    assert web(result)["environment"] == {"A": "${B} $C"}
    assert result.project.document.textual(("containers", "web", "environment", "A")) == "${B} $C"


def test_a_name_that_is_too_long_is_reported_once() -> None:
    result = mapped(f"services: {{web: {{image: a, restart: always}}}}\nname: {'a' * 64}")
    assert result.validate() == ["2: the project's name has 64 characters, 63 are supported"]


@pytest.mark.parametrize("name", ["x-web", "_web", ".web"])
def test_a_name_that_the_language_has_no_place_for_is_not_supported(name: str) -> None:
    assert mapped(f"services: {{{name}: {{image: a}}}}").errors == [f'1: the name "{name}" is not supported']


def test_names_with_dots_and_capitals_are_taken() -> None:
    result = mapped("services: {peer0.Org1: {image: a, restart: always}}")
    assert result.validate() == []


def test_a_service_of_a_provider_is_not_waited_for() -> None:
    services = "ai: {provider: {type: model}}, web: {image: a, restart: always, depends_on: {ai: {}}}"
    result = mapped(f"services: {{{services}}}")
    assert result.data["containers"] == {"web": {"image": "a", "restart": "always"}}
    assert len(result.errors) == 1


def test_services_that_are_off_are_left_alone() -> None:
    assert mapped("services: {web: {image: a}}", off=frozenset({"debug"})).project.left_alone == {"debug"}
