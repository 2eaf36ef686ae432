"""Projects of other people: what Compose runs is taken over as it is, changed, replaced and taken down.

Their files are no part of this repository: without RUNNER_COMPOSE_CASES these tests aren't collected.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from docker import DockerClient
from docker.errors import NotFound

from tests.harness.cli import Cli
from tests.harness.compose import Compose
from tests.harness.engine import Engine
from tests.harness.inventory import inventory
from tests.harness.stand_ins import make_granted_files, make_stand_ins

_CASES = os.environ.get("RUNNER_COMPOSE_CASES", ".")
_CHANGED = {"environment": {"RUNNER_CHANGED": "yes"}}
_PROJECTS = (
    "arcane-devcontainer",
    "arcane-tests-setup-gitops-test-repo",
    "awesome-compose-angular",
    "awesome-compose-apache-php",
    "awesome-compose-aspnet-mssql",
    "awesome-compose-django",
    "awesome-compose-elasticsearch-logstash-kibana",
    "awesome-compose-minecraft",
    "awesome-compose-nextcloud-postgres",
    "awesome-compose-nginx-flask-mysql",
    "awesome-compose-nginx-golang",
    "awesome-compose-nginx-golang-mysql",
    "awesome-compose-nginx-golang-postgres",
    "awesome-compose-nginx-wsgi-flask",
    "awesome-compose-react-java-mysql",
    "awesome-compose-react-nginx",
    "awesome-compose-sparkjava",
    "awesome-compose-wordpress-mysql",
    "compose-for-agents-akka",
    "compose-go-cli-testdata-env-file-compose-with-env-files-yaml",
    "compose-go-cli-testdata-simple-compose-name-yaml",
    "compose-go-loader-testdata-combined",
    "compose-go-loader-testdata-extends-reset-yaml",
    "compose-go-loader-testdata-extends-sibling-yaml",
    "compose-go-loader-testdata-extends-withdir",
    "compose-pkg-e2e-fixtures-attach-restart",
    "compose-pkg-e2e-fixtures-build-test-multi-args",
    "compose-pkg-e2e-fixtures-config-hash",
    "compose-pkg-e2e-fixtures-network-recreate",
    "compose-pkg-e2e-fixtures-project-volume-bind-test",
    "compose-pkg-e2e-testdata-testconfiginterpolate",
    "compose-pkg-e2e-testdata-testmacaddress",
    "compose-pkg-e2e-testdata-testportrange",
    "compose-pkg-e2e-testdata-testprestophookinerror",
    "compose-pkg-e2e-testdata-testpublishdetectsensitivedata",
    "compose-pkg-e2e-testdata-testpullimagepresentlocally",
    "compose-pkg-e2e-testdata-testrawenvfile",
    "compose-pkg-e2e-testdata-testuprecreatevolumes",
    "docker-compose-docker-compose-mysql-yml",
    "docker-compose-docker-compose-postgres-yml",
    "docker-elk-docker-compose-yml-extensions-heartbeat-heartbeat-compose-yml",
    "docker4drupal-tests-cms",
    "doco-cd-internal-secretprovider-openbao-testdata-openbao-compose-yml",
    "example-voting-app-result-docker-compose-test-yml",
    "fabric-samples-test-network-addorg3-compose-compose-org3-yaml",
    "fabric-samples-test-network-compose-compose-ca-yaml",
    "orca-cd-e2e-docker-compose-e2e-yml",
    "vulhub-aria2-rce",
    "vulhub-craftcms-cve-2025-32432",
    "vulhub-django-cve-2021-35042",
    "vulhub-gitlab-cve-2016-9086",
    "vulhub-imagemagick-cve-2016-3714",
    "vulhub-kibana-cve-2018-17246",
    "vulhub-metersphere-cve-2021-45788",
    "vulhub-owncloud-cve-2023-49103",
    "vulhub-php-php-xxe",
    "vulhub-solr-cve-2019-0193",
    "vulhub-struts2-s2-016",
    "vulhub-uwsgi-unacc",
    "vulhub-yapi-unacc",
    "vulhub-zabbix-cve-2020-11800",
)
"""The cases that run under Compose with stand-ins, on an old engine without GPUs and nothing of the host's bound."""
_MANY = int(os.environ.get("RUNNER_PROJECTS", "8"))
"""How many of them are tried, spread over the list; at least as many as there are: all."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try a share of the projects."""
    step = max(len(_PROJECTS) / _MANY, 1)
    chosen = dict.fromkeys(_PROJECTS[int(number * step)] for number in range(min(_MANY, len(_PROJECTS))))
    metafunc.parametrize("project", list(chosen), indirect=True)


class Project:
    """A copy of somebody's project, with Compose and runner to work on it."""

    def __init__(self, case: str, folder: Path, engine: Engine) -> None:
        given = Path(_CASES) / case
        index = json.loads((given.parent / "index.json").read_text())["cases"]
        row = next(one for one in index if one["case"] == case)
        shutil.copytree(given / "tree", folder / "tree")
        self.folder = folder / row["cwd"]
        self.options = tuple(row["arguments"])
        self._compose = Compose(engine, self.folder, home=folder)

    def model(self) -> dict[str, Any]:
        return dict(json.loads(self.compose("config", "--format", "json")))

    def compose(self, *arguments: str, options: tuple[str, ...] | None = None) -> str:
        """Run `docker compose` in the project's folder; return what it printed."""
        return self._compose.result(*(self.options if options is None else options), *arguments)

    def with_change(self, change: Mapping[str, Any]) -> tuple[str, ...]:
        """Write one more file for Compose to merge; return the options that name all files."""
        name = "changed-by-test.yaml"
        (self.folder / name).write_text(json.dumps(change))
        files = [] if "-f" in self.options else [one for given in self._default_files() for one in ("-f", given)]
        return (*files, *self.options, "-f", name)

    def _default_files(self) -> Iterator[str]:
        """Yield the files that are read unless some are named."""
        for stem in ("compose", "docker-compose"):
            found = [name for name in (f"{stem}.yaml", f"{stem}.yml") if (self.folder / name).exists()]
            overrides = [
                name for name in (f"{stem}.override.yaml", f"{stem}.override.yml") if (self.folder / name).exists()
            ]
            if found:
                yield from (*found[:1], *overrides[:1])
                return


class Container(NamedTuple):
    """What tells whether a container is still the one that it was."""

    service: str
    started: str
    environment: tuple[str, ...]


def containers(client: DockerClient, project: str) -> dict[str, Container]:
    """Return each of a project's containers by its id."""
    listed = client.api.containers(all=True, filters={"label": f"com.docker.compose.project={project}"})
    documents = (client.api.inspect_container(one["Id"]) for one in listed)
    return {
        one["Id"]: Container(
            one["Config"]["Labels"]["com.docker.compose.service"],
            one["State"]["StartedAt"],
            tuple(one["Config"]["Env"]),
        )
        for one in documents
    }


def untouched(before: Mapping[str, Container], after: Mapping[str, Container]) -> set[str]:
    """Return the services all of whose containers are as they were, and still run or not since then."""
    gone = {one.service for id, one in before.items() if after.get(id) != one}
    return {one.service for one in before.values()} - gone


def without_granted_files(model: Mapping[str, Any]) -> set[str]:
    """Return the services that neither secrets nor configs are mounted into, nor into what they depend on."""
    granted = {key for key, one in model["services"].items() if one.get("secrets") or one.get("configs")}
    depending = {key for key, one in model["services"].items() if granted.intersection(one.get("depends_on") or ())}
    return set(model["services"]) - granted - depending


def _stays(services: Mapping[str, Any], key: str) -> bool:
    """Return whether a service keeps running: its old container is there until a new one works."""
    waits = (one.get("depends_on", {}).get(key, {}) for one in services.values())
    return all(found.get("condition") != "service_completed_successfully" for found in waits)


@pytest.fixture
def project(
    request: pytest.FixtureRequest, tmp_path: Path, engine: Engine, docker_client: DockerClient
) -> Iterator[Project]:
    """A project that runs under Compose, with stand-ins for its images; it is removed with all that it made."""
    before = inventory(docker_client)
    project = Project(request.param, tmp_path, engine)
    model = project.model()
    make_granted_files(model)
    make_stand_ins(docker_client, model)
    project.compose("up", "--detach", "--quiet-pull")
    yield project
    remove_rest(docker_client, before)


def remove_rest(client: DockerClient, before: frozenset[str]) -> None:
    """Remove from an engine what wasn't there before."""
    removals: dict[str, Callable[[str], Any]] = {
        "container": lambda name: client.api.remove_container(name, force=True, v=True),
        "network": client.api.remove_network,
        "volume": client.api.remove_volume,
        "image": lambda name: client.api.remove_image(name, force=True),
    }
    rest = sorted(inventory(client) - before)
    for kind, remove in removals.items():
        for name in (one.partition(" ")[2] for one in rest if one.startswith(f"{kind} ")):
            with suppress(NotFound):  # anonymous volumes go with their containers
                remove(name)


def test_what_compose_runs_is_taken_over_changed_replaced_and_taken_down(
    project: Project, docker_client: DockerClient, tmp_path: Path, engine: Engine
) -> None:
    cli, model = Cli(engine, project.folder, tmp_path), project.model()
    first = containers(docker_client, model["name"])

    cli("apply", *project.options, "--yes").exits(0)

    assert untouched(first, containers(docker_client, model["name"])) >= without_granted_files(model)
    cli("plan", *project.options, "--detailed-exitcode").exits(0)
    taken = containers(docker_client, model["name"])
    project.compose("up", "--detach")
    assert containers(docker_client, model["name"]) == taken

    key = next(iter(model["services"]))
    files = project.with_change({"services": {key: _CHANGED}})
    cli("apply", *files, "--yes").exits(0)

    changed = containers(docker_client, model["name"])
    assert {container.service for id, container in changed.items() if id not in taken} >= {key}
    assert all("RUNNER_CHANGED=yes" in one.environment for one in changed.values() if one.service == key)
    listed = project.compose("ps", "--all", "--quiet", options=files).split()
    assert set(listed) == changed.keys()
    project.compose("up", "--detach", options=files)
    assert containers(docker_client, model["name"]) == changed
    cli("plan", *files, "--detailed-exitcode").exits(0)

    broken = project.with_change({"services": {key: {**_CHANGED, "entrypoint": ["false"]}}})
    assert cli("apply", *broken, "--yes").exit_code
    rolled_back = {id: one.service for id, one in containers(docker_client, model["name"]).items()}
    if _stays(model["services"], key):
        assert rolled_back == {id: one.service for id, one in changed.items()}
    assert set(project.compose("ps", "--all", "--quiet", options=broken).split()) == rolled_back.keys()
    project.with_change({"services": {key: _CHANGED}})
    cli("apply", *files, "--yes").exits(0)

    before = containers(docker_client, model["name"])
    project.compose("kill", options=files)
    cli("apply", *files, "--yes").exits(0)
    assert containers(docker_client, model["name"]).keys() == before.keys()
    cli("plan", *files, "--detailed-exitcode").exits(0)
    cli("status", *files).exits(0)
    project.compose("logs", options=files)

    cli("destroy", *files, "--yes").exits(0)

    assert not containers(docker_client, model["name"])
    networks = docker_client.api.networks(filters={"label": f"com.docker.compose.project={model['name']}"})
    assert not networks
