"""Links are an order and an alias, and say that the alias is there for all."""

from __future__ import annotations

from collections.abc import Callable

from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live

IDLE = "<<: *idle, update: {settle: 0s}"


def finds(client: DockerClient, live: Live, key: str, name: str) -> bool:
    """Tell whether a container finds another one by a name."""
    container = client.containers.get(live.id(key))
    return bool(container.exec_run(["ping", "-c", "1", "-W", "2", name]).exit_code == 0)


def test_a_linked_container_is_started_first_and_found_under_its_alias_by_all_on_the_network(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(f"""
    networks: {{back: {{}}, front: {{}}}}
    containers:
      web: {{{IDLE}, networks: [back, front], links: ["db:database"]}}
      other: {{{IDLE}, networks: [back]}}
      far: {{{IDLE}, networks: [front]}}
      db: {{{IDLE}, networks: [back]}}
    """)
    applied = cli("apply").exits(0)
    assert "warning[shared-link]" in applied.text
    assert live.moment("db", "start") < live.moment("web", "start")
    assert finds(docker_client, live, "web", "database")
    assert finds(docker_client, live, "other", "database")
    assert not finds(docker_client, live, "far", "database")
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_link_that_comes_and_goes_changes_the_container_it_leads_to_in_place(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    text = f"containers: {{db: {{{IDLE}}}, web: {{{IDLE}%s}}}}"
    workflow(text % "")
    cli("apply").exits(0)
    before = live.containers
    workflow(text % ', links: ["db:database"]')
    assert cli("apply").exits(0).reasons["container.db"] == ["spec"]
    assert finds(docker_client, live, "web", "database")
    workflow(text % ", links: [db]")
    assert "warning" not in cli("apply").exits(0).text
    assert not finds(docker_client, live, "web", "database")
    assert live.containers == before


def test_a_job_may_have_links(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(f"""
    containers: {{db: {{{IDLE}}}}}
    jobs: {{look: {{image: "busybox:stable", command: [ping, -c, "1", database], links: ["db:database"]}}}}
    """)
    assert cli("apply").exits(0).endings["job.look"] == "succeeded"
    assert live.runs("db")


def test_an_alias_that_two_would_answer_to_is_an_error(cli: Cli, workflow: Callable) -> None:
    workflow(f"""
    networks: {{one: {{}}, two: {{}}}}
    containers:
      db1: {{{IDLE}, networks: [one]}}
      db2: {{{IDLE}, networks: [one, two]}}
      cache: {{{IDLE}, networks: {{one: {{aliases: [redis]}}}}}}
      a: {{{IDLE}, networks: [one], links: ["db1:db"]}}
      b: {{{IDLE}, networks: [one], links: ["db2:db"]}}
      c: {{{IDLE}, networks: [one], links: ["db1:cache", "db1:redis"]}}
      d: {{{IDLE}, networks: [two], links: ["db2:fine"]}}
      e: {{{IDLE}, networks: [one], links: ["db1:fine"]}}
    """)
    text = cli("validate").exits(2).text
    assert text.count("error[wrong-reference]") == 4
    assert '"db" would be both db1 and db2 on network "one"' in text
    assert '"cache" would be both db1 and cache on network "one"' in text
    assert '"redis" would be both db1 and cache on network "one"' in text


def test_links_to_nothing_to_oneself_and_without_a_common_network_are_told(cli: Cli, workflow: Callable) -> None:
    workflow(f"""
    networks: {{one: {{}}, two: {{}}}}
    containers:
      db: {{{IDLE}, networks: [one]}}
      web: {{{IDLE}, networks: [one], links: [dbb, web, "a:b:c"]}}
      far: {{{IDLE}, networks: [two], links: [db]}}
      host: {{{IDLE}, network_mode: host, links: [db]}}
    """)
    text = cli("validate").exits(2).text
    assert 'not a link: "a:b:c"' in text
    workflow(f"""
    networks: {{one: {{}}, two: {{}}}}
    containers:
      db: {{{IDLE}, networks: [one]}}
      web: {{{IDLE}, networks: [one], links: [dbb, web]}}
      far: {{{IDLE}, networks: [two], links: [db]}}
      host: {{{IDLE}, network_mode: host, links: [db]}}
    """)
    text = cli("validate").exits(2).text
    assert 'unknown container "dbb"' in text
    assert "web is linked to itself" in text
    assert text.count("the link to db has no effect") == 2
