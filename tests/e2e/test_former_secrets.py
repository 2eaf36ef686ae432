"""Sensitive values that were applied, rotated, replaced and removed: nothing shown or kept has a byte of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from docker import DockerClient

from tests.harness.cli import Cli, Finished

OF_CONTAINER = ("PW", "URL", "LABEL", "COMMAND", "ENTRY", "HOST", "DOMAIN", "TMPFS", "TARGET", "ALIAS", "DIR", "TAG")
OF_OTHERS = ("KEY", "HEALTH", "CONF", "N_LABEL", "N_OPT", "V_LABEL", "V_OPT", "B_ARG", "B_LABEL", "B_TEXT")
NAMES = ("I_TAG", "I_MORE", "V_NAME", "ANON")
SECRETS = (*OF_CONTAINER, *OF_OTHERS, "J_COMMAND", "J_ENV", "SHORT", *NAMES, "TOKEN")
SHORT = {"old": "ß7", "new": "ø8"}
SENSITIVE = f"""
variables: {{{", ".join(f"{name}: {{sensitive: true}}" for name in SECRETS if name != "TOKEN")}}}
networks: {{front: {{labels: {{l: "${{N_LABEL}}"}}, driver_opts: {{x.option: "${{N_OPT}}"}}}}}}
volumes:
  named: {{name: "volume-${{V_NAME}}"}}
  data: {{labels: {{l: "${{V_LABEL}}"}}, driver_opts: {{type: tmpfs, device: "${{V_OPT}}"}}}}
images:
  site:
    tag: "former-secrets/site:${{I_TAG}}"
    tags: ["former-secrets/${{I_MORE}}:latest"]
    build:
      dockerfile_inline: "FROM busybox:stable\\nARG T\\nENV GIVEN=$$T\\nLABEL text=${{B_TEXT}}"
      args: {{T: "${{B_ARG}}"}}
      labels: {{l: "${{B_LABEL}}"}}
      secrets: [token]
secrets: {{token: {{environment: TOKEN}}}}
configs: {{conf: {{content: "pw=${{CONF}}"}}}}
jobs:
  once: {{image: "busybox:stable", command: [test, -n, "${{J_COMMAND}}"], environment: {{J: "${{J_ENV}}"}}}}
containers:
  web:
    image: site
    entrypoint: [sh, -c, "echo $$PW; sleep infinity", "${{ENTRY}}"]
    command: ["${{COMMAND}}"]
    init: true
    environment: ["PW=${{PW}}", "URL=pg://u:${{PW}}@${{URL}}", "SHORT=${{SHORT}}"]
    labels: ["l=${{LABEL}}", "k-${{KEY}}=v"]
    hostname: "h-${{HOST}}"
    domainname: "${{DOMAIN}}.org"
    working_dir: "/${{DIR}}"
    tmpfs: ["/run/${{TMPFS}}"]
    volumes: ["data:/srv/${{TARGET}}", "named:/named", "/anonymous/${{ANON}}"]
    networks: {{front: {{aliases: ["a-${{ALIAS}}"]}}}}
    logging: {{driver: json-file, options: {{tag: "${{TAG}}"}}}}
    healthcheck: {{test: [CMD, echo, "${{HEALTH}}"], interval: 1s}}
    secrets: [token]
    configs: [{{source: conf, target: /conf}}]
"""
BARE = """
networks: {front: }
volumes: {data: }
images: {site: {build: {dockerfile_inline: "FROM busybox:stable"}}}
jobs: {once: {image: "busybox:stable", command: [echo, hello]}}
containers: {web: {image: site, command: [sleep, infinity], init: true, networks: [front], volumes: ["data:/srv"]}}
"""

NOTHING = ""

VIEWS = (
    ("plan",),
    ("plan", "-o", "json", "--out", "saved"),
    ("status", "-o", "json"),
    ("inspect", "container.web", "-o", "json"),
    ("inspect", "image.site", "-o", "json"),
    ("inspect", "image.site"),
)


def given(when: str) -> dict[str, str]:
    values = {name: f"{name.lower().replace('_', '')}-{when}-zq7x" for name in SECRETS}
    return {**values, "SHORT": SHORT[when]}


def test_no_view_and_no_record_has_a_byte_of_them_old_or_new(
    cli: Cli, workflow: Callable, workflow_name: str, docker_client: DockerClient
) -> None:
    shown: list[str] = []

    def run(*arguments: str, env: dict[str, str], code: int = 0) -> Finished:
        done = cli(*arguments, env=env, timeout=120).exits(code)
        shown.append(f"{arguments}: {done.text}")
        return done

    def look(env: dict[str, str]) -> None:
        for view in VIEWS:
            run(*view, env=env)
        run("logs", "--file", workflow_name, env={})

    old, new, none = given("old"), given("new"), {"TOKEN": "another-token-of-none"}
    workflow(SENSITIVE)
    run("apply", "-o", "json", env=old)
    assert "No changes" in run("plan", env=old).stdout
    look(new)
    shown.append(cli.terminal("plan", env=new).exits(0).text)
    workflow(BARE)
    look(none)
    workflow(NOTHING)
    look({})
    workflow(SENSITIVE)
    run("apply", "--yes", env=new)
    assert "No changes" in run("plan", env=new).stdout
    look(old)
    assert not [where for where in labels(docker_client, workflow_name) if found_in(where)]
    workflow(BARE)
    look(none)
    run("apply", "--yes", env=none)
    for past in json.loads(run("history", "-o", "json", env={}).stdout)["runs"]:
        run("show", past["run_id"], env={})
        run("show", past["run_id"], "--html", "-", env={})
    workflow(NOTHING)
    look_around = [run("status", env={}), run("plan", "-o", "json", env={})]
    assert all("***" in done.stdout for done in look_around)  # where the anonymous volumes were
    run("destroy", workflow_name, "--volumes", "--images", "--yes", env={})
    assert not [(found, text[:60]) for text in (*shown, *kept(cli)) if (found := found_in(text))]


def found_in(text: str) -> list[str]:
    values = (value for when in ("old", "new") for value in given(when).values())
    return [value for value in values if value in text or json.dumps(value)[1:-1] in text]


def kept(cli: Cli) -> Iterator[str]:
    """Yield what is on this machine after all runs: histories, logs of events, the saved plan."""
    for folder in (cli.home, cli.folder):
        files = (path for path in Path(folder).rglob("*") if path.is_file())
        yield from (f"{path}: {path.read_text(errors='replace')}" for path in files)


def labels(client: DockerClient, name: str) -> Iterator[str]:
    """Yield what runner itself has written down on the engine."""
    api = client.api
    owners = [*api.containers(all=True), *api.networks(), *(api.volumes()["Volumes"] or ())]
    for owner in owners:
        own = {key: text for key, text in (owner["Labels"] or {}).items() if key.startswith("runner.")}
        yield json.dumps(own) if own.get("runner.workflow") == name else ""
    tags = (tag for image in api.images() for tag in image["RepoTags"] or ())
    yield from (tag for tag in tags if tag.startswith("runner."))
