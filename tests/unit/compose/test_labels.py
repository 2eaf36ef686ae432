"""Compose's labels on what is made from a Compose file, apart from what only an engine knows."""

from __future__ import annotations

from pathlib import Path

from runner.app.load import load
from runner.app.source import Source
from runner.app.workspace import Workspace
from runner.compose.config_hash import digest
from runner.core.address import Address
from runner.core.state import LateText, Ref
from runner.document.access import Access
from runner.document.root import ANYWHERE
from runner.resource import compose_labels as names

TEXT = """
name: shop
services:
  web: {image: "nginx:1", network_mode: "service:db", depends_on: {job: {condition: service_completed_successfully}}}
  db: {image: "nginx:1", scale: 2, volumes: ["data:/data"], networks: [back, theirs]}
  job: {build: .}
volumes: {data: {}}
networks: {back: {}, theirs: {external: true}}
"""


def labels_in(folder: Path, text: str = TEXT) -> dict[Address, dict[str, str | LateText]]:
    (folder / "Dockerfile").write_text("FROM nginx:1\n")
    (folder / "compose.yaml").write_text(text)
    workspace = Workspace(environ={}, access=Access(ANYWHERE))
    desired = load(Source(str(folder / "compose.yaml")), workspace).desired
    return {address: dict(one.creation_labels) for address, one in desired.resources.items() if one.creation_labels}


def test_everything_of_the_project_says_so(tmp_path: Path) -> None:
    found = labels_in(tmp_path)

    assert {str(address) for address in found} == {
        "container.web",
        "container.db",
        "container.db[2]",
        "job.job",
        "image.job",
        "volume.data",
        "network.back",
        "network.default",
    }
    assert all(labels[names.PROJECT] == "shop" for labels in found.values())
    assert found[Address("container", "db", 2)][names.NUMBER] == "2"
    assert found[Address("volume", "data")][names.VOLUME] == "data"
    web = found[Address("container", "web")]
    assert web[names.DEPENDS_ON] == "db:service_started:true,job:service_completed_successfully:false"
    assert (web[names.FOLDER], web[names.FILES]) == (str(tmp_path), str(tmp_path / "compose.yaml"))


def test_what_only_an_engine_knows_is_filled_in_at_creation(tmp_path: Path) -> None:
    web = labels_in(tmp_path)[Address("container", "web")]

    assert web[names.IMAGE] == LateText((Ref(Address("image", "nginx:1")),))
    config_hash = web[names.CONFIG_HASH]
    assert isinstance(config_hash, LateText)
    assert config_hash.is_digested
    assert Ref(Address("container", "db"), "namespace") in config_hash.parts


def test_what_compose_makes_of_the_engines_socket_is_part_of_the_hash(tmp_path: Path) -> None:
    text = "name: shop\nservices: {b: {image: busybox, use_api_socket: true}}"
    hashes = {labels[names.CONFIG_HASH] for labels in labels_in(tmp_path, text).values() if names.SERVICE in labels}

    assert hashes == {"d6575c07861a3798c9deb5dc58f51b6d6f98b44cd6505af0e75927d99cda29cb"}


def test_the_names_of_label_files_are_part_of_the_hash(tmp_path: Path) -> None:
    (tmp_path / "labels").write_text("A=b")
    text = "name: shop\nservices: {web: {image: nginx, label_file: labels}}"
    hashes = {labels[names.CONFIG_HASH] for labels in labels_in(tmp_path, text).values() if names.SERVICE in labels}

    assert hashes == {
        digest(
            f'{{"command":null,"entrypoint":null,"image":"nginx","labels":{{"A":"b"}},"label_file":["{tmp_path}/labels"],'
            '"networks":{"default":null}}'
        )
    }
