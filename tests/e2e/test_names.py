"""A container's own name: given, changed in place, passed on, and never taken from somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from docker import DockerClient
from docker.errors import NotFound

from tests.harness.cli import Cli
from tests.harness.fault_proxy import Action, Fault, FaultProxy
from tests.harness.live import Live

QUICK = "update: {settle: 0s}"
IDLE = f"<<: *idle, {QUICK}"


@pytest.fixture
def called(workflow_name: str) -> Callable[[str], str]:
    """Make a name that no other test has."""
    return lambda word: f"{workflow_name}.{word}"


@pytest.fixture
def theirs(docker_client: DockerClient, called: Callable) -> Iterator[str]:
    """The name of a container that is nobody's of the workflow."""
    container = docker_client.containers.run("busybox:stable", "sleep 600", name=called("db"), init=True, detach=True)
    yield called("db")
    with suppress(NotFound):
        container.remove(force=True)


def names(live: Live, docker_client: DockerClient) -> dict[str, str]:
    """Return the name of each container of the workflow, as the engine tells it, by its id."""
    return {id: str(docker_client.api.inspect_container(id)["Name"])[1:] for id in live.containers.values()}


@pytest.fixture
def id_of(docker_client: DockerClient, workflow_name: str) -> Callable[[str], str]:
    """Return the id of the container of an entry, whatever its name is."""

    def find(key: str) -> str:
        labels = [f"runner.workflow={workflow_name}", f"runner.address=container.{key}"]
        (found,) = docker_client.api.containers(all=True, filters={"label": labels})
        return str(found["Id"])

    return find


def test_a_name_is_given_changed_and_given_up_without_a_restart(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, called: Callable, workflow_name: str
) -> None:
    workflow(f"containers: {{web: {{{IDLE}, name: {called('web')}}}}}")
    cli("apply").exits(0)
    (id,) = live.containers.values()
    assert names(live, docker_client) == {id: called("web")}
    cli("plan", "--detailed-exitcode").exits(0)
    assert cli("exec", "web", "echo", "hello").exits(0).stdout.strip() == "hello"
    assert called("web") in cli("inspect", "container.web").exits(0).stdout

    for text, name in (("name: " + called("www"), called("www")), ("", f"{workflow_name}-web-1")):
        workflow(f"containers: {{web: {{{IDLE}, {text}}}}}")
        planned = cli("plan").exits(0)
        applied = cli("apply").exits(0)
        assert name in planned.stdout
        assert applied.reasons["container.web"] == ["spec"]
        assert names(live, docker_client) == {id: name}
        cli("plan", "--detailed-exitcode").exits(0)
    cli("destroy", "--yes").exits(0)
    assert live.containers == {}


def test_a_new_container_that_fails_gives_way_to_the_old_one_under_its_name(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, called: Callable
) -> None:
    workflow(f"containers: {{web: {{{IDLE}, name: {called('web')}}}}}")
    cli("apply").exits(0)
    before = names(live, docker_client)
    bad = "healthcheck: {test: exit 1, interval: 100ms, retries: 1}"

    for name in ("web", "www"):
        workflow(f"containers: {{web: {{<<: *idle, name: {called(name)}, {bad}}}}}")
        failed = cli("apply").exits(5)
        assert failed.endings["container.web"] == "rolled_back"
        assert names(live, docker_client) == before
    workflow(f"containers: {{web: {{{IDLE}, name: {called('web')}}}}}")
    cli("plan", "--detailed-exitcode").exits(0)


@pytest.mark.parametrize("mode", [[], ["--atomic"]], ids=["plain", "atomic"])
@pytest.mark.parametrize("more", ["", "hostname: other,"], ids=["renamed", "replaced"])
def test_two_containers_swap_their_names(
    cli: Cli,
    workflow: Callable,
    live: Live,
    docker_client: DockerClient,
    called: Callable,
    id_of: Callable,
    mode: list[str],
    more: str,
) -> None:
    def swapped(first: str, second: str, more: str = "", late: str = "") -> None:
        workflow(f"""
            containers:
              a: {{{IDLE}, {more} name: {called(first)}}}
              b: {{{IDLE}, {more} name: {called(second)}, depends_on: [a]}}
              {late}
        """)

    swapped("one", "two")
    cli("apply").exits(0)
    ids = id_of("a"), id_of("b")
    before = names(live, docker_client)
    if mode:
        swapped("two", "one", more, "late: {image: 'busybox:stable', command: 'false', depends_on: [b]}")
        cli("apply", *mode).exits(5)
        assert names(live, docker_client) == before

    swapped("two", "one", more)
    cli("apply", *mode).exits(0)

    now = names(live, docker_client)
    assert (now[id_of("a")], now[id_of("b")]) == (called("two"), called("one"))
    assert ((id_of("a"), id_of("b")) == ids) is not bool(more)
    cli("plan", "--detailed-exitcode").exits(0)


@pytest.mark.parametrize("more", ["", "hostname: other,"], ids=["renamed", "replaced"])
@pytest.mark.parametrize("action", ["kill_after", "error"])
def test_a_swap_that_ends_at_any_renaming_is_completed_by_the_next_run(
    cli: Cli,
    workflow: Callable,
    live: Live,
    docker_client: DockerClient,
    called: Callable,
    id_of: Callable,
    proxy: FaultProxy,
    more: str,
    action: Action,
) -> None:
    def write(first: str, second: str, more: str = "") -> None:
        a, b = (f"{{{IDLE}, {more} name: {called(name)}}}" for name in (first, second))
        workflow(f"containers: {{a: {a}, b: {b}}}")

    sides = [("one", "two", ""), ("two", "one", more)]
    write(*sides[0])
    cli("apply").exits(0)
    for number in range(1, 4):
        side = sides[number % 2]
        write(*side)
        proxy.break_with(Fault(action, method="POST", path="/rename", nth=number))
        cli("apply", env={"DOCKER_HOST": proxy.url})

        cli("apply").exits(0)

        now = names(live, docker_client)
        assert (now[id_of("a")], now[id_of("b")]) == (called(side[0]), called(side[1])), number
        assert len(now) == 2, number
        cli("plan", "--detailed-exitcode").exits(0)


def test_who_fails_in_a_swap_is_back_under_a_name_of_its_own(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, called: Callable, id_of: Callable
) -> None:
    def write(first: str, second: str, more: str = "") -> None:
        workflow(f"""
            containers:
              a: {{{IDLE}, name: {called(first)}, {more}}}
              b: {{{IDLE}, name: {called(second)}}}
        """)

    write("one", "two")
    cli("apply").exits(0)
    ids = id_of("a"), id_of("b")
    write("two", "one", "hostname: other, healthcheck: {test: exit 1, interval: 100ms, retries: 1}")

    failed = cli("apply").exits(5)

    assert failed.endings["container.a"] == "rolled_back"
    assert (id_of("a"), id_of("b")) == ids
    assert sorted(names(live, docker_client).values()) == [called("one"), called("two")]
    write("two", "one")
    cli("apply").exits(0)
    assert names(live, docker_client) == {ids[0]: called("two"), ids[1]: called("one")}
    cli("plan", "--detailed-exitcode").exits(0)


@pytest.mark.parametrize("mode", [[], ["--atomic"]], ids=["plain", "atomic"])
def test_a_name_passes_to_another_entry(
    cli: Cli,
    workflow: Callable,
    live: Live,
    docker_client: DockerClient,
    called: Callable,
    id_of: Callable,
    mode: list[str],
) -> None:
    workflow(f"containers: {{db: {{{IDLE}, name: {called('db')}}}}}")
    cli("apply").exits(0)
    before = names(live, docker_client)
    if mode:
        late = "late: {image: 'busybox:stable', command: 'false', depends_on: [database]}"
        workflow(f"containers: {{database: {{{IDLE}, name: {called('db')}}}, {late}}}")
        cli("apply", *mode).exits(5)
        assert names(live, docker_client) == before
    workflow(f"containers: {{database: {{{IDLE}, name: {called('db')}}}}}")

    cli("apply", *mode).exits(0)

    assert list(names(live, docker_client).values()) == [called("db")]
    assert id_of("database")
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_target_does_not_take_a_name_from_what_it_leaves_alone(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, called: Callable
) -> None:
    text = "containers: {{a: {{{0}, name: {1}}}, b: {{{0}, name: {2}}}}}"
    workflow(text.format(IDLE, called("one"), called("two")))
    cli("apply").exits(0)
    before = names(live, docker_client)
    workflow(text.format(IDLE, called("two"), called("one")))

    refused = cli("apply", "--target", "container.a").exits(1)

    assert f'the name "{called("two")}" is still that of container.b' in refused.stderr
    assert names(live, docker_client) == before


def test_a_name_of_somebody_else_is_refused_before_anything_is_done(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, theirs: str
) -> None:
    workflow(f"containers: {{web: {{{IDLE}}}}}")
    cli("apply").exits(0)
    before = names(live, docker_client)
    workflow(f"containers: {{web: {{{IDLE}, name: {theirs}}}}}")

    refused = cli("apply").exits(1)

    assert f'container "{theirs}" exists already and is not managed by runner' in refused.stderr
    assert names(live, docker_client) == before
    assert docker_client.containers.get(theirs).status == "running"


def test_a_container_of_somebody_else_is_adopted_by_its_name(
    cli: Cli, workflow: Callable, docker_client: DockerClient, theirs: str, id_of: Callable
) -> None:
    id = docker_client.containers.get(theirs).id
    text = "containers: {db: {image: 'busybox:stable', command: sleep 600, init: true, network_mode: bridge, name: %s}}"
    workflow(text % theirs)

    cli("apply", "--adopt").exits(0)

    assert docker_client.containers.get(theirs).id == id
    cli("plan", "--detailed-exitcode").exits(0)
    workflow((text % theirs).replace("init: true", "init: false, update: {settle: 0s}, stop_grace_period: 1s"))
    cli("apply").exits(0)
    assert docker_client.api.inspect_container(theirs)["Id"] == id_of("db") != id


def test_a_killed_replacement_is_taken_up_by_the_next_run(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, called: Callable, id_of: Callable
) -> None:
    workflow(f"containers: {{web: {{{IDLE}, name: {called('web')}}}}}")
    cli("apply").exits(0)
    old = id_of("web")
    workflow(f"containers: {{web: {{<<: *idle, name: {called('www')}, hostname: other, update: {{settle: 3s}}}}}}")
    cli.start("apply").until("container.web", "running").abandon()
    assert sorted(names(live, docker_client).values()) == [called("www"), called("www.old")]

    cli("apply").exits(0)

    assert list(names(live, docker_client).values()) == [called("www")]
    assert id_of("web") != old
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_job_has_its_name_in_every_run(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, called: Callable
) -> None:
    text = "jobs: {seed: {image: 'busybox:stable', command: echo %s, name: %s}}"
    for command, name in (("one", "seed"), ("two", "seed"), ("two", "sow")):
        workflow(text % (command, called(name)))
        applied = cli("apply").exits(0)
        assert list(names(live, docker_client).values()) == [called(name)]
        assert (command in applied.stdout) is (name == "seed")
        cli("plan", "--detailed-exitcode").exits(0)
    docker_client.api.remove_container(called("sow"))
    cli("plan", "--detailed-exitcode").exits(0)


@pytest.mark.parametrize(
    ("entries", "place", "told"),
    [
        ("web: {<<: *idle, name: x-web, replicas: 2}", "name:", '2 replicas cannot share the name "x-web"'),
        ("web: {<<: *idle, name: x-web.old}", "name:", 'name "x-web.old" is reserved'),
        ("web: {<<: *idle, name: -web}", "-web", 'digits, _ . and -, got "-web"'),
        ("a: {<<: *idle, name: x}", "x}", 'expected a name of two or more letters, digits, _ . and -, got "x"'),
        ("a: {<<: *idle, name: xx}, b: {<<: *idle, name: xx}", "name:", 'container name "xx" is already used by'),
    ],
)
def test_a_name_that_cannot_be_is_an_error_at_its_place(
    cli: Cli, workflow: Callable, entries: str, place: str, told: str
) -> None:
    workflow(f"containers: {{{entries}}}")

    refused = cli("validate").exits(2)

    assert told in refused.stderr
    assert f"workflow.yaml:5:{len('containers: {') + entries.rindex(place) + 1}:" in refused.stderr
