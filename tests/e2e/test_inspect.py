"""inspect shows one live thing in full: what it is made of, and what became of what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.live import Live
from tests.harness.step import step

BUILD = "FROM busybox:stable\\nENV KEPT=1 GIVEN=image\\nWORKDIR /srv\\nRUN echo a >/a"


def test_an_image_and_its_container_are_told_beside_each_other(
    cli: Cli, workflow: Callable, live: Live, engine: Engine, workflow_name: str
) -> None:
    text = f"""
        variables: {{PASSWORD: {{default: hunter2-and-more, sensitive: true}}}}
        images: {{site: {{build: {{dockerfile_inline: "{BUILD}"}}}}}}
        volumes: {{data: {{}}}}
        containers:
          web:
            <<: *idle
            image: site
            environment: {{GIVEN: container, PASSWORD: "${{PASSWORD}}", EMPTY: ""}}
            limits: {{memory: 64m, cpus: 0.5, pids: 50, cpu_shares: 512, oom_score_adj: 100}}
            tmpfs: ["/fast:size=8m"]
            healthcheck: {{test: [CMD, echo, fine], interval: 1s}}
            volumes: ["data:/data"]
    """
    (cli.folder / "never-copied").write_bytes(bytes(3_000_000))
    workflow(text)
    cli("apply").exits(0)

    def inspect(address: str) -> Any:
        return cli("inspect", address, "-o", "json").exits(0).json

    with step("the image: its layers, by the instructions that made them"):
        image = inspect("image.site")
        assert image["id"] == live.image(f"{workflow_name}-site:latest")
        assert image["names"] == [f"{workflow_name}-site:latest"]
        assert [layer["instruction"] for layer in image["layers"]][-3:] == [
            "ENV KEPT=1 GIVEN=image",
            "WORKDIR /srv",
            "RUN echo a >/a",
        ]
        written = image["layers"][-1]["size"]
        assert written == 2 or (engine.has_containerd_store and written >= 2)  # 28.5 then tells the room on disk
        assert image["config"]["working_dir"] == "/srv"
        assert not image["differences"]
        assert image["hints"] == ["3 MB of the build context are never copied: exclude them with .dockerignore"]
    with step("the container: the image's settings beside its own, its limits beside what it uses"):
        web = inspect("container.web")
        assert web["id"] == live.id("web")
        assert web["image_id"] == image["id"]
        assert web["config"]["environment.GIVEN"] == {"image": "image", "container": "container"}
        assert web["config"]["environment.KEPT"] == {"image": "1", "container": "1"}
        assert web["config"]["environment.PASSWORD"] == {"image": None, "container": "***"}
        assert web["config"]["environment.EMPTY"] == {"image": None, "container": ""}
        assert (web["limits"]["cpu_shares"]["limit"], web["limits"]["oom_score_adj"]["limit"]) == (512, 100)
        assert web["limits"]["memory"]["limit"] == 64 * 1024**2
        assert 0 < web["limits"]["memory"]["used"] < 64 * 1024**2
        assert web["limits"]["cpus"]["limit"] == 0.5
        assert web["limits"]["pids"]["used"] >= 1
        assert {"target": "/fast", "type": "tmpfs", "source": None, "mode": "size=8m"} in web["mounts"]
        assert web["mounts"][0]["target"] == "/data"
        assert list(web["networks"]) == [f"{workflow_name}_default"]
        assert web["probes"][0]["output"] == "fine"
    with step("an image that was built anew differs from the one that runs"):
        workflow(text.replace("GIVEN=image", "GIVEN=newer"))
        cli("apply", "--target", "image.site").exits(0)
        told = {row["key"]: (row["user"], row["running"], row["this"]) for row in inspect("image.site")["differences"]}
        assert told["environment.GIVEN"] == ("container.web", "image", "newer")
        assert told["id"][1] == image["id"]
        assert "environment.KEPT" not in told
    with step("people see the same"):
        shown = cli("inspect", "container.web").exits(0).stdout
        assert "64.0 MiB" in shown
        assert "hunter2" not in shown


def test_what_cannot_be_inspected_is_said(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: *idle}\nvolumes: {web: {}}")
    assert "runner apply" in cli("inspect", "container.web").exits(1).stderr
    assert 'did you mean "container.web"?' in cli("inspect", "container.wob").exits(1).stderr
    assert '"web" is ambiguous: container.web, volume.web' in cli("inspect", "web").exits(2).stderr
    assert "its kind is one of: secret," in cli("inspect", "service.web").exits(2).stderr
    assert 'did you mean "default"?' in cli("inspect", "defalt").exits(2).stderr
    assert "secret.key is not declared" in cli("inspect", "secret.key").exits(1).stderr


def test_every_kind_is_inspected_by_its_key(cli: Cli, workflow: Callable, workflow_name: str) -> None:
    (cli.folder / "password").write_text("hunter2-and-more")
    workflow("""
        variables: {PW: {default: short, sensitive: true}}
        secrets: {key: {file: password}}
        configs: {open: {content: "a: 1\\nb: 2\\n"}, closed: {content: "p=${PW}"}}
        volumes: {data: {driver_opts: {type: tmpfs, device: tmpfs, o: "size=8m"}, labels: {team: "${PW}"}}}
        containers: {web: {<<: *idle, volumes: ["data:/data"], secrets: [key], configs: [open]}}
        checks: {up: {exec: {container: web, command: "test ${PW}"}}}
    """)
    cli("apply").exits(0)

    def inspect(key: str) -> Any:
        told = cli("inspect", key, "-o", "json").exits(0)
        assert "hunter2" not in told.stdout
        return told.json

    web = f"{workflow_name}-web-1"
    network, volume = inspect("default"), inspect("data")
    assert list(network["containers"]) == [web]
    assert network["subnets"][0]["subnet"]
    assert volume["options"]["o"] == "size=8m"
    assert volume["labels"] == {"team": "***"}
    assert volume["containers"] == [{"name": web, "state": "running", "target": "/data", "mode": "rw"}]
    assert inspect("web")["name"] == web
    secret = inspect("key")
    assert secret["files"] == [{"user": "container.web", "path": "/run/secrets/key", "mode": "0400"}]
    assert "digest" not in secret
    assert [row["line"] for row in inspect("open")["content"]] == ["a: 1", "b: 2"]
    assert not {"digest", "short"} & {*inspect("closed"), *map(str, inspect("closed").values())}
    check = inspect("up")
    assert (check["exec.command"], check["container"]) == ("***", web)
