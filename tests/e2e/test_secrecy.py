"""A sensitive value is where it is needed, and nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from docker import DockerClient

from runner.core.values import Digest
from tests.harness.cli import Cli
from tests.harness.live import Live

SECRET = "hunter2-and-more"
VARIABLES = "variables: {PASSWORD: {sensitive: true}, SIZE: {default: '1'}}\n"
WORKING = (
    VARIABLES
    + """
networks: {front: {}}
volumes: {data: {}}
containers:
  web:
    <<: *idle
    environment: {PASSWORD: "${PASSWORD}", URL: "db://me:${PASSWORD}@db", SIZE: "${SIZE}"}
    networks: [front]
    volumes: ["data:/data"]
    limits: {memory: 32m}
"""
)


@pytest.mark.parametrize("way", ["option", "environment", "variable file", "dotenv"])
def test_it_reaches_its_container_and_nothing_else_however_it_is_given(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, way: str
) -> None:
    workflow(WORKING)
    options, env = give(cli, way)
    applied = cli("apply", *options, env=env).exits(0)
    assert f"PASSWORD={SECRET}" in live.container("web")["Config"]["Env"]
    assert SECRET not in applied.text
    assert SECRET not in json.dumps(applied.events)
    assert not [where for where in places(docker_client, live) if SECRET in where]


def give(cli: Cli, way: str) -> tuple[list[str], dict[str, str]]:
    """Give the secret in one of the ways: return options and an environment."""
    if way == "option":
        return ["--var", f"PASSWORD={SECRET}"], {}
    if way == "environment":
        return [], {"PASSWORD": SECRET}
    name = ".env" if way == "dotenv" else "secrets.env"
    (cli.folder / name).write_text(f"PASSWORD={SECRET}\n")
    return ([] if way == "dotenv" else ["--var-file", name]), {}


def places(client: DockerClient, live: Live) -> Iterator[str]:
    """Yield everything on the engine as text, without the environment of containers."""
    container = dict(live.container("web"))
    container["Config"] = {name: value for name, value in container["Config"].items() if name != "Env"}
    yield json.dumps(container)
    yield json.dumps(client.api.networks())
    yield json.dumps(client.api.volumes())
    yield json.dumps([client.api.inspect_image(image["Id"]) for image in client.api.images()])


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "status"])
@pytest.mark.parametrize("output", ["plain", "json"])
def test_no_command_shows_it(cli: Cli, workflow: Callable, command: str, output: str) -> None:
    workflow(WORKING)
    shown = cli(command, "-o", output, "--var", f"PASSWORD={SECRET}").exits(0)
    assert SECRET not in shown.text


def test_a_terminal_does_not_show_it(cli: Cli, workflow: Callable) -> None:
    workflow(WORKING)
    assert SECRET not in cli.terminal("apply", "--var", f"PASSWORD={SECRET}").exits(0).text


def test_its_change_is_seen_without_showing_either_value(cli: Cli, workflow: Callable) -> None:
    workflow(WORKING)
    cli("apply", "--var", f"PASSWORD={SECRET}").exits(0)
    plan = cli("plan", "--var", "PASSWORD=another-secret").exits(0)
    assert "environment.PASSWORD" in plan.stdout
    assert "another-secret" not in plan.text
    assert SECRET not in plan.text


def test_what_a_failing_container_says_of_it_is_masked(cli: Cli, workflow: Callable) -> None:
    workflow(
        VARIABLES
        + """
containers:
  web: {<<: *idle, command: [sh, -c, "echo login with $$PASSWORD; exit 1"], environment: {PASSWORD: "${PASSWORD}"}}
"""
    )
    failed = cli("apply", "--var", f"PASSWORD={SECRET}").exits(1)
    assert SECRET not in failed.text
    assert failed.ending("container.web")["tail"] == ["login with ***"]


@pytest.mark.parametrize("output", ["plain", "json"])
def test_what_a_container_says_of_it_is_masked_in_its_logs(cli: Cli, workflow: Callable, output: str) -> None:
    given = f"PASSWORD={SECRET}"
    workflow(
        VARIABLES
        + """
secrets: {token: {file: token}}
containers:
  web:
    <<: *idle
    command: [sh, -c, "echo login with $$PASSWORD and $$(cat /run/secrets/token); sleep infinity"]
    environment: {PASSWORD: "${PASSWORD}"}
    secrets: [token]
    ready: {log: login}
"""
    )
    (cli.folder / "token").write_text("the-token\n")
    cli("apply", "--var", given).exits(0)
    told = cli("logs", "-o", output, "--var", given).exits(0)
    assert "login with *** and ***" in told.stdout
    assert not told.stderr
    unset = cli("logs", "-o", output).exits(0)
    assert "the-token" not in unset.stdout
    assert (
        'warning[sensitive-unmasked]: sensitive values may not all be masked: variable "PASSWORD" has no value'
        in unset.stderr
    )


def test_what_a_build_says_of_it_is_masked(cli: Cli, workflow: Callable) -> None:
    workflow(
        VARIABLES
        + """
images:
  site:
    build:
      dockerfile_inline: "FROM busybox:stable\\nARG PASSWORD\\nRUN echo login with $$PASSWORD && exit 3"
      args: {PASSWORD: "${PASSWORD}"}
"""
    )
    failed = cli("apply", "--var", f"PASSWORD={SECRET}").exits(1)
    assert "login with ***" in failed.text
    assert SECRET not in failed.text
    assert SECRET not in json.dumps(failed.events)


@pytest.mark.parametrize(
    "entry",
    [
        'ports: ["${PASSWORD}:80"]',
        'limits: {memory: "${PASSWORD}"}',
        'depends_on: ["${PASSWORD}"]',
        'networks: ["${PASSWORD}"]',
        'restart: "${PASSWORD}"',
        'image: "${PASSWORD} ${PASSWORD}"',
    ],
)
def test_an_error_about_it_does_not_quote_it(cli: Cli, workflow: Callable, entry: str) -> None:
    workflow(VARIABLES + f"containers: {{web: {{<<: *idle, {entry}}}}}")
    for output in ("plain", "json"):
        refused = cli("validate", "-o", output, "--var", f"PASSWORD={SECRET}").exits(2)
        assert SECRET not in refused.text


@pytest.mark.parametrize("value", ["a", "e", "true", "80", "latest", "ö"])
def test_a_short_value_tears_no_holes_into_messages_and_is_masked_by_its_place(
    cli: Cli, workflow: Callable, value: str
) -> None:
    given = ["--var", f"PASSWORD={value}"]
    workflow(VARIABLES + "containers: {web: {<<: *idle, networks: [frnot]}}")
    refused = cli("validate", *given).exits(2).text
    assert 'unknown network "frnot"' in refused
    assert "***" not in refused
    workflow(VARIABLES + 'containers: {web: {<<: *idle, environment: {PASSWORD: "${PASSWORD}"}}}')
    valid = cli("validate", "-o", "json", *given).exits(0)
    (warning,) = valid.json["diagnostics"]
    assert (warning["code"], warning["severity"]) == ("short-sensitive-value", "warning")
    assert warning["message"] == 'the value of variable "PASSWORD" is too short to be masked in logs and messages'


@pytest.mark.parametrize("value", ["Qz7", "7341", "e"])
def test_no_finding_quotes_a_short_value_where_it_is_the_field(cli: Cli, workflow: Callable, value: str) -> None:
    wrong = (
        "limits: {memory: '${P}x'}",
        "ports: ['${P}x:80']",
        "networks: ['${P}']",
        "restart: '${P}'",
        "env_file: '${P}'",
    )
    missing = ("network_mode: 'container:${P}'", "volumes: ['/tmp/${P}/nowhere:/x']")
    for options, command, code in ((wrong, "validate", 2), (missing, "plan", 1)):
        entries = "".join(f"  c{number}: {{<<: *idle, {one}}}\n" for number, one in enumerate(options))
        workflow(f"variables: {{P: {{sensitive: true}}}}\ncontainers:\n{entries}")
        found = cli(command, "-o", "json", env={"P": value}).exits(code).json
        found = found.get("diagnostics") or [*found["problems"], *found["warnings"]]
        told = [f"{one['message']} {one.get('help') or ''}" for one in found if one["code"] != "short-sensitive-value"]
        assert len(told) == len(options)
        assert all("***" in one for one in told)
        assert not [one for one in told if re.search(rf"(?<![a-z]){value}(?![a-z])", one)]


def test_a_limit_that_the_engine_makes_of_a_sensitive_one_is_masked_with_it(cli: Cli, workflow: Callable) -> None:
    workflow("variables: {M: {sensitive: true}}\ncontainers: {web: {<<: *idle, limits: {memory: '${M}'}}}")
    cli("apply", env={"M": "77m"}).exits(0)
    for given in ({"M": "77m"}, {"M": "78m"}):
        shown = cli("inspect", "container.web", env=given).exits(0).stdout
        assert "memory_swap" in shown
        assert not re.search("77|154", shown.partition("memory")[2].partition("\n\n")[0])


def test_a_short_value_is_masked_in_its_field_when_it_changes(cli: Cli, workflow: Callable) -> None:
    workflow(VARIABLES + 'containers: {web: {<<: *idle, environment: {PASSWORD: "${PASSWORD}"}}}')
    cli("apply", "--var", "PASSWORD=a").exits(0)
    changes = cli("plan", "-o", "json", "--var", "PASSWORD=b").exits(0).json["changes"]
    (diff,) = [diff for change in changes for diff in change["diff"]]
    assert (diff["path"], diff["before"], diff["after"]) == ("environment.PASSWORD", "***", "***")
    empty = cli("plan", "--var", "PASSWORD=").exits(0)
    assert '"***" → ""' in empty.stdout


def test_what_an_older_runner_made_stays_and_keeps_former_texts_to_itself(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(
        VARIABLES + "secrets: {token: {environment: TOKEN}}\ncontainers:\n  web: {<<: *idle, secrets: [token], "
        'environment: {URL: "db://me:${PASSWORD}@db"}}\n'
    )
    env = {"PASSWORD": SECRET, "TOKEN": "the-token-itself"}
    cli("apply", env=env).exits(0)
    made_by_an_older_runner(docker_client, live)
    assert "No changes" in cli("plan", env=env).exits(0).stdout
    workflow(VARIABLES + "containers: {web: {<<: *idle, environment: {URL: none}}}")
    plan = cli("plan", env={"PASSWORD": "rotated-since"}).exits(0)
    assert "environment.URL" in plan.stdout
    assert SECRET not in plan.text


def made_by_an_older_runner(client: DockerClient, live: Live) -> None:
    """Put a container in the place of one that has its record as it was kept before: without salts and places."""
    before = live.container("web")
    labels = dict(before["Config"]["Labels"])
    del labels["runner.sensitive"]
    applied = json.loads(labels["runner.applied"])
    applied["secrets"] = {"/run/secrets/token": f"content {Digest.of_bytes(b'the-token-itself').text} mode 0400"}
    applied["environment"] = {"URL": Digest.of(f"db://me:{SECRET}@db").text}
    labels["runner.applied"] = json.dumps(applied)
    name, network = before["Name"].lstrip("/"), f"{labels['runner.workflow']}_default"
    client.api.remove_container(before["Id"], force=True)
    config = {key: before["Config"][key] for key in ("Image", "Cmd", "Env", "Hostname", "Entrypoint")}
    endpoint = {"Aliases": ["web"]}
    body = {
        **config,
        "Labels": labels,
        "HostConfig": {"Init": True, "NetworkMode": network},
        "NetworkingConfig": {"EndpointsConfig": {network: endpoint}},
    }
    made = client.api.create_container_from_config(body, name)
    client.api.start(made["Id"])


DRESSED = r"""
printf 'a: hun\033[0mter2-and-more\n'; printf 'b: hunter2\0-and-more\n'; printf 'c: hunter2\xe2\x80\x8b-and-more\n'
printf 'd: hunter2\xc2\xad-and-more\n'; printf 'e: hunter2\033]0;T\007-and-more\n'
printf 'f: h\bunter2-and-mor\033[Ke\n'
head -c 16380 /dev/zero | tr '\0' x; printf 'hunter2-and-more\n'
cat /run/secrets/raw; echo; tail -n 1 /run/secrets/large; echo; echo done; sleep infinity
"""
UNSEEN = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\x1b\][^\x07]*\x07|[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\ufffd]")


@pytest.mark.parametrize("tty", ["true", "false"])
def test_it_is_masked_whatever_is_unseen_in_it_however_long_its_line_and_though_it_is_large_or_no_text(
    cli: Cli, workflow: Callable, tty: str
) -> None:
    workflow(
        VARIABLES
        + f"""
secrets: {{raw: {{file: raw}}, large: {{file: large}}}}
containers:
  web:
    <<: *idle
    command: [sh, /say]
    secrets: [raw, large]
    configs: [say]
    tty: {tty}
    ready: {{log: done}}
configs: {{say: {{file: say.sh}}}}
"""
    )
    (cli.folder / "say.sh").write_text(DRESSED)
    (cli.folder / "raw").write_bytes(b"\xff\xferead-this-not\x80\xe4\n")
    (cli.folder / "large").write_text("".join(f"line-{number:06}-of-a-large-one\n" for number in range(50_000)))
    given = ("--var", f"PASSWORD={SECRET}")
    applied = cli("apply", *given).exits(0)
    told = [cli("logs", "-o", output, *given).exits(0).stdout for output in ("plain", "json")]
    lines = "".join(json.loads(line)["line"] for line in told[1].splitlines())
    for shown in (applied.text, told[0], lines, UNSEEN.sub("", lines), UNSEEN.sub("", told[0])):
        for part in (SECRET, "hunter2", "and-more", "read-this-not", "of-a-large-one"):
            assert part not in shown


def test_an_error_that_ends_a_command_does_not_show_it(cli: Cli, workflow: Callable) -> None:
    workflow(VARIABLES + 'containers: {web: {image: "localhost:1/${PASSWORD}:1"}}')
    refused = cli("lock", "--var", f"PASSWORD={SECRET}")
    assert refused.exit_code != 0
    assert "***" in refused.text
    assert SECRET not in refused.text


def test_a_secret_that_can_not_be_masked_is_warned_of(cli: Cli, workflow: Callable) -> None:
    workflow("secrets: {raw: {file: raw}}\nnetworks: {n: {}}\n")
    (cli.folder / "raw").write_bytes(bytes(range(128, 160)))
    assert "secret.raw is not text, so it cannot be masked" in cli("plan").exits(0).stderr


def test_a_secret_from_a_command_is_a_file_and_a_variable_and_is_shown_nowhere(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow("""
        secrets: {token: {command: [cat, token.txt]}}
        containers:
          web:
            <<: *idle
            command: [sh, -c, 'cat /run/secrets/token; sleep infinity']
            environment: {TOKEN: {secret: token}}
            secrets: [token]
    """)
    (cli.folder / "token.txt").write_text(f"{SECRET}\n")
    cli("validate").exits(0)
    applied = cli("apply").exits(0)
    assert f"TOKEN={SECRET}" in live.container("web")["Config"]["Env"]
    logged = cli("logs").exits(0)
    assert "***" in logged.stdout
    cli("plan", "--detailed-exitcode").exits(0)
    (cli.folder / "token.txt").write_text("rotated-since-then\n")
    planned = cli("plan", "--detailed-exitcode").exits(10)
    assert '"***" → "***"' in planned.stdout
    (cli.folder / "token.txt").unlink()
    failed = cli("plan").exits(2)
    assert '"cat" exited with code 1' in failed.stderr
    assert not [run for run in (applied, logged, planned, failed) if SECRET in run.text or "rotated" in run.text]
    assert not [where for where in places(docker_client, live) if SECRET in where]
