"""Random projects mean the same to runner and to Docker Compose: on an engine, whoever of the two comes first.

RUNNER_COMPOSE_RANDOM says how many are tried, RUNNER_COMPOSE_SEED with which one it begins.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from docker import DockerClient

from runner.compose.mapping.fate import Mapped
from runner.compose.mapping.fates import FATES
from tests.harness.cli import Cli, Finished
from tests.harness.compose import Compose
from tests.harness.compose_projects import ENVIRONMENT, FILES, RunnableProjects
from tests.harness.engine import Engine
from tests.harness.inventory import inventory, remove_workflow

_MANY = int(os.environ.get("RUNNER_COMPOSE_RANDOM", "4"))
_FIRST = int(os.environ.get("RUNNER_COMPOSE_SEED", "0"))
_PREFIX = "com.docker.compose."
_ID = 64
"""The length of an id, which is the name of an anonymous volume."""
_GRANTED = ("secrets", "configs")
_SHARED = ("network_mode", "ipc", "pid")

Documents = dict[str, dict[str, Any]]


class Trial:
    """A project that both programs work on."""

    def __init__(self, seed: int, name: str, cli: Cli, engine: Engine, client: DockerClient) -> None:
        self.name = name
        api = tuple(map(int, client.api.version()["ApiVersion"].split(".")))
        self.source = RunnableProjects(seed, is_current=api >= (1, 44))
        self.project = self.source.project(name)
        self._cli = cli
        self._client = client
        self.compose = Compose(engine, cli.folder, home=cli.home, environment=ENVIRONMENT)
        for path, text in FILES.items():
            (cli.folder / path).parent.mkdir(exist_ok=True)
            (cli.folder / path).write_text(text)
        self.write(self.project)

    def write(self, project: Mapping[str, Any]) -> None:
        """Make a project the folder's, without what only one of several containers could have."""
        (self._cli.folder / "compose.yaml").write_text(json.dumps(project, indent=1))

    def runner(self, *arguments: str) -> Finished:
        return self._cli(*arguments, env=ENVIRONMENT, timeout=120)

    def documents(self) -> Documents:
        """Return the documents of the project's containers, by name."""
        listed = self._client.api.containers(all=True, filters={"label": f"{_PREFIX}project={self.name}"})
        found = (self._client.api.inspect_container(one["Id"]) for one in listed)
        return {one["Name"].removeprefix(f"/{self.name}-"): one for one in found}

    def ids(self) -> dict[str, str]:
        return {name: one["Id"] for name, one in self.documents().items()}

    def lives(self) -> dict[str, tuple[str, str]]:
        """Return the id of each container, and since when it has run."""
        return {name: (one["Id"], one["State"]["StartedAt"]) for name, one in self.documents().items()}

    def plan(self) -> list[dict[str, Any]]:
        """Return the changes that runner would make."""
        return [one for one in self.runner("plan", "-o", "json").exits(0).json["changes"] if one["action"] != "no-op"]

    def up(self) -> None:
        self.compose("up", "--detach", timeout=180)

    def down(self) -> None:
        self.compose("down", "--volumes", timeout=180)


@pytest.fixture
def trial(request: pytest.FixtureRequest, cli: Cli, engine: Engine, docker_client: DockerClient) -> Iterator[Trial]:
    """A random project in a folder of its own; what it leaves on the engine is removed."""
    name, before = f"random-{request.param}", inventory(docker_client)
    trial = Trial(request.param, name, cli, engine, docker_client)
    yield trial
    trial.compose("down", "--volumes", "--remove-orphans", timeout=180)
    remove_workflow(docker_client, name)
    for thing in filter(_is_moved, inventory(docker_client) - before):
        docker_client.api.remove_volume(thing.partition(" ")[2])


@pytest.mark.parametrize("trial", range(_FIRST, _FIRST + _MANY), indirect=True)
def test_a_random_project_means_the_same_to_compose_and_to_runner(trial: Trial, docker_client: DockerClient) -> None:
    before = inventory(docker_client)
    theirs = _adopted(trial)
    trial.down()
    assert _rest(docker_client, before) == set()
    ours = _created(trial)
    different = _differences(ours, theirs)
    assert not different, "\n".join(different)
    _changed(trial)
    _both_take_down(trial)
    assert _rest(docker_client, before) == set()


def _rest(client: DockerClient, before: frozenset[str]) -> set[str]:
    """Return what was made since and doesn't stay: images do, and runner's records of what it applied.

    So do, under Compose too, the anonymous volumes that moved along to the successor of their container.
    """
    made = inventory(client) - before
    return {one for one in made if not one.startswith(("image ", "volume runner.applied.")) and not _is_moved(one)}


def _is_moved(thing: str) -> bool:
    kind, _, name = thing.partition(" ")
    return kind == "volume" and len(name) == _ID


def _adopted(trial: Trial) -> Documents:
    """Have runner take over what Compose started; return the documents of what Compose made."""
    trial.up()
    theirs, before = trial.documents(), trial.lives()

    applied = trial.runner("apply", "--yes").exits(0)

    after = trial.lives()
    changed = {_service(theirs[name]) for name in before if after.get(name) != before[name]}
    assert changed <= _granted(trial), f"replaced at adoption: {changed - _granted(trial)}\n{applied.stdout}"
    assert trial.plan() == []
    trial.up()
    assert trial.lives() == after, f"Compose found something to do after the adoption: {_hashes(trial, theirs)}"
    return theirs


def _granted(trial: Trial) -> set[str]:
    """Return the services that are replaced at adoption: secrets and configs are copied; others follow them."""
    services = trial.project["services"]
    found = {key for key, one in services.items() if any(one.get(section) for section in _GRANTED)}
    while more := {key for key, one in services.items() if found & set(_followed(one))} - found:
        found |= more
    return found


def _followed(service: Mapping[str, Any]) -> Iterator[str]:
    depends = service.get("depends_on") or {}
    yield from (key for key, one in depends.items() if one.get("restart")) if isinstance(depends, dict) else ()
    yield from (str(service.get(key)).removeprefix("service:") for key in _SHARED)


def _service(document: Mapping[str, Any]) -> str:
    return str(_label(document, "service"))


def _created(trial: Trial) -> Documents:
    """Have runner make all, and Compose look at it; return the documents."""
    trial.runner("apply", "--yes").exits(0)
    ours, before = trial.documents(), trial.lives()

    trial.up()

    assert trial.lives() == before, f"Compose made anew what runner had made: {_hashes(trial, ours)}"
    assert set(trial.compose.listed()) == {one["Name"].lstrip("/") for one in ours.values()}
    assert trial.plan() == []
    return ours


def _hashes(trial: Trial, before: Documents) -> list[str]:
    """Tell which of the labels that Compose decides by it has changed."""
    after = trial.documents()
    return [
        f"{name}: {label}: {was} → {now}"
        for name, one in before.items()
        for label in ("config-hash", "image")
        if name in after and (was := _label(one, label)) != (now := _label(after[name], label))
    ]


def _label(document: Mapping[str, Any], name: str) -> Any:
    return document["Config"]["Labels"].get(f"{_PREFIX}{name}")


def _changed(trial: Trial) -> None:
    """Change one key: runner names it, and does what Compose would have done."""
    project, service, key = trial.source.changed(trial.project)
    told = f"{service}.{key}: {trial.project['services'][service].get(key)} → {project['services'][service][key]}"
    trial.write(project)
    trial.project = project
    planned = trial.plan()
    for change in planned:
        own = change["address"].partition("[")[0] in (f"container.{service}", f"image.{service}")
        fields = {one["path"] for one in change["diff"] if one["reason"] == "spec"}
        assert not fields or (own and all(map(_prefixes(key), fields))), f"{told}: {change['address']} {fields}"
    before = trial.documents()

    trial.runner("apply", "--yes").exits(0)

    assert trial.plan() == [], told
    mine = trial.lives()
    trial.up()
    stayed = {id for id, _ in mine.values()} & {one["Id"] for one in before.values() if _service(one) == service}
    if stayed:
        trial.runner("apply", "--yes").exits(0)  # changed in place: Compose, which can't, creates it anew
    else:
        assert trial.lives() == mine, f"{told}: Compose found something to do: {_hashes(trial, before)}"
    assert trial.plan() == [], told


def _prefixes(key: str) -> Any:
    """Return what tells whether a field of runner is one that a key of Compose becomes."""
    others = {"build": "image", "env_file": "environment", "label_file": "labels", "volumes": "tmpfs"}
    fates = (fate for path, fate in FATES.items() if path.split(".")[2:3] == [key] and isinstance(fate, Mapped))
    names = {fate.to.split(".KEY.")[-1] for fate in fates} | {key, others.get(key, key)}
    return lambda field: any(field.startswith(name) for name in names)


def _both_take_down(trial: Trial) -> None:
    """Have Compose make a change, and runner take down all the same."""
    project, _, _ = trial.source.changed(trial.project)
    trial.write(project)
    trial.up()
    trial.runner("destroy", "--yes", "--volumes").exits(0)


_OF_EACH = frozenset({"Config.Image", "Config.Hostname", "HostConfig.ContainerIDFile"})
"""What differs between any two containers of a service, by path; Compose names some images by their ids."""
_OF_ENDPOINT = frozenset({
    "NetworkID", "EndpointID", "Gateway", "IPAddress", "IPPrefixLen", "IPv6Gateway", "GlobalIPv6Address",
    "GlobalIPv6PrefixLen", "MacAddress", "DNSNames", "Aliases",
})  # fmt: skip
"""What the engine chooses of an attachment, unless the file does; names are compared by what they resolve to."""
_NO_MATTER: Mapping[str, str] = {
    "Config.AttachStdout": "counts for who creates and attaches in one step, as docker run does",
    "Config.AttachStderr": "counts for who creates and attaches in one step, as docker run does",
    "Config.StdinOnce": "counts for who attaches; Compose sets it with stdin_open",
    "HostConfig.NetworkMode": "names the first network, which is compared by its attachment",
}
"""Where the two differ in what has no effect, and why it has none."""


def _differences(ours: Documents, theirs: Documents) -> list[str]:
    """Compare what both made of a project, as the engine shows it."""
    assert ours.keys() == theirs.keys()
    return [
        f"{name}: {path}: runner {mine!r}, Compose {other!r}"
        for name in ours
        for path, mine, other in _unlike("", _meant(ours[name]), _meant(theirs[name]))
        if path not in _NO_MATTER
    ]


def _unlike(path: str, mine: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(mine, dict) and isinstance(other, dict):
        for key in sorted({*mine, *other}):
            yield from _unlike(f"{path}.{key}".lstrip("."), mine.get(key), other.get(key))
    elif path not in _OF_EACH and (mine or other) and mine != other:  # unset in any form is unset
        yield path, mine, other


def _meant(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with one form for what can be written in several."""
    config, host = document["Config"], document["HostConfig"]
    networks = document["NetworkSettings"]["Networks"]
    return {
        "Config": {
            **config,
            "Env": sorted(one for one in config["Env"] or () if "=" in one),  # else: unset by the caller
            "ExposedPorts": sorted({port for written in config.get("ExposedPorts") or () for port in _ports(written)}),
            "Labels": {key: text for key, text in config["Labels"].items() if not _is_own_label(key, host)},
        },
        "HostConfig": {
            **host,
            "DeviceCgroupRules": [_sorted_rule(rule) for rule in host["DeviceCgroupRules"] or ()],
            "DnsOptions": sorted(host["DnsOptions"] or ()),
            "ExtraHosts": sorted(host["ExtraHosts"] or ()),
            "Mounts": None,  # what is mounted counts, whichever of the engine's two lists asked for it
            "Binds": None,
            "RestartPolicy": {**host["RestartPolicy"], "Name": host["RestartPolicy"]["Name"] or "no"},
            "SecurityOpt": sorted({_clear(option) for option in host["SecurityOpt"] or ()}),
            "Tmpfs": {path: sorted(options.split(",")) for path, options in (host.get("Tmpfs") or {}).items()},
            **{key: "shared" for key in ("NetworkMode", "IpcMode", "PidMode") if _is_id(host[key])},
        },
        "Mounts": {one["Destination"]: _mount(one) for one in document["Mounts"] if not _is_granted(one)},
        "NetworkSettings": {"Networks": {name: _endpoint(one) for name, one in networks.items()}},
    }


def _ports(written: str) -> Iterator[str]:
    """Yield each port of one entry: Compose passes ranges on, and leaves out the protocol."""
    numbers, _, protocol = written.partition("/")
    first, _, last = numbers.partition("-")
    yield from (f"{number}/{protocol or 'tcp'}" for number in range(int(first), int(last or first) + 1))


def _is_own_label(key: str, host: Mapping[str, Any]) -> bool:
    """Tell whether a label is runner's, or a hash with another container's id in it."""
    shares = any(_is_id(host[mode]) for mode in ("NetworkMode", "IpcMode", "PidMode"))
    ids = {f"{_PREFIX}{name}" for name in ("image", "depends_on", *(["config-hash"] if shares else []))}
    return key.startswith("runner.") or key in ids


def _is_id(mode: str) -> bool:
    return mode.startswith("container:")


def _sorted_rule(rule: str) -> str:
    start, _, permissions = rule.rpartition(" ")
    return f"{start} {''.join(sorted(permissions))}"


def _clear(option: str) -> str:
    return option.replace(":", "=", 1).removesuffix("=true")


def _mount(mount: Mapping[str, Any]) -> dict[str, Any]:
    anonymous = len(mount.get("Name", "")) == _ID
    own = {"Name", "Source"} if anonymous else set()
    told = {"ro", "rw", *(["z"] if mount["Type"] == "volume" else [])}  # told by RW; volumes have the label anyway
    mode = sorted(set((mount.get("Mode") or "").split(",")) - told - {""})
    return {**{key: value for key, value in mount.items() if key not in own}, "Mode": mode}


def _is_granted(mount: Mapping[str, Any]) -> bool:
    """Tell whether a mount is Compose's way to a secret or config, which runner copies."""
    return bool(mount["Type"] == "bind" and mount["Source"].endswith(("/token", "/folder/settings")))


def _endpoint(endpoint: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in endpoint.items() if key not in _OF_ENDPOINT}
